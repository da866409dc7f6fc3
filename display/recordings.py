"""Recordings of a voice, made ready for the hall: `kiosk voice list` and `kiosk voice import`."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from display.clips import DEFAULT_VOICE, MANIFEST, Manifest, VoiceError, read_manifest
from display.commands import Subcommands
from display.sound import SoundError, level, read_wav, to_bytes, trim, write_wav
from display.speech import Clip, Phrases, vocabulary


class ImportRefusedError(VoiceError):
    """A voice was not imported; one argument per mistake."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many clips stand, which a complete voice would still need."""

    clips: int
    missing: list[Clip]


def prepare(recording: bytes, *, chime: bool = False) -> bytes:
    """A recording at the hall's rate, without silence around it; speech at the common loudness."""
    samples = trim(read_wav(recording))
    return write_wav(to_bytes(samples if chime else level(samples)))


def import_voice(source: Path, to: Path, needed: Iterable[Clip]) -> Imported:
    """Prepares all recordings of `source` and puts them in place of the voice in `to`.

    A voice without chimes of its own gets the default ones. ImportRefusedError names every file
    that is missing, unreadable or silent, and then `to` is as it was.
    """
    manifest = read_manifest(source)
    if "chimes" not in manifest:
        manifest["chimes"] = read_manifest(DEFAULT_VOICE)["chimes"]
    fresh = to.with_name(to.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    mistakes = []
    for table, files in manifest.items():
        for text, file in files.items():
            try:
                _import_file(source, fresh, file, chime=table == "chimes")
            except (SoundError, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                mistakes.append(f"{file} ({text}): {reason}")
    if mistakes:
        shutil.rmtree(fresh)
        raise ImportRefusedError(*mistakes)
    (fresh / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")
    _replace(to, fresh)
    clips = {Clip(lang, t) for lang in ("zh", "en") for t in manifest.get(lang, {})}
    return Imported(len(clips), [clip for clip in needed if clip not in clips])


def _import_file(source: Path, fresh: Path, file: str, *, chime: bool) -> None:
    path = PurePath(file)
    if path.is_absolute() or ".." in path.parts:
        raise SoundError("a file inside the directory expected")
    given = source / path
    if chime and not given.exists():
        given = DEFAULT_VOICE / path
    prepared = prepare(given.read_bytes(), chime=chime)
    (fresh / path).parent.mkdir(parents=True, exist_ok=True)
    (fresh / path).write_bytes(prepared)


def _replace(to: Path, fresh: Path) -> None:
    old = to.with_name(to.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if to.exists():
        to.rename(old)
    fresh.rename(to)
    shutil.rmtree(old, ignore_errors=True)


def manifest_text(manifest: Manifest) -> str:
    """A manifest as TOML."""
    lines = []
    for table, files in manifest.items():
        lines += [f"[{table}]", *(f"{_quoted(t)} = {_quoted(f)}" for t, f in files.items()), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def blank_manifest(needed: Sequence[Clip]) -> Manifest:
    """A manifest to record from: each clip with a file name of its own."""
    manifest: Manifest = {}
    for clip in needed:
        table = manifest.setdefault(clip.language, {})
        table[clip.text] = f"{clip.language}-{len(table) + 1:03}.wav"
    return manifest


def register(commands: Subcommands, phrases: Phrases) -> None:
    """Add the voice commands; each sets `run`, which takes the arguments and returns a code."""
    voice = commands.add_parser("voice", help="recordings that loudspeakers play")
    verbs = voice.add_subparsers(required=True, metavar="list|import")
    listing = verbs.add_parser("list", help="print a manifest of all clips that a voice needs")
    listing.set_defaults(run=lambda args: run_list(phrases))
    importing = verbs.add_parser("import", help="prepare recordings and put them in place")
    importing.add_argument("dir", type=Path, help=f"WAV files and their {MANIFEST}")
    importing.add_argument("--to", type=Path, required=True, help="the hall's voice directory")
    importing.set_defaults(run=lambda args: run_import(args.dir, args.to, phrases))


def run_list(phrases: Phrases) -> int:
    """Prints the manifest of a complete voice."""
    sys.stdout.write(manifest_text(blank_manifest(list(vocabulary(phrases)))))
    return 0


def run_import(source: Path, to: Path, phrases: Phrases) -> int:
    """Imports and reports; 1 if it was refused."""
    try:
        done = import_voice(source, to, vocabulary(phrases))
    except VoiceError as error:
        sys.stderr.writelines(f"kiosk: {mistake}\n" for mistake in error.args)
        return 1
    sys.stdout.write(f"{done.clips} clips in {to}\n")
    sys.stdout.writelines(f"missing: {clip.language} {clip.text}\n" for clip in done.missing)
    return 0
