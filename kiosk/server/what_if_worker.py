"""The process that plays a what-if: a `Question` on stdin, the `Reply` to it on stdout."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from kiosk.hall.errors import HallError
from kiosk.hall.recorded import NobodyCame, RecordedDay, recorded
from kiosk.hall.what_if import compare
from kiosk.store import StoreError, open_store
from kiosk.store.days import records_of_day

from . import problems
from .background import give_way
from .runtime import Reply
from .views import Problem
from .what_if import Question

NICENESS = 3
"""Somebody waits for it, though nobody in the hall."""


async def answer(question: Question) -> Reply:
    """Read the days, play them, and say how it was and would have been."""
    language = question.language
    try:
        days, empty = await _days(question)
        if not days:
            return _refusal(problems.describe(422, "nobody_came", language, "from"))
        return Reply(200, msgspec.json.encode(compare(days, question.changes, empty)))
    except HallError as error:
        return problems.refusal(error, language)
    except StoreError as error:
        return _refusal(problems.of_store_error(error, language))


def _refusal(problem: Problem) -> Reply:
    return Reply(problem.status, msgspec.json.encode(problem))


async def _days(question: Question) -> tuple[list[RecordedDay], list[str]]:
    """The days with visitors, and those without."""
    days, empty = [], []
    store = await open_store(question.db)
    try:
        for day in question.days:
            try:
                days.append(recorded(await records_of_day(store, question.hall, day), day))
            except NobodyCame:
                empty.append(day)
    finally:
        await store.close()
    return days, empty


def main() -> int:
    """Answer one question."""
    give_way(NICENESS)
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.msgpack.encode(asyncio.run(answer(question))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
