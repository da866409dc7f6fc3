"""`kiosk backup`, `restore`, `export`, `keys`, `purge`: keeping an installation's data."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from kiosk.store.backup import backup, restore
from kiosk.store.export import export
from kiosk.store.keyring import load_ring, ring_path, save_ring
from kiosk.store.retention import purge
from kiosk.store.rotation import reseal, with_new_key, without_old_keys
from kiosk.usage import Usage

from .common import Commands, add_db, db_of, opened, run

FORMATS = ("csv", "parquet")
SETTLE_S = 2.0
"""After so long a server has committed what it sealed with the keys before."""


def register(commands: Commands) -> None:
    """Add the subcommands."""
    saving = commands.add_parser("backup", help="copy the database while it is served")
    add_db(saving)
    saving.add_argument("dest", type=Path, metavar="DEST")
    saving.set_defaults(run=lambda arguments: run(_backup(arguments)))

    restoring = commands.add_parser("restore", help="bring a backup back")
    add_db(restoring)
    restoring.add_argument("src", type=Path, metavar="SRC")
    restoring.add_argument("--force", action="store_true", help="even if sealed days are lost")
    restoring.set_defaults(run=lambda arguments: run(_restore(arguments)))

    exporting = commands.add_parser("export", help="write events and tickets as tables")
    add_db(exporting)
    exporting.add_argument("--hall", required=True, metavar="ID")
    exporting.add_argument("--from", required=True, dest="first", metavar="YYYY-MM-DD")
    exporting.add_argument("--to", required=True, dest="last", metavar="YYYY-MM-DD")
    exporting.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    exporting.add_argument("--format", default="csv", help="csv, parquet, or csv,parquet")
    exporting.set_defaults(run=lambda arguments: run(_export(arguments)))

    keys = commands.add_parser("keys", help="the keys that seal personal data")
    actions = keys.add_subparsers(metavar="ACTION", required=True)
    rotate = actions.add_parser("rotate", help="seal all personal data with a new key")
    add_db(rotate)
    rotate.add_argument("--drop-old", action="store_true", help="forget the keys before it")
    rotate.set_defaults(run=lambda arguments: run(_rotate(arguments)))

    purging = commands.add_parser("purge", help="delete what is past its retention now")
    add_db(purging)
    purging.set_defaults(run=lambda arguments: run(_purge(arguments)))


async def _backup(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        done = await backup(store, arguments.dest)
    finally:
        await store.close()
    print(f"{arguments.dest}: {done.events} events in {done.halls} halls, sha256 {done.sha256}")
    return 0


async def _restore(arguments: argparse.Namespace) -> int:
    done = await restore(arguments.src, db_of(arguments), force=arguments.force)
    print(f"restored {done.events} events in {done.halls} halls")
    return 0


async def _export(arguments: argparse.Namespace) -> int:
    formats = [f for f in arguments.format.split(",") if f]
    if not formats or not set(formats) <= set(FORMATS):
        raise Usage(f"--format is one or more of {', '.join(FORMATS)}")
    store = await opened(arguments)
    try:
        written = await export(
            store, arguments.hall, arguments.first, arguments.last, arguments.out, formats
        )
    finally:
        await store.close()
    for table, rows in written.items():
        print(f"{table}: {rows} rows")
    return 0


async def _rotate(arguments: argparse.Namespace) -> int:
    url = db_of(arguments)
    if os.environ.get("KIOSK_KEYS"):
        raise Usage("the key ring stands in KIOSK_KEYS: put it into a file (KIOSK_KEY_FILE) first")
    ring = with_new_key(load_ring(url, os.environ))
    path = ring_path(url, os.environ)
    # The new key is on disk before anything is sealed with it.
    save_ring(ring, path)
    store = await opened(arguments)
    try:
        count = await reseal(store, ring)
        if arguments.drop_old:
            # What servers were just writing with the key before is in the database by then.
            await asyncio.sleep(SETTLE_S)
            count += await reseal(store, ring)
    finally:
        await store.close()
    if arguments.drop_old:
        save_ring(without_old_keys(ring), path)
    print(f"{count} entries sealed anew with key {ring.data[-1].id}", file=sys.stdout)
    return 0


async def _purge(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        gone = await purge(store, int(time.time() * 1000))
    finally:
        await store.close()
    print(f"deleted {gone.people} personal entries and {gone.answers} remembered answers")
    return 0
