import asyncio
import os
import pty
import tty

import pytest

from display.panels.link import LinkError, link_to


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
