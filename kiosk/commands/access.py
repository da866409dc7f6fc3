"""`kiosk key` and `kiosk account`: who may use the server, `kiosk device`: what is paired."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from kiosk.install import MIN_PASSWORD
from kiosk.server.access import ROLES, new_account, new_key
from kiosk.store import Store
from kiosk.usage import Usage

from .common import Commands, add_db, opened, run


def register(commands: Commands) -> None:
    """Add the subcommands."""
    keys = commands.add_parser("key", help="API keys of devices and programs")
    actions = keys.add_subparsers(metavar="ACTION", required=True)
    create = actions.add_parser("create", help="print one new key")
    add_db(create)
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--hall", metavar="ID", help="the only hall that it opens; default: all")
    create.add_argument("--name", default="", help="who or what uses it, for the log")
    create.set_defaults(run=lambda arguments: run(_create_key(arguments)))
    listing = actions.add_parser("list", help="list keys (never their secrets)")
    add_db(listing)
    listing.set_defaults(run=lambda arguments: run(_list_keys(arguments)))
    revoke = actions.add_parser("revoke", help="end a key")
    add_db(revoke)
    revoke.add_argument("id")
    revoke.set_defaults(run=lambda arguments: run(_revoke_key(arguments)))

    accounts = commands.add_parser("account", help="accounts of people")
    actions = accounts.add_subparsers(metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make an account, or give it a new password")
    add_db(create)
    create.add_argument("name")
    create.add_argument("--role", required=True, action="append", choices=ROLES, dest="roles")
    create.add_argument("--hall", action="append", default=[], dest="halls", metavar="ID")
    create.add_argument("--password-file", type=Path, required=True, metavar="F")
    create.set_defaults(run=lambda arguments: run(_create_account(arguments)))


async def _hall_checked(store: Store, hall: str | None) -> str | None:
    if hall is not None and hall not in await store.halls():
        await store.close()
        raise Usage(f"there is no hall {hall!r} in this database")
    return hall


async def _create_key(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    hall = await _hall_checked(store, arguments.hall)
    key, secret = new_key(arguments.role, hall, arguments.name, _now())
    try:
        await store.access.add_key(key)
    finally:
        await store.close()
    print(secret)
    return 0


async def _list_keys(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        for key in await store.access.keys():
            state = "revoked" if key.revoked else "valid"
            print(f"{key.id}  {key.role:<10}  {key.hall or '*':<12}  {state:<8}  {key.name}")
    finally:
        await store.close()
    return 0


async def _revoke_key(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        done = await store.access.revoke_key(arguments.id, _now())
    finally:
        await store.close()
    if not done:
        print(f"kiosk: there is no valid key {arguments.id}", file=sys.stderr)
    return 0 if done else 1


async def _create_account(arguments: argparse.Namespace) -> int:
    try:
        lines = arguments.password_file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Usage(f"can't read {error.filename}: {error.strerror}") from error
    password = lines[0] if lines else ""
    if len(password) < MIN_PASSWORD:
        raise Usage(f"a password needs at least {MIN_PASSWORD} characters")
    store = await opened(arguments)
    account = new_account(
        arguments.name, password, tuple(arguments.roles), tuple(arguments.halls), _now()
    )
    try:
        await store.access.put_account(account)
    finally:
        await store.close()
    return 0


def _now() -> int:
    return int(time.time() * 1000)
