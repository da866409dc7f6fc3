import asyncio
from datetime import time

import pytest

from display.clips import DEFAULT_VOICE, Studio
from display.loudspeaker import Loudspeakers, Playing
from display.speech import Call
from kiosk.hall.config import Occasion, Voice
from tests.display.phrases import PHRASES
from tests.display.support import until


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(DEFAULT_VOICE)


class Hall:
    """Two zones, a clock, a time of day, and screens that may be there or not."""

    def __init__(self, studio: Studio, **voice: object) -> None:
        self.now = 1000.0
        self.at = time(10, 0)
        self.holders = {"1F", "2F"}
        self.sent: list[Playing] = []
        self.spoken: list[tuple[str, str]] = []
        self.speakers = Loudspeakers(
            studio,
            PHRASES,
            {zone: Voice(**voice) for zone in ("1F", "2F")},  # type: ignore[arg-type]
            send=self.send,
            said=lambda ticket, zone: self.spoken.append((ticket, zone)),
            local_time=lambda: self.at,
            clock=lambda: self.now,
        )

    def send(self, zone: str, playing: Playing) -> bool:
        if zone not in self.holders:
            return False
        self.sent.append(playing)
        return True

    def call(
        self, number: str, window: str = "3", zone: str = "1F", occasion: Occasion = "call"
    ) -> None:
        self.speakers.call(zone, f"id-{number}", window, Call(number, window, occasion))

    def played(self) -> Playing:
        """The screen plays what was sent last, to its end, and reports."""
        playing = self.sent[-1]
        self.now += playing.length_s
        assert self.speakers.report(playing.zone, playing.turn, played=True)
        return playing


def test_a_call_is_sent_to_the_speaker_of_its_zone_with_a_sound(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012")
    hall.speakers.pump()
    [playing] = hall.sent
    assert (playing.zone, playing.ticket, playing.window) == ("1F", "id-A012", "3")
    assert playing.captions["zh"] == "请A012号到3号窗口"
    sound = hall.speakers.sound(playing.sound)
    assert sound is not None
    assert sound.length_s == pytest.approx(playing.length_s, abs=0.01)


def test_two_zones_speak_at_the_same_time(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012", zone="1F")
    hall.call("B001", zone="2F")
    hall.call("A013", window="4", zone="1F")
    hall.speakers.pump()
    assert [(p.zone, p.ticket) for p in hall.sent] == [("1F", "id-A012"), ("2F", "id-B001")]


def test_the_second_pass_has_no_chime_and_is_not_reported_twice(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012")
    hall.speakers.pump()
    first = hall.played()
    wake = hall.speakers.pump()
    assert wake is not None
    hall.now = wake
    hall.speakers.pump()
    again = hall.played()
    assert again.length_s < first.length_s
    assert hall.speakers.pump() is None
    assert hall.spoken == [("id-A012", "1F")]


def test_a_visitor_who_has_come_is_not_called_again(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012")
    hall.speakers.pump()
    hall.speakers.withdraw("id-A012")
    hall.played()
    assert hall.speakers.pump() is None


def test_a_recall_has_its_phrase_and_goes_first(studio: Studio) -> None:
    hall = Hall(studio)
    for n in range(1, 4):
        hall.call(f"A{n:03}", window=str(n))
    hall.call("A009", window="9", occasion="recall")
    hall.speakers.pump()
    assert hall.sent[0].captions["zh"].startswith("再次呼叫请A009号")


def test_where_no_screen_holds_the_speaker_nothing_is_made_up_for_later(studio: Studio) -> None:
    hall = Hall(studio)
    hall.holders.clear()
    hall.call("A012")
    hall.call("A013", window="4")
    assert hall.speakers.pump() is None
    hall.holders.add("1F")
    assert hall.speakers.pump() is None
    assert hall.sent == []
    hall.call("A014", window="5")
    hall.speakers.pump()
    assert [p.ticket for p in hall.sent] == ["id-A014"]


def test_in_quiet_hours_nothing_sounds(studio: Studio) -> None:
    hall = Hall(studio, quiet=("12:00-13:30",))
    hall.call("A012")
    hall.at = time(12, 0)
    hall.call("A013", window="4")
    hall.speakers.pump()
    assert hall.sent == []
    hall.at = time(13, 30)
    hall.call("A014", window="5")
    hall.speakers.pump()
    assert [p.ticket for p in hall.sent] == ["id-A014"]


def test_a_zone_without_speaker_and_an_old_report_change_nothing(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012", zone="attic")
    hall.call("A013")
    hall.speakers.pump()
    assert not hall.speakers.report("attic", 1, played=True)
    assert not hall.speakers.report("1F", 99, played=True)
    hall.played()
    assert not hall.speakers.report("1F", hall.sent[-1].turn, played=True)


def test_a_call_from_before_a_restart_is_said_if_it_is_fresh(studio: Studio) -> None:
    hall = Hall(studio, max_age_s=60)
    for number, window, age_s in (("A001", "1", 90.0), ("A002", "2", 5.0)):
        call = Call(number, window)
        hall.speakers.call("1F", f"id-{number}", window, call, age_s=age_s)
    hall.speakers.pump()
    assert [p.ticket for p in hall.sent] == ["id-A002"]


def test_a_sound_that_could_not_be_played_is_not_counted_as_said(studio: Studio) -> None:
    hall = Hall(studio)
    hall.call("A012")
    hall.speakers.pump()
    assert hall.speakers.report("1F", hall.sent[-1].turn, played=False)
    assert hall.spoken == []


async def test_it_runs_by_itself(studio: Studio) -> None:
    hall = Hall(studio)
    task = asyncio.create_task(hall.speakers.run())
    hall.call("A012")
    hall.call("A013", window="4")
    await until(lambda: len(hall.sent) == 1)
    hall.played()
    await until(lambda: len(hall.sent) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
