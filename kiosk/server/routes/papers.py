"""Papers beside the ticket, and how all of them look: the template, looked at in `/admin`."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs
from starlette.responses import Response

from kiosk.hall.config import Paper as PaperConfig
from kiosk.hall.engine import Hall
from kiosk.hall.events import AnyEvent, Record
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, clean, encode, json_response
from kiosk.server.papers import sample
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.slips import notice
from kiosk.server.views import PaperView, TicketView, View
from printer.paper import Kind
from printer.press import preview
from printer.profiles import profile
from printer.template import Template, TemplateError, default_text, parse

Id = Annotated[str, Meta(min_length=1, max_length=64)]
MaterialText = Annotated[str, Meta(min_length=1, max_length=200)]
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


class NoticeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A paper that belongs to no ticket. missing: only these materials, instead of all."""

    paper: Literal["notice"]
    service: Id
    printer: Id
    missing: Annotated[tuple[MaterialText, ...], Meta(max_length=50)] = ()
    language: Literal["zh", "en"] = "zh"


class NoticeView(View, frozen=True):
    """A material list (一次告知) that is printed. edition: tells two lists apart."""

    id: str
    edition: str
    materials: list[str]
    print: PaperView


class ReceiptBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a receipt is printed."""

    printer: Id


async def hand_out(call: Call) -> Response:
    """Print a dated list of what a service asks for, or of what is missing, without a ticket."""
    body: NoticeBody = call.body
    subject = call.service.new_id()
    missing = [said for text in body.missing if (said := clean("missing", text))]

    def decide(hall: Hall, now: int) -> Sequence[AnyEvent]:
        about = notice(hall, body.service, missing, body.language)
        return hall.paper(subject, body.paper, body.printer, now, about)

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        job = hall.state.prints[subject, 0]
        materials, version = job.about["materials"], str(job.about["edition"])
        paper = PaperView(printer=job.printer, copy=job.copy, state=job.state.value)
        listed = list(materials) if isinstance(materials, list) else []
        return Reply(201, encode(NoticeView(subject, version, listed, paper)))

    return await call.run(call.hall, decide, answer, in_body=("service", "printer"))


async def receipt(call: Call) -> Response:
    """Print what was done, for who was served."""
    ticket, body, live = call.path("ticket"), call.body, call.hall
    return await call.run(
        live,
        lambda hall, now: hall.receipt(ticket, body.printer, now),
        lambda hall, _records: Reply(
            200, encode(live.present_of(hall).ticket(hall.ticket(ticket)))
        ),
        in_body=("printer",),
    )


async def show(call: Call) -> Response:
    """The template in force."""
    return json_response(_view(call.hall.hall))


async def change(call: Call) -> Response:
    """Take a template; what is printed from now on looks like it."""
    body: TemplateBody = call.body
    _read(body.template)
    paper = PaperConfig(body.template)
    return await call.run(
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


_HALL = "/api/v1/halls/{hall}"
_PAPER = f"{_HALL}/paper"
_TAG = "devices"
OPERATIONS = (
    Operation(
        "POST",
        f"{_HALL}/papers",
        hand_out,
        "Print a list of materials without a ticket",
        Permission.ISSUE,
        body=NoticeBody,
        answers={201: NoticeView},
        tag="tickets",
    ),
    Operation(
        "POST",
        f"{_HALL}/tickets/{{ticket}}/receipt",
        receipt,
        "Print a receipt of a served ticket",
        Permission.DESK,
        body=ReceiptBody,
        answers={200: TicketView},
        tag="tickets",
    ),
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
