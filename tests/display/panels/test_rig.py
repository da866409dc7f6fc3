"""Driver and virtual panels, over a real wire."""

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from display.panels.content import Shown
from display.panels.line import Timing
from display.panels.picture import Font, draw_text, lamps
from display.panels.protocol import FOLDER, encode, named
from display.panels.reader import Reader
from display.panels.rig import PanelsFileError, Rig, load_rig
from display.panels.virtual import Fault, VirtualPanels, listen
from tests.display.panels.test_content import PANEL
from tests.display.support import until

BINARY = named("rs485-64x16")
QUICK = Timing(reply_s=0.1, gap_s=0.0, repeat_s=60.0, retry_s=(0.02,))
PANELS = {"3": 1, "4": 2}


def rig_at(tmp_path: Path, url: str, font: Font, timing: Timing = QUICK) -> Rig:
    path = tmp_path / "panels.toml"
    path.write_text(
        f'[[lines]]\nurl = "{url}"\nprotocol = "rs485-64x16"\npanels = {{ "3" = 1, "4" = 2 }}\n'
    )
    return load_rig(path, PANEL, font, timing)


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[Rig]:
    task = asyncio.create_task(rig.run())
    try:
        yield rig
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


@asynccontextmanager
async def bus(panels: VirtualPanels) -> AsyncIterator[str]:
    async with await listen(panels, "127.0.0.1", 0) as server:
        yield f"tcp://127.0.0.1:{port_of(server)}"


def answers(rig: Rig) -> list[bool | None]:
    return [state.answers for state in rig.states()]


@pytest.mark.parametrize("fault", [None, "deaf-once", "noise"])
async def test_panels_show_their_windows_whatever_the_bus_does(
    tmp_path: Path, font: Font, fault: Fault | None
) -> None:
    panels = VirtualPanels(BINARY, (1, 2), font, out=tmp_path / "out", fault=fault)
    async with bus(panels) as url, running(rig_at(tmp_path, url, font)) as rig:
        await until(lambda: answers(rig) == [True, True])
        # A content whose answer comes late is sent again.
        assert set(panels.shown) == {(1, "窗口关闭", False), (2, "窗口关闭", False)}
        rig.show("3", Shown("called", "A012"))
        rig.show("nowhere", Shown("called", "A013"))
        await until(lambda: panels.shown[-1] == (1, "请A012号", True))
    with Image.open(tmp_path / "out/panel-001.png") as png:
        shown = lamps(draw_text("请A012号", 64, 16, 16, font))
        assert png.convert("RGB").tobytes() == shown.tobytes()


async def test_a_silent_panel_is_reported_and_does_not_hold_up_the_others(
    tmp_path: Path, font: Font
) -> None:
    panels = VirtualPanels(BINARY, (2,), font)
    async with bus(panels) as url, running(rig_at(tmp_path, url, font)) as rig:
        await until(lambda: answers(rig) == [False, True])
        for n in range(5):
            rig.show("3", Shown("called", f"A{n:03}"))
            rig.show("4", Shown("called", f"B{n:03}"))
            await until(lambda n=n: panels.shown[-1] == (2, f"请B{n:03}号", True))
        assert answers(rig)[0] is False


async def test_a_panel_that_never_confirms_is_still_fed(tmp_path: Path, font: Font) -> None:
    panels = VirtualPanels(BINARY, (1, 2), font, fault="mute")
    async with bus(panels) as url, running(rig_at(tmp_path, url, font)) as rig:
        await until(lambda: answers(rig) == [False, False])
        rig.show("3", Shown("serving", "A012"))
        await until(lambda: (1, "A012", False) in panels.shown)


async def test_a_panel_that_lost_its_power_is_told_again(tmp_path: Path, font: Font) -> None:
    panels = VirtualPanels(BINARY, (1, 2), font)
    often = Timing(reply_s=0.5, gap_s=0.0, repeat_s=0.05, retry_s=(0.02,))
    async with bus(panels) as url, running(rig_at(tmp_path, url, font, often)):
        await until(lambda: len(panels.pictures) == 2)
        panels.pictures.clear()
        await until(lambda: len(panels.pictures) == 2)


