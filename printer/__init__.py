"""Tickets on paper: layout, bytes, spool, transports, health."""
