import io
import wave
from array import array
from math import pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.sound import (
    LEVEL_DB,
    PEAK_DB,
    RATE,
    Samples,
    SoundError,
    level,
    loudness_db,
    read_wav,
    resample,
    to_bytes,
    trim,
    write_wav,
)


def tone(hertz: float, seconds: float, rate: int = RATE, peak: float = 0.5) -> Samples:
    n = round(seconds * rate)
    return array("h", (round(peak * 32767 * sin(2 * pi * hertz * t / rate)) for t in range(n)))


def silence(seconds: float) -> Samples:
    return array("h", bytes(2 * round(seconds * RATE)))


def wav(raw: bytes, *, rate: int = RATE, width: int = 2, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(raw)
    return out.getvalue()


def power(samples: Samples, hertz: float) -> float:
    """The strength of a tone in the middle of the samples, 1 = full scale."""
    part = samples[len(samples) // 4 : 3 * len(samples) // 4]
    c = sum(x * sin(2 * pi * hertz * n / RATE + pi / 2) for n, x in enumerate(part))
    s = sum(x * sin(2 * pi * hertz * n / RATE) for n, x in enumerate(part))
    return 2 * (c * c + s * s) ** 0.5 / len(part) / 32767


@given(st.lists(st.integers(-32768, 32767), max_size=200))
def test_what_is_written_is_read_back(values: list[int]) -> None:
    samples = array("h", values)
    assert read_wav(write_wav(to_bytes(samples))) == samples


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_another_rate_keeps_length_and_tone(rate: int) -> None:
    samples = resample(tone(1_000, 0.5, rate), rate, RATE)
    assert abs(len(samples) - RATE // 2) <= 1
    assert power(samples, 1_000) == pytest.approx(0.5, abs=0.01)


def test_what_the_rate_cannot_hold_is_removed_not_folded() -> None:
    # 9.5 kHz at 48 kHz would come back as 6.5 kHz at 16 kHz.
    samples = resample(tone(9_500, 0.5, 48_000), 48_000, RATE)
    assert power(samples, 6_500) < 0.005


def test_stereo_is_mixed_and_24_bits_are_read() -> None:
    mono = tone(500, 0.1)
    stereo = array("h", (x for value in mono for x in (value, -value)))
    assert set(read_wav(wav(to_bytes(stereo), channels=2))) <= {0, -1}
    deep = b"".join(b"\x7f" + value.to_bytes(2, "little", signed=True) for value in mono)
    assert read_wav(wav(deep, width=3)) == mono


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a PCM WAV"),
        (b"ID3\x04 an mp3", "not a PCM WAV"),
        (wav(bytes(100), width=1), "16 or 24 bits"),
        (wav(bytes(100), rate=4_000), "8 to 96 kHz"),
    ],
)
def test_what_is_no_usable_recording_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SoundError, match=reason):
        read_wav(data)


def test_silence_around_speech_is_cut_and_a_pause_inside_stays() -> None:
    spoken = tone(300, 0.3) + silence(0.2) + tone(300, 0.3)
    cut = trim(silence(0.7) + spoken + silence(1.1))
    assert len(cut) / RATE == pytest.approx(0.8, abs=0.06)
    assert abs(cut[0]) < 100
    assert abs(cut[-1]) < 100


def test_a_little_noise_is_silence_too() -> None:
    noise = array("h", (40 if n % 3 else -40 for n in range(RATE)))
    assert len(trim(noise + tone(300, 0.3) + noise)) / RATE == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize("samples", [array("h"), silence(0.5)])
def test_a_silent_recording_is_refused(samples: Samples) -> None:
    with pytest.raises(SoundError, match="silence"):
        trim(samples)


@pytest.mark.parametrize("peak", [0.004, 0.05, 0.9])
def test_quiet_and_loud_speakers_come_to_one_level(peak: float) -> None:
    levelled = level(tone(300, 0.4, peak=peak) + silence(0.4))
    assert loudness_db(levelled) == pytest.approx(LEVEL_DB, abs=0.3)


def test_a_peak_never_clips() -> None:
    sharp = tone(300, 0.4, peak=0.02)
    sharp[1000] = 20_000
    top = max(map(abs, level(sharp)))
    assert top <= 32768 * 10 ** (PEAK_DB / 20) + 1


def test_levelling_silence_changes_nothing() -> None:
    assert level(silence(0.1)) == silence(0.1)
