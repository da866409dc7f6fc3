"""The manager is told of troubles of the equipment: once each, and once when they are over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import Alerts
from kiosk.server.outbox.letter import letter_of
from kiosk.server.outbox.virtual import VirtualPost
from kiosk.server.outbox.watch import WELL_MS, Trouble, Watch, full
from kiosk.server.present import Presenter
from tests.hall.test_outbox import HALL, Post
from tests.support.server import HALL as PLAIN
from tests.support.server import RunningServer, kiosk

OUT = Trouble("printer", "p1", "paper_out")
WATCHED = structs.replace(HALL, messages=None, alerts=Alerts(("boss@example.org", "13800138000")))


class Guard(Post):
    """A hall whose equipment is watched."""

    def __init__(self) -> None:
        super().__init__(WATCHED)
        self.watch = Watch("host")

    def look(self, minutes: float, *troubles: Trouble) -> list[str]:
        self.later(minutes)
        self.watch.troubles = list(troubles)
        return [r.event.kind for r in self.put(self.watch.decide(self.hall, self.now))]


def test_a_trouble_and_its_end_are_told_once_to_each_address() -> None:
    guard = Guard()
    assert guard.look(0, OUT) == []
    assert guard.look(4, OUT) == []
    assert guard.look(1, OUT) == ["alert_raised", "message_wanted", "message_wanted"]
    assert guard.look(1, OUT) == []
    assert guard.look(1) == []
    assert guard.look(0.5, OUT) == []
    assert guard.look(0.5) == []
    ended = guard.look(WELL_MS / MINUTE)
    assert [kind for kind in ended if kind != "message_settled"] == [
        "alert_ended",
        "message_wanted",
        "message_wanted",
    ]
    assert guard.look(10) == []
    wanted = guard.hall.state.messages["alert/printer/p1/0"]
    assert [m.topic for m in wanted.values()] == ["alert", "alert_over"]
    assert Hall.replay(guard.log).state == guard.hall.state


def test_what_comes_and_goes_is_no_trouble() -> None:
    guard = Guard()
    for _ in range(10):
        assert guard.look(3, OUT) == []
        assert guard.look(3) == []


def test_another_servers_disk_is_its_own_affair() -> None:
    guard = Guard()
    guard.put(guard.hall.raise_alert("disk", "elsewhere", guard.now, "95"))
    guard.put(guard.hall.raise_alert("printer", "p1", guard.now, "offline"))
    guard.look(0)
    guard.look(5)
    still = [a.what for a in guard.hall.state.alerts.values() if a.ended_at is None]
    assert still == ["disk"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_trouble_in_words(language: str) -> None:
    guard = Guard()
    guard.hall.state.config = structs.replace(WATCHED, languages=(language,))
    guard.put(guard.hall.raise_alert(*OUT[:2], guard.now, OUT.detail))
    [message] = guard.hall.state.messages["alert/printer/p1/0"].values()
    present = Presenter(guard.hall, guard.now, None)  # type: ignore[arg-type]
    letter = letter_of(present, message, "b@example.org", "https://h/manager", guard.now)
    assert letter is not None
    said = {"zh": "打印机 p1 缺纸", "en": "printer p1 out of paper"}[language]
    assert said in letter.title
    assert said in letter.text
    assert "https://h/manager" in letter.text


def test_how_full_a_disk_is(tmp_path: Path) -> None:
    assert 0 <= full(tmp_path / "not" / "there") <= 100


async def test_a_printer_out_of_reach_is_told_and_that_it_is_gone(tmp_path: Path) -> None:
    async with VirtualPost() as post:
        nobody = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = nobody.sockets[0].getsockname()[1]
        nobody.close()
        told = (
            f'\n[mail]\nurl = "{post.mail_url}"\nsender = "hall@example.org"\n'
            '\n[alerts]\nto = ["boss@example.org"]\nafter_minutes = 0.1\ndisk_percent = 100\n'
        )
        printer = f'\n[[printers]]\nid = "p1"\nurl = "tcp://127.0.0.1:{port}"\n'
        options = ("--clock-rate", "60")
        server = await asyncio.to_thread(
            RunningServer.make, tmp_path, PLAIN + told + printer, *options
        )
        await asyncio.to_thread(server.start)
        try:
            await post.until(lambda post: len(post.arrived) == 1)
            (tmp_path / "hall.toml").write_text(PLAIN + told, encoding="utf-8")
            file = str(tmp_path / "hall.toml")
            await asyncio.to_thread(kiosk, "init", "--db", server.db, "--hall", file)
            await post.until(lambda post: len(post.arrived) == 2)
        finally:
            await asyncio.to_thread(server.stop)
        assert [m.to for m in post.arrived] == ["boss@example.org"] * 2
        assert "p1" in post.arrived[0].title
        assert post.arrived[1].title.startswith("已恢复")
