"""What a hall is made of: the model behind the hall file and the `hall_configured` event.

All structs are frozen. Names are maps from language code to text (`{"zh": "…", "en": "…"}`).
Durations are in minutes because people write them; the engine turns them into milliseconds.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Names = dict[str, str]
"""Language code → text."""

Routing = Literal["fair", "fifo", "listed"]

Language = Literal["zh", "en"]
"""Languages that loudspeakers and panels speak."""

Occasion = Literal["call", "recall", "appointment", "senior", "returning"]
"""Why somebody is called out; each but the plain call may have a phrase of its own."""

NORMAL = "normal"
"""The id of the class of everybody without a priority."""

APPOINTMENT = "appointment"
"""The id of the class of visitors who booked."""


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


class Service(Config, frozen=True):
    """One matter that a visitor comes for (事项). `minutes` is the prior of its service time."""

    id: str
    group: str
    name: Names
    minutes: float = 10
    department: str | None = None
    kind: Literal["approval", "convenience"] = "approval"
    materials: tuple[str, ...] = ()
    promised_days: int | None = None
    fee_yuan: float | None = None
    appointments: bool = False
    real_name: bool = False


class Window(Config, frozen=True):
    """A service counter (窗口). The first of `groups` is its home group."""

    id: str
    name: Names
    zone: str
    groups: tuple[str, ...]


class Priority(Config, frozen=True):
    """A class of visitors that the hall serves sooner (优先类别).

    `credit_minutes` counts as if the ticket had waited so much longer; each minute waited
    counts `rate` times; after `cap_minutes` nobody less overdue goes first.
    """

    id: str
    name: Names
    credit_minutes: float = 0
    rate: float = 1
    cap_minutes: float = 60


class Appointments(Config, frozen=True):
    """How bookings are offered. `share` is the part of capacity that bookings may take."""

    slot_minutes: int = 15
    share: float = 0.3
    capacity: dict[str, int] = field(default_factory=dict)
    days_ahead: int = 7
    lead_minutes: int = 60
    cancel_until_minutes: int = 120
    early_minutes: int = 30
    late_minutes: int = 15
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


class Rules(Config, frozen=True):
    """What a manager may tune while the hall runs, in a manager's words.

    help_gap_minutes: a colleague helps another line when it leads by so many minutes.
    cap_minutes: after so many minutes nobody less overdue goes first (class `normal`).
    restore_minutes: how long a missed or wrongly closed ticket can be brought back.
    park_minutes: how long a place is kept for a visitor sent away for a paper.
    late_grace_minutes: an appointment later than this waits like a priority visitor.
    print_expiry_minutes: a ticket older than this is not printed any more.
    """

    help_gap_minutes: float = 10
    cap_minutes: float = 60
    restore_minutes: float = 30
    park_minutes: float = 60
    late_grace_minutes: float = 10
    print_expiry_minutes: float = 5


class HallConfig(Config, frozen=True):
    """A whole hall, as the hall file describes it. Checked by `kiosk.hallfile`."""

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
    windows: tuple[Window, ...] = ()
    priorities: tuple[Priority, ...] = ()
    appointments: Appointments | None = None
    printers: tuple[Printer, ...] = ()
    paper: Paper = Paper()
    rules: Rules = Rules()
    voice: Voice = Voice()
