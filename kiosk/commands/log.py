"""`kiosk audit` and `kiosk rebuild`: proving the log, and making the tables from it again."""

from __future__ import annotations

import argparse

from kiosk.store import audit

from . import replay
from .common import Commands, add_day, add_db, no_such_day, opened, run


def register(commands: Commands) -> None:
    """Add the subcommands."""
    audits = commands.add_parser("audit", help="prove that the log was not changed")
    actions = audits.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="walk every log")
    add_db(verify)
    verify.set_defaults(run=lambda arguments: run(_verify(arguments)))
    seal = actions.add_parser("seal", help="print a day's seal")
    add_db(seal)
    add_day(seal)
    seal.set_defaults(run=lambda arguments: run(_seal(arguments)))

    replay.register_audit(actions)

    rebuild = commands.add_parser("rebuild", help="make the tables again from the log")
    add_db(rebuild)
    rebuild.add_argument("--check", action="store_true", help="only compare; exit 1 if they differ")
    rebuild.set_defaults(run=lambda arguments: run(_rebuild(arguments)))


async def _verify(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        verdict = await audit.verify(store)
    finally:
        await store.close()
    if verdict.broken is not None:
        broken = verdict.broken
        print(f"broken: hall {broken.hall}, event {broken.seq}: {broken.why}")
        return 1
    print(f"{verdict.events} events in {verdict.halls} halls: unbroken")
    return 0


async def _seal(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        seal = await audit.seal(store, arguments.hall, arguments.day)
        if seal is None:
            raise await no_such_day(store, arguments.hall, arguments.day)
    finally:
        await store.close()
    state = "closed" if seal.closed else "still open"
    print(f"{seal.hall} {seal.day} {seal.digest} ({seal.events} events, {state})")
    return 0


async def _rebuild(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        differences = await store.rebuild(check=arguments.check)
    finally:
        await store.close()
    for d in differences:
        print(f"{d.table}: {d.missing} rows missing, {d.surplus} too many, e.g. {d.example}")
    if not differences:
        print("the tables are what the log says")
    elif not arguments.check:
        print("the tables were made again")
    return 1 if differences and arguments.check else 0
