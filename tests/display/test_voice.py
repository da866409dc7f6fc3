from datetime import time

import msgspec
import pytest

from display.voice import audible, voice_of
from kiosk.hall.config import Voice, Zone


def minutes_audible(voice: Voice) -> list[str]:
    """The times of day at which silence and sound change, from midnight on."""
    day = [time(m // 60, m % 60) for m in range(24 * 60)]
    heard = [audible(voice, at) for at in day]
    changes = [day[i] for i in range(1, len(day)) if heard[i] != heard[i - 1]]
    return [f"{heard[0]}", *(at.strftime("%H:%M") for at in changes)]


@pytest.mark.parametrize(
    ("quiet", "changes"),
    [
        ((), ["True"]),
        (("12:00-13:30",), ["True", "12:00", "13:30"]),
        (("22:00-06:30",), ["False", "06:30", "22:00"]),
        (("18:00-24:00", "00:00-08:00"), ["False", "08:00", "18:00"]),
        (("00:00-24:00",), ["False"]),
    ],
)
def test_quiet_hours_begin_and_end_on_the_minute(
    quiet: tuple[str, ...], changes: list[str]
) -> None:
    assert minutes_audible(Voice(quiet=quiet)) == changes


def test_volume_zero_is_silence() -> None:
    assert minutes_audible(Voice(volume=0)) == ["False"]


@pytest.mark.parametrize(
    "wrong",
    [{"languages": ["xx"]}, {"phrases": ["birthday"]}, {"loudness": 3}, {"volume": "loud"}],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Voice)


def test_a_zone_speaks_as_its_hall_but_for_what_is_its_own() -> None:
    hall = Voice(yao=False, volume=70, quiet=("12:00-13:00",))
    assert voice_of(hall, Zone("1F", {})) == hall
    own = voice_of(hall, Zone("2F", {}, volume=0, chime="bell", quiet=()))
    assert own == Voice(yao=False, volume=0, chime="bell")
