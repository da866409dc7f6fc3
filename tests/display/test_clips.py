from pathlib import Path

import pytest

from display.clips import (
    CHIME_S,
    DEFAULT_VOICE,
    GAP_S,
    LANGUAGE_S,
    PAUSE_S,
    Studio,
    VoiceError,
    read_manifest,
)
from display.sound import LEVEL_DB, RATE, loudness_db, read_wav, to_bytes, write_wav
from display.speech import Call, Clip, plan, vocabulary
from kiosk.hall.config import Voice
from tests.display.phrases import PHRASES
from tests.display.test_sound import tone


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(DEFAULT_VOICE)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A voice of three clips of 0.1, 0.2 and 0.3 s and a chime of 0.5 s."""
    for name, seconds in (("a", 0.1), ("b", 0.2), ("c", 0.3), ("ding", 0.5)):
        (tmp_path / f"{name}.wav").write_bytes(write_wav(to_bytes(tone(400, seconds))))
    (tmp_path / "clips.toml").write_text(
        '[zh]\n"请" = "a.wav"\n"三" = "b.wav"\n[en]\n"three" = "c.wav"\n'
        '[chimes]\n"ding" = "ding.wav"\n'
    )
    return tmp_path


def test_the_default_voice_is_complete(studio: Studio) -> None:
    assert studio.missing(vocabulary(PHRASES)) == []
    assert Voice().chime in studio.chimes


def test_the_default_voice_is_level_and_small() -> None:
    manifest = read_manifest(DEFAULT_VOICE)
    files = {f for language in ("zh", "en") for f in manifest[language].values()}
    for file in files:
        samples = read_wav((DEFAULT_VOICE / file).read_bytes())
        assert loudness_db(samples) == pytest.approx(LEVEL_DB, abs=1), file
        assert 0.2 < len(samples) / RATE < 2, file
    assert sum(f.stat().st_size for f in DEFAULT_VOICE.rglob("*.wav")) < 3_000_000


def test_a_call_is_one_wav_file(studio: Studio) -> None:
    rows = plan(Call("A012", "3"), PHRASES, Voice(), studio.has)
    sound = studio.join(rows, "two-tone")
    assert len(read_wav(sound.wav)) / RATE == pytest.approx(sound.length_s)
    assert 6 < sound.length_s < 14


def test_clips_follow_one_another_with_their_silences(tiny: Path) -> None:
    rows = [[Clip("zh", "请"), Clip("zh", ","), Clip("zh", "三")], [Clip("en", "three")]]
    sound = Studio(tiny).join(rows, "ding")
    spoken = 0.5 + 0.1 + 0.2 + 0.3
    assert sound.length_s == pytest.approx(spoken + CHIME_S + PAUSE_S + LANGUAGE_S + 4 * GAP_S)


def test_the_same_call_is_the_same_sound_and_is_kept(tiny: Path) -> None:
    studio = Studio(tiny)
    one = studio.join([[Clip("zh", "请")]], "ding")
    assert studio.join([[Clip("zh", "请")]], "ding") is one
    assert studio.sound(one.name) is one
    assert studio.join([[Clip("zh", "请")]], None).name != one.name


def test_only_the_latest_sounds_are_kept(tiny: Path) -> None:
    studio = Studio(tiny, kept=2)
    first, second = (studio.join([[Clip("zh", text)]], None) for text in ("请", "三"))
    studio.join([[Clip("zh", "请")]], None)
    studio.join([[Clip("en", "three")]], None)
    assert studio.sound(first.name) is not None
    assert studio.sound(second.name) is None


def test_an_unknown_chime_does_not_silence_the_call(tiny: Path) -> None:
    studio = Studio(tiny)
    rows = [[Clip("zh", "请")]]
    assert studio.join(rows, "gong") is studio.join(rows, None)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("[zh\n", "clips.toml"),
        ("[fr]\n", r"\[fr\] found"),
        ("zh = 3\n", "expects lines"),
        ('[zh]\n"请" = 3\n', "expects lines"),
        ('[zh]\n"请" = "none.wav"\n', "none.wav: No such file"),
        ('[zh]\n"请" = "clips.toml"\n', "not a PCM WAV"),
    ],
)
def test_a_broken_voice_is_refused_with_the_reason(
    tmp_path: Path, manifest: str, reason: str
) -> None:
    (tmp_path / "clips.toml").write_text(manifest)
    with pytest.raises(VoiceError, match=reason):
        Studio(tmp_path)


def test_a_directory_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"clips\.toml: No such file"):
        Studio(tmp_path)
