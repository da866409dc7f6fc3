"""What a hall is made of: the model behind the hall file and the `hall_configured` event.

All structs are frozen. Names are maps from language code to text (`{"zh": "…", "en": "…"}`).
Durations are in minutes because people write them; the engine turns them into milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

Names = dict[str, str]
"""Language code → text."""

Routing = Literal["fair", "fifo", "listed"]

Language = Literal["zh", "en"]
"""Languages that loudspeakers and panels speak."""

Occasion = Literal["call", "recall", "appointment", "senior", "returning"]
"""Why somebody is called out; each but the plain call may have a phrase of its own."""

MessageTopic = Literal[
    "confirm", "booked", "moved", "cancelled", "informed", "reminder", "soon", "called"
]
"""What people outside the hall are told."""

NORMAL = "normal"
"""The id of the class of everybody without a priority."""

APPOINTMENT = "appointment"
"""The id of the class of visitors who booked."""

RETURNING = "returning"
"""The line of who comes back to a window that sent him away, whatever his class."""


class Config(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all configuration structs: frozen, strict about unknown fields."""


class Zone(Config, frozen=True):
    """A part of the building with its own screens and speaker (区域).

    volume, chime, quiet: where its voice differs from the hall's.
    """

    id: str
    name: Names
    volume: int | None = None
    chime: str | None = None
    quiet: tuple[str, ...] | None = None


class Department(Config, frozen=True):
    """An authority that offers services in the hall (进驻单位)."""

    id: str
    name: Names


class Group(Config, frozen=True):
    """Services that share one queue and one number prefix (业务组)."""

    id: str
    prefix: str
    name: Names
    zone: str
    target_minutes: float = 15
    hours: dict[str, list[str]] | None = None


class Question(Config, frozen=True):
    """What decides which papers a visitor needs: the materials that a yes or a no adds."""

    id: str
    text: Names
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class Service(Config, frozen=True):
    """One matter that a visitor comes for (事项). `minutes` is the prior of its service time.

    kind: a `consultation` is a short talk that may go on as another service; a `payment` is where
    payment notices are settled. after: services that are done before this one when one visit has
    both. promise: a missing material may be handed in later against a written promise (容缺受理).
    max_quantity: how many of the same a visitor may ask for at once; each takes `minutes`.
    """

    id: str
    group: str
    name: Names
    minutes: float = 10
    department: str | None = None
    kind: Literal["approval", "convenience", "consultation", "payment"] = "approval"
    materials: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    promised_days: int | None = None
    fee_yuan: float | None = None
    appointments: bool = False
    real_name: bool = False
    after: tuple[str, ...] = ()
    promise: bool = False
    max_quantity: int = 1


class Package(Config, frozen=True):
    """Services that people need together: one visit, one ticket (一件事一次办)."""

    id: str
    name: Names
    services: tuple[str, ...]


class Facility(Config, frozen=True):
    """Where a visitor finds help between windows: a copier, a photo booth, a bank."""

    id: str
    name: Names
    place: Names


class Window(Config, frozen=True):
    """A service counter (窗口). The first of `groups` is its home group.

    hours: when it is manned, week by week; without them, whenever the hall is open.
    """

    id: str
    name: Names
    zone: str
    groups: tuple[str, ...]
    hours: dict[str, list[str]] | None = None


class Priority(Config, frozen=True):
    """A class of visitors that the hall serves sooner (优先类别).

    `credit_minutes` counts as if the ticket had waited so much longer; each minute waited
    counts `rate` times; after `cap_minutes` nobody less overdue goes first. approval: given by
    staff alone, with a reason and the name of who approved it (a green channel, 绿色通道).
    """

    id: str
    name: Names
    credit_minutes: float = 0
    rate: float = 1
    cap_minutes: float = 60
    approval: bool = False


class SpecialDay(Config, frozen=True):
    """A date on which the hall's hours differ: none at all is a closed day."""

    day: str
    hours: tuple[str, ...] = ()
    name: Names | None = None


