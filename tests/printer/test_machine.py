"""The virtual printer without its socket: answers, sensors, faults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.raster import Bed
from printer.status import QUERIES, Signals, StatusReader, after_real_time, from_automatic
from printer.virtual.machine import Faults, Machine

BED = Bed(384, 203)
STOPS = [Faults(paper_out=True), Faults(cover_open=True), Faults(cutter=True)]


def machine(faults: Faults | None = None) -> Machine:
    """A machine with faults."""
    return Machine(BED, faults)


def asked(printer: Machine, data: bytes) -> bytes:
    """What it answers."""
    printer.receive(data)
    return printer.answers()


def sensed(printer: Machine) -> Signals:
    """Its signals by real-time questions."""
    signals = Signals()
    for query in QUERIES:
        signals = after_real_time(signals, query, asked(printer, b"\x10\x04" + bytes([query]))[0])
    return signals


@pytest.mark.parametrize(
    ("faults", "signals"),
    [
        (Faults(), Signals()),
        (Faults(near_end=True), Signals(near_end=True)),
        (Faults(paper_out=True), Signals(offline=True, paper_out=True)),
        (Faults(cover_open=True), Signals(offline=True, cover_open=True)),
        (Faults(cutter=True), Signals(offline=True, cutter=True)),
    ],
)
def test_both_kinds_of_status_tell_the_same(faults: Faults, signals: Signals) -> None:
    assert sensed(machine(faults)) == signals
    printer = machine()
    printer.receive(b"\x1da\xff")
    printer.answers()
    printer.faults = faults
    pushed = printer.answers()
    assert (from_automatic(pushed) if pushed else Signals()) == signals


def test_automatic_status_is_pushed_at_each_change() -> None:
    printer = machine()
    assert from_automatic(asked(printer, b"\x1da\xff")) == Signals()
    printer.faults = Faults(paper_out=True)
    assert from_automatic(printer.answers()) == Signals(offline=True, paper_out=True)
    printer.faults = Faults(paper_out=True, slow=True)
    assert printer.answers() == b""
    printer.hang_up()
    printer.faults = Faults()
    assert printer.answers() == b""


@pytest.mark.parametrize("faults", STOPS)
def test_a_stopped_printer_holds_what_it_gets_and_answers_only_in_real_time(
    faults: Faults,
) -> None:
    printer = machine(faults)
    assert asked(printer, b"H\n\x1dV\x00\x1dr\x01") == b""
    assert printer.queued == 8
    assert not printer.pieces
    assert asked(printer, b"\x10\x04\x01") == b"\x1a"
    printer.faults = Faults()
    assert len(printer.pieces) == 1
    assert printer.answers() == b"\x00"
    assert printer.queued == 0


def test_a_process_id_comes_back_in_turn() -> None:
    reader = StatusReader()
    answer = asked(machine(), b"\x1d(H\x06\x00001234\x1dr\x01")
    assert [report.__class__.__name__ for report in reader.feed(answer)] == ["ProcessId", "InTurn"]


def test_a_mute_printer_prints_without_a_word() -> None:
    printer = machine(Faults(mute=True))
    assert asked(printer, b"\x10\x04\x01\x1dr\x01\x1dI\x43\x1da\xffH\n\x1dV\x00") == b""
    assert len(printer.pieces) == 1


def test_questions_are_no_part_of_the_paper() -> None:
    printer = machine()
    printer.receive(b"\x10\x04\x01\x00\x00H\n\x1dr\x01\x1dV\x00")
    assert printer.pieces[0].data == b"H\n\x1dV\x00"


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"\x1d(k", b"\x1dv0"]))))
def test_no_bytes_can_break_it(parts: list[bytes]) -> None:
    printer = machine()
    for part in parts:
        printer.receive(part)
    printer.receive(b"\x10\x04\x01")


def test_faults_by_their_names() -> None:
    assert Faults.parse(["paper-out", "slow"]) == Faults(paper_out=True, slow=True)
    assert Faults.parse(["drop-after=100"]) == Faults(drop_after=100)
    for wrong in ("fire", "drop-after", "drop-after=x", "mute=1"):
        with pytest.raises(ValueError, match="expected"):
            Faults.parse([wrong])
