"""The county hall on a Monday, after a Thursday and a Friday with appointments that some missed."""

from __future__ import annotations

from pathlib import Path

from kiosk.hall.bookings import Booker
from kiosk.install import load_config
from kiosk.server.routes.appointments import person_hash
from kiosk.store.keyring import load_ring
from tests.browser.conftest import hire
from tests.browser.county import MONDAY_MORNING, SAMPLE
from tests.browser.played import write
from tests.hall.script import Script, at
from tests.support.server import RunningServer, kiosk

NEWBORN = "register-a-newborn"
"""Served by four windows, booked at three a slot."""
ID_NUMBER = "11010119900307123x"
WEDNESDAY, THURSDAY, FRIDAY = "2037-11-18", "2037-11-19", "2037-11-20"
BOOKED = 24
CAME = 20
STAFF = Booker(channel="staff", staff=True, overbook="test")


def weeks_after(folder: Path) -> RunningServer:
    """A server of the hall; who has `ID_NUMBER` may not book. Its manager is `boss`."""
    db = f"sqlite:///{folder / 'booked.db'}"
    person = person_hash(load_ring(db, {}, create=True), None, ID_NUMBER)
    write(db, _two_days(hall_file(folder), str(person)))
    hire(db, folder)
    return RunningServer(db, "--open-devices", "--clock-start", MONDAY_MORNING)


def hall_file(folder: Path, *, closed_afternoon: str = "") -> Path:
    """The sample's hall file with two strikes to a bar; on a day with its afternoon closed."""
    text = (SAMPLE / "county.toml").read_text(encoding="utf-8")
    text = text.replace("[appointments]\n", "[appointments]\nstrikes = 2\n")
    if closed_afternoon:
        text += f'\n[[days]]\nday = "{closed_afternoon}"\nhours = ["08:30-12:00"]\n'
    file = folder / "county.toml"
    file.write_text(text, encoding="utf-8")
    return file


def reload(server: RunningServer, file: Path) -> None:
    """Let a hall file take effect beside the running server."""
    kiosk("init", "--db", server.db, "--hall", str(file), "--catalogue", str(CATALOGUE))


CATALOGUE = SAMPLE / "catalogue.csv"


def _two_days(file: Path, person: str) -> list:
    config = load_config(file, CATALOGUE)
    assert config is not None
    hall = Script(config, at("09:00", WEDNESDAY))
    for n in range(BOOKED):
        _book(hall, f"b{n}", at("10:00", THURSDAY), person if n == BOOKED - 1 else f"p{n}")
    _book(hall, "again", at("10:00", FRIDAY), person)
    hall.later(at=at("09:50", THURSDAY))
    for n in range(CAME):
        events = hall.hall.check_in_booking(hall.now, ticket_id=f"k{n}", booking_id=f"b{n}")
        hall.put(events)
    hall.open("3", "4", "5", "6")
    hall.later(at=at("10:00", THURSDAY))
    while any(hall.next(window) for window in ("3", "4", "5", "6")):
        hall.later(6)
    hall.later(at=at("12:00", FRIDAY))
    return hall.log


def _book(hall: Script, booking: str, start: int, person: str) -> None:
    who = STAFF._replace(person=person)
    hall.put(
        hall.hall.book(
            hall.now,
            booking_id=booking,
            seed=len(hall.log),
            services=[NEWBORN],
            start=start,
            who=who,
        )
    )
