"""A conversation with a printer that answers as the test says."""

import asyncio
from collections.abc import Callable

import pytest

from printer.line import Line
from printer.status import Signals


class Script:
    """A connection whose answers are a function of what is written."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._ready: asyncio.Queue[bytes] = asyncio.Queue()
        self.written = b""

    async def write(self, data: bytes) -> None:
        """Note it and answer."""
        self.written += data
        if answer := self._answer(data):
            self._ready.put_nowait(answer)

    async def read(self) -> bytes:
        """The next answer; b"!" stands for the end of the line."""
        data = await self._ready.get()
        return b"" if data == b"!" else data

    async def close(self) -> None:
        """Nothing."""


def line(answer: Callable[[bytes], bytes]) -> Line:
    """A line to such a printer."""
    return Line(Script(answer), answer_s=0.05)


async def test_one_question_is_open_at_a_time() -> None:
    script = Script(lambda _data: b"\x12")
    assert await Line(script, 0.05).signals() == Signals()
    assert script.written == b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"


async def test_automatic_status_before_an_answer_does_not_confuse() -> None:
    assert await line(lambda _data: b"\x10\x00\x00\x00\x12").signals() == Signals()


async def test_silence() -> None:
    assert await line(lambda _data: b"").signals() is None


async def test_a_printer_that_knows_only_the_first_question_is_believed_in_it() -> None:
    answers = iter([b"\x1a"])
    assert await line(lambda _data: next(answers, b"")).signals() == Signals(offline=True)


async def test_a_printer_that_hangs_up_is_an_error() -> None:
    with pytest.raises(ConnectionResetError):
        await line(lambda _data: b"!").signals()


async def test_only_the_own_process_id_confirms() -> None:
    stale = b"\x37\x220001\x00"
    printer = line(lambda _data: stale)
    await printer.send(b"ticket")
    assert not await printer.confirmed(b"0002", 0.05)
    await printer.send(b"ticket")
    assert await printer.confirmed(b"0001", 0.05)


async def test_an_answer_in_turn_confirms_where_there_are_no_process_ids() -> None:
    printer = line(lambda _data: b"\x12\x00")
    await printer.send(b"ticket")
    assert await printer.confirmed(b"", 0.05)


async def test_a_printer_is_asked_to_tell_of_itself_and_heard() -> None:
    script = Script(lambda data: b"\x10\x00\x00\x00\x12\x18\x00\x0c\x00" * (data[:2] == b"\x1da"))
    printer = Line(script, 0.05)
    await printer.automatic()
    assert script.written == b"\x1da\x0e"  # on-line, errors, paper; not the cash drawer
    assert await printer.pushed() == Signals()
    assert await printer.pushed() == Signals(offline=True, paper_out=True)


async def test_a_name() -> None:
    assert await line(lambda _data: b"_TM-T88V\x00").name(67) == "TM-T88V"
    assert await line(lambda _data: b"").name(67) == ""
