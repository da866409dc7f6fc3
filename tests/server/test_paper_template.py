"""The look of papers over the API: shown, previewed, taken, refused."""

from __future__ import annotations

import base64

import httpx2
import pytest

from tests.support.server import RunningServer

PAPER = "/halls/main/paper"


@pytest.mark.parametrize("kind", ["ticket", "appointment", "materials", "payment", "receipt"])
def test_every_paper_can_be_looked_at(client: httpx2.Client, kind: str) -> None:
    pictures = set()
    for width in ("80", "58"):
        for language in ("zh", "en"):
            body = {"template": "", "kind": kind, "width": width, "language": language}
            answer = client.post(f"{PAPER}/preview", json=body)
            assert answer.status_code == 200
            pictures.add(base64.b64decode(answer.json()["png"]))
    assert len(pictures) == 4
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_a_template_that_is_taken_is_the_halls(client: httpx2.Client) -> None:
    template = "[sizes]\nnumber = 12\n"
    assert "[sizes]" in client.get(PAPER).json()["built_in"]
    taken = client.post(PAPER, json={"template": template})
    assert taken.status_code == 200
    assert client.get(PAPER).json()["template"] == template
    assert client.post(PAPER, json={"template": template}).status_code == 200


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("[sizes", "not TOML"),
        ("[sizes]\nnumber = 300", "$.sizes.number"),
        ("[logo]\npng = 'iVBORw0KGgo='", "logo"),
        ('[ticket]\norder = ["nonsense"]', "nonsense"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(
    client: httpx2.Client, template: str, says: str
) -> None:
    before = client.get(PAPER).json()
    for path in (PAPER, f"{PAPER}/preview"):
        answer = client.post(path, json={"template": template})
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid_template"
        assert says in answer.json()["detail"]
    assert client.get(PAPER).json() == before


def test_only_who_manages_the_hall_may(server: RunningServer) -> None:
    with httpx2.Client(base_url=server.api, headers=server.auth("screen"), timeout=30) as screen:
        assert screen.get(PAPER).status_code == 403
        assert screen.post(PAPER, json={"template": ""}).status_code == 403
        assert screen.post(f"{PAPER}/preview", json={"template": ""}).status_code == 403
