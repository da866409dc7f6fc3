"""Why a window took a ticket, in words: the catalogue's area `reasons` filled with the numbers."""

from __future__ import annotations

from kiosk import texts
from kiosk.hall.config import HallConfig, Names
from kiosk.hall.events import Reason


def words(config: HallConfig, reason: Reason) -> Names:
    """A reason in every language of the catalogue."""
    groups = {g.id: g.name for g in config.groups}
    classes = {p.id: p.name for p in config.priorities}
    found: Names = {}
    for language in texts.LANGUAGES:
        known = classes.get(reason.priority, {})
        found[language] = texts.text(
            language,
            f"reasons.{reason.code}",
            group=groups.get(reason.group, {}).get(language, reason.group),
            priority=known.get(language) or texts.text(language, f"reasons.class_{reason.priority}")
            if reason.priority in ("normal", "appointment")
            else known.get(language, reason.priority),
            waited=round(reason.waited_s / 60),
            points=f"{reason.points:g}",
            lead=f"{reason.lead:g}",
            over=round(reason.over_cap_s / 60),
            ahead_of=reason.ahead_of,
            note=reason.note,
        )
    return found
