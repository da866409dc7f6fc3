"""A recorded voice in a directory, and the sounds made of it.

`clips.toml` in the directory names the file of every clip by the text that it speaks, and the
chimes; the files are WAV at `sound.RATE`, trimmed and levelled when the voice was imported.
"""

import hashlib
import tomllib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from display.sound import RATE, SoundError, read_wav, to_bytes, write_wav
from display.speech import LANGUAGES, PAUSE, Clip

MANIFEST = "clips.toml"
DEFAULT_VOICE = Path(__file__).parent / "sounds"

# Silence between two clips, at a comma, after the chime, and between two languages.
GAP_S = 0.03
PAUSE_S = 0.25
CHIME_S = 0.15
LANGUAGE_S = 0.6

Manifest = dict[str, dict[str, str]]
"""Tables `zh`, `en` (text → file) and `chimes` (name → file)."""


class VoiceError(ValueError):
    """A voice directory that cannot be used, with the reason."""


def read_manifest(directory: Path) -> Manifest:
    """The files of a voice; VoiceError where the manifest is missing or wrong."""
    path = directory / MANIFEST
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VoiceError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VoiceError(f"{path}: {error}") from error
    for name, table in tables.items():
        if name not in (*LANGUAGES, "chimes"):
            raise VoiceError(f"{path}: tables zh, en and chimes expected, [{name}] found")
        if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
            raise VoiceError(f'{path}: [{name}] expects lines such as "请" = "qing.wav"')
    return tables


class Piece(NamedTuple):
    """A recording or a silence: its samples, and their digest."""

    samples: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Sound:
    """Pieces one behind the other: their name in addresses (from their content), their length."""

    name: str
    length_s: float
    pieces: Sequence[Piece]

    @property
    def wav(self) -> bytes:
        """The WAV bytes, about 200 kB: put together when a loudspeaker asks for them."""
        return write_wav(b"".join(piece.samples for piece in self.pieces))


class Studio:
    """One voice, held in memory, that joins clips into sounds and keeps the latest of them.

    `kept` sounds are remembered: a hall's calls of the last minutes.
    """

    def __init__(self, directory: Path, *, kept: int = 64) -> None:
        manifest = read_manifest(directory)
        self._chimes = {
            name: _samples(directory / file) for name, file in manifest.pop("chimes", {}).items()
        }
        self._clips = {
            Clip(language, text): _samples(directory / manifest[language][text])
            for language in LANGUAGES
            for text in manifest.get(language, {})
        }
        self._kept = kept
        self._sounds: OrderedDict[str, Sound] = OrderedDict()

    @property
    def chimes(self) -> Sequence[str]:
        """The names of the chimes."""
        return sorted(self._chimes)

    def has(self, clip: Clip) -> bool:
        """Whether the voice has recorded a clip."""
        return clip in self._clips

    def missing(self, vocabulary: Iterable[Clip]) -> list[Clip]:
        """What a complete voice would still need."""
        return [clip for clip in vocabulary if clip not in self._clips]

    def join(self, rows: Sequence[Sequence[Clip]], chime: str | None) -> Sound:
        """A chime, then the rows of clips (see `speech.plan`); KeyError for a clip it lacks.

        A chime that this voice does not have is left out: the call matters more.
        """
        pieces = [self._chimes[chime], _silence(CHIME_S)] if chime in self._chimes else []
        for n, row in enumerate(rows):
            if n:
                pieces.append(_silence(LANGUAGE_S))
            for clip in row:
                said = _silence(PAUSE_S) if clip.text == PAUSE else self._clips[clip]
                pieces += [said, _silence(GAP_S)]
        name = _digest(b"".join(piece.digest for piece in pieces)).hex()
        sound = self._sounds.pop(name, None) or Sound(name, _length_s(pieces), pieces)
        self._sounds[name] = sound
        while len(self._sounds) > self._kept:
            self._sounds.popitem(last=False)
        return sound

    def sound(self, name: str) -> Sound | None:
        """A sound made before, while it is remembered."""
        return self._sounds.get(name)


@cache
def _silence(seconds: float) -> Piece:
    return _piece(bytes(2 * round(seconds * RATE)))


def _piece(samples: bytes) -> Piece:
    return Piece(samples, _digest(samples))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _length_s(pieces: Iterable[Piece]) -> float:
    return sum(len(piece.samples) for piece in pieces) / 2 / RATE


def _samples(path: Path) -> Piece:
    try:
        return _piece(to_bytes(read_wav(path.read_bytes())))
    except OSError as error:
        raise VoiceError(f"{path}: {error.strerror}") from error
    except SoundError as error:
        raise VoiceError(f"{path}: {error}") from error
