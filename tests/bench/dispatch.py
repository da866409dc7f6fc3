"""Other ways to choose whom a window calls, on drawn busy days, beside the rule as it is.

    .venv/bin/python -m tests.bench.dispatch [TRIAL …] [FIRST-LAST]    # default: all, halls 41-60

One day each of the halls drawn with these seeds. A trial changes what the rule makes of the lines
before one of them is picked; `roll-out` plays the hall on for ten minutes with the catalogue's
minutes for the two best lines, and takes the one that makes the points of all, added up over
their waits, least. None of them leaves a window idle while it could serve somebody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from heapq import heapify, heappop, heappush
from statistics import mean

from msgspec import structs

from kiosk.hall import draw
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import APPOINTMENT, HallConfig
from kiosk.hall.engine import Hall
from kiosk.hall.events import Reason
from kiosk.hall.routing import Choice, Extra, Option, lanes, pick
from kiosk.hall.simulate import PlayedDay, play_day
from kiosk.hall.simulate_report import PUNCTUAL_S, quantile
from kiosk.hall.state import WindowStatus
from kiosk.hall.world import APPOINTMENT_KIND, FIRST_DAY, hall_config

SOON_MIN = 10
"""A window that is free later than this doesn't help."""

WALK_MIN = 0.8
REST_SHARE = 0.45
"""Of a service that has lasted longer than the catalogue says, so much is still to come."""


class Trial(Hall):
    """A hall that looks at its lines through a trial."""

    def __init__(self, config: HallConfig, look: Look) -> None:
        super().__init__(config)
        self.look = look

    def next_for(self, window_id: str, now: int, extra: Extra | None = None) -> Choice | None:
        """Whom the window calls: of the lines as the trial sees them."""
        window, queues = self.router.windows[window_id], self.state.queues
        options = [
            self.router.option(window, lane, priority, line)
            for lane in lanes(window)
            for priority, line in queues.lines(lane)
        ]
        best = pick(self.look(self, options, window_id, now), now)
        if best is None:
            return None
        waited_s = int(now - best.line[0][0]) // 1000
        reason = Reason("first", "fair", best.lane, best.priority, waited_s)
        return Choice(best.line[0][2], best.lane, reason)

    def free_in(self, window_id: str, now: int) -> float | None:
        """Minutes until a window is free, by the catalogue; None while nobody sits there."""
        window = self.state.windows[window_id]
        if window.status is not WindowStatus.OPEN:
            return None
        if window.ticket is None:
            return 0.0
        ticket = self.state.tickets[window.ticket]
        whole = self.services[ticket.current.service].minutes
        return max(whole - (now - (ticket.called_at or now)) / MINUTE, REST_SHARE * whole)


Look = Callable[[Trial, list[Option], str, int], list[Option]]


def more(option: Option, points: float) -> Option:
    """The option with a greater head start."""
    return structs.replace(option, start=option.start + points)


# ── trials ───────────────────────────────────────────────────────────────────────────────────


def rule(_hall: Trial, options: list[Option], _window: str, _now: int) -> list[Option]:
    """The rule as it is."""
    return options


def others(
    weight: float, hall: Trial, options: list[Option], window: str, now: int
) -> list[Option]:
    """A line counts the more the longer no other window that serves it will be free."""

    def wait(lane: str) -> float:
        able = (hall.free_in(w.id, now) for w in hall.router.able(lane) if w.id != window)
        return min((m for m in able if m is not None), default=SOON_MIN)

    return [more(o, weight * min(wait(o.lane), SOON_MIN)) for o in options]


def load(
    weight: float, hall: Trial, options: list[Option], _window: str, _now: int
) -> list[Option]:
    """A line counts the more the longer its last would wait: work ÷ windows, at most 30 min."""

    def behind(lane: str) -> float:
        able = [w for w in hall.router.able(lane) if hall.state.windows[w.id].status == "open"]
        hands = sum(1.0 if w.groups[0] == lane else 0.3 for w in able)
        minutes = mean(s.minutes for s in hall.state.config.services if s.group == lane)
        return hall.state.queues.count(lane) * minutes / max(hands, 0.3)

    return [more(o, weight * min(behind(o.lane), 30)) for o in options]


def short(
    power: float, hall: Trial, options: list[Option], _window: str, _now: int
) -> list[Option]:
    """A minute counts more for a short service: rate × (10 ÷ its minutes)^power."""
    minutes = {s.group: s.minutes for s in hall.state.config.services}
    return [structs.replace(o, rate=o.rate * (10 / minutes[o.lane]) ** power) for o in options]


def hours(
    gaps: Mapping[int, float],
    heads: Mapping[int, float],
    _hall: Trial,
    options: list[Option],
    _window: str,
    now: int,
) -> list[Option]:
    """Another help gap and another head start of appointments from some hours on."""
    hour = (now - FIRST_DAY) // (60 * MINUTE) % 24
    gap = next((g for until, g in gaps.items() if hour < until), 10)
    head = next((h for until, h in heads.items() if hour < until), 20)
    return [
        more(o, (10 - gap if o.rank else 0) + (head - 20 if o.priority == APPOINTMENT else 0))
        for o in options
    ]


def roll_out(
    minutes: float, hall: Trial, options: list[Option], window: str, now: int
) -> list[Option]:
    """The better of the two best lines, after `minutes` played on; who is over the cap goes on."""
    first = pick(options, now)
    second = pick([o for o in options if o is not first], now)
    if first is None or second is None or now - first.line[0][0] > first.cap:
        return options
    ahead = _Ahead(hall, window, now, now + round(minutes * MINUTE))
    return [min((first, second), key=ahead.cost)]


