import argparse
import tomllib
from pathlib import Path

import pytest

from display.clips import DEFAULT_VOICE, Studio, read_manifest
from display.recordings import register
from display.sound import LEVEL_DB, RATE, loudness_db, read_wav, to_bytes, write_wav
from display.speech import Clip, vocabulary
from tests.display.phrases import PHRASES
from tests.display.test_sound import silence, tone


def kiosk(*args: str) -> int:
    """Runs `kiosk voice …` as the command line does."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(required=True), PHRASES)
    parsed = parser.parse_args(["voice", *args])
    code: int = parsed.run(parsed)
    return code


def record(directory: Path, manifest: str, **files: bytes) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "clips.toml").write_text(manifest)
    for name, data in files.items():
        (directory / f"{name}.wav").write_bytes(data)
    return directory


SPOKEN = write_wav(to_bytes(silence(0.4) + tone(300, 0.5, peak=0.03) + silence(0.4)))


def test_the_list_is_a_manifest_of_everything_to_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert kiosk("list") == 0
    manifest = tomllib.loads(capsys.readouterr().out)
    listed = {Clip(language, text) for language in manifest for text in manifest[language]}
    assert listed == set(vocabulary(PHRASES))
    files = [file for table in manifest.values() for file in table.values()]
    assert len(files) == len(set(files))


def test_an_import_cuts_levels_and_lists_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = record(tmp_path / "human", '[zh]\n"请" = "please.wav"\n', please=SPOKEN)
    assert kiosk("import", str(source), "--to", str(tmp_path / "voice")) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("1 clips in")
    assert "missing: zh 幺" in out
    assert "missing: zh 请" not in out
    assert len(out) == len(list(vocabulary(PHRASES)))
    samples = read_wav((tmp_path / "voice/please.wav").read_bytes())
    assert len(samples) / RATE == pytest.approx(0.5, abs=0.06)
    assert loudness_db(samples) == pytest.approx(LEVEL_DB, abs=0.3)


def test_a_voice_without_chimes_keeps_the_default_ones(tmp_path: Path) -> None:
    source = record(tmp_path / "human", '[zh]\n"请" = "please.wav"\n', please=SPOKEN)
    assert kiosk("import", str(source), "--to", str(tmp_path / "voice")) == 0
    assert Studio(tmp_path / "voice").chimes == Studio(DEFAULT_VOICE).chimes


def test_an_import_replaces_the_voice_before_it(tmp_path: Path) -> None:
    to = tmp_path / "voice"
    first = record(tmp_path / "one", '[zh]\n"请" = "a.wav"\n', a=SPOKEN)
    second = record(tmp_path / "two", '[zh]\n"三" = "b.wav"\n', b=SPOKEN)
    for source in (first, second):
        assert kiosk("import", str(source), "--to", str(to)) == 0
    studio = Studio(to)
    assert (studio.has(Clip("zh", "请")), studio.has(Clip("zh", "三"))) == (False, True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "two", "voice"]
    assert not (to / "a.wav").exists()


def test_every_mistake_is_named_and_the_voice_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "voice"
    good = record(tmp_path / "good", '[zh]\n"请" = "a.wav"\n', a=SPOKEN)
    assert kiosk("import", str(good), "--to", str(to)) == 0
    before = read_manifest(to)
    bad = record(
        tmp_path / "bad",
        '[zh]\n"请" = "mute.wav"\n"三" = "text.wav"\n"二" = "lost.wav"\n"一" = "../good/a.wav"\n',
        mute=write_wav(to_bytes(silence(1))),
        text=b"not a sound",
    )
    assert kiosk("import", str(bad), "--to", str(to)) == 1
    err = capsys.readouterr().err
    assert "mute.wav (请): nothing but silence" in err
    assert "text.wav (三): not a PCM WAV" in err
    assert "lost.wav (二): No such file" in err
    assert "../good/a.wav (一): a file inside the directory" in err
    assert read_manifest(to) == before
    assert Studio(to).has(Clip("zh", "请"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad", "good", "voice"]


def test_a_directory_without_manifest_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kiosk("import", str(tmp_path), "--to", str(tmp_path / "voice")) == 1
    assert "clips.toml" in capsys.readouterr().err
    assert not (tmp_path / "voice").exists()
