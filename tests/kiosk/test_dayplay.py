from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from kiosk.dayplay.__main__ import main
from kiosk.dayplay.cast import Called, Taken
from kiosk.dayplay.convert import main as convert
from kiosk.dayplay.day import (
    COLUMNS,
    DayError,
    Visit,
    median_service,
    read_day,
    seconds,
    shifts,
    write_day,
)
from kiosk.dayplay.hall import hall_of, priority_of, service_of, window_of
from kiosk.dayplay.play import Played
from kiosk.dayplay.verdict import checks, waits
from kiosk.hall import Hall
from kiosk.hall.draw import days
from kiosk.hall.events import (
    LegPlan,
    PrintOutcome,
    PrintSending,
    PrintSettled,
    Reason,
    Record,
    TicketCalled,
    TicketIssued,
    WindowOpened,
)

SAMPLE = Path("kiosk/sample/day.csv")
HEADER = ",".join(COLUMNS) + "\n"


def part(folder: Path, start: int, people: int, longest: int) -> Path:
    """Some visitors of the sample day who don't take long; the last comes just before midnight."""
    chosen = [v for v in read_day(SAMPLE) if v.arrival >= start and (v.service or 0) <= longest]
    chosen = chosen[:people]
    later = seconds("23:59:59") - chosen[-1].arrival
    path = folder / "part.csv"
    write_day(path, [msgspec.structs.replace(v, arrival=v.arrival + later) for v in chosen])
    return path


# ── the whole thing ──────────────────────────────────────────────────────────────────────────


def test_a_played_day_survives_three_deaths_of_its_server(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    day = part(tmp_path, 9 * 3600, people=60, longest=600)
    kept = tmp_path / "kept"
    code = main([str(day), "--rate", "240", "--kills", "3", "--keep", str(kept)])
    report = capfd.readouterr().out
    assert code == 0, report
    assert report.count("server killed") == 3
    assert "FAIL" not in report
    assert "60 arrivals, 60 tickets" in report
    for check in ("kiosk audit verify", "kiosk rebuild --check", "the screen saw each call once"):
        assert f"ok    {check}" in report
    assert (kept / "day.db").exists()


def test_a_wrong_file_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.csv")]) == 2
    path = tmp_path / "day.csv"
    path.write_text("a,b\n1,2\n")
    assert main([str(path)]) == 2
    assert "line 1: the columns must be arrival," in capfd.readouterr().out
    assert main([str(SAMPLE), "--start", "03:00", "--until", "04:00"]) == 2
    assert "nobody came from 03:00 to 04:00" in capfd.readouterr().out


# ── the file ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "row",
    [
        "9 o'clock,A,0,60,S1,0,served",
        "09:00:00,A,0,,S1,0,served",
        "09:00:00,A,0,60,S1,0,vanished",
        "09:00:00,A,0,60,S1,soon,served",
        "09:00:00",
    ],
)
def test_each_wrong_row_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "day.csv"
    path.write_text(HEADER + "08:00:00,A,0,60,S1,0,served\n" + row + "\n")
    with pytest.raises(DayError, match="line 3"):
        read_day(path)


def test_the_sample_day_is_read_and_written_alike(tmp_path: Path) -> None:
    visits = read_day(SAMPLE)
    assert len(visits) > 1400
    assert any(v.service is None for v in visits)
    write_day(tmp_path / "again.csv", visits)
    assert read_day(tmp_path / "again.csv") == visits


