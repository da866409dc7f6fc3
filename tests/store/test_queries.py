"""Every statement that the code names is there, is used, and is good SQL on SQLite."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

import kiosk.store
from kiosk.store.queries import load, numbered, put
from kiosk.store.rows import PROJECTED

SOURCE = Path(kiosk.store.__file__).parent
_NAMED = re.compile(r"(?:fetch|scan|execute|_entries|Fetch|Put)\(\s*f?\"(\w+)")


def named() -> set[str]:
    """The statements that the code asks for by name."""
    return {name for file in SOURCE.rglob("*.py") for name in _NAMED.findall(file.read_text())}


def test_what_the_code_asks_for_exists_and_nothing_else() -> None:
    made = {put(row) for row in PROJECTED}
    for row in PROJECTED:
        made |= {f"{what}_missing_{row.table}" for what in ("count", "one", "add")}
        made |= {f"{what}_surplus_{row.table}" for what in ("count", "one", "drop")}
        made |= {f"day_{row.table}"}
    asked = {name for name in named() if name.islower()}
    for dialect in ("sqlite", "postgres"):
        known = set(load(dialect))
        partial = {name for name in asked if name.endswith("_")}
        assert asked - partial <= known
        assert known <= asked | made


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_every_statement_about_halls_says_which(dialect: str) -> None:
    tables = "|".join({row.table for row in PROJECTED} | {"events", "answers", "people"})
    about = {n: text for n, text in load(dialect).items() if re.search(rf"\b({tables})\b", text)}
    silent = {name for name, text in about.items() if not re.search(r"\b(w_)?hall\b", text)}
    # Once a night, whatever has had its time, of all halls.
    assert silent == {"purge_answers", "purge_people"}


def test_plans_of_the_hot_path_read_no_history(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    statements = load("sqlite")
    hot = ["heads", "behind", "answer", "load_from", "facts", "spans", "load_entries"]
    hot += [name for name in statements if name.startswith(("touched_", "day_", "report_"))]
    for name in hot:
        text = numbered(statements[name])
        count = max((int(n) for n in re.findall(r"\?(\d+)", text)), default=0)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", ["[]"] * count).fetchall()
        for *_, step in plan:
            big = re.search(
                r"(SCAN|SEARCH) (e|t|l|last|events|tickets|legs|calls|prints)\b.*", step
            )
            if big is None:
                continue
            assert big[1] == "SEARCH", (name, step)
            bound = len(re.findall(r"[=<>]\?", step))
            once = "PRIMARY KEY (hall=?)" in step and name in ("heads", "behind")
            assert bound >= 2 or once, (name, step)
    connection.close()
