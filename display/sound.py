"""Recordings as samples: read, cut, level, bring to one rate, and write as WAV.

Samples are signed 16-bit, mono, in `array("h")`. Work on samples happens once, when a voice is
imported; in the hall, clips are only put one behind the other.
"""

import io
import sys
import wave
from array import array
from itertools import repeat
from math import ceil, cos, gcd, log10, pi, sin, sqrt
from operator import mul
from typing import TypeAlias

RATE = 16_000
"""Samples per second of every clip: enough for speech, and small."""

Samples: TypeAlias = "array[int]"

FRAME = RATE // 100
# Speech begins and ends where a 10 ms frame is above this, relative to the loudest frame.
SILENCE_DB = -38.0
# Breath that is kept around it, and the fade that hides the cut.
KEEP = RATE // 50
FADE = RATE // 200
# Loudness of the voiced part, and the ceiling for its peaks, relative to full scale.
LEVEL_DB = -19.0
PEAK_DB = -1.0
# Half the width of the resampling kernel, in samples of the slower rate.
LOBES = 12


class SoundError(ValueError):
    """A recording that cannot be used, with the reason."""


def read_wav(data: bytes) -> Samples:
    """Samples at `RATE` from a PCM WAV file, 8 to 96 kHz, 16 or 24 bits, any channels (mixed)."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            rate, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise SoundError(f"not a PCM WAV file ({error})") from error
    if width not in (2, 3):
        raise SoundError(f"16 or 24 bits per sample expected, {8 * width} found")
    if not 8_000 <= rate <= 96_000:
        raise SoundError(f"a rate from 8 to 96 kHz expected, {rate} Hz found")
    if width == 3:  # the upper two of the three bytes, little-endian
        short = bytearray(len(raw) // 3 * 2)
        short[0::2], short[1::2] = raw[1::3], raw[2::3]
        raw = bytes(short)
    samples = _from_little_endian(raw[: len(raw) // (2 * channels) * 2 * channels])
    if channels > 1:
        tracks = [samples[c::channels] for c in range(channels)]
        samples = array("h", (sum(point) // channels for point in zip(*tracks, strict=True)))
    return resample(samples, rate, RATE)


def write_wav(samples: bytes) -> bytes:
    """A WAV file around little-endian samples at `RATE`."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def to_bytes(samples: Samples) -> bytes:
    """Little-endian bytes, as WAV holds them."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()


def _from_little_endian(raw: bytes) -> Samples:
    samples = array("h", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def resample(samples: Samples, rate: int, to: int) -> Samples:
    """Another rate, through a Hann-windowed sinc that also removes what the new rate cannot hold.

    Smith, "Digital Audio Resampling", CCRMA: the kernel is cut at the lower of both Nyquist rates.
    """
    if rate == to or not samples:
        return samples
    step, phases = rate // gcd(rate, to), to // gcd(rate, to)
    scale = min(1.0, to / rate)
    reach = ceil(LOBES / scale)
    kernels = [_kernel(phase / phases, reach, scale) for phase in range(phases)]
    padded = array("d", [0.0] * reach + list(samples) + [0.0] * (reach + 1))
    out = array("h")
    for n in range(len(samples) * phases // step):
        start, phase = divmod(n * step, phases)
        value = sum(map(mul, padded[start + 1 : start + 1 + 2 * reach], kernels[phase]))
        out.append(max(-32768, min(32767, round(value))))
    return out


def _kernel(offset: float, reach: int, scale: float) -> list[float]:
    """Weights of the input samples from `1 - reach` to `reach` around a point at `offset`."""
    weights = []
    for at in range(1 - reach, reach + 1):
        x = (at - offset) * scale
        sinc = 1.0 if x == 0 else sin(pi * x) / (pi * x)
        weights.append(scale * sinc * (0.5 + 0.5 * cos(pi * x / LOBES) if abs(x) < LOBES else 0.0))
    total = sum(weights)
    return [w / total for w in weights]


def trim(samples: Samples) -> Samples:
    """The recording without the silence around the speech; SoundError where there is none."""
    levels = _levels(samples)
    threshold = max(levels, default=0.0) * 10 ** (SILENCE_DB / 20)
    voiced = [n for n, level in enumerate(levels) if level > max(threshold, 1.0)]
    if not voiced:
        raise SoundError("nothing but silence")
    begin = max(0, voiced[0] * FRAME - KEEP)
    end = min(len(samples), (voiced[-1] + 1) * FRAME + KEEP)
    cut = samples[begin:end]
    for n in range(min(FADE, len(cut) // 2)):
        cut[n] = cut[n] * n // FADE
        cut[-1 - n] = cut[-1 - n] * n // FADE
    return cut


def level(samples: Samples) -> Samples:
    """The recording at the common loudness: voiced frames at `LEVEL_DB`, peaks below `PEAK_DB`.

    Loudness is the RMS of the 10 ms frames within 20 dB of the loudest, so that pauses and
    consonants do not count; a simple form of the gating in ITU-R BS.1770.
    """
    loud = loudness_db(samples)
    peak = max(map(abs, samples), default=0)
    if loud is None or not peak:
        return samples
    gain = min(10 ** ((LEVEL_DB - loud) / 20), 32768 * 10 ** (PEAK_DB / 20) / peak)
    return array("h", map(round, map(mul, samples, repeat(gain))))


def loudness_db(samples: Samples) -> float | None:
    """Loudness of the voiced part in dB of full scale; None for silence."""
    levels = _levels(samples)
    gate = max(levels, default=0.0) / 10
    voiced = [x * x for x in levels if x > gate]
    return 20 * log10(sqrt(sum(voiced) / len(voiced)) / 32768) if voiced else None


def _levels(samples: Samples) -> list[float]:
    """RMS of each 10 ms frame."""
    frames = (samples[n : n + FRAME] for n in range(0, len(samples), FRAME))
    return [sqrt(sum(map(mul, f, f)) / len(f)) for f in frames]
