"""Kiosk: queues and appointments for public service halls."""

__version__ = "0.1.0"
