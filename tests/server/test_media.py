"""Logo, pictures and videos: who may add them, what is refused, how strictly they are served."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from kiosk.server.media import LIMIT
from tests.support.server import RunningServer

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(64)
WEBM = b"\x1a\x45\xdf\xa3" + bytes(64)
PATH = "/api/v1/halls/main/media"


def picture(kind: str = "PNG", colour: str = "navy") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, kind)
    return data.getvalue()


@pytest.fixture
def admin(server: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, headers=server.auth(), timeout=30) as client:
        yield client


@pytest.fixture
def screen(server: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, headers=server.auth("screen"), timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (MP4, "video/mp4"),
        (WEBM, "video/webm"),
    ],
    ids=["png", "jpeg", "webp", "mp4", "webm"],
)
def test_what_is_added_is_served_strictly_until_it_is_removed(
    admin: httpx2.Client, screen: httpx2.Client, content: bytes, kind: str
) -> None:
    added = admin.post(PATH, params={"name": "办事指南"}, content=content)
    assert added.status_code == 201, added.text
    [slide] = added.json()["slides"]
    assert (slide["name"], slide["kind"], slide["bytes"]) == ("办事指南", kind, len(content))
    assert screen.get(PATH).json() == added.json()

    served = screen.get(f"/media/main/{slide['file']}")
    assert served.content == content
    assert served.headers["content-type"] == kind
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"
    part = screen.get(f"/media/main/{slide['file']}", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, content[2:6])

    assert admin.delete(f"{PATH}/{slide['file']}").json()["slides"] == []
    assert screen.get(f"/media/main/{slide['file']}").status_code == 404
    assert admin.delete(f"{PATH}/{slide['file']}").status_code == 404


def test_a_logo_is_a_picture_and_the_newest_counts(admin: httpx2.Client) -> None:
    assert admin.post(PATH, params={"use": "logo"}, content=MP4).status_code == 415
    for colour in ("red", "green"):
        done = admin.post(PATH, params={"use": "logo"}, content=picture(colour=colour))
        logo = done.json()["logo"]
    assert admin.get(PATH).json() == {"logo": logo, "slides": []}
    assert admin.delete(f"{PATH}/{logo['file']}").json() == {"logo": None, "slides": []}


@pytest.mark.parametrize("content", [b"", b"GIF89a", SVG, b"<html></html>", b"MZ\x90\x00"])
def test_what_screens_cannot_show_is_refused(admin: httpx2.Client, content: bytes) -> None:
    refused = admin.post(PATH, content=content, headers={"Content-Type": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (415, "unknown_media")


def test_only_administrators_add_and_remove(screen: httpx2.Client, server: RunningServer) -> None:
    assert screen.post(PATH, content=picture()).status_code == 403
    assert screen.delete(f"{PATH}/{'0' * 32}.png").status_code == 403
    assert httpx2.get(server.url + PATH).status_code == 401
    assert httpx2.get(f"{server.url}/media/main/{'0' * 32}.png").status_code == 401


def test_nothing_outside_the_folder_is_reached(screen: httpx2.Client) -> None:
    for name in ("media.json", "..%2f..%2fhall.db", "%2e%2e", f"{'0' * 32}.svg"):
        assert screen.get(f"/media/main/{name}").status_code == 404
    assert screen.get(f"/media/..%2f/{'0' * 32}.png").status_code == 404


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(server: RunningServer) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {LIMIT + 1}\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(f"{head}Authorization: {server.auth()['Authorization']}\r\n\r\n".encode())
        assert line.recv(1024).startswith(b"HTTP/1.1 413")


def test_files_lie_beside_the_database(server: RunningServer, admin: httpx2.Client) -> None:
    [slide] = admin.post(PATH, content=picture()).json()["slides"]
    folder = Path(server.db.removeprefix("sqlite:///") + ".files") / "main"
    assert {path.name for path in folder.iterdir()} == {"media.json", slide["file"]}
    admin.delete(f"{PATH}/{slide['file']}")
