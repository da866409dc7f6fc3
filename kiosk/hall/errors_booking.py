"""The rules of appointments, as exceptions: each a `RuleBroken` with a code of its own.

SlotFull           slot_full            nothing is left in this slot
NoSlot             no_slot              no slot begins then
PastSlot           past_slot            the slot has begun
TooSoon            too_soon             less than the lead time ahead
TooFar             too_far              beyond the days that can be booked
NotBookable        not_bookable         the service, or the hall, takes no bookings
BookingOver        booking_over         cancelled, missed or used
TooLateToChange    too_late_to_change   past the time until which it can be changed
CheckInTooEarly    check_in_too_early   before the check-in opens
AlreadyCheckedIn   already_checked_in   a ticket was given for it
HoldOver           hold_over            the slot is kept no longer
PersonLimit        person_limit         so many bookings are the most that one person may have ahead
PersonDayLimit     person_day_limit     so many are the most on a day
PersonIsBarred     person_barred        too many bookings were missed
WrongCode          wrong_code           no booking of today has this code
ReasonNeeded       reason_needed        staff must say why
ContactNeeded      contact_needed       a phone or ID number is asked for
"""

from __future__ import annotations

from .errors import RuleBroken


class SlotFull(RuleBroken):
    """Nothing is left in this slot."""

    code = "slot_full"

    def __init__(self, start: str) -> None:
        super().__init__(f"The slot at {start} is full; take another.", start=start)


class NoSlot(RuleBroken):
    """No slot begins then."""

    code = "no_slot"

    def __init__(self, start: str) -> None:
        super().__init__(f"No slot begins at {start}; take one that is offered.", start=start)


class PastSlot(RuleBroken):
    """The slot has begun."""

    code = "past_slot"

    def __init__(self, start: str) -> None:
        super().__init__(f"{start} has passed; take a later slot.", start=start)


class TooSoon(RuleBroken):
    """Less than the lead time ahead."""

    code = "too_soon"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Book at least {minutes} minutes ahead.", minutes=minutes)


class TooFar(RuleBroken):
    """Beyond the days that can be booked."""

    code = "too_far"

    def __init__(self, days: int) -> None:
        super().__init__(f"Book at most {days} days ahead.", days=days)


class NotBookable(RuleBroken):
    """The service takes no bookings."""

    code = "not_bookable"

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} can't be booked; take a ticket in the hall.", service=service)


class BookingOver(RuleBroken):
    """The booking was cancelled, missed or used."""

    code = "booking_over"

    def __init__(self, state: str) -> None:
        super().__init__(f"This appointment is {state}.", state=state)


class TooLateToChange(RuleBroken):
    """Past the time until which a booking can be changed."""

    code = "too_late_to_change"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"An appointment can be changed until {minutes} minutes before it.", minutes=minutes
        )


class CheckInTooEarly(RuleBroken):
    """Before the check-in opens."""

    code = "check_in_too_early"

    def __init__(self, opens: str) -> None:
        super().__init__(f"Check-in opens at {opens}.", opens=opens)


class AlreadyCheckedIn(RuleBroken):
    """A ticket was given for this booking."""

    code = "already_checked_in"

    def __init__(self, number: str) -> None:
        super().__init__(f"Ticket {number} was given for this appointment.", number=number)


class HoldOver(RuleBroken):
    """The slot is kept no longer."""

    code = "hold_over"

    def __init__(self) -> None:
        super().__init__("The slot is kept no longer; choose again.")


class PersonLimit(RuleBroken):
    """So many bookings are the most that one person may have ahead."""

    code = "person_limit"

    def __init__(self, limit: int) -> None:
        super().__init__(f"One person may have {limit} bookings at once.", limit=limit)


class PersonDayLimit(RuleBroken):
    """So many bookings are the most for one person on a day."""

    code = "person_day_limit"

    def __init__(self, limit: int) -> None:
        super().__init__(f"One person may have {limit} bookings on a day.", limit=limit)


class PersonIsBarred(RuleBroken):
    """Too many bookings were missed; walk-in service is open."""

    code = "person_barred"

    def __init__(self, until: str) -> None:
        super().__init__(
            f"After missed appointments booking is closed until {until}; walk-ins are welcome.",
            until=until,
        )


class WrongCode(RuleBroken):
    """No booking of today has this code."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__("No appointment of today has this code.")


class ReasonNeeded(RuleBroken):
    """Staff must say why they go beyond the capacity."""

    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__("Say why this booking goes beyond the capacity.")


class ContactNeeded(RuleBroken):
    """A phone or ID number is asked for."""

    code = "contact_needed"

    def __init__(self) -> None:
        super().__init__("A phone or ID number is needed to book here.")
