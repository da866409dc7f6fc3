"""Plays a recorded day through a running server, and kills that server on the way.

python -m kiosk.dayplay DAY.csv [--rate N] [--kills N] [--until HH:MM]
"""
