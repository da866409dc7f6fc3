"""What comes back from a printer, in any mixture and cut anywhere."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.status import (
    QUERIES,
    Automatic,
    Flow,
    Info,
    InTurn,
    ProcessId,
    RealTime,
    Report,
    Signals,
    StatusReader,
    after_real_time,
    from_automatic,
)

PRINTABLE = st.integers(0x20, 0x7E)
LOW = st.builds(lambda bits: bits & 0x6F, st.integers(0, 127))  # 0xx0xxxx
REPORTS: st.SearchStrategy[tuple[Report, bytes]] = st.one_of(
    st.integers(0, 127).map(lambda n: n & 0x6C | 0x12).map(lambda n: (RealTime(n), bytes([n]))),
    st.tuples(st.integers(0, 127).map(lambda n: n & 0x6C | 0x10), LOW, LOW, LOW)
    .map(bytes)
    .map(lambda data: (Automatic(data), data)),
    LOW.map(lambda n: (InTurn(n), bytes([n]))),
    st.lists(PRINTABLE, min_size=4, max_size=4)
    .map(bytes)
    .map(lambda data: (ProcessId(data), b"\x37\x22" + data + b"\0")),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(
        lambda text: (Info(text), b"_" + text.encode() + b"\0")
    ),
    st.booleans().map(lambda go: (Flow(go), b"\x11" if go else b"\x13")),
)


@given(st.lists(REPORTS, max_size=20), st.data())
def test_every_mixture_is_read_at_any_split(
    reports: list[tuple[Report, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(raw for _, raw in reports)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    reader = StatusReader()
    heard = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        heard += reader.feed(stream[start:end])
    assert heard == [report for report, _ in reports]


@given(st.binary(max_size=200), st.data())
def test_noise_never_raises_and_a_split_changes_nothing(noise: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(noise)))
    split = StatusReader()
    assert split.feed(noise[:cut]) + split.feed(noise[cut:]) == StatusReader().feed(noise)


@given(st.binary(max_size=100))
def test_after_noise_it_recovers(noise: bytes) -> None:
    reader = StatusReader()
    reader.feed(noise + b"\0" * 100)
    assert reader.feed(b"\x16") == [RealTime(0x16)]


def test_flow_control_and_answers_inside_an_automatic_status() -> None:
    assert StatusReader().feed(b"\x14\x13\x00\x12\x11\x00\x00") == [
        Flow(go=False),
        RealTime(0x12),
        Flow(go=True),
        Automatic(b"\x14\0\0\0"),
    ]


def test_automatic_bytes_ahead_of_an_answer_are_not_the_answer() -> None:
    """The library's status query takes the first byte for the answer and reports no paper."""
    assert StatusReader().feed(b"\x10\x00\x00\x00\x12")[-1] == RealTime(0x12)


@pytest.mark.parametrize(
    ("query", "byte", "signals"),
    [
        (1, 0x12, Signals()),
        (1, 0x1A, Signals(offline=True)),
        (2, 0x16, Signals(cover_open=True)),
        (2, 0x32, Signals(paper_out=True)),
        (3, 0x1A, Signals(cutter=True)),
        (3, 0x32, Signals(fault=True)),
        (4, 0x1E, Signals(near_end=True)),
        (4, 0x7E, Signals(paper_out=True)),
    ],
)
def test_real_time_answers(query: int, byte: int, signals: Signals) -> None:
    assert after_real_time(Signals(), query, byte) == signals


def test_asking_again_clears_what_is_over() -> None:
    every = Signals(*[True] * len(Signals.__struct_fields__))
    for query in QUERIES:
        every = after_real_time(every, query, 0x12)
    assert every == Signals()


def test_a_query_that_does_not_exist_is_a_defect() -> None:
    with pytest.raises(ValueError, match="no query 7"):
        after_real_time(Signals(), 7, 0x12)


@given(st.tuples(LOW, LOW, LOW).map(bytes), st.integers(0, 127))
def test_automatic_status_has_the_manuals_bits(rest: bytes, first: int) -> None:
    signals = from_automatic(bytes([first & 0x6C | 0x10]) + rest)
    assert signals.offline == bool(first & 0x08)
    assert signals.cover_open == bool(first & 0x20)
    assert signals.paper_out == bool(rest[1] & 0x0C)
    assert signals.cutter == bool(rest[0] & 0x08)
    assert msgspec.to_builtins(signals).keys() == set(Signals.__struct_fields__)
