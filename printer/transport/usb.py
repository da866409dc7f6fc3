"""USB printers without a kernel driver, by pyusb (libusb): class 7, bulk endpoints both ways."""

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import usb.core
import usb.util

from printer.transport.base import FAST, Acknowledges
from printer.transport.threaded import SLICE_S, WRITE_S, ThreadedConnection

_PRINTER_CLASS = 7
_CHUNK = 4096
_WRITE_MS = round(WRITE_S * 1000)
_SLICE_MS = round(SLICE_S * 1000)


class UsbPrinter(msgspec.Struct, frozen=True):
    """A printer on the bus, for `kiosk printer find`."""

    vendor: int
    product: int
    name: str

    @property
    def url(self) -> str:
        """Its address for a hall file."""
        return f"usb://{self.vendor:04x}:{self.product:04x}"


class UsbDriver:
    """The first device with these ids, claimed for us alone.

    `backend` is pyusb's; None takes libusb.
    """

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        device = _find(vendor, product, backend)
        if device is None:
            raise FileNotFoundError(f"no USB device {vendor:04x}:{product:04x}")
        self._device = device
        interface = _printer_interface(device)
        self._number = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):  # only Linux has drivers to detach
            if device.is_kernel_driver_active(self._number):
                device.detach_kernel_driver(self._number)
        usb.util.claim_interface(device, self._number)
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)
        if self._out is None:
            raise OSError(f"USB device {vendor:04x}:{product:04x} takes no data")

    def write(self, data: bytes) -> None:
        """Send all of `data`; a printer that takes nothing for five seconds is an `OSError`."""
        rest = data
        while rest:
            rest = rest[self._out.write(rest[: 16 * _CHUNK], _WRITE_MS) :]

    def read(self) -> bytes:
        """Return what comes within a slice."""
        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(_CHUNK, _SLICE_MS))
        except usb.core.USBTimeoutError:
            return b""

    def close(self) -> None:
        """Give the device back."""
        usb.util.release_interface(self._device, self._number)
        usb.util.dispose_resources(self._device)


class UsbTransport:
    """`usb://vendor:product`, both in hexadecimal."""

    acknowledges = Acknowledges.PRINTER
    bytes_per_s = FAST

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        self._vendor, self._product, self._backend = vendor, product, backend

    async def open(self) -> ThreadedConnection:
        """Claim the device."""
        thread = ThreadPoolExecutor(1, "printer-usb")
        loop = asyncio.get_running_loop()
        try:
            driver = await loop.run_in_executor(
                thread, UsbDriver, self._vendor, self._product, self._backend
            )
        except OSError:  # usb.core.USBError is one
            thread.shutdown(wait=False)
            raise
        return ThreadedConnection(driver, thread)


def usb_printers(backend: Any = None) -> Iterator[UsbPrinter]:
    """Return the printers on the bus; raise `OSError` without libusb."""
    try:
        devices = usb.core.find(find_all=True, backend=backend)
    except usb.core.NoBackendError as error:
        raise OSError("libusb is not installed (Debian: apt install libusb-1.0-0)") from error
    for device in devices:
        if _printer_interface(device) is not None:
            yield UsbPrinter(device.idVendor, device.idProduct, _name(device))


def _find(vendor: int, product: int, backend: Any) -> Any:
    try:
        return usb.core.find(idVendor=vendor, idProduct=product, backend=backend)
    except usb.core.NoBackendError as error:
        raise OSError("libusb is not installed (Debian: apt install libusb-1.0-0)") from error


def _printer_interface(device: Any) -> Any:
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass == _PRINTER_CLASS:
                return interface
    return None


def _endpoint(interface: Any, direction: int) -> Any:
    return usb.util.find_descriptor(
        interface,
        custom_match=lambda end: usb.util.endpoint_direction(end.bEndpointAddress) == direction,
    )


def _name(device: Any) -> str:
    with contextlib.suppress(OSError, ValueError):
        return f"{device.manufacturer} {device.product}"
    return "printer"
