"""Ways to printers, by their address."""

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from printer.raster import Bed
from printer.transport.base import Acknowledges, Connection, Transport
from printer.transport.cups import CupsTransport
from printer.transport.device import DeviceTransport
from printer.transport.file import FileTransport
from printer.transport.serial import Flow, SerialTransport
from printer.transport.tcp import TcpTransport
from printer.transport.usb import UsbTransport

__all__ = ["Acknowledges", "AddressError", "Connection", "Transport", "transport_for"]

_PORT = 9100
_BAUD = "19200"


class AddressError(ValueError):
    """A printer's address that cannot be used; the message says what was expected."""


def transport_for(url: str, bed: Bed) -> Transport:
    """Return the transport for a printer's address.

    Knows `tcp://host:port`, `usb://vendor:product` (hexadecimal), `serial:///dev/ttyUSB0` (with
    `?baud=` and `flow=`), `file:///path` and `cups://queue`; `agent://` is not a transport but a
    route (see `printer.agent`). `bed` is what a folder's pictures are drawn with. Raises
    `AddressError`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT if parts.scheme == "tcp" else 0
    except ValueError as error:
        raise AddressError(f"printer address {url!r}: {error}") from error
    return _made(url, parts, port, bed)


def _made(url: str, parts: SplitResult, port: int, bed: Bed) -> Transport:
    path = Path(unquote(parts.path))
    match parts.scheme:
        case "tcp" if parts.hostname:
            return TcpTransport(parts.hostname, port)
        case "usb" if found := re.fullmatch("([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", parts.netloc):
            return UsbTransport(int(found[1], 16), int(found[2], 16))
        case "serial" if path.is_absolute():
            options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
            baud, flow = options.get("baud", _BAUD), options.get("flow", Flow.XONXOFF)
            if baud.isdecimal() and int(baud) and flow in set(Flow):
                return SerialTransport(str(path), int(baud), Flow(flow))
        case "cups" if parts.netloc:
            return CupsTransport(parts.netloc)
        case "file" if path.is_char_device():
            return DeviceTransport(path)
        case "file" if path.is_absolute():
            return FileTransport(path, bed)
    raise AddressError(
        f"printer address {url!r}: expected tcp://host:port, usb://vendor:product, "
        "serial:///dev/ttyUSB0, file:///path, cups://queue or agent://name"
    )
