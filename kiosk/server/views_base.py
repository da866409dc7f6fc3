"""What all answers of the API share."""

from __future__ import annotations

from msgspec import Struct

from kiosk.hall.config import Names


class View(Struct, frozen=True, gc=False):
    """Base of all answers."""


class NamedView(View, frozen=True):
    """A zone or department, or whatever else has an id and a name."""

    id: str
    name: Names
