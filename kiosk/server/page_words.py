"""What the phone page says of plans and amounts; `static/visitor/visit.js` says it alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiosk import texts
from printer.words import length

PLAN_STEP_S = 300
"""A plan is told to five minutes: it is no timetable."""


def yuan(language: str, fen: int | None) -> str:
    """An amount of hundredths, or that the window says it."""
    if fen is None:
        return texts.text(language, "common.amount_unknown")
    return texts.text(language, "common.amount", n=f"{fen / 100:.2f}")


def plan_words(language: str, ticket: dict[str, Any]) -> str:
    """How long the rest of a visit of several services takes; empty for any other."""
    if ticket["plan"]:
        minutes = round(max(stop["ends_s"] for stop in ticket["plan"]) / PLAN_STEP_S) * 5
        time = length(max(5, minutes), "zh" if language == "zh" else "en")
        return texts.text(language, "visitor.plan", time=time)
    if len(ticket["services"]) > 1 and ticket["state"] in ("waiting", "parked"):
        return texts.text(language, "visitor.plan_unknown")
    return ""


def stop_words(language: str, ticket: dict[str, Any], leg: dict[str, Any], now: str) -> str:
    """Where one of several services stands: with its time in the plan while it waits."""
    stop = next((s for s in ticket["plan"] if s["service"] == leg["id"]), None)
    if leg["state"] != "waiting" or stop is None:
        return texts.text(language, f"visitor.service_{leg['state']}")
    at = datetime.fromisoformat(now) + timedelta(seconds=stop["begins_s"])
    rounded = round(at.timestamp() / PLAN_STEP_S) * PLAN_STEP_S
    told = datetime.fromtimestamp(rounded, at.tzinfo)
    return texts.text(language, "visitor.service_about", at=f"{told:%H:%M}")