class Session(Config, frozen=True):
    """Service outside the usual hours for who booked it (预约、错时、延时服务).

    days: dates `YYYY-MM-DD` or week days such as `sat`. windows: those that are manned. groups:
    what they serve then; empty: what they always do. staff: who is on duty.
    """

    id: str
    name: Names
    days: tuple[str, ...]
    hours: tuple[str, ...]
    windows: tuple[str, ...]
    groups: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


class Outcome(Config, frozen=True):
    """How a service may end, as staff note it."""

    id: str
    name: Names


class Pause(Config, frozen=True):
    """Why a window may pause. work: it is work without a visitor."""

    id: str
    name: Names
    work: bool = False


class Appointments(Config, frozen=True):
    """How bookings are offered.

    share: the part of a slot's capacity that bookings may take; `capacity` says it by group
    instead, in visitors per slot. A booking stays with who opened the form for `hold_minutes`;
    it must be confirmed within `confirm_minutes` (0: it counts at once). early_minutes,
    late_minutes: the check-in window around the slot's start; later than that a visitor waits
    among the walk-ins. per_day, at_once: how many bookings one person may have on a day, and in
    all. strikes: missed bookings within `strike_days` after which a person can't book for
    `ban_days`; walk-in service is never refused. contact: a phone or ID number is asked for.
    """

    slot_minutes: int = 15
    share: float = 0.3
    capacity: dict[str, int] = field(default_factory=dict)
    days_ahead: int = 7
    lead_minutes: int = 60
    cancel_until_minutes: int = 120
    early_minutes: int = 30
    late_minutes: int = 15
    hold_minutes: int = 5
    confirm_minutes: int = 0
    per_day: int = 1
    at_once: int = 5
    strikes: int = 3
    strike_days: int = 180
    ban_days: int = 30
    contact: bool = False
    credit_minutes: float = 20
    rate: float = 3
    cap_minutes: float = 30


class Printer(Config, frozen=True):
    """A ticket printer: where it is reached and what it can do."""

    id: str
    url: str
    profile: str = "generic-80mm"


class Paper(Config, frozen=True):
    """How the hall's papers look: a template as TOML, laid over the built-in one."""

    template: str = ""


class Voice(Config, frozen=True):
    """How the hall's loudspeakers speak.

    volume: per cent; 0 is silence. yao: the digit 1 of a ticket number is 幺, which a loudspeaker
    does not blur with 七, else 一. repeats: how often a call is said while nobody else waits to be
    called out. max_age_s: an older call is no longer said. quiet: spans of local time such as
    `12:00-13:30`, across midnight too, in which nothing is said. phrases: occasions that have
    their own phrase; all others are a plain call.
    """

    languages: tuple[Language, ...] = ("zh", "en")
    volume: int = 80
    chime: str = "two-tone"
    yao: bool = True
    repeats: int = 2
    max_age_s: int = 60
    quiet: tuple[str, ...] = ()
    phrases: tuple[Occasion, ...] = ("recall", "appointment", "returning")


class Messages(Config, frozen=True):
    """What people outside the hall are told, by e-mail or SMS.

    send: the kinds that are told. link: the address before the links in messages; empty: the
    server's own. reminder_hours: so long before the slot somebody is reminded. soon_ahead: a
    visitor is told when so many others are called before him.
    """

    send: tuple[MessageTopic, ...] = (
        "confirm",
        "booked",
        "moved",
        "cancelled",
        "informed",
        "reminder",
    )
    link: str = ""
    reminder_hours: float = 24
    soon_ahead: int = 3


class Mail(Config, frozen=True):
    """The server that takes the hall's e-mail.

    url: `smtp://[user@]host[:port]` or `smtps://…`. sender: what stands under From. secret: where
    the password is, `env:NAME` or `file:/path`; it is never part of the configuration.
    """

    url: str
    sender: str
    secret: str = ""


