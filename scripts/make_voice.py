"""Makes the default voice in display/sounds with espeak-ng, and its chimes: `make_voice.py`.

Chinese is spoken from toned pinyin: espeak-ng reads hanzi wrongly. Needs espeak-ng (1.51).
"""

import shutil
import subprocess
import tempfile
import tomllib
from array import array
from collections.abc import Iterator
from math import exp, pi, sin
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from display.clips import DEFAULT_VOICE, MANIFEST, Manifest
from display.recordings import manifest_text, prepare
from display.sound import RATE, Samples, to_bytes, write_wav
from display.speech import Clip, vocabulary

ROOT = Path(__file__).parents[1]
WORDS_PER_MINUTE = "150"

# Notes of each chime in Hz, and the seconds between their beginnings.
CHIMES = {
    "two-tone": ((659.3, 523.3), 0.45),
    "three-tone": ((523.3, 659.3, 784.0), 0.28),
    "bell": ((880.0,), 0.0),
}
# A struck bar: partials, their strength, and how fast they die away (per second).
PARTIALS = ((1.0, 1.0, 4.0), (2.0, 0.25, 6.0), (2.76, 0.22, 9.0), (5.4, 0.06, 16.0))
RING_S = 0.9
CHIME_PEAK = 0.35


def pinyin(text: str) -> str:
    """Toned pinyin, a syllable at a time: 号窗口 → hao4 chuang1 kou3."""
    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def speak(clip: Clip) -> tuple[str, bytes]:
    """A file name for the clip and its recording."""
    if clip.language == "zh" and not clip.text.isascii():
        said, voice, folder = pinyin(clip.text), "cmn-latn-pinyin", "zh"
    else:
        said, voice, folder = clip.text, "en-us", "en"
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["espeak-ng", "-v", voice, "-s", WORDS_PER_MINUTE, "-w", file.name, said]
        subprocess.run(command, check=True)
        return f"{folder}/{said.replace(' ', '-')}.wav", Path(file.name).read_bytes()


def chime(notes: tuple[float, ...], apart_s: float) -> Samples:
    """Struck bars, one after another, each ringing into the next."""
    length = round((apart_s * (len(notes) - 1) + RING_S) * RATE)
    wave = [0.0] * length
    for n, note in enumerate(notes):
        start = round(n * apart_s * RATE)
        for at in range(length - start):
            wave[start + at] += struck(note, at / RATE)
    peak = max(map(abs, wave))
    fade = RATE // 20
    return array(
        "h",
        (
            round(x / peak * CHIME_PEAK * 32767 * min(1, (length - n) / fade))
            for n, x in enumerate(wave)
        ),
    )


def struck(note: float, t: float) -> float:
    """One bar, `t` seconds after the blow, which itself takes 3 ms."""
    blow = min(1.0, t / 0.003)
    return blow * sum(
        strength * exp(-decay * t) * sin(2 * pi * note * ratio * t)
        for ratio, strength, decay in PARTIALS
        if note * ratio < RATE / 2
    )


def files() -> Iterator[tuple[str, str, str, bytes]]:
    """Table, text, file and content of everything in the voice."""
    phrases = tomllib.loads((ROOT / "kiosk/texts/voice.toml").read_text(encoding="utf-8"))
    for clip in vocabulary(phrases):
        name, recording = speak(clip)
        yield clip.language, clip.text, name, prepare(recording)
    for name, (notes, apart_s) in CHIMES.items():
        yield "chimes", name, f"chimes/{name}.wav", write_wav(to_bytes(chime(notes, apart_s)))


def main() -> None:
    """Writes the voice anew."""
    shutil.rmtree(DEFAULT_VOICE, ignore_errors=True)
    manifest: Manifest = {}
    for table, text, name, content in files():
        manifest.setdefault(table, {})[text] = name
        path = DEFAULT_VOICE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (DEFAULT_VOICE / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")


if __name__ == "__main__":
    main()
