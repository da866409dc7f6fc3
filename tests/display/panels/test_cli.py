import argparse
import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from display.panels.cli import register
from display.panels.picture import Font, draw_text, lamps

ROOT = Path(__file__).parents[3]

# The command line as an operator starts it, with the font that this machine has.
PROGRAM = """
import argparse, sys
from PIL import ImageFont
from display.panels.cli import register
parser = argparse.ArgumentParser()
register(parser.add_subparsers(required=True), lambda: ImageFont.truetype(sys.argv[1], 16, index=2))
arguments = parser.parse_args(sys.argv[2:])
sys.exit(arguments.run(arguments))
"""


def start(font: Font, *args: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(font.path), "panel", *args]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


async def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = await asyncio.to_thread(process.communicate)
    return process.returncode, out, err


async def test_a_text_is_shown_on_a_virtual_panel(tmp_path: Path, font: Font) -> None:
    server = start(font, "virtual", "--port", "0", "--addresses", "2", "--out", str(tmp_path))
    assert server.stdout is not None
    url = (await asyncio.to_thread(server.stdout.readline)).split()[-1]
    try:
        assert (await finish(start(font, "show", url, "2", "请A012号")))[:2] == (0, "shown\n")
        silent = await finish(start(font, "show", url, "9", "请A012号"))
        assert silent[:2] == (1, "the panel does not answer\n")
    finally:
        os.kill(server.pid, signal.SIGTERM)
        assert (await finish(server))[0] == 0
    with Image.open(tmp_path / "panel-002.png") as png:
        shown = lamps(draw_text("请A012号", 64, 16, 16, font))
        assert png.convert("RGB").tobytes() == shown.tobytes()


@pytest.mark.parametrize(
    ("args", "code", "reason"),
    [
        (["show", "ftp://x", "1", "A"], 2, "panel address 'ftp://x'"),
        (["show", "tcp://127.0.0.1:1", "1", "A"], 1, "panels at 127.0.0.1:1"),
        (["show", "tcp://127.0.0.1:1", "999", "A"], 2, "address 999 does not fit"),
        (["virtual", "--protocol", "p", "--out", "unused"], 2, "panel protocol 'p'"),
        (["virtual", "--host", "192.0.2.1", "--out", "unused"], 1, "192.0.2.1"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path,
    font: Font,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    code: int,
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(required=True), lambda: font)
    arguments = parser.parse_args(["panel", *args])
    assert arguments.run(arguments) == code
    err = capsys.readouterr().err
    assert reason in err
    assert err.count("\n") == 1
