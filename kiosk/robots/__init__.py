"""Clients that use a hall like visitors, staff and screens do: through its public API alone.

The demo hall and the player of recorded days are made of these.
"""
