"""Why a window took a ticket, in words: the catalogue's area `reasons` filled with the numbers."""

from __future__ import annotations

from kiosk import texts
from kiosk.hall.config import APPOINTMENT, NORMAL, HallConfig, Names
from kiosk.hall.events import Reason


def words(config: HallConfig, reason: Reason) -> Names:
    """A reason in every language of the catalogue."""
    groups = {g.id: g.name for g in config.groups}
    classes = {p.id: p.name for p in config.priorities}
    alone = reason.code == "help" and not reason.lead
    found: Names = {}
    for language in texts.LANGUAGES:
        priority = _name(classes.get(reason.priority, {}), language, reason.priority)
        if reason.priority in (NORMAL, APPOINTMENT) and language not in classes.get(
            reason.priority, {}
        ):
            priority = texts.text(language, f"reasons.class_{reason.priority}")
        found[language] = texts.text(
            language,
            "reasons.help_alone" if alone else f"reasons.{reason.code}",
            group=_name(groups.get(reason.group, {}), language, reason.group),
            priority=priority,
            waited=round(reason.waited_s / 60),
            points=f"{reason.points:g}",
            lead=f"{reason.lead:g}",
            over=round(reason.over_cap_s / 60),
            ahead_of=reason.ahead_of,
            note=reason.note,
        ).strip()
    return found


def numbers(language: str, reason: Reason) -> str:
    """The numbers that a rule decided by, in a sentence."""
    alike = "" if reason.lead else "_line"
    return texts.text(
        language,
        f"reasons.numbers{alike if reason.ahead_of else '_alone'}",
        points=f"{reason.points:.1f}",
        next=f"{reason.points - reason.lead:.1f}",
        ahead_of=reason.ahead_of,
        passed=reason.passed,
    )


def _name(names: Names, language: str, fallback: str) -> str:
    """A name in a language, or in another that it has."""
    return names.get(language) or next(iter(names.values()), fallback)
