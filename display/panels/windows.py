"""What each window does, kept up with the hall's board. Pure: frames in, panels to change out."""

from typing import Any

from display.panels.content import Shown

UNKNOWN = Shown("unknown")
"""The connection is lost: an old number must not stand there as if it were called now."""

_CALLED = frozenset({"ticket_called", "ticket_recalled"})


class Windows:
    """The windows of a hall, from the frames of its `board` topic (`docs/live.md`)."""

    def __init__(self) -> None:
        self._shown: dict[str, Shown] = {}

    def take(self, frame: dict[str, Any]) -> dict[str, Shown]:
        """The windows that show something else after a frame."""
        if frame["type"] == "snapshot":
            return self._change(_of_board(frame["board"]))
        if frame["type"] == "event":
            return self._change(self._of_event(frame["event"]))
        return {}

    def lose(self) -> dict[str, Shown]:
        """The same when nothing is known any more."""
        return self._change(dict.fromkeys(self._shown, UNKNOWN))

    def _of_event(self, event: dict[str, Any]) -> dict[str, Shown]:
        changed = {}
        for window in event.get("windows", ()):
            here = self._shown.get(window["id"], UNKNOWN)
            called = window["number"] == here.number and here.state == "called"
            if event.get("window") == window["id"]:
                called = event["type"] in _CALLED or (called and event["type"] != "service_started")
            changed[window["id"]] = _shown(window, called=called)
        return changed

    def _change(self, shown: dict[str, Shown]) -> dict[str, Shown]:
        news = {w: s for w, s in shown.items() if self._shown.get(w) != s}
        self._shown.update(news)
        return news


def _of_board(board: dict[str, Any]) -> dict[str, Shown]:
    called = {(c["window"], c["number"]) for c in board["calls"] if c["state"] == "called"}
    return {w["id"]: _shown(w, called=(w["id"], w["number"]) in called) for w in board["windows"]}


def _shown(window: dict[str, Any], *, called: bool) -> Shown:
    if window["number"] is not None:
        return Shown("called" if called else "serving", window["number"])
    return Shown("free" if window["state"] == "open" else window["state"])
