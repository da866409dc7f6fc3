"""Finding printers: on USB, and on the network by an open port 9100."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Iterable

from printer.calibration import examine
from printer.transport.tcp import TcpTransport
from printer.transport.usb import UsbPrinter, usb_printers

_AT_ONCE = 128
_CONNECT_S = 1.0
_LARGEST_NETWORK = 4096


def usb() -> list[UsbPrinter]:
    """Return the printers on USB; raise `OSError` without libusb."""
    return list(usb_printers())


def hosts(addresses: Iterable[str]) -> list[str]:
    """Return the hosts of names, addresses and networks such as `192.168.1.0/24`.

    Raises `ValueError` for a network that is wrong or larger than a /20.
    """
    found: list[str] = []
    for address in addresses:
        if "/" not in address:
            found.append(address)
            continue
        network = ipaddress.ip_network(address, strict=False)
        if network.num_addresses > _LARGEST_NETWORK:
            raise ValueError(f"{address} has {network.num_addresses} addresses; at most 4096")
        found.extend(str(host) for host in network.hosts())
    return found


async def scan(hosts: Iterable[str], port: int) -> AsyncIterator[tuple[str, str]]:
    """Yield each host that listens on the port, with the model that it names (or "")."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def ask(host: str) -> tuple[str, str] | None:
        async with limit:
            try:
                async with asyncio.timeout(_CONNECT_S * 8):
                    if not await _listens(host, port):
                        return None
                    return host, (await examine(TcpTransport(host, port), _CONNECT_S)).model
            except OSError:
                return None

    for answer in asyncio.as_completed([ask(host) for host in hosts]):
        if found := await answer:
            yield found


async def _listens(host: str, port: int) -> bool:
    async with asyncio.timeout(_CONNECT_S):
        connection = await TcpTransport(host, port).open()
    await connection.close()
    return True
