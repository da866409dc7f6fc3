"""How long all services take just now, against what their tables expect: the hall's pace.

A new form, a slow network, a crowded holiday or a catalogue that is wrong throughout make all
services longer or shorter at once. That shows in dozens of services, long before each rare
service's own table could follow. A finished service took `ratio` times what was expected of it;
ratios are taken as gamma distributed with mean `pace` and shape k, so that n of them with sum s
are as likely as

    pace^(−k·n) · exp(−k·s / pace)

The pace is a hidden state on a grid of 4% steps. From one service to the next it usually stays,
rarely jumps anywhere, and wanders a little; its probabilities follow by Bayes' rule (the forward
filter of a hidden Markov model; compare Adams and MacKay 2007, change-point detection online).
So one long service moves nothing, and after a change the old pace is given up as fast as the
evidence allows.
"""

from __future__ import annotations

from math import exp, log

_STEP, _STEPS = 0.04, 24
_PACES = tuple(exp(_STEP * i) for i in range(-_STEPS, _STEPS + 1))
_LOGS = tuple(log(pace) for pace in _PACES)

_SD = 0.3
"""How far from 1 a pace is expected to be of which nothing is known: standard deviation, log."""

_SHAPE = 2.0
"""Less than the 2.8 of a service's own lengths: the tables are a little wrong, too."""

_JUMP = _WANDER = 0.0005
"""Per service: probability of a jump anywhere, and of a step either way."""

_BATCH = 5
"""Services that are taken in together: a fifth of the work."""

_LONGEST = 4.0
"""A longer service counts as so many times what was expected."""


def _anywhere() -> list[float]:
    weights = [exp(-((of / _SD) ** 2) / 2) for of in _LOGS]
    whole = sum(weights)
    return [weight / whole for weight in weights]


_ANYWHERE = _anywhere()


class Pace:
    """`now`: the factor on what the tables expect, the mean of what it may be."""

    def __init__(self) -> None:
        self.now = 1.0
        self._odds = list(_ANYWHERE)
        self._sum, self._count = 0.0, 0

    def add(self, ratio: float) -> None:
        """A service took so many times what its table expected of it."""
        self._sum += min(ratio, _LONGEST)
        self._count += 1
        if self._count == _BATCH:
            self._take_in()

    def _take_in(self) -> None:
        count, total = _SHAPE * self._count, _SHAPE * self._sum
        jump, wander = _JUMP * self._count, _WANDER * self._count
        odds = self._odds
        steps = zip(
            odds,
            (odds[0], *odds[:-1]),
            (*odds[1:], odds[-1]),
            _ANYWHERE,
            _PACES,
            _LOGS,
            strict=True,
        )
        found = [
            ((1 - jump) * (stay + wander * (up + down - 2 * stay)) + jump * anywhere)
            * exp(-count * of - total / pace)
            for stay, up, down, anywhere, pace, of in steps
        ]
        whole = sum(found)
        self._odds = [weight / whole for weight in found]
        self.now = sum(weight * pace for weight, pace in zip(self._odds, _PACES, strict=True))
        self._sum, self._count = 0.0, 0
