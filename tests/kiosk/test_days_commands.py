"""`kiosk simulate`, `kiosk replay` and `kiosk audit fairness`, as they are typed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from kiosk.cli import main
from kiosk.hall import draw, simulate
from kiosk.hall.events import Reason, Record, TicketCalled
from kiosk.store import Batch, Entry, migrate, open_store
from tests.hall.script import Script

DAY = "2026-01-05"
(DRAWN,) = draw.days("small", 1, seed=21)


def kiosk(capsys: pytest.CaptureFixture[str], *line: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command line."""
    code = main([str(word) for word in line])
    out, err = capsys.readouterr()
    return code, out, err


def written(day: Path) -> Path:
    day.write_bytes(msgspec.json.encode(DRAWN))
    return day


async def _store(url: str, records: list[Record], hall: str) -> None:
    await migrate(url)
    store = await open_store(url, serving=True)
    await store.append(Batch(hall, 0, tuple(Entry(r) for r in records)))
    await store.close()


def database(folder: Path, records: list[Record], hall: str = "small") -> str:
    folder.mkdir(exist_ok=True)
    url = f"sqlite:///{folder}/kiosk.db"
    asyncio.run(_store(url, records, hall))
    return url


@pytest.fixture(scope="module")
def records() -> list[Record]:
    (played,) = simulate.play([DRAWN], estimates=False)
    return played.records


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> str:
    return database(tmp_path_factory.mktemp("db"), records)


