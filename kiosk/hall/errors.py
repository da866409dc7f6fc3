"""The rules of a hall, as exceptions.

    HallError                     code      what was broken
    ├── Unknown                   unknown_… an id that the hall does not have
    ├── Invalid                   invalid_… a value that makes no sense, with the field's name
    │   └── …                     …         more of them: below, `errors_booking`, `errors_what_if`
    └── RuleBroken                …         a rule of the hall forbids it now
        ├── WrongState            wrong_state
        ├── AlreadyCalled         already_called
        ├── WindowClosed          window_closed
        ├── WindowPaused          window_paused
        ├── WindowBusy            window_busy
        ├── HallClosed            hall_closed
        ├── GroupClosed           group_closed
        ├── WrongWindow           wrong_window
        ├── GraceOver             grace_over
        ├── AlreadyPostponed      already_postponed
        ├── AlreadyRated          already_rated
        ├── NobodyServes          nobody_serves
        ├── ApprovalNeeded        approval_needed
        ├── CircularServices      circular_services
        ├── NoticeOpen            notice_open
        ├── NoNotice              no_notice
        └── NotPossible           not_configured

Every error has a stable `code` and says what was expected and what came. `params` fill the
sentence of the message catalogue under `errors.<code>`.
"""

from __future__ import annotations


class HallError(Exception):
    """Base of all errors that a hall's rules raise."""

    code = "hall_error"

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.params = params


class Unknown(HallError):
    """An id that this hall does not have. `kind` is `service`, `window`, `ticket`, …"""

    def __init__(self, kind: str, given: str) -> None:
        super().__init__(f"There is no {kind} {given!r} in this hall.", given=given)
        self.kind = kind
        self.code = f"unknown_{kind}"


class Invalid(HallError):
    """A value that makes no sense; `field` names it."""

    code = "invalid_field"

    def __init__(self, field: str, message: str, **params: str | int) -> None:
        super().__init__(message, field=field, **params)
        self.field = field


class EndlessPark(Invalid):
    """A place is not kept for ever, nor for no time."""

    code = "endless_park"

    def __init__(self) -> None:
        super().__init__("minutes", "A place is kept for more than 0 and at most 1440 minutes.")


class TransferNowhere(Invalid):
    """Nobody said where to."""

    code = "transfer_nowhere"

    def __init__(self) -> None:
        super().__init__("service", "Say where to: either a service or a window.")


class RuleBroken(HallError):
    """A rule of the hall forbids this now."""


class WrongState(RuleBroken):
    """The ticket is in a state in which this can't be done."""

    code = "wrong_state"

    def __init__(self, number: str, state: str, expected: str) -> None:
        super().__init__(
            f"Ticket {number} is {state}; this needs it to be {expected}.",
            number=number,
            state=state,
            expected=expected,
        )


class AlreadyCalled(RuleBroken):
    """The ticket is at a window already."""

    code = "already_called"

    def __init__(self, number: str, window: str) -> None:
        super().__init__(
            f"Ticket {number} is already called to window {window}.", number=number, window=window
        )


class WindowClosed(RuleBroken):
    """The window must be open for this."""

    code = "window_closed"

    def __init__(self, window: str) -> None:
        super().__init__(f"Window {window} is closed; open it first.", window=window)


class WindowPaused(RuleBroken):
    """The window is paused and calls nobody."""

    code = "window_paused"

    def __init__(self, window: str) -> None:
        super().__init__(f"Window {window} is paused; open it to call.", window=window)


class WindowBusy(RuleBroken):
    """Somebody is at the window."""

    code = "window_busy"

    def __init__(self, window: str, number: str) -> None:
        super().__init__(
            f"Ticket {number} is at window {window}; finish, requeue or mark it first.",
            window=window,
            number=number,
        )


class HallClosed(RuleBroken):
    """Outside the hall's opening hours."""

    code = "hall_closed"

    def __init__(self, opens: str | None) -> None:
        hint = f" It opens at {opens}." if opens else ""
        super().__init__(f"The hall is closed.{hint}", opens=opens or "")


class GroupClosed(RuleBroken):
    """Outside the opening hours of this group of services."""

    code = "group_closed"

    def __init__(self, group: str, opens: str | None) -> None:
        hint = f" It opens at {opens}." if opens else ""
        super().__init__(f"Group {group} is closed.{hint}", group=group, opens=opens or "")


class WrongWindow(RuleBroken):
    """The ticket is at another window than the one that asks."""

    code = "wrong_window"

    def __init__(self, number: str, window: str, given: str) -> None:
        super().__init__(
            f"Ticket {number} is at window {window}, not at {given}.",
            number=number,
            window=window,
            given=given,
        )


class GraceOver(RuleBroken):
    """Too late to bring the ticket back."""

    code = "grace_over"

    def __init__(self, number: str, minutes: float) -> None:
        super().__init__(
            f"Ticket {number} was closed more than {minutes:g} minutes ago; take a new one.",
            number=number,
            minutes=f"{minutes:g}",
        )


class AlreadyPostponed(RuleBroken):
    """A visitor may ask for more time once."""

    code = "already_postponed"

    def __init__(self, number: str) -> None:
        super().__init__(f"Ticket {number} got more time once already.", number=number)


class AlreadyRated(RuleBroken):
    """One rating per service, never two."""

    code = "already_rated"

    def __init__(self, number: str) -> None:
        super().__init__(f"Ticket {number} was rated already.", number=number)


class NobodyServes(RuleBroken):
    """No window of the hall serves this group, so nobody may be sent there."""

    code = "nobody_serves"

    def __init__(self, group: str) -> None:
        super().__init__(
            f"No window serves group {group}; send the visitor elsewhere.", group=group
        )


class ApprovalNeeded(RuleBroken):
    """A green channel needs a reason and somebody who approves it."""

    code = "approval_needed"

    def __init__(self, priority: str) -> None:
        super().__init__(
            f"Class {priority} is given by staff, with a reason and the name of who approved it.",
            priority=priority,
        )


class CircularServices(RuleBroken):
    """Each of these services must come after another of them."""

    code = "circular_services"

    def __init__(self, services: str) -> None:
        super().__init__(f"These services wait for one another: {services}.", services=services)


class NoticeOpen(RuleBroken):
    """The visitor has a payment notice that is not paid yet."""

    code = "notice_open"

    def __init__(self, number: str, notice: str) -> None:
        super().__init__(
            f"Ticket {number} has to pay {notice} first.", number=number, notice=notice
        )


class NoNotice(RuleBroken):
    """There is nothing to pay."""

    code = "no_notice"

    def __init__(self, number: str) -> None:
        super().__init__(f"Ticket {number} has no payment notice that is open.", number=number)


class NotPossible(RuleBroken):
    """The hall file has nothing for this, e.g. no service that takes payments."""

    code = "not_configured"

    def __init__(self, what: str) -> None:
        super().__init__(f"This hall has no {what}; an administrator can add it.", what=what)
