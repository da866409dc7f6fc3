"""The agent's folder of jobs: what is on disk decides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.agent.folder import Ended, Folder
from printer.agent.protocol import Print, Settled
from printer.job import Outcome

DAY_MS = 24 * 3600 * 1000


def frame(name: str, expires_s: float = 60.0) -> Print:
    """A job as it comes."""
    return Print(name, b"\x1b@\x00\xff", b"0001", expires_s)


def test_a_job_is_kept_once_and_in_order(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in ("b/0", "a/0"):
        assert folder.keep(frame(name), now=1000) is not None
        assert folder.keep(frame(name), now=2000) is None
    again, torn = Folder(tmp_path).recover(now=3000)
    assert not torn
    assert [(held.id, held.expires_at) for held in again] == [("b/0", 61_000), ("a/0", 61_000)]
    assert again[0].data == frame("x").data


def test_what_was_being_sent_is_uncertain_after_a_start(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.keep(frame("a"), now=0)
    folder.mark_sent("a")
    assert Folder(tmp_path).recover(now=1) == ([], True)
    assert Folder(tmp_path).recover(now=2) == ([], False)
    (settled,) = folder.unreported()
    assert (settled.job, settled.outcome) == ("a", Outcome.UNCERTAIN)


@pytest.mark.parametrize("left", ["job", "sent"])
def test_an_end_that_was_written_counts_whatever_else_is_left(tmp_path: Path, left: str) -> None:
    """The power may fail between the end's file and the removal of the others."""
    folder = Folder(tmp_path)
    folder.keep(frame("a"), now=0)
    before = (tmp_path / "a.job").read_bytes()
    folder.end("a", Ended(Outcome.PRINTED, "", 1))
    (tmp_path / f"a.{left}").write_bytes(before)
    assert Folder(tmp_path).recover(now=2) == ([], False)
    assert folder.ended("a") == Settled("a", Outcome.PRINTED, "")


def test_an_ended_job_is_known_for_a_day_after_the_server_knows(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.keep(frame("a"), now=0)
    folder.end("a", Ended(Outcome.PRINTED, "", 0))
    folder.recover(now=3 * DAY_MS)
    assert [settled.job for settled in folder.unreported()] == ["a"]
    folder.recorded("a")
    assert list(folder.unreported()) == []
    assert folder.keep(frame("a"), now=1) is None
    folder.recover(now=2 * DAY_MS)
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_file_is_no_job(tmp_path: Path) -> None:
    (tmp_path / "a.job.part").write_bytes(b"{")
    (tmp_path / "b.job").write_bytes(b"{")
    assert Folder(tmp_path).recover(now=0) == ([], False)
    assert not (tmp_path / "a.job.part").exists()


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5, unique=True))
def test_any_id_is_a_file_name(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    path = tmp_path_factory.mktemp("spool")
    folder = Folder(path)
    for name in names:
        folder.keep(frame(name), now=0)
    assert {held.id for held in folder.recover(now=0)[0]} == set(names)
    assert all(file.parent == path for file in path.rglob("*"))