def test_simulate_writes_the_same_bytes_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = written(tmp_path / "day.json")
    for out in ("a", "b"):
        code, _, err = kiosk(capsys, "simulate", day, "--out", tmp_path / out)
        assert code == 0
        assert "1 day(s)" in err
    for name in ("tickets.csv", "summary.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    lines = (tmp_path / "a" / "tickets.csv").read_text().splitlines()
    assert len(lines) == len(DRAWN.tickets) + 1
    pooled = json.loads((tmp_path / "a" / "summary.json").read_text())["pooled"]
    assert pooled["estimates"]["estimates"] > 0
    assert json.loads((tmp_path / "a" / "timing.json").read_text())["seconds_used"] > 0


def test_simulate_with_processes_is_as_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = written(tmp_path / "day.json")
    for jobs in ("1", "2"):
        line = ("simulate", day, day, "--no-estimates", "--routing", "listed", "--jobs", jobs)
        assert kiosk(capsys, *line, "--out", tmp_path / jobs)[0] == 0
    texts = [(tmp_path / jobs / "tickets.csv").read_text() for jobs in "12"]
    assert texts[0] == texts[1]
    assert ",,,\n" in texts[0]


@pytest.mark.parametrize("content", [None, b"[]", b'{"schema": "kiosk-day/2"}', b"{"])
def test_simulate_refuses_what_is_no_day_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "day.json"
    if content is not None:
        path.write_bytes(content)
    code, out, err = kiosk(capsys, "simulate", path, "--out", tmp_path)
    assert code == 2
    assert out == ""
    assert str(path) in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("part", "number", "wrong", "complaint"),
    [
        ("groups", 0, {"catalogue": 0}, "catalogue of 0"),
        ("windows", 1, {"skills": []}, "windows: 1 needs"),
        ("windows", 1, {"skills": [99]}, "group 99"),
        ("windows", 1, {"end": 0.0}, "before its end"),
        ("windows", 1, {"speed": 0.0}, "speed"),
        ("windows", 1, {"breaks": [(600.0, -1.0)]}, "break"),
        ("windows", 1, {"id": 0}, "windows: the id 0"),
        ("tickets", 3, {"group": 99}, "group 99"),
        ("tickets", 3, {"arr": -5.0}, "minute -5"),
        ("tickets", 3, {"base": -1.0}, "below 0"),
        ("tickets", 3, {"id": 4}, "tickets: the id 4"),
        ("bookings", 0, {"group": 99}, "bookings"),
    ],
)
def test_simulate_names_what_is_wrong_with_a_day(
    part: str,
    number: int,
    wrong: dict[str, object],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = msgspec.to_builtins(DRAWN)
    content[part][number].update(wrong)
    path = tmp_path / "day.json"
    path.write_bytes(msgspec.json.encode(content))
    code, _, err = kiosk(capsys, "simulate", path, "--out", tmp_path)
    assert code == 2
    assert complaint in err
    assert err.count("\n") == 1


def test_simulate_says_where_it_can_t_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = written(tmp_path / "day.json")
    code, _, err = kiosk(capsys, "simulate", day, "--out", day)
    assert code == 2
    assert err == f"kiosk: {day} can't be written: File exists\n"


@pytest.mark.parametrize(
    "line",
    [
        ("simulate", "day.json", "--jobs", "0"),
        ("simulate", "day.json", "--jobs", "many"),
        ("simulate", "day.json", "--routing", "best"),
        ("replay", "--db", "sqlite:///a.db", "--hall", "small", "--day", "2026-13-05"),
        ("audit", "fairness", "--db", "sqlite:///a.db", "--hall", "small", "--day", "today"),
        ("audit", "fairness", "--hall", "small", "--day", DAY, "--tolerance", "-5"),
        ("audit", "seal", "--db", "sqlite:///a.db", "--hall", "small", "--day", "5.1.2026"),
    ],
)
def test_options_that_make_no_sense_are_one_line(
    line: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert repr(line[-1]) in err
    assert err.count("\n") == 1


def figures(out: str) -> dict[str, list[str]]:
    """The printed table: words → cells."""
    return {line[:30].strip(): line[30:].split() for line in out.splitlines()[1:]}


def test_replay_with_the_same_rules_is_the_recorded_day(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = kiosk(capsys, "replay", "--db", db, "--hall", "small", "--day", DAY)
    assert code == 0
    table = figures(out)
    assert table["tickets"] == [str(len(DRAWN.tickets))] * 2
    assert all(recorded == again for recorded, again in table.values())


def test_replay_with_changes_prints_a_third_column(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text('{"windows": {"3": {"closed": true}}, "rules": {"help_gap_minutes": 5}}')
    line = ("replay", "--db", db, "--hall", "small", "--day", DAY, "--with", changes)
    code, out, _ = kiosk(capsys, *line)
    assert code == 0
    recorded, _, changed = figures(out)["mean wait, min"]
    assert float(changed) > float(recorded)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ('{"window": {}}', "window"),
        ('{"rules": {"patience": 1}}', "patience"),
        ('{"windows": {"3": {"groups": ["zoo"]}}}', "zoo"),
        ('{"windows": {"new": {"groups": ["1"]}}}', "opens"),
        ('{"windows": {"3": {"opens": "late"}}}', "late"),
        ('{"windows": {"3": {"opens": "17:00", "closes": "09:00"}}}', "before it opens"),
        ('{"windows": {"3": {"groups": []}}}', "needs a group"),
        ('{"rules": {"cap_minutes": -5}}', "0.1 to 1440"),
        ('{"routing": "best"}', "best"),
        ("{", "truncated"),
    ],
)
def test_replay_refuses_changes_that_make_no_sense(
    changes: str, complaint: str, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "changes.json"
    path.write_text(changes)
    line = ("replay", "--db", db, "--hall", "small", "--day", DAY, "--with", path)
    code, _, err = kiosk(capsys, *line)
    assert code == 2
    assert complaint in err
    assert err.count("\n") == 1


def test_replay_counts_who_would_not_be_served(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = tmp_path / "changes.json"
    closed = {str(window.id): {"closed": True} for window in DRAWN.windows}
    changes.write_text(json.dumps({"windows": closed}))
    line = ("replay", "--db", db, "--hall", "small", "--day", DAY, "--with", changes)
    code, out, _ = kiosk(capsys, *line)
    assert code == 0
    assert figures(out)["never called"] == ["0", "0", str(len(DRAWN.tickets))]


def test_a_day_without_events_is_said(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("replay",), ("audit", "fairness")):
        line = (*command, "--db", db, "--hall", "small", "--day", "2026-02-01")
        code, _, err = kiosk(capsys, *line)
        assert code == 2
        assert f"2026-02-01; it has days from {DAY} to {DAY}" in err
        line = (*command, "--db", db, "--hall", "other", "--day", DAY)
        code, _, err = kiosk(capsys, *line)
        assert code == 2
        assert "no hall other; there are: small" in err


def test_a_fair_day_passes_the_audit(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = ("audit", "fairness", "--db", db, "--hall", "small", "--day", DAY, "--tolerance", "0")
    code, out, _ = kiosk(capsys, *line)
    assert code == 0
    assert "no violations" in out


@pytest.mark.parametrize(("language", "words"), [("en", "earlier in the same"), ("zh", "更早的")])
def test_an_unfair_day_is_told_in_words(
    language: str,
    words: str,
    records: list[Record],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two tickets of the same queue and class change places in the log."""
    swapped = _swapped(records)
    db = database(tmp_path, swapped)
    line = ("audit", "fairness", "--db", db, "--hall", "small", "--day", DAY)
    code, out, err = kiosk(capsys, *line, "--language", language)
    assert code == 1
    assert words in out
    assert "violations" in err


@pytest.mark.parametrize(
    ("language", "words"), [("en", "First in this window's line"), ("zh", "本窗口队列中排在最前")]
)
def test_every_call_is_told_in_words_and_numbers(
    language: str, words: str, db: str, records: list[Record], capsys: pytest.CaptureFixture[str]
) -> None:
    line = ("audit", "calls", "--db", db, "--hall", "small", "--day", DAY, "--language", language)
    code, out, _ = kiosk(capsys, *line)
    assert code == 0
    calls = [r for r in records if isinstance(r.event, TicketCalled)]
    told = out.splitlines()
    assert [int(text[1 : text.index(" ")]) for text in told] == [r.seq for r in calls]
    assert words in out
    number = told[-1].split()[2]
    code, out, _ = kiosk(capsys, *line, "--number", number)
    assert (code, out.splitlines()) == (0, told[-1:])
    code, _, err = kiosk(capsys, *line, "--number", "Z999")
    assert (code, err) == (2, f"kiosk: Z999 was not called on {DAY}\n")


def test_a_call_by_a_window_that_serves_nobody_who_waits_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day has two services on a ticket, a visitor who comes back and a lent window."""
    hall = Script()
    hall.open("1", "3")
    hall.issue("advice", "deed-tax")
    hall.issue("advice")
    hall.next("1")
    hall.put(hall.hall.park("t1", hall.now))
    hall.next("1")
    hall.put(hall.hall.resume("t1"))
    hall.put(hall.hall.lend_window("3", ("A",), 10, hall.now))
    hall.next("3")
    hall.issue("advice")
    day = hall.hall.calendar.day(hall.now)
    line = ("audit", "fairness", "--hall", "main", "--day", day)
    code, out, _ = kiosk(capsys, *line, "--db", database(tmp_path / "fair", hall.log, "main"))
    assert (code, "no violations" in out) == (0, True)
    hall.later(10)
    reason = Reason(code="help", rule="fair", group="A", priority="normal", waited_s=0)
    hall.put([TicketCalled("t3", "3", reason, "li")])
    code, out, _ = kiosk(capsys, *line, "--db", database(tmp_path / "forged", hall.log, "main"))
    assert code == 1
    assert f"window 3 called {hall['t3'].number}; by the rule there was nobody" in out


def _swapped(records: list[Record]) -> list[Record]:
    calls = [r.event for r in records if isinstance(r.event, TicketCalled)]
    for first in calls:
        for second in calls[calls.index(first) + 1 :][:4]:
            alike = (first.reason.group, first.reason.priority) == (
                second.reason.group,
                second.reason.priority,
            )
            if alike and min(first.reason.waited_s, second.reason.waited_s) > 600:
                names = {first.ticket: second.ticket, second.ticket: first.ticket}
                return [_renamed(record, names) for record in records]
    raise AssertionError("no two calls to swap")


def _renamed(record: Record, names: dict[str, str]) -> Record:
    event = record.event
    name = getattr(event, "ticket", "")
    if name not in names or event.kind == "ticket_issued":
        return record
    return structs.replace(record, event=structs.replace(event, ticket=names[name]))
