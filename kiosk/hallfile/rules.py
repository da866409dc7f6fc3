"""Rules that are tried out are held to the bounds of the hall file."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.hall.errors_what_if import RuleOutOfBounds, UnknownRule

from .fields import SECTIONS


def check_rules(rules: Mapping[str, float]) -> None:
    """Raises UnknownRule or RuleOutOfBounds, both Invalid, for what no hall file could say."""
    fields = SECTIONS["rules"].fields
    for rule, value in rules.items():
        field = fields.get(rule)
        if field is None:
            raise UnknownRule(rule, ", ".join(fields))
        if not field.low <= value <= field.high:
            raise RuleOutOfBounds(rule, value, field.low, field.high)
