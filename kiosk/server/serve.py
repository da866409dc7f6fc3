"""Running the server: socket, uvicorn, logs, and a clean end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from datetime import datetime
from pathlib import Path

import uvicorn
import uvloop
from msgspec import Struct

from display.clips import VoiceError
from display.sink import LiveProtocol
from kiosk.store import StoreError, open_store
from kiosk.store.keyring import LiveRing
from kiosk.store.open import BadAddress

from . import logs
from .app import build
from .clock import Clock
from .protocol import HttpProtocol
from .service import Service, Settings

BACKLOG = 2048
GRACE_S = 10
GARBAGE_THRESHOLD = 20_000
"""Objects between two collections: a busy hall makes many that live as long as their ticket."""
SWITCH_S = 0.001
"""How long the loop may keep the database's thread waiting for its turn in Python."""
WEBSOCKET_MESSAGE_LIMIT = 64 * 1024


class Options(Struct, frozen=True):
    """What `kiosk serve` was told. proxies: addresses and networks, separated by commas."""

    db: str
    host: str
    port: int
    url: str | None
    tls_cert: Path | None
    tls_key: Path | None
    open_devices: bool
    voice: Path | None
    files: Path
    clock_start: int | None
    clock_rate: float
    proxies: str | None = None


class _Server(uvicorn.Server):
    """Says where it listens once it is ready."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What was loaded stays: collecting garbage looks only at what came after.
        gc.collect()
        gc.freeze()
        gc.enable()
        gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)
        sys.setswitchinterval(SWITCH_S)
        if self.started:
            print(f"kiosk: listening on {self._address}", flush=True)  # noqa: T201 - the contract


def instant_of(text: str) -> int:
    """RFC 3339 with offset as ms since the epoch. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("write the time with its offset, as 2026-11-23T08:20:00+08:00")
    return int(moment.timestamp() * 1000)


def serve(options: Options) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    logs.configure()
    # While a hall is loaded nothing becomes garbage that is worth the search.
    gc.disable()
    # uvicorn ends cleanly at a signal and then raises it again; here it has done its work.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    with asyncio.Runner(loop_factory=_loop) as runner:
        try:
            return runner.run(_serve(options))
        except BadAddress:
            raise
        except (StoreError, VoiceError) as error:
            print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - one line for who started it
            return 1


def _loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()


async def _serve(options: Options) -> int:
    try:
        listener = _listen(options)
    except OSError as error:
        print(  # noqa: T201 - one line for who started it
            f"kiosk: can't listen on {options.host}:{options.port}: {error.strerror}; "
            "choose another --port or --host",
            file=sys.stderr,
        )
        return 1
    scheme = "https" if options.tls_cert else "http"
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address = f"{scheme}://{shown}:{port}"
    rings = LiveRing(options.db, os.environ)
    store = await open_store(options.db, serving=True)
    clock = Clock(options.clock_start, options.clock_rate)
    url = options.url or f"{scheme}://{_reachable(host)}:{port}"
    settings = Settings(
        db=options.db,
        url=url,
        open_devices=options.open_devices,
        voice=options.voice,
        files=options.files,
    )
    service = Service(store, clock, rings, settings)
    server = _Server(_config(options, build(service)), address)
    await server.serve([listener])
    return 0 if server.started else 1


def _config(options: Options, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=HttpProtocol,
        ws=LiveProtocol,
        ws_max_size=WEBSOCKET_MESSAGE_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        log_config=None,
        access_log=False,
        server_header=False,
        # Without a proxy of ours anybody could write these headers.
        proxy_headers=options.proxies is not None,
        forwarded_allow_ips=options.proxies,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=str(options.tls_cert) if options.tls_cert else None,
        ssl_keyfile=str(options.tls_key) if options.tls_key else None,
    )


def _listen(options: Options) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError:
        listener.close()
        raise
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def _reachable(host: str) -> str:
    """The address under which phones in this network reach us, for QR codes."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket sends nothing; it only picks our own address.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
