"""The event log, and the tables made from it."""
