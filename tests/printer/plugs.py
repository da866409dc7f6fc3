"""The other ends of cables: a virtual printer on a pseudo-terminal, and one on a USB bus."""

import os
import select
import threading
import tty
from types import SimpleNamespace
from typing import Any, Self

import usb.core
from usb.backend import IBackend

from printer.raster import Bed
from printer.virtual.machine import Machine

BED = Bed(384, 203)
VENDOR, PRODUCT = 0x0416, 0x5011
_OUT, _IN = 0x01, 0x82


class PseudoTerminal:
    """A virtual printer at the far end of a terminal, served by a thread."""

    def __init__(self) -> None:
        self.machine = Machine(BED)
        self._far, near = os.openpty()
        tty.setraw(near)
        self._near = near
        self.path = os.ttyname(near)
        self._end = os.pipe()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end[1])
        self._thread.join()
        for file in (self._far, self._near, self._end[0]):
            os.close(file)

    def _serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._far, self._end[0]], [], [])
            if self._end[0] in ready:
                return
            self.machine.receive(os.read(self._far, 4096))
            os.write(self._far, self.machine.answers())


class UsbBus(IBackend):  # type: ignore[misc]  # pyusb has no types
    """A bus with one printer, spoken to through pyusb's own interface for backends."""

    def __init__(self, *, interface_class: int = 7, with_input: bool = True) -> None:
        self.machine = Machine(BED)
        self.claimed = False
        self.kernel_driver = True
        self.plugged = True
        self._class, self._with_input = interface_class, with_input

    def enumerate_devices(self) -> list[str]:
        """One device while it is plugged in."""
        return ["device"] if self.plugged else []

    def get_device_descriptor(self, _device: Any) -> Any:
        """The device's ids."""
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=VENDOR,
            idProduct=PRODUCT,
            bcdDevice=0x0100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=1,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, _device: Any, number: int) -> Any:
        """One configuration."""
        if number:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, _device: Any, number: int, alt: int, _config: int) -> Any:
        """One interface, of the printer class unless a test says otherwise."""
        if number or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=1 + self._with_input,
            bInterfaceClass=self._class,
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(
        self, _device: Any, number: int, _interface: int, _alt: int, _config: int
    ) -> Any:
        """A bulk endpoint out, and one in."""
        if number > self._with_input:
            raise IndexError
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=(_OUT, _IN)[number],
            bmAttributes=2,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, device: Any) -> Any:
        """Open."""
        return device

    def close_device(self, _handle: Any) -> None:
        """Close."""

    def get_configuration(self, _handle: Any) -> int:
        """The active configuration."""
        return 1

    def claim_interface(self, _handle: Any, _number: int) -> None:
        """Only one may have it."""
        if self.claimed or self.kernel_driver:
            raise usb.core.USBError("resource busy", -6, 16)
        self.claimed = True

    def release_interface(self, _handle: Any, _number: int) -> None:
        """Give it back."""
        self.claimed = False

    def is_kernel_driver_active(self, _handle: Any, _number: int) -> bool:
        """Linux's usblp holds a printer at first."""
        return self.kernel_driver

    def detach_kernel_driver(self, _handle: Any, _number: int) -> None:
        """Take it from the kernel."""
        self.kernel_driver = False

    def bulk_write(self, _handle: Any, end: int, _number: int, data: Any, _timeout: int) -> int:
        """Take at most one kilobyte at once, as small printers do."""
        assert end == _OUT
        self._check()
        taken = bytes(data)[:1024]
        self.machine.receive(taken)
        return len(taken)

    def bulk_read(self, _handle: Any, end: int, _number: int, buffer: Any, _timeout: int) -> int:
        """Give answers, or time out."""
        assert end == _IN
        self._check()
        answer = self.machine.answers()
        if not answer:
            raise usb.core.USBTimeoutError("timed out", -7, 110)
        buffer[: len(answer)] = type(buffer)("B", answer)
        return len(answer)

    def _check(self) -> None:
        if not self.plugged:
            raise usb.core.USBError("no such device", -4, 19)
