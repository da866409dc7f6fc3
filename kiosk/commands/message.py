"""`kiosk message`: tries the ways on which messages leave."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.hall.config import HallConfig, Mail, Sms
from kiosk.usage import Usage

from .common import Commands, add_db, opened, run


def register(commands: Commands) -> None:
    """Add the subcommands."""
    parser = commands.add_parser("message", help="try the ways on which messages leave")
    jobs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    test = jobs.add_parser("test", help="send one test message")
    test.add_argument("address", metavar="ADDRESS", help="an e-mail address or a phone number")
    add_db(test)
    test.add_argument("--hall", metavar="ID", help="which hall's ways, if there are several")
    test.add_argument(
        "--file", type=Path, metavar="FILE.toml", help="try a hall file that isn't loaded yet"
    )
    test.set_defaults(run=_test)


def _test(arguments: argparse.Namespace) -> int:
    return run(_try(arguments))


async def _try(arguments: argparse.Namespace) -> int:
    config = await _config(arguments)
    way = config.mail if "@" in arguments.address else config.sms
    if way is None:
        table = "[mail]" if "@" in arguments.address else "[sms]"
        raise Usage(f"the hall file has no table {table}, so nothing can go to this address")
    return await _send(config, way, arguments.address)


async def _config(arguments: argparse.Namespace) -> HallConfig:
    """The configuration of a file, or that in force. Raises Usage."""
    from kiosk.hallfile import HallFileError
    from kiosk.install import load_config

    if arguments.file is not None:
        try:
            config = load_config(arguments.file, None)
        except (HallFileError, OSError) as error:
            raise Usage(str(error)) from error
        if config is None:
            raise Usage(f"{arguments.file} describes no hall")
        return config
    store = await opened(arguments)
    try:
        halls = await store.halls()
        hall = arguments.hall or (halls[0] if len(halls) == 1 else None)
        if hall not in halls:
            raise Usage(f"say which hall with --hall: {', '.join(halls) or 'there is none'}")
        loaded = await store.load(hall)
    finally:
        await store.close()
    configured = [getattr(entry.record.event, "config", None) for entry in loaded.entries]
    return next(config for config in reversed(configured) if isinstance(config, HallConfig))


async def _send(config: HallConfig, way: Mail | Sms, address: str) -> int:
    from kiosk.server.outbox.trial import try_way

    said = await try_way(config, way, address)
    print(f"kiosk: {said.text}", file=sys.stdout if said.sent else sys.stderr)
    return 0 if said.sent else 1