class Sms(Config, frozen=True):
    """The HTTP gateway that takes the hall's text messages.

    body: JSON that is POSTed; `{to}`, `{text}`, `{id}` and `{secret}` in its texts, and `{secret}`
    in `headers`, stand for what is sent. secret: as in `Mail`.
    """

    url: str
    body: str = '{"to": "{to}", "text": "{text}"}'
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = ""


class Alerts(Config, frozen=True):
    """Whom the hall tells that its equipment is in trouble.

    to: e-mail addresses and phone numbers. after_minutes: so long something is in trouble before
    anybody is told. disk_percent: a disk as full as this is in trouble.
    """

    to: tuple[str, ...]
    after_minutes: float = 5
    disk_percent: int = 90


class Webhook(Config, frozen=True):
    """Another system that is told what happens.

    events: the types that it is told of; empty: all that are offered. secret: where the key is
    that signs what is sent, as in `Mail`.
    """

    id: str
    url: str
    secret: str
    events: tuple[str, ...] = ()


class Rules(Config, frozen=True):
    """What a manager may tune while the hall runs, in a manager's words.

    help_gap_minutes: a colleague helps another line when it leads by so many minutes.
    cap_minutes: after so many minutes nobody less overdue goes first (class `normal`).
    restore_minutes: how long a missed or wrongly closed ticket can be brought back.
    park_minutes: how long a place is kept for a visitor sent away for a paper.
    late_grace_minutes: an appointment later than this waits like a priority visitor.
    print_expiry_minutes: a ticket older than this is not printed any more.
    between_returns: so many others a window calls between two visitors who come back.
    """

    help_gap_minutes: float = 10
    cap_minutes: float = 60
    restore_minutes: float = 30
    park_minutes: float = 60
    late_grace_minutes: float = 10
    print_expiry_minutes: float = 5
    between_returns: int = 1


_A_DAY = 24 * 60
RULE_BOUNDS: Mapping[str, tuple[float, float]] = {
    "help_gap_minutes": (0, _A_DAY),
    "cap_minutes": (0.1, _A_DAY),
    "restore_minutes": (0, _A_DAY),
    "park_minutes": (0.1, _A_DAY),
    "late_grace_minutes": (0, _A_DAY),
    "print_expiry_minutes": (0.1, _A_DAY),
    "between_returns": (0, 100),
}
"""The least and the greatest value of each rule (inclusive), in a hall file and in a what-if."""


class HallConfig(Config, frozen=True):
    """A whole hall, as the hall file describes it. Checked by `kiosk.hallfile`.

    holidays: the country whose public holidays the hall keeps, e.g. `CN`. days: dates with hours
    of their own, those holidays and moved working days among them. measured: minutes of services
    as they were measured and a manager took over; they come before `Service.minutes`.
    capacity: bookings per slot by group, taken over likewise, before `Appointments.capacity`.
    materials: what papers are called in other languages than the text that stands for them.
    """

    id: str
    name: Names
    timezone: str
    hours: dict[str, list[str]]
    routing: Routing = "fair"
    languages: tuple[str, ...] = ("zh", "en")
    zones: tuple[Zone, ...] = ()
    departments: tuple[Department, ...] = ()
    groups: tuple[Group, ...] = ()
    services: tuple[Service, ...] = ()
    materials: dict[str, Names] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    packages: tuple[Package, ...] = ()
    facilities: tuple[Facility, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    pauses: tuple[Pause, ...] = ()
    priorities: tuple[Priority, ...] = ()
    holidays: str | None = None
    days: tuple[SpecialDay, ...] = ()
    sessions: tuple[Session, ...] = ()
    appointments: Appointments | None = None
    measured: dict[str, float] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)
    printers: tuple[Printer, ...] = ()
    paper: Paper = Paper()
    rules: Rules = Rules()
    voice: Voice = Voice()
    messages: Messages | None = None
    mail: Mail | None = None
    sms: Sms | None = None
    webhooks: tuple[Webhook, ...] = ()
    alerts: Alerts | None = None
