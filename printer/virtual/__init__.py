"""A printer for those who have none: demo, tests, and trying a driver against every fault."""

from printer.virtual.machine import Faults
from printer.virtual.server import Ticket, VirtualPrinter

__all__ = ["Faults", "Ticket", "VirtualPrinter"]