class _Ahead:
    """A hall played on with the catalogue's minutes, without newcomers."""

    def __init__(self, hall: Trial, window: str, now: int, until: int) -> None:
        self.window, self.now, self.until = window, now, until
        self.minutes = {s.group: s.minutes for s in hall.state.config.services}
        self.classes = hall.router.classes
        self.home = {w.id: w.groups[0] for w in hall.router.windows.values()}
        waits = {w: hall.free_in(w, now) for w in self.home if w != window}
        self.free = [(now + round(m * MINUTE) + 1, w) for w, m in waits.items() if m is not None]
        self.lines = {key: [p[0] for p in line] for key, line in hall.state.queues.items()}
        self.options = {
            w: [
                (key, hall.router.option(hall.router.windows[w], *key, ()))
                for key in self.lines
                if key[0] in hall.router.windows[w].groups
            ]
            for w in (window, *(w for _, w in self.free))
        }

    def cost(self, choice: Option) -> float:
        """The points of all who wait, added up over their waits, if this line is called first."""
        taken = dict.fromkeys(self.lines, 0)
        heap = list(self.free)
        total = self._call(heap, taken, self.window, (choice.lane, choice.priority), self.now)
        heapify(heap)
        while heap and heap[0][0] < self.until:
            at, window = heappop(heap)
            line = self._best(window, taken, at)
            if line is not None:
                total += self._call(heap, taken, window, line, at)
        return total + sum(
            self._points(key[1], self.until - ref)
            for key, line in self.lines.items()
            for ref in line[taken[key] :]
        )

    def _best(
        self, window: str, taken: Mapping[tuple[str, str], int], at: int
    ) -> tuple[str, str] | None:
        lines = [
            (key, structs.replace(o, line=[(self.lines[key][taken[key]], 0, "")]))
            for key, o in self.options[window]
            if taken[key] < len(self.lines[key])
        ]
        best = pick((o for _, o in lines), at)
        return next((key for key, o in lines if o is best), None)

    def _call(
        self,
        heap: list[tuple[int, str]],
        taken: dict[tuple[str, str], int],
        window: str,
        line: tuple[str, str],
        at: int,
    ) -> float:
        ref = self.lines[line][taken[line]]
        taken[line] += 1
        slow = 1 if self.home[window] == line[0] else 1.1
        length = self.minutes[line[0]] * slow + WALK_MIN
        heappush(heap, (at + round(length * MINUTE), window))
        return self._points(line[1], at - ref)

    def _points(self, priority: str, waited: int) -> float:
        rule, minutes = self.classes[priority], max(0, waited) / MINUTE
        return rule.head * minutes + rule.rate * minutes**2 / 2


TRIALS: dict[str, Look] = {
    "rule": rule,
    "others 0.2": partial(others, 0.2),
    "others 0.5": partial(others, 0.5),
    "load 0.1": partial(load, 0.1),
    "roll-out 10": partial(roll_out, 10),
    "short 0.15": partial(short, 0.15),
    "short 0.3": partial(short, 0.3),
    "gap 4 to 10h": partial(hours, {10: 4}, {}),
    "gap 4 to 12h": partial(hours, {10: 10, 12: 4}, {}),
    "gap 18 from 14h": partial(hours, {14: 10, 24: 18}, {}),
    "appt 10 to 10h": partial(hours, {}, {10: 10}),
    "appt 10 from 14h": partial(hours, {}, {14: 20, 24: 10}),
}


def show(trial: str, played: Sequence[PlayedDay], seconds: float) -> None:
    """One line of the table, minutes."""
    groups: dict[int, list[float]] = {}
    kept = []
    for day in played:
        for visit in day.visits:
            wait = max(0, (visit.called_at or 0) - visit.ticket.ref) / MINUTE
            groups.setdefault(visit.drawn.group, []).append(wait)
            if visit.drawn.kind == APPOINTMENT_KIND:
                kept.append(wait <= PUNCTUAL_S / 60)
    waits = sorted(wait for found in groups.values() for wait in found)
    means = [mean(found) for found in groups.values()]
    worst = max(quantile(sorted(found), 0.95) or 0 for found in groups.values())
    print(
        f"{trial:<18}{mean(waits):>7.2f}{quantile(waits, 0.95):>7.1f}{waits[-1]:>7.0f}"
        f"{worst:>7.1f}{mean(kept):>7.3f}{max(means) - min(means):>8.1f}"
        f"{seconds / len(played):>8.2f}",
        flush=True,
    )


def main() -> None:
    """Play and print."""
    words = sys.argv[1:]
    span = next((word for word in words if word.replace("-", "").isdigit()), "41-60")
    first, _, last = span.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    days = [day for seed in seeds for day in draw.days("busy", 1, seed=seed)]
    print(
        f"{'':<18}{'mean':>7}{'95%':>7}{'max':>7}{'worst':>7}{'appt':>7}{'spread':>8}{'s/day':>8}"
    )
    for name in [word for word in words if word != span] or TRIALS:
        begun = time.process_time()
        make = partial(Trial, look=TRIALS[name])
        played = [play_day(d, hall_config(d, "fair", d.name), FIRST_DAY, make) for d in days]
        show(name, played, time.process_time() - begun)


if __name__ == "__main__":
    main()
