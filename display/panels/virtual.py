"""Panels made of files: the other end of the wire, for trials, demo and tests.

Speaks the same protocol table as the driver, shows each panel as a PNG, and can misbehave as real
ones do.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from PIL import Image

from display.panels.picture import Font, draw_text, from_bits, lamps
from display.panels.protocol import Protocol, encode
from display.panels.reader import Message, Reader

Fault = Literal["mute", "deaf-once", "noise"]
"""`mute` takes frames but never confirms; `deaf-once` loses the first frame; `noise` answers with
rubbish before each reply."""

# Contents that are remembered of all panels together.
REMEMBERED = 1000
# After so much silence a frame that began is given up.
IDLE_S = 0.5


class VirtualPanels:
    """All panels of one bus. `pictures`: what each shows. `shown`: the latest texts, in order."""

    def __init__(
        self,
        protocol: Protocol,
        addresses: Iterable[int],
        font: Font,
        *,
        out: Path | None = None,
        fault: Fault | None = None,
    ) -> None:
        self.pictures: dict[int, Image.Image] = {}
        self.shown: deque[tuple[int, str, bool]] = deque(maxlen=REMEMBERED)
        self.dropped = 0
        self._protocol = protocol
        self._addresses = frozenset(addresses)
        self._font = font
        self._out = out
        self._fault = fault
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)

    def receive(self, message: Message) -> bytes:
        """Shows one message; gives the bytes of the answer."""
        address = message.values.get("address", 0)
        if address not in self._addresses:
            return b""
        if self._fault == "deaf-once":
            self._fault = None
            self.dropped += 1
            return b""
        picture, text = self._picture(message)
        if picture is None:
            return b""
        self.pictures[address] = picture
        self.shown.append((address, text, bool(message.values.get("flash"))))
        if self._out is not None:
            lamps(picture).save(self._out / f"panel-{address:03}.png")
        if self._protocol.reply is None or self._fault == "mute":
            return b""
        noise = b"\x00\xa5\xff" if self._fault == "noise" else b""
        return noise + encode(self._protocol.reply, {"address": address})

    def _picture(self, message: Message) -> tuple[Image.Image | None, str]:
        width, height = self._protocol.width, self._protocol.height
        if message.kind == "text":
            with suppress(UnicodeDecodeError):
                text = message.data.decode(self._protocol.encoding)
                return draw_text(text, width, height, self._protocol.cell, self._font), text
            return None, ""
        with suppress(ValueError):
            values = message.values
            size = values.get("width", width), values.get("height", height)
            return from_bits(message.data, *size), ""
        return None, ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the driver ends it."""
        frames = Reader(self._protocol.frames())
        try:
            while True:
                try:
                    async with asyncio.timeout(IDLE_S):
                        data = await reader.read(4096)
                except TimeoutError:
                    messages = frames.idle()
                else:
                    if not data:
                        return
                    messages = frames.feed(data)
                for message in messages:
                    writer.write(self.receive(message))
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()


async def listen(panels: VirtualPanels, host: str, port: int) -> asyncio.Server:
    """A TCP gateway to the panels; port 0 picks a free one."""
    return await asyncio.start_server(panels.serve, host, port)
