"""A county service hall to look at, to test with and to start one's own from."""

from __future__ import annotations

from importlib.resources import files

from kiosk.hall.config import HallConfig
from kiosk.hallfile import parse_catalogue, parse_hall


def county_hall() -> HallConfig:
    """`county.toml` with the services of `catalogue.csv`: 13 groups, 99 services, 24 windows."""
    here = files(__name__)
    catalogue = parse_catalogue(here.joinpath("catalogue.csv").read_text("utf-8"), "catalogue.csv")
    return parse_hall(here.joinpath("county.toml").read_text("utf-8"), "county.toml", catalogue)
