"""`kiosk init`: creates or migrates the database and loads halls into it."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from kiosk.hallfile import HallFileError
from kiosk.install import AccountRefused, HallRefused, install, load_config
from kiosk.store.keyring import load_ring
from kiosk.usage import Usage

from .common import Commands, add_db, db_of, run


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("init", help="create or migrate a database, load halls")
    add_db(parser)
    parser.add_argument("--hall", type=Path, metavar="FILE.toml", help="the hall file to load")
    parser.add_argument(
        "--catalogue", type=Path, metavar="FILE.csv", help="departments and services to add"
    )
    parser.add_argument("--admin", metavar="NAME", help="make an administrator's account")
    parser.add_argument(
        "--password-file", type=Path, metavar="F", help="its password, first line; - for input"
    )
    parser.set_defaults(run=_init)


def _init(arguments: argparse.Namespace) -> int:
    url = db_of(arguments)
    try:
        config = load_config(arguments.hall, arguments.catalogue)
    except HallFileError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        raise Usage(f"can't read {error.filename}: {error.strerror}") from error
    admin = _admin(arguments)
    job = partial(install, url, config, admin, say=print)
    try:
        load_ring(url, os.environ, create=True)
        return run(job())
    except (HallRefused, AccountRefused) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 1


def _admin(arguments: argparse.Namespace) -> tuple[str, str] | None:
    if arguments.admin is None:
        return None
    if arguments.password_file is None:
        raise Usage("--admin needs --password-file F (or - for standard input)")
    try:
        text = (
            sys.stdin.readline()
            if str(arguments.password_file) == "-"
            else arguments.password_file.read_text(encoding="utf-8")
        )
    except OSError as error:
        raise Usage(f"can't read {error.filename}: {error.strerror}") from error
    password = text.splitlines()[0] if text else ""
    return arguments.admin, password
