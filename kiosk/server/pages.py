"""The pages: static files with a content hash in their address, HTML shells, the phone page.

Everything under `/static/<hash>/` may be cached for ever, since another content has another
hash; the HTML that names the hash is never cached. The content security policy admits nothing
but our own files, and no string ever becomes markup (Trusted Types).
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from starlette.responses import Response

from kiosk import texts
from kiosk.hall.config import Names
from printer.words import wait

from .page_words import plan_words, stop_words, yuan
from .slips import material

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; media-src 'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)
HTML_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    # Not "no-referrer": plain forms would then come with `Origin: null`, and be refused as foreign.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FOR_EVER = "public, max-age=31536000, immutable"


def static_folder() -> Path:
    """Where the pages lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "static"
    return installed if installed.is_dir() else package.parent / "static"


class Pages:
    """Serves a folder of pages, read once at start."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
        tree = hashlib.sha256()
        for name, content in self._files.items():
            tree.update(f"{name}\0{len(content)}\0".encode() + content)
        self.prefix = f"/static/{tree.hexdigest()[:16]}"
        self._templates = jinja2.Environment(
            loader=jinja2.DictLoader(
                {n: c.decode() for n, c in self._files.items() if n.endswith(".html")}
            ),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def has(self, page: str) -> bool:
        """Whether there is a page of this name."""
        return f"{page}/index.html" in self._files

    def shell(self, page: str) -> Response:
        """The HTML of a page; 404 when there is none."""
        content = self._files.get(f"{page}/index.html")
        if content is None:
            return Response("not found", 404, HTML_HEADERS, media_type="text/plain")
        html = content.replace(b"{{static}}", self.prefix.encode())
        return Response(html, 200, HTML_HEADERS, media_type="text/html")

    def asset(self, tree: str, name: str) -> Response:
        """A static file. An old hash gets the present file, uncached, so that no page breaks."""
        content = self._files.get(name)
        if content is None:
            return Response("not found", 404, media_type="text/plain")
        current = tree == self.prefix.rpartition("/")[2]
        headers = {
            "Cache-Control": FOR_EVER if current else "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(content, 200, headers, media_type=kind)

    def visitor(
        self,
        visitor: dict[str, Any] | None,
        token: str,
        language: str,
        more_time_minutes: int,
        glossary: Mapping[str, Names],
    ) -> Response:
        """The phone page of a ticket, or of a token that is no longer valid (404).

        glossary: what papers are called.
        """

        def name(names: dict[str, str] | None) -> str:
            return (names or {}).get(language) or next(iter((names or {}).values()), "")

        def paper(text: str) -> str:
            return material(glossary, text, language)

        def said(estimate: dict[str, int]) -> str:
            return wait(estimate["low_s"], estimate["high_s"], "zh" if language == "zh" else "en")

        html = self._templates.get_template("visitor/ticket.html").render(
            visitor=visitor,
            token=token,
            lang=language,
            static=self.prefix,
            t=lambda key, **params: texts.text(language, key, **params),
            name=name,
            material=paper,
            listed=lambda papers: texts.text(language, "common.list_comma").join(
                map(paper, papers)
            ),
            clock=lambda at: at[11:16],
            wait_words=said,
            yuan=lambda fen: yuan(language, fen),
            plan_words=lambda ticket: plan_words(language, ticket),
            stop_words=lambda ticket, leg, now: stop_words(language, ticket, leg, now),
            more_time_minutes=more_time_minutes,
        )
        return Response(html, 200 if visitor else 404, HTML_HEADERS, media_type="text/html")

    def appointment(
        self,
        appointment: dict[str, Any] | None,
        token: str,
        language: str,
        *,
        glossary: Mapping[str, Names],
        problem: str = "",
        told: dict[str, str] | None = None,
        can_change: bool = False,
        can_check_in: bool = False,
    ) -> Response:
        """The page of an appointment, or of a token that is none of ours (404).

        glossary: what papers are called.
        """

        def t(key: str, **params: object) -> str:
            return texts.text(language, key, **params)

        def date(at: str) -> str:
            day = datetime.fromisoformat(at)
            weekday, month = t(f"book.weekday_{day.weekday()}"), t(f"book.month_{day.month}")
            return t("book.date", weekday=weekday, month=month, day=day.day)

        def moment(at: str) -> str:
            """The time alone, with the date where it is another day than the appointment's."""
            same = appointment is not None and at[:10] == appointment["start"][:10]
            return at[11:16] if same else f"{date(at)} {at[11:16]}"

        html = self._templates.get_template("book/appointment.html").render(
            it=appointment,
            token=token,
            lang=language,
            static=self.prefix,
            t=t,
            material=lambda text: material(glossary, text, language),
            name=lambda names: names.get(language) or next(iter(names.values()), ""),
            clock=lambda at: at[11:16],
            date=date,
            moment=moment,
            problem=problem,
            told=told,
            can_change=can_change,
            can_check_in=can_check_in,
        )
        status = 404 if appointment is None else 409 if problem else 200
        return Response(html, status, HTML_HEADERS, media_type="text/html")


@cache
def texts_body(language: str, areas: tuple[str, ...]) -> bytes:
    """Messages of some areas as JSON."""
    return msgspec.json.encode(texts.catalogue(language, areas))
