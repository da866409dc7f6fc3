"""The process in which the paths of forecasts are run; it gives way to requests.

What goes there and comes back is packed on the server's own thread, so it is packed tightly:
MessagePack takes a tenth of the time of a pickle. A router is the same for as long as a
configuration is, and is pickled once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

import msgspec

from kiosk.hall.forecast import Paths, run
from kiosk.hall.forecast_snapshot import Snapshot
from kiosk.hall.routing import Router

from .background import give_way

log = logging.getLogger("kiosk.forecast")

NICENESS = 10

ROUTERS = 64
"""Routers whose bytes are kept: that of each hall, and of halls that lend windows."""


@lru_cache(ROUTERS)
def _router_bytes(router: Router) -> bytes:
    return pickle.dumps(router, pickle.HIGHEST_PROTOCOL)


@lru_cache(ROUTERS)
def _router(data: bytes) -> Router:
    router: Router = pickle.loads(data)  # noqa: S301 – made by our own server
    return router


# What the hooks don't know they say so as msgspec asks: by NotImplementedError.
def _pack(value: object) -> bytes:
    if isinstance(value, Router):
        return _router_bytes(value)
    raise NotImplementedError(type(value))


def _unpack(kind: type, value: bytes) -> object:
    if kind is Router:
        return _router(value)
    raise NotImplementedError(kind)


packed = msgspec.msgpack.Encoder(enc_hook=_pack).encode
"""The bytes of a snapshot or of paths."""

_snapshot = msgspec.msgpack.Decoder(Snapshot, dec_hook=_unpack).decode
_paths = msgspec.msgpack.Decoder(Paths).decode


def run_packed(snapshot: bytes, seed: int) -> bytes:
    """`run`, in the worker."""
    return packed(run(_snapshot(snapshot), seed))


class Worker:
    """The worker process; a new one is started when it dies."""

    def __init__(self) -> None:
        self._executor = _start()

    async def run(self, snapshot: Snapshot, seed: int) -> Paths:
        """Run the paths of a snapshot. Raises BrokenProcessPool when the worker died."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._executor, run_packed, packed(snapshot), seed)
        except BrokenProcessPool:
            self._executor.shutdown(wait=False)
            self._executor = _start()
            raise
        return _paths(found)

    def close(self) -> None:
        """End the process."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _start() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("forkserver"), initializer=_begin)


def _begin() -> None:
    """Give way to requests, and don't outlive a server that was killed."""
    give_way(NICENESS)
    threading.Thread(target=_end_with_server, daemon=True).start()


def _end_with_server() -> None:
    server = parent_process()
    if server is not None:
        wait([server.sentinel])
        os._exit(1)
