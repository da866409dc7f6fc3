"""What a piece of paper says, before anyone decides how it looks.

A `Paper` is complete: it carries every word that depends on the hall or the moment, so that a job
can be rendered later, elsewhere (the agent), or again (a copy) without asking anybody.
"""

from enum import StrEnum
from typing import Literal

import msgspec

Language = Literal["zh", "en"]


class Kind(StrEnum):
    """The papers that a hall hands out; each has its own sheet in the template."""

    TICKET = "ticket"
    APPOINTMENT = "appointment"
    MATERIALS = "materials"
    PAYMENT = "payment"
    RECEIPT = "receipt"
    CALIBRATION = "calibration"


class Leg(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service of the visit.

    `number` is given only where it differs from the paper's own number (several services with a
    number each on one ticket); `place` says where this service is served.
    """

    service: str
    number: str = ""
    place: str = ""


class Row(msgspec.Struct, frozen=True):
    """A labelled value of a notice or receipt, for instance "应缴金额" and "￥ 35.00"."""

    label: str
    value: str


class Paper(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of one piece of paper, in one language.

    `low_s` and `high_s` are the estimate's interval in seconds from `issued`; both or neither.
    `status` replaces the estimate where there is none ("no window serves this now").
    `when` and `code` belong to an appointment. `version` is the edition of a material list.
    `qr` is what its code holds: a full URL, or a notice's number. `issued` is local time as it
    shall be read. `copy` counts reprints: 0 is the original, n the n-th copy.
    """

    kind: Kind = Kind.TICKET
    language: Language = "zh"
    hall: str = ""
    number: str = ""
    legs: tuple[Leg, ...] = ()
    place: str = ""
    ahead: int | None = None
    low_s: int | None = None
    high_s: int | None = None
    status: str = ""
    priority: str = ""
    when: str = ""
    code: str = ""
    rows: tuple[Row, ...] = ()
    materials: tuple[str, ...] = ()
    version: str = ""
    qr: str = ""
    notices: tuple[str, ...] = ()
    issued: str = ""
    copy: int = 0
