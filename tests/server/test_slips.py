"""Papers beside the ticket, made from a hall's state."""

from __future__ import annotations

from msgspec import structs

from kiosk.hall.config import HallConfig, Printer
from kiosk.hall.events import HallConfigured, PaymentNoticed
from kiosk.hall.printing import PrintJob
from kiosk.server.slips import copy_of, edition, materials, notice, slip_of
from printer.paper import Kind, Paper, Row
from tests.hall.script import at
from tests.hall.test_bookings import HALL, Desk

URL = "https://hall.example/a/x"


class Office(Desk):
    """A hall with a printer."""

    def __init__(self, config: HallConfig = HALL) -> None:
        super().__init__(structs.replace(config, printers=(Printer("p", "file:///x"),)))

    def asked(self, subject: str, paper: str, **about: str | int | list[str]) -> PrintJob:
        """Ask for a paper."""
        copies = sum(key[0] == subject for key in self.hall.state.prints)
        self.put(self.hall.paper(subject, paper, "p", self.now, about))
        return self.hall.state.prints[subject, copies]

    def said(self, job: PrintJob) -> Paper:
        """What it says."""
        paper = slip_of(self.hall, job, URL)
        assert paper is not None
        return paper


def test_an_appointment_slip_says_when_and_how_to_check_in() -> None:
    office = Office()
    booking = office.book()
    paper = office.said(office.asked(booking, "appointment"))
    assert (paper.kind, paper.qr, paper.copy) == (Kind.APPOINTMENT, URL, 0)
    assert paper.when.startswith("2026-11-24 10:00–10:")
    assert paper.code == office.hall.booking(booking).code
    assert [leg.service for leg in paper.legs] == ["Advice"]


def test_a_payment_notice_says_for_what_and_how_much() -> None:
    office = Office()
    ticket = office.issue("advice")
    owed = PaymentNoticed(ticket.id, "N7", "advice", "1", "Seals", 3500)
    office.put([owed])
    paper = office.said(office.asked(ticket.id, "payment"))
    assert (paper.kind, paper.qr) == (Kind.PAYMENT, "N7")
    values = [row.value for row in paper.rows]
    assert values == ["N7", ticket.number, "Seals", "￥35.00"]
    assert all(isinstance(row, Row) and row.label for row in paper.rows)
    assert paper.place.startswith("Ground floor")


def test_a_material_that_two_services_ask_for_is_named_once() -> None:
    card = tuple(structs.replace(s, materials=("Card", s.id)) for s in HALL.services[:2])
    office = Office(structs.replace(HALL, services=card + HALL.services[2:]))
    assert materials(office.hall, ["advice", "copy"], "en") == ("Card", "advice", "copy")


def test_a_paper_is_called_in_the_readers_language_or_by_its_text() -> None:
    asked = structs.replace(HALL.services[0], materials=("户口簿", "身份证"))
    names = {"户口簿": {"en": "Household register"}}
    office = Office(structs.replace(HALL, services=(asked,), materials=names))
    assert materials(office.hall, [asked.id], "en") == ("Household register", "身份证")
    assert materials(office.hall, [asked.id], "zh") == ("户口簿", "身份证")


def test_what_has_gone_is_not_printed() -> None:
    office = Office()
    for paper in ("appointment", "payment", "receipt"):
        assert slip_of(office.hall, office.asked(f"gone-{paper}", paper), URL) is None


def test_copies_are_counted_by_paper() -> None:
    office = Office()
    ticket = office.issue("advice")
    jobs = [office.asked(ticket.id, paper) for paper in ("ticket", "receipt", "ticket", "receipt")]
    assert [copy_of(office.hall, job) for job in jobs] == [0, 0, 1, 1]


def test_an_edition_names_the_day_of_the_configuration_and_the_list() -> None:
    office = Office()
    first = edition(office.hall, office.hall.service("advice"))
    office.later(at=at("10:00", "2026-11-24"))
    office.put([HallConfigured(office.hall.state.config)])
    second = edition(office.hall, office.hall.service("advice"))
    assert (first.split()[1], first == second) == (second.split()[1], False)
    assert second.startswith("2026-11-24 ")
    other = structs.replace(office.hall.service("advice"), materials=("ID card",))
    assert edition(office.hall, other).split()[1] != second.split()[1]


def test_a_notice_says_what_was_asked_for_even_when_the_list_has_changed() -> None:
    office = Office()
    about = notice(office.hall, "advice", ["ID card"], "en")
    job = office.asked("fresh", "notice", **about)
    config = office.hall.state.config
    changed = [structs.replace(s, materials=("Other",)) for s in config.services]
    office.put([HallConfigured(structs.replace(config, services=tuple(changed)))])
    paper = office.said(job)
    assert (paper.kind, paper.language, paper.materials) == (Kind.MATERIALS, "en", ("ID card",))
    assert paper.version == about["edition"]
