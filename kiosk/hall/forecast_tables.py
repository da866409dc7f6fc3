"""What a forecast reads of the learned tables: nothing of who waits, so it is made beforehand.

Durations are milliseconds; services and classes are named by id.
"""

from __future__ import annotations

from typing import NamedTuple

from .calendar import MINUTE
from .engine import Hall
from .learning import Learner
from .learning_arrivals import HALF_HOUR, SLOTS, Stream
from .learning_onward import Onward
from .routing import Router

HORIZON = 8 * 60 * MINUTE
"""How far a path looks ahead."""


class Tables(NamedTuple):
    """What was learned, for the services and classes that the hall has now.

    rates: walk-ins per half hour of the day, by slot. lengths: equally likely ones by service,
    at the present pace. no_shows: by wait. hold: how long a call is held. pause_rate: the share
    of services after which a window pauses. show_rate, offsets: of who has booked. onward: by
    service, of those that may go on. aways, back_rate: for how long visitors are sent away, and
    how many of them come back.
    """

    rates: tuple[tuple[tuple[Stream, float], ...], ...]
    lengths: dict[str, tuple[float, ...]]
    no_shows: tuple[float, ...]
    hold: float
    handover: float
    pause_rate: float
    pauses: tuple[int, ...]
    show_rate: float
    offsets: tuple[int, ...]
    onward: dict[str, Onward]
    aways: tuple[int, ...]
    back_rate: float


def tables(hall: Hall, learner: Learner, now: int) -> Tables:
    """The learned part of a snapshot at `now`."""
    services = learner.services
    pace = services.pace
    lanes = {s.id: s.group for s in hall.state.config.services}
    return Tables(
        rates=_rates(learner, hall.router, lanes, now),
        lengths={id: tuple(length * pace for length in services.lengths(id)) for id in lanes},
        no_shows=learner.no_shows(),
        hold=sum(learner.holds) / len(learner.holds),
        handover=learner.handover,
        pause_rate=learner.pause_rate,
        pauses=tuple(learner.pauses),
        show_rate=learner.arrivals.show_rate,
        offsets=tuple(learner.arrivals.offsets),
        onward=learner.onward.onward(lanes),
        aways=tuple(learner.onward.aways),
        back_rate=learner.onward.back_rate,
    )


def _rates(
    learner: Learner, router: Router, lanes: dict[str, str], now: int
) -> tuple[tuple[tuple[Stream, float], ...], ...]:
    """Expected walk-ins, without services and classes that the hall no longer has."""
    since = now - learner.midnight
    if not 0 <= since < SLOTS * HALF_HOUR:
        return ()
    first, last = since // HALF_HOUR, (since + HORIZON) // HALF_HOUR
    found = learner.arrivals.rates(since).slots
    return tuple(
        tuple(
            [
                pair
                for pair in (slot if first <= number <= last else ())
                if pair[0][0] in lanes and pair[0][1] in router.classes
            ]
        )
        for number, slot in enumerate(found)
    )
