"""What can't be played: changes that no hall could make. Each is an `Invalid` with its own code."""

from __future__ import annotations

from .errors import Invalid


class NewWindow(Invalid):
    """A window that the hall doesn't have, of which too little is said to play it."""

    code = "new_window"

    def __init__(self, window: str) -> None:
        super().__init__(
            "windows",
            f"There is no window {window!r} in this hall; "
            "a new one needs groups, opens and closes.",
            window=window,
        )


class NoGroup(Invalid):
    """A window that serves nobody."""

    code = "window_without_group"

    def __init__(self, window: str) -> None:
        super().__init__(
            "windows", f"Window {window!r} needs a group; or close it: closed.", window=window
        )


class UnknownGroup(Invalid):
    """A window is to serve a group that the hall doesn't have."""

    code = "unknown_group"

    def __init__(self, group: str) -> None:
        super().__init__("windows", f"There is no group {group!r} in this hall.", given=group)


class WrongTime(Invalid):
    """A time of day that no clock shows."""

    code = "wrong_time"

    def __init__(self, given: str) -> None:
        super().__init__("windows", f"{given!r} is no time of day: write 08:30.", given=given)


class ClosesBeforeItOpens(Invalid):
    """A window's hours run backwards."""

    code = "closes_before_it_opens"

    def __init__(self, window: str) -> None:
        super().__init__(
            "windows", f"Window {window!r} would close before it opens.", window=window
        )


class UnknownRule(Invalid):
    """A rule that no hall has."""

    code = "unknown_rule"

    def __init__(self, rule: str, known: str) -> None:
        super().__init__("rules", f"there is no rule {rule!r}; there are: {known}", given=rule)


class RuleOutOfBounds(Invalid):
    """A rule's value that the hall file wouldn't take either."""

    code = "rule_out_of_bounds"

    def __init__(self, rule: str, value: float, low: float, high: float) -> None:
        bounds = {"low": f"{low:g}", "high": f"{high:g}"}
        super().__init__(
            "rules",
            f"{rule} is from {low:g} to {high:g}, not {value:g}",
            given=rule,
            value=f"{value:g}",
            **bounds,
        )
