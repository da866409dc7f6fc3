"""The printer commands as a shell runs them."""

import argparse
import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from printer.cli import register

PROGRAM = """
import argparse, sys
from printer.cli import register
parser = argparse.ArgumentParser(prog="kiosk")
register(parser.add_subparsers(required=True))
arguments = parser.parse_args()
sys.exit(arguments.run(arguments))
"""
KIOSK = [sys.executable, "-c", PROGRAM]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([*KIOSK, *arguments], capture_output=True, text=True, check=False)


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the test is over, then ask it to end."""
    with subprocess.Popen([*KIOSK, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def said(process: subprocess.Popen[str]) -> str:
    """The next line of a command."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_virtual_prints_what_test_sends(tmp_path: Path) -> None:
    with started("printer", "virtual", "--port", "0", "--out", str(tmp_path)) as virtual:
        url = said(virtual).removeprefix("kiosk: virtual printer on ")
        tested = run("printer", "test", url, "--language", "en")
        assert tested.returncode == 0
        assert "profile   virtual-80mm" in tested.stdout
        assert "page      printed" in tested.stdout
        assert said(virtual) == "ticket 0001"
        port = url.rpartition(":")[2]
        found = run("printer", "find", "127.0.0.1", "--port", port)
        assert f"tcp://127.0.0.1:{port}  KIOSK VIRTUAL" in found.stdout
    assert virtual.returncode == 0
    explained = run("printer", "explain", str(tmp_path / "0001.bin"))
    assert "initialise" in explained.stdout.splitlines()[0]
    assert "GS V" in explained.stdout


def test_a_page_is_not_printed_without_paper() -> None:
    with started("printer", "virtual", "--port", "0", "--fault", "paper-out") as virtual:
        url = said(virtual).removeprefix("kiosk: virtual printer on ")
        tested = run("printer", "test", url)
    assert tested.returncode == 1
    assert "paper_out" in tested.stdout


def test_the_page_of_the_paper_has_an_address() -> None:
    with started("printer", "virtual", "--port", "0", "--page", "0") as virtual:
        said(virtual)
        assert said(virtual).startswith("kiosk: its paper on http://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["printer", "virtual", "--fault", "fire"], 2),
        (["printer", "virtual", "--profile", "laser"], 2),
        (["printer", "test", "ftp://x"], 2),
        (["printer", "find", "10.0.0.0/8"], 2),
        (["printer", "explain", "/nowhere"], 2),
        (["printer"], 2),
        (["printer", "virtual", "--port", "1", "--host", "192.0.2.1"], 1),
        (["printer", "test", "tcp://127.0.0.1:1"], 1),
        (["agent", "--server", "http://h", "--key", "k", "--printer", "lpt1"], 2),
        (["agent", "--server", "http://127.0.0.1:1", "--key", "k", "--printer", "tcp://h"], 1),
    ],
)
def test_bad_usage_says_what_to_do_in_one_line(arguments: list[str], code: int) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1]


async def test_an_agent_runs_until_it_is_told_to_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *KIOSK,
        *("agent", "--server", "http://127.0.0.1:1", "--key", "k", "--hall", "main"),
        *("--name", "front", "--printer", f"file://{tmp_path}/out.bin", "--spool", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"agent://front" in await process.stdout.readline()
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


def test_registering_imports_nothing_that_draws() -> None:
    """The other commands start without Pillow and drivers."""
    code = "import sys, printer.cli; sys.exit('PIL' in sys.modules or 'escpos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_command_explains_itself() -> None:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    for command in (["printer", "virtual"], ["printer", "test"], ["printer", "find"], ["agent"]):
        with pytest.raises(SystemExit) as ended, contextlib.redirect_stdout(None):
            parser.parse_args([*command, "--help"])
        assert ended.value.code == 0
