"""The fields of a hall file: what each means and which values make sense.

One table for the reader, which checks by it, and for `docs/hall-file.md`, which is made from it.
Types and defaults come from the structs of `kiosk.hall.config`.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from msgspec import Struct

from kiosk.hall.config import (
    RULE_BOUNDS,
    Alerts,
    Appointments,
    Config,
    Department,
    Facility,
    Group,
    HallConfig,
    Mail,
    Messages,
    Outcome,
    Package,
    Paper,
    Pause,
    Printer,
    Priority,
    Question,
    Rules,
    Service,
    Session,
    Sms,
    SpecialDay,
    Voice,
    Webhook,
    Window,
    Zone,
)


class Field(NamedTuple):
    """What a field means, and for a number the least and the greatest value (inclusive)."""

    help: str
    low: float = -inf
    high: float = inf


class Section(NamedTuple):
    """A table of the file: the struct behind it, whether it may come several times, its fields.

    Without fields it is a glossary: its keys are texts that the hall's file uses.
    """

    struct: type[Struct]
    several: bool
    help: str
    fields: dict[str, Field]


DAY = 24 * 60
_ID = "Unique; letters, digits, `-`, `_` and `.`, at most 40."
_RULES = {
    "help_gap_minutes": "A window helps another line when that waits so much longer.",
    "cap_minutes": "After so long nobody less overdue goes first.",
    "restore_minutes": "How long a missed ticket can be brought back.",
    "park_minutes": "How long the place of somebody sent away is kept.",
    "late_grace_minutes": "A booked visitor later than this waits like a priority visitor.",
    "print_expiry_minutes": "An older ticket is not printed any more.",
    "between_returns": "So many others a window calls between two visitors who come back.",
}
_PLACE = "Where the password or key is: `env:NAME` or `file:/path`; never the secret itself."
_NAME = 'Text, or one text per language: `{ zh = "…", en = "…" }`.'

SECTIONS: dict[str, Section] = {
    "hall": Section(
        HallConfig,
        several=False,
        help="The hall itself.",
        fields={
            "id": Field("Names the hall in addresses and in the log; never changes."),
            "name": Field(_NAME),
            "timezone": Field("IANA name, e.g. `Asia/Shanghai`."),
            "hours": Field(
                "When tickets are given: days (`mon` … `sun`, or a range as `mon-fri`) with their "
                'spans as `"08:30-12:00"`. A day that is not named is closed; '
                '`"00:00-24:00"` is a whole day.'
            ),
            "routing": Field(
                "Whom a window calls next: `fair` (longest wait with head starts, other lines "
                "only when they wait clearly longer), `fifo` (longest wait), `listed` (the "
                "window's groups one after another)."
            ),
            "languages": Field("Languages of pages and paper; the first is the default."),
            "holidays": Field(
                "A country's code, e.g. `CN`: its public holidays are closed days, and its moved "
                "working days have the hours of a Monday. Dates in `[[days]]` come first."
            ),
            "measured": Field(
                "Minutes of services as they were measured, by id, before `services.minutes`. What "
                "a manager took over stays when the file is loaded again without it.",
                0.1,
                DAY,
            ),
            "capacity": Field(
                "Bookings per slot by group that were taken over from a proposal, before those of "
                "`[appointments]`; they stay likewise, unless that table names the group.",
                0,
                10_000,
            ),
        },
    ),
    "zones": Section(
        Zone,
        several=True,
        help="Parts of the building with their own screens and loudspeaker.",
        fields={
            "id": Field(_ID),
            "name": Field(_NAME),
            "volume": Field("Its loudspeaker's volume, if not that of `[voice]`.", 0, 100),
            "chime": Field("Its chime, if not that of `[voice]`."),
            "quiet": Field("Its quiet hours, if not those of `[voice]`."),
        },
    ),
    "departments": Section(
        Department,
        several=True,
        help="Authorities that offer services; the kiosk lists services by them.",
        fields={"id": Field(_ID), "name": Field(_NAME)},
    ),
    "groups": Section(
        Group,
        several=True,
        help="Services that share one queue.",
        fields={
            "id": Field(_ID),
            "prefix": Field("Begins the numbers, e.g. `B` for B001: up to three letters A–Z."),
            "name": Field(_NAME),
            "zone": Field("The zone in which its visitors wait."),
            "target_minutes": Field("A wait up to this counts as within target.", 0.1, DAY),
            "hours": Field("Its own hours, if narrower than the hall's."),
        },
    ),
    "services": Section(
        Service,
        several=True,
        help="Matters that visitors come for.",
        fields={
            "id": Field(_ID),
            "group": Field("The group in whose queue it waits."),
            "name": Field(_NAME),
            "minutes": Field("Usual time at the window, until the hall has learnt it.", 0.1, DAY),
            "department": Field("The department that offers it."),
            "kind": Field(
                "`approval`, `convenience`, `consultation` (a short talk that may go on as another "
                "service) or `payment` (where payment notices are settled)."
            ),
            "materials": Field("What the visitor must always bring, one text each."),
            "questions": Field("What decides which further materials are needed; see below."),
            "promised_days": Field("Working days until the result.", 0, 3650),
            "fee_yuan": Field("Fee in yuan.", 0, 1e9),
            "appointments": Field("Whether it can be booked."),
            "real_name": Field("Whether a name and an ID number are needed for a ticket."),
            "after": Field("Services that are done before it when one visit has both."),
            "promise": Field("Whether a missing material may be promised for later (容缺受理)."),
            "max_quantity": Field("How many of the same one visitor may ask for at once.", 1, 100),
        },
    ),
    "services.questions": Section(
        Question,
        several=True,
        help="Questions of the service above them that are answered with yes or no.",
        fields={
            "id": Field("Unique within its service."),
            "text": Field(_NAME),
            "yes": Field("Materials that a yes asks for."),
            "no": Field("Materials that a no asks for."),
        },
    ),
    "materials": Section(
        Config,
        several=False,
        help="What papers are called in other languages: the text that services and questions "
        'use, and its names, as `"户口簿" = { en = "Household register" }`. A paper without a '
        "name is called by its text.",
        fields={},
    ),
    "packages": Section(
        Package,
        several=True,
        help="Services that people need together: one visit, one ticket (一件事一次办).",
        fields={
            "id": Field(_ID),
            "name": Field(_NAME),
            "services": Field("Two to five services; the hall finds the best order."),
        },
    ),
    "facilities": Section(
        Facility,
        several=True,
        help="Where a visitor finds help between windows: a copier, a photo booth.",
        fields={"id": Field(_ID), "name": Field(_NAME), "place": Field(_NAME)},
    ),
    "windows": Section(
        Window,
        several=True,
        help="Service counters.",
        fields={
            "id": Field(_ID),
            "name": Field(_NAME),
            "zone": Field("Where it stands."),
            "groups": Field("What it serves; the first is its home group."),
            "hours": Field("When it is manned, if not whenever the hall is open."),
        },
    ),
    "priorities": Section(
        Priority,
        several=True,
        help="Visitors who are served sooner.",
        fields={
            "id": Field(_ID + " Not `normal` or `appointment`."),
            "name": Field(_NAME),
            "credit_minutes": Field("Counts as if it had waited so much longer.", 0, DAY),
            "rate": Field("Each minute of waiting counts so many times.", 0.1, 100),
            "cap_minutes": Field("After so long nobody less overdue goes first.", 0.1, DAY),
            "approval": Field("Given by staff alone, with a reason and who approved it."),
        },
    ),
    "outcomes": Section(
        Outcome,
        several=True,
        help="How a service may end, as staff note it.",
        fields={"id": Field(_ID), "name": Field(_NAME)},
    ),
    "pauses": Section(
        Pause,
        several=True,
        help="Why a window may pause.",
        fields={
            "id": Field(_ID),
            "name": Field(_NAME),
            "work": Field("It is work without a visitor; reports count it as work, not as pause."),
        },
    ),
    "days": Section(
        SpecialDay,
        several=True,
        help="Dates with hours of their own; they come before the week and the holidays.",
        fields={
            "day": Field("The date as `YYYY-MM-DD`."),
            "hours": Field("Its spans; none is a closed day."),
            "name": Field("What the day is called, e.g. a holiday's name."),
        },
    ),
    "sessions": Section(
        Session,
        several=True,
        help="Service outside the usual hours for who booked it (预约、错时、延时服务).",
        fields={
            "id": Field(_ID),
            "name": Field(_NAME),
            "days": Field("Dates `YYYY-MM-DD`, week days such as `sat`, or ranges as `mon-fri`."),
            "hours": Field("Its spans on each of these days."),
            "windows": Field("The windows that are manned."),
            "groups": Field("What they serve then; empty: what they always do."),
            "staff": Field("Who is on duty, as staff sign on at windows."),
        },
    ),
    "appointments": Section(
        Appointments,
        several=False,
        help="How bookings are offered; without this table there are none.",
        fields={
            "slot_minutes": Field("Length of a slot.", 5, 240),
            "share": Field("Part of the capacity that bookings may take, 0 to 1.", 0, 1),
            "capacity": Field(
                "Bookings per slot instead of a share: one number for every group, or a table "
                "`{ B = 4 }`.",
                0,
                10_000,
            ),
            "days_ahead": Field("How many days ahead can be booked.", 0, 366),
            "lead_minutes": Field("The least time between booking and slot.", 0, 366 * DAY),
            "cancel_until_minutes": Field("Until when it can be cancelled.", 0, 366 * DAY),
            "early_minutes": Field("Check-in opens so long before the slot.", 0, DAY),
            "late_minutes": Field(
                "Who comes later than so long after the slot's start waits among the walk-ins.",
                0,
                DAY,
            ),
            "hold_minutes": Field("A slot is kept so long while a form is filled in.", 1, 60),
            "confirm_minutes": Field(
                "Within so long a booking must be confirmed by its link; 0: it counts at once.",
                0,
                7 * DAY,
            ),
            "per_day": Field("Bookings that one person may have on a day; 0: no limit.", 0, 100),
            "at_once": Field("Bookings that one person may have in all; 0: no limit.", 0, 1000),
            "strikes": Field(
                "So many missed bookings within `strike_days` end the right to book for "
                "`ban_days`; 0: never. Walk-in service is open to everybody.",
                0,
                100,
            ),
            "strike_days": Field("So long a missed booking counts.", 1, 3650),
            "ban_days": Field("So long somebody can't book.", 1, 3650),
            "contact": Field("Whether a phone or ID number must be given."),
            "credit_minutes": Field("Head start of a booked visitor.", 0, DAY),
            "rate": Field("Each minute after the slot counts so many times.", 0.1, 100),
            "cap_minutes": Field("After so long nobody less overdue goes first.", 0.1, DAY),
        },
    ),
    "printers": Section(
        Printer,
        several=True,
        help="Ticket printers.",
        fields={
            "id": Field(_ID),
            "url": Field(
                "`tcp://host:9100`, `usb://vendor:product`, `serial:///dev/ttyUSB0`, "
                "`file:///path`, `cups://queue` or `agent://name`."
            ),
            "profile": Field("What the model can do; see the list of profiles."),
        },
    ),
    "paper": Section(
        Paper,
        several=False,
        help="How tickets and other papers look.",
        fields={
            "template": Field(
                "TOML over several lines, laid over the built-in template; see docs/printing.md."
            ),
        },
    ),
    "voice": Section(
        Voice,
        several=False,
        help="How loudspeakers call visitors out.",
        fields={
            "languages": Field("What is said, in this order."),
            "volume": Field("Per cent; 0 is silence.", 0, 100),
            "chime": Field("`two-tone`, `three-tone`, `bell`, or one of your own recordings."),
            "yao": Field("Whether the digit 1 of a number is read 幺 instead of 一."),
            "repeats": Field("How often a call is said while nothing else waits.", 1, 3),
            "max_age_s": Field("A call that waited longer is not said any more.", 5, 600),
            "quiet": Field('Spans of local time without voice, as `"12:00-13:30"`.'),
            "phrases": Field(
                "Who is called with a phrase of their own: `recall`, `appointment`, `senior`, "
                "`returning`."
            ),
        },
    ),
    "messages": Section(
        Messages,
        several=False,
        help="What people outside the hall are told; without this table, nothing. See "
        "docs/messages.md.",
        fields={
            "send": Field(
                "Which messages: `confirm`, `booked`, `moved`, `cancelled`, `informed`, "
                "`reminder`, `soon`, `called`."
            ),
            "link": Field("Begins the links in messages, if not the server's `--url`."),
            "reminder_hours": Field("So long before the slot somebody is reminded.", 0.1, 30 * 24),
            "soon_ahead": Field("`soon` is told when so many are called before.", 0, 100),
        },
    ),
    "mail": Section(
        Mail,
        several=False,
        help="The mail server that takes the hall's e-mail.",
        fields={
            "url": Field("`smtp://user@host:587` or `smtps://user@host:465`."),
            "sender": Field("Who writes, as `Service Hall <hall@example.org>`."),
            "secret": Field(_PLACE),
        },
    ),
    "sms": Section(
        Sms,
        several=False,
        help="The HTTP gateway that takes the hall's text messages.",
        fields={
            "url": Field("Where each message is POSTed: `https://…`."),
            "body": Field(
                "JSON; `{to}`, `{text}`, `{id}` and `{secret}` in its texts are filled in."
            ),
            "headers": Field("More HTTP headers, with `{secret}` filled in."),
            "secret": Field(_PLACE),
        },
    ),
    "alerts": Section(
        Alerts,
        several=False,
        help="Whom the hall tells that its equipment is in trouble; without this table, nobody.",
        fields={
            "to": Field("E-mail addresses and phone numbers; they stand in the log."),
            "after_minutes": Field("So long something is in trouble before that.", 0.1, DAY),
            "disk_percent": Field("A disk as full as this is in trouble.", 1, 100),
        },
    ),
    "webhooks": Section(
        Webhook,
        several=True,
        help="Other systems that are told what happens; see docs/messages.md.",
        fields={
            "id": Field(_ID),
            "url": Field("Where events are POSTed: `https://…`."),
            "secret": Field(_PLACE),
            "events": Field("Types that it is told of, as `ticket_called`; empty: all."),
        },
    ),
    "rules": Section(
        Rules,
        several=False,
        help="What a manager may tune while the hall runs.",
        fields={rule: Field(help, *RULE_BOUNDS[rule]) for rule, help in _RULES.items()},
    ),
}
