import asyncio
import os
import pty
import tty

import pytest
from serial.urlhandler import protocol_loop

from display.panels.link import LinkError, SerialLink, link_to


@pytest.mark.parametrize(
    "url",
    [
        "tcp://panels",
        "tcp://:5000",
        "http://panels:80",
        "serial://",
        "serial:///dev/ttyUSB0?baud=fast",
        "serial:///dev/ttyUSB0?format=9Z9",
        "serial:///dev/ttyUSB0?rs485=yes",
        "serial:///dev/ttyUSB0?speed=9600",
    ],
)
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="panel address"):
        link_to(url)


async def test_tcp_carries_bytes_both_ways_and_tells_the_end() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(5))
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        link = link_to(f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await link.open()
        assert await link.read(0.01) == b""
        await link.write(b"hello")
        assert await link.read(5) == b"hello"
        with pytest.raises(LinkError, match="closed the connection"):
            await link.read(5)
        await link.close()
        await link.close()


async def test_a_gateway_that_is_not_there_is_named() -> None:
    with pytest.raises(LinkError, match=r"panels at 127\.0\.0\.1:1"):
        await link_to("tcp://127.0.0.1:1").open()


async def test_serial_carries_bytes_both_ways() -> None:
    far, near = pty.openpty()
    tty.setraw(near)
    link = link_to(f"serial://{os.ttyname(near)}?baud=19200")
    try:
        await link.open()
        assert await link.read(0.01) == b""
        await link.write(b"\xa5\x00hello")
        assert os.read(far, 64) == b"\xa5\x00hello"
        os.write(far, b"\xa5\x06")
        assert (await link.read(5))[:1] == b"\xa5"
    finally:
        await link.close()
        os.close(far)
        os.close(near)


async def test_a_device_that_is_no_serial_port_is_named() -> None:
    with pytest.raises(LinkError, match="panels at /dev/null"):
        await link_to("serial:///dev/null").open()


@pytest.mark.parametrize("url", ["serial:///dev/none", "tcp://127.0.0.1:1"])
async def test_a_wire_that_is_not_open_says_so(url: str) -> None:
    link = link_to(url)
    with pytest.raises(LinkError):
        await link.open()
    with pytest.raises(LinkError, match="not connected"):
        await link.write(b"x")
    with pytest.raises(LinkError, match="not connected"):
        await link.read(1)


class Bus(protocol_loop.Serial):
    """A looped serial port that notes what its line RTS does around each piece of data."""

    def __init__(self, device: str, *settings: object, exclusive: bool, **more: object) -> None:
        self.seen: list[bool | bytes] = []
        super().__init__("loop://", *settings, **more)

    def _update_rts_state(self) -> None:
        super()._update_rts_state()
        self.seen.append(self._rts_state)

    def write(self, data: bytes) -> int:
        self.seen.append(bytes(data))
        written: int = super().write(data)
        return written


@pytest.mark.parametrize(("rs485", "sending"), [("rts", True), ("rts-low", False)])
async def test_rts_takes_the_bus_while_sending_and_lets_go_before_the_answer(
    rs485: str, sending: bool
) -> None:
    ports: list[Bus] = []

    def opened(device: str, *settings: object, exclusive: bool, **more: object) -> Bus:
        ports.append(Bus(device, *settings, exclusive=exclusive, **more))
        return ports[-1]

    link = SerialLink("/dev/ttyUSB0", 19200, "8N1", rs485, opened)
    await link.open()
    [bus] = ports
    assert bus.rts is not sending
    bus.seen.clear()
    await link.write(b"\xa5\x5a")
    assert bus.seen == [sending, b"\xa5\x5a", not sending]
    assert await link.read(5)
    await link.close()


@pytest.mark.parametrize("rs485", ["kernel", "rts"])
async def test_a_port_that_cannot_turn_says_so_and_is_free_again(rs485: str) -> None:
    far, near = pty.openpty()
    address = f"serial://{os.ttyname(near)}"
    try:
        with pytest.raises(LinkError, match=f"panels at {os.ttyname(near)}"):
            await link_to(f"{address}?rs485={rs485}").open()
        plain = link_to(address)
        await plain.open()
        await plain.close()
    finally:
        os.close(far)
        os.close(near)