def test_nobody_on_a_day_is_no_day(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text(HEADER)
    with pytest.raises(DayError, match="nobody came"):
        read_day(path)


def test_a_drawn_day_becomes_a_recorded_one(tmp_path: Path) -> None:
    drawn = days("small", 1, seed=4)[0]
    source = tmp_path / "day.json"
    source.write_bytes(msgspec.json.encode(drawn))
    out = tmp_path / "day.csv"
    assert convert([str(source), str(out)]) == 0
    visits = read_day(out)
    assert len(visits) == len(drawn.tickets)
    served: dict[str, list[Visit]] = {}
    for visit in visits:
        assert visit.wait >= 0
        if visit.server is not None:
            served.setdefault(visit.server, []).append(visit)
    assert len(served) <= len(drawn.windows)
    for turns in served.values():
        for one, next_one in pairwise(sorted(turns, key=lambda v: v.starts)):
            assert one.starts + (one.service or 0) <= next_one.starts + 1
    assert convert([str(tmp_path / "none.json"), str(out)]) == 2


# ── the hall of a day ────────────────────────────────────────────────────────────────────────

VISITS = [
    Visit(36_000, "PS", "0", 5, 100, "S01"),
    Visit(36_010, "NW", "2", 0, 40, "S01"),
    Visit(36_020, "PS", "1", 9, 60, "S01"),
    Visit(36_030, "NW", "2", 30, None, None),
]


def test_a_hall_has_the_days_groups_and_a_window_per_server() -> None:
    config = hall_of(VISITS, "tcp://127.0.0.1:9100")
    Hall(config)
    assert [(g.id, g.prefix) for g in config.groups] == [("NW", "NW"), ("PS", "PS")]
    assert [(w.id, w.groups) for w in config.windows] == [("S01", ("PS", "NW"))]
    heads = {p.id: p.credit_minutes for p in config.priorities}
    assert [heads.get(priority_of(v) or "", 0.0) for v in VISITS] == [0, 3.0, 1.5, 3.0]
    assert {service_of(v) for v in VISITS} == {s.id for s in config.services}
    assert window_of("S01") == "S01"
    assert median_service(VISITS) == {"PS": 100, "NW": 40}


def test_a_server_is_there_between_breaks() -> None:
    later = Visit(40_000, "PS", "0", 0, 10, "S01")
    assert shifts([*VISITS, later]) == {"S01": [(36_005, 36_105), (40_000, 40_010)]}
    whole_day = read_day(SAMPLE)
    present = shifts(whole_day)
    for visit in whole_day:
        if visit.server is not None:
            assert any(a <= visit.starts <= b for a, b in present[visit.server])


def test_groups_with_long_names_are_numbered_with_letters() -> None:
    config = hall_of(read_day(SAMPLE), "tcp://127.0.0.1:9100")
    Hall(config)
    prefixes = [g.prefix for g in config.groups]
    assert prefixes == list("ABCDEFGHIJKL")


# ── the verdict ──────────────────────────────────────────────────────────────────────────────


def day_of_two() -> tuple[Played, list[Record]]:
    """Two visitors, both called and printed: nothing wrong."""

    def issued(ticket: str, number: str) -> TicketIssued:
        return TicketIssued(ticket, number, (LegPlan("PS", "PS"),))

    events = [
        WindowOpened("S01"),
        issued("a", "PS001"),
        PrintSettled("a", 0, PrintOutcome.PRINTED),
        TicketCalled("a", "S01", Reason("first")),
        issued("b", "PS002"),
        PrintSettled("b", 0, PrintOutcome.PRINTED),
        TicketCalled("b", "S01", Reason("first")),
    ]
    log = [Record("day", n, 1000 * n, "2026-11-22", "t", e) for n, e in enumerate(events, 1)]
    played = Played(
        taken=[Taken("a", "PS001", VISITS[0]), Taken("b", "PS002", VISITS[2])],
        deeds=Counter({"window_opened": 1}),
        called=[Called("a", "PS001", "S01"), Called("b", "PS002", "S01")],
        screen_calls=[("PS001", "S01"), ("PS002", "S01")],
        screen_snapshots=1,
        papers_cut=2,
        reprints=0,
        kills=[],
        seconds=1,
    )
    return played, log


def wrong(played: Played, log: list[Record]) -> list[str]:
    people = [VISITS[0], VISITS[2]]
    return [check.what for check in checks(people, played, log) if not check.good]


def test_a_good_day_passes_every_check() -> None:
    assert wrong(*day_of_two()) == []


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda p, log: p.screen_calls.reverse(), "the screen saw each call once and in order"),
        (lambda p, log: p.screen_calls.pop(), "the screen saw each call once and in order"),
        (
            lambda p, log: p.screen_calls.append(p.screen_calls[0]),
            "the screen saw each call once and in order",
        ),
        (lambda p, log: p.called.pop(), "every call that was acknowledged is in the log, once"),
        (
            lambda p, log: p.taken.append(Taken("lost", "PS003", VISITS[0])),
            "every ticket that was acknowledged is in the log",
        ),
        (lambda p, log: p.taken.pop(), "as many tickets as arrivals"),
        (lambda p, log: log.append(log[3]), "nobody called twice"),
        (lambda p, log: log.pop(5), "as many papers as tickets"),
        (
            lambda p, log: log.append(log[0]),
            "every other deed that was acknowledged is in the log, once",
        ),
        (
            lambda p, log: p.deeds.update(["service_started"]),
            "every other deed that was acknowledged is in the log, once",
        ),
        (
            lambda p, log: log.append(
                msgspec.structs.replace(
                    log[0], event=TicketIssued("c", "PS001", (LegPlan("PS", "PS"),))
                )
            ),
            "no number twice",
        ),
    ],
)
def test_whatever_goes_wrong_is_found(spoil, what: str) -> None:  # type: ignore[no-untyped-def]
    played, log = day_of_two()
    spoil(played, log)
    assert what in wrong(played, log)


def test_a_paper_more_or_less_than_the_log_knows_is_found() -> None:
    played, log = day_of_two()
    for cut in (1, 3):
        assert wrong(msgspec.structs.replace(played, papers_cut=cut), log) == [
            "as many papers as tickets"
        ]
    cut_off = msgspec.structs.replace(log[5], event=PrintSending("b", 0))
    uncertain = msgspec.structs.replace(log[5], event=PrintSettled("b", 0, PrintOutcome.UNCERTAIN))
    for cut in (1, 2):
        spoiled = msgspec.structs.replace(played, papers_cut=cut)
        assert wrong(spoiled, [*log[:5], uncertain, log[6]]) == []
        assert wrong(spoiled, [*log[:5], cut_off, log[6]]) == []


def test_waits_stand_beside_the_recorded_ones() -> None:
    played, log = day_of_two()
    rows = waits([VISITS[0], VISITS[2]], played, log)
    assert rows[1].split() == ["all", "2", "(2)", *["2", "(7)"] * 2, *["2", "(9)"] * 2]
