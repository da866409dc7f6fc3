"""How a hall's papers look: the template, looked at before it is taken, in `/admin`."""

from __future__ import annotations

import asyncio
import base64
from typing import Literal

from msgspec import Struct, structs
from starlette.responses import Response

from kiosk.hall.config import Paper as PaperConfig
from kiosk.hall.engine import Hall
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, encode, json_response
from kiosk.server.papers import sample
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View
from printer.paper import Kind
from printer.press import preview
from printer.profiles import profile
from printer.template import Template, TemplateError, default_text, parse

LONGEST = 256 * 1024
"""Bytes of a request: a logo as base64 is part of a template."""
WIDTHS = {"80": "generic-80mm", "58": "generic-58mm"}


class TemplateBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A template as TOML, laid over the built-in one."""

    template: str


class PreviewBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A template, and what to show of it. width: of the roll in millimetres."""

    template: str
    kind: Literal["ticket", "appointment", "materials", "payment", "receipt"] = "ticket"
    language: Literal["zh", "en"] = "zh"
    width: Literal["80", "58"] = "80"


class TemplateView(View, frozen=True):
    """The hall's template and the built-in one, both as TOML."""

    template: str
    built_in: str


class PreviewView(View, frozen=True):
    """A picture of a paper: PNG as base64."""

    png: str


async def show(call: Call) -> Response:
    """The template in force."""
    return json_response(_view(call.hall.hall))


async def change(call: Call) -> Response:
    """Take a template; what is printed from now on looks like it."""
    body: TemplateBody = call.body
    _read(body.template)
    paper = PaperConfig(body.template)
    return await call.service.run(
        call,
        call.hall,
        lambda hall, _now: hall.configure(structs.replace(hall.state.config, paper=paper)),
        lambda hall, _records: Reply(200, encode(_view(hall))),
    )


async def look(call: Call) -> Response:
    """Draw a paper of this hall by a template that is not taken yet."""
    body: PreviewBody = call.body
    template = _read(body.template)
    paper = sample(call.hall, Kind(body.kind), body.language, call.service.settings.url)
    bed = profile(WIDTHS[body.width]).bed
    png = await asyncio.to_thread(preview, paper, template, bed)
    return json_response(PreviewView(base64.b64encode(png).decode()))


def _view(hall: Hall) -> TemplateView:
    return TemplateView(hall.state.config.paper.template, default_text())


def _read(text: str) -> Template:
    try:
        return parse(text)
    except TemplateError as error:
        raise HttpProblem(422, "invalid_template", field="template", reason=error) from error


_PAPER = "/api/v1/halls/{hall}/paper"
_TAG = "devices"
OPERATIONS = (
    Operation(
        "GET",
        _PAPER,
        show,
        "How papers look",
        Permission.DEVICES,
        answers={200: TemplateView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        _PAPER,
        change,
        "Change how papers look",
        Permission.DEVICES,
        body=TemplateBody,
        answers={200: TemplateView},
        tag=_TAG,
        limit=LONGEST,
    ),
    Operation(
        "POST",
        f"{_PAPER}/preview",
        look,
        "Look at a paper before its template is taken",
        Permission.DEVICES,
        body=PreviewBody,
        answers={200: PreviewView},
        tag=_TAG,
        limit=LONGEST,
    ),
)
