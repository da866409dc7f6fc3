import msgspec
import pytest

from kiosk.hall.errors import HallError
from kiosk.hall.events import (
    AnyEvent,
    DayClosed,
    Estimate,
    Event,
    LegPlan,
    PrintOutcome,
    PrintSettled,
    TicketIssued,
    VisitorsArrived,
    WindowOpened,
    decode,
    encode,
)

EVENTS = list(Event.__subclasses__())


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        (
            TicketIssued(
                ticket="t1",
                number="B001",
                legs=(LegPlan("passport", "B"),),
                priority="senior",
                ahead=3,
                estimate=Estimate(60, 240, 600),
            ),
            (
                b'{"type":"ticket_issued","ticket":"t1","number":"B001",'
                b'"legs":[{"service":"passport","group":"B"}],"priority":"senior","ahead":3,'
                b'"estimate":{"low_s":60,"median_s":240,"high_s":600}}'
            ),
        ),
        (VisitorsArrived(2, "south"), b'{"type":"visitors_arrived","count":2,"door":"south"}'),
        (WindowOpened("3"), b'{"type":"window_opened","window":"3"}'),
        (DayClosed(), b'{"type":"day_closed"}'),
        (
            PrintSettled("t1", 0, PrintOutcome.UNCERTAIN, "cut off"),
            (
                b'{"type":"print_settled","ticket":"t1","copy":0,"outcome":"uncertain",'
                b'"detail":"cut off"}'
            ),
        ),
    ],
)
def test_the_bytes_of_the_log_are_for_ever(event: AnyEvent, payload: bytes) -> None:
    assert encode(event) == payload
    assert decode(payload) == event


def test_an_older_version_is_read_with_the_defaults_of_what_it_lacks() -> None:
    issued = decode(b'{"type":"ticket_issued","ticket":"t","number":"A001","legs":[]}')
    assert isinstance(issued, TicketIssued)
    assert (issued.priority, issued.language, issued.estimate) == ("normal", "zh", None)


@pytest.mark.parametrize("payload", [b"{}", b'{"type":"coup"}', b"[]", b"", b"\xff"])
def test_what_is_no_event_is_refused(payload: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(payload)


def test_every_event_can_come_out_of_a_log() -> None:
    assert set(EVENTS) == set(AnyEvent.__args__)
    kinds = {event.__struct_config__.tag for event in EVENTS}
    assert len(kinds) == len(EVENTS)
    assert "ticket_called" in kinds


def test_errors_are_a_tree_with_one_code_each() -> None:
    def codes(cls: type[HallError]) -> list[str]:
        return [cls.code, *(code for sub in cls.__subclasses__() for code in codes(sub))]

    rules = [c for c in codes(HallError) if c != "hall_error"]
    assert {"wrong_state", "window_closed", "hall_closed", "grace_over"} <= set(rules)
    assert len(rules) == len(set(rules))
