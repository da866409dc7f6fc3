"""`kiosk device`: which screens, kiosks and evaluators are paired, without a browser."""

from __future__ import annotations

import argparse
import sys
from typing import get_args

import msgspec

from kiosk.server.access import Gate
from kiosk.server.clock import Clock
from kiosk.server.device_views import DeviceSettings, ScreenLayout
from kiosk.store.access import Device
from kiosk.usage import Usage

from .common import Commands, add_db, opened, run


def register(commands: Commands) -> None:
    """Add the subcommands."""
    devices = commands.add_parser("device", help="screens, kiosks and evaluators of a hall")
    actions = devices.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list devices, those that ask to be paired too")
    add_db(listing)
    listing.set_defaults(run=lambda arguments: run(_list(arguments)))
    approve = actions.add_parser("approve", help="pair the device that shows a code")
    add_db(approve)
    approve.add_argument("code", help="what the device shows")
    approve.add_argument("--hall", required=True, metavar="ID")
    approve.add_argument("--name", required=True, help="what people call it")
    approve.add_argument("--layout", choices=get_args(ScreenLayout), help="of a screen")
    approve.add_argument(
        "--zone",
        metavar="ID",
        action="append",
        dest="zones",
        help="of a screen; may be given several times; default: the whole hall",
    )
    approve.add_argument("--window", metavar="ID", help="of a window panel or an evaluator")
    approve.add_argument("--printer", metavar="ID", help="of a kiosk")
    approve.add_argument("--language", choices=("zh", "en"), help="default: both")
    approve.add_argument("--sound", action="store_true", help="it may speak the zone's calls")
    approve.set_defaults(run=lambda arguments: run(_approve(arguments)))
    remove = actions.add_parser("remove", help="forget a device")
    add_db(remove)
    remove.add_argument("id")
    remove.set_defaults(run=lambda arguments: run(_remove(arguments)))


async def _list(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        devices = await store.access.devices()
    finally:
        await store.close()
    for device in devices:
        print(_line(device))
    return 0


def _line(device: Device) -> str:
    state = "paired" if device.approved is not None else f"code {device.code}"
    shows = "" if device.settings == "{}" else device.settings
    return (
        f"{device.id}  {device.kind:<7} {state:<12} {device.hall or '*':<12} {device.name}  {shows}"
    )


async def _approve(arguments: argparse.Namespace) -> int:
    settings = DeviceSettings(
        zones=arguments.zones,
        window=arguments.window,
        printer=arguments.printer,
        layout=arguments.layout,
        language=arguments.language,
        sound=True if arguments.sound else None,
    )
    store = await opened(arguments)
    try:
        if arguments.hall not in await store.halls():
            raise Usage(f"there is no hall {arguments.hall!r} in this database")
        gate = Gate(store, Clock(), open_devices=False)
        shows = msgspec.to_builtins(settings)
        done = await gate.approve(arguments.code, arguments.hall, arguments.name, shows)
    finally:
        await store.close()
    if not done:
        print(f"kiosk: no device shows {arguments.code} now", file=sys.stderr)
    return 0 if done else 1


async def _remove(arguments: argparse.Namespace) -> int:
    store = await opened(arguments)
    try:
        done = await store.access.delete_device(arguments.id)
    finally:
        await store.close()
    if not done:
        print(f"kiosk: there is no device {arguments.id}", file=sys.stderr)
    return 0 if done else 1