async def test_a_gateway_that_comes_back_gets_the_present_state(tmp_path: Path, font: Font) -> None:
    panels = VirtualPanels(BINARY, (1, 2), font)
    server = await listen(panels, "127.0.0.1", 0)
    port = port_of(server)
    server.close()
    async with running(rig_at(tmp_path, f"tcp://127.0.0.1:{port}", font)) as rig:
        await until(lambda: all("Connect call failed" in str(s.fault) for s in rig.states()))
        for n in range(3):
            rig.show("3", Shown("called", f"A{n:03}"))
        async with await listen(panels, "127.0.0.1", port):
            await until(lambda: answers(rig) == [True, True])
            assert (1, "请A002号", True) in panels.shown
            assert (1, "请A001号", True) not in panels.shown
            assert {s.fault for s in rig.states()} == {None}


@pytest.mark.parametrize("hears_itself", [False, True])
async def test_the_same_over_a_serial_port(tmp_path: Path, font: Font, hears_itself: bool) -> None:
    """Some converters on two wires also give back what was just sent."""
    far, near = pty.openpty()
    tty.setraw(near)
    panels = VirtualPanels(BINARY, (1, 2), font)
    reader = Reader(BINARY.frames())

    def receive() -> None:
        data = os.read(far, 4096)
        if hears_itself:
            os.write(far, data)
        for message in reader.feed(data):
            os.write(far, panels.receive(message))

    asyncio.get_running_loop().add_reader(far, receive)
    slow = Timing(reply_s=1.0, gap_s=0.0, repeat_s=60.0)
    try:
        async with running(rig_at(tmp_path, f"serial://{os.ttyname(near)}", font, slow)) as rig:
            await until(lambda: answers(rig) == [True, True])
            rig.show("4", Shown("called", "B001"))
            await until(lambda: panels.shown[-1] == (2, "请B001号", True))
    finally:
        asyncio.get_running_loop().remove_reader(far)
        os.close(far)
        os.close(near)


def test_a_frame_for_another_panel_is_left_alone(font: Font) -> None:
    panels = VirtualPanels(BINARY, (1,), font)
    sent = encode(BINARY.text, {"address": 9, "flash": 0}, b"A012")
    [message] = Reader(BINARY.frames()).feed(sent)
    assert panels.receive(message) == b""
    assert not panels.shown


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("lines = 3", "lines"),
        ("[[lines]]\n", "missing required field"),
        ('[[lines]]\nurl = "x"\nprotocol = "rs485-64x16"\npanels = {}', "panel address 'x'"),
        ('[[lines]]\nurl = "tcp://a:1"\nprotocol = "p"\npanels = {}', "panel protocol 'p'"),
        (
            '[[lines]]\nurl = "tcp://a:1"\nprotocol = "rs485-64x16"\npanels = { "3" = 1 }\n' * 2,
            "window 3 has two panels",
        ),
        (
            '[[lines]]\nurl = "tcp://a:1"\nprotocol = "rs485-64x16"\npanels = { "3" = 256 }\n',
            "address 256 does not fit",
        ),
    ],
)
def test_a_wrong_panels_file_is_refused_with_the_reason(
    tmp_path: Path, font: Font, content: str, reason: str
) -> None:
    (tmp_path / "panels.toml").write_text(content)
    with pytest.raises(PanelsFileError, match=reason):
        load_rig(tmp_path / "panels.toml", PANEL, font)


def test_a_protocol_of_ones_own_lies_beside_the_file(tmp_path: Path, font: Font) -> None:
    (tmp_path / "own.toml").write_text((FOLDER / "ascii-96x16.toml").read_text(encoding="utf-8"))
    (tmp_path / "panels.toml").write_text(
        '[[lines]]\nurl = "tcp://a:1"\nprotocol = "own.toml"\npanels = { "3" = 1 }\n'
    )
    rig = load_rig(tmp_path / "panels.toml", PANEL, font)
    assert [(s.window, s.address, s.answers) for s in rig.states()] == [("3", 1, None)]
