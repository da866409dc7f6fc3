"""`kiosk serve`: the server."""

from __future__ import annotations

import argparse
from ipaddress import ip_network
from pathlib import Path

from kiosk.store.open import BadAddress
from kiosk.usage import Usage

from .common import Commands, add_db, db_of


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("serve", help="serve the halls of a database")
    add_db(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0: all")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    parser.add_argument("--tls-cert", type=Path, metavar="F", help="certificate chain (PEM)")
    parser.add_argument("--tls-key", type=Path, metavar="F", help="private key (PEM)")
    parser.add_argument(
        "--url", metavar="URL", help="address that visitors' phones reach, for QR codes"
    )
    parser.add_argument(
        "--proxy",
        metavar="ADDRESS",
        help="a proxy or load balancer in front, or its network: its X-Forwarded-For and "
        "X-Forwarded-Proto are believed; several with commas",
    )
    parser.add_argument(
        "--open-devices",
        action="store_true",
        help="anybody on this network may open /kiosk, /screen and /rate without pairing",
    )
    parser.add_argument(
        "--voice",
        type=Path,
        metavar="DIR",
        help="recordings made by `kiosk voice import`; default: the built-in voice",
    )
    parser.add_argument(
        "--files",
        type=Path,
        metavar="DIR",
        help="pictures and videos uploaded for screens; default: beside the SQLite file",
    )
    parser.add_argument(
        "--clock-start",
        metavar="RFC3339",
        help="the hall's clock starts here, for demos and replays",
    )
    parser.add_argument(
        "--clock-rate", type=float, default=1.0, metavar="N", help="and runs N times as fast"
    )
    parser.set_defaults(run=_serve)


def files_folder(url: str) -> Path:
    """Where uploads lie when nobody says: beside the SQLite file, else in the home folder."""
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///") + ".files")
    return Path.home() / ".local/share/kiosk/files"


def _serve(arguments: argparse.Namespace) -> int:
    from kiosk.server.serve import Options, instant_of, serve

    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise Usage("TLS needs both --tls-cert and --tls-key")
    if arguments.clock_rate <= 0:
        raise Usage("--clock-rate must be above 0")
    for address in arguments.proxy.split(",") if arguments.proxy else ():
        try:
            ip_network(address.strip(), strict=False)
        except ValueError as error:
            raise Usage(f"--proxy: {error}") from error
    try:
        start = instant_of(arguments.clock_start) if arguments.clock_start else None
    except ValueError as error:
        raise Usage(f"--clock-start: {error}") from error
    options = Options(
        db=db_of(arguments),
        host=arguments.host,
        port=arguments.port,
        url=arguments.url,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
        open_devices=arguments.open_devices,
        voice=arguments.voice,
        files=arguments.files or files_folder(db_of(arguments)),
        clock_start=start,
        clock_rate=arguments.clock_rate,
        proxies=arguments.proxy,
    )
    try:
        return serve(options)
    except BadAddress as error:
        raise Usage(str(error)) from error
