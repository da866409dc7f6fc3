"""Statements behind the product's back, on either database."""

from __future__ import annotations

import re
import sqlite3

import psycopg


def tamper(url: str, *statements: str) -> int:
    """Run statements written for SQLite; returns how many rows the last one changed."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            changed = [connection.execute(statement).rowcount for statement in statements]
        connection.close()
        return changed[-1]
    with psycopg.connect(url) as postgres:
        return [postgres.execute(_translated(s)).rowcount for s in statements][-1]


def _translated(statement: str) -> str:
    statement = statement.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
    return re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'::bytea", statement)
