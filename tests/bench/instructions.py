"""Machine instructions of a durable ticket and of the floor: the same on a busy machine.

Both servers of the bench `issue` run under valgrind with few and with many requests of 32 clients;
the difference is what a request costs, all threads together, the kernel left out.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from display.hub import RETURNS_S
from tests.bench.issue import BODY, serve_floor
from tests.support.server import RunningServer

CLIENTS = 32
FEW, MANY = 200, 1200
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_PORT = re.compile(r"(?:listening on \S+:|^port )(\d+)")
_COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")


async def _client(port: int, key: str, left: list[int]) -> None:
    """One connection that posts as long as tickets are left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while left:
        head = (
            "POST /api/v1/halls/main/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {left.pop()}\r\nContent-Length: {len(BODY)}\r\n\r\n"
        )
        writer.write(head.encode() + BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(length)
        if b" 201 " not in answer[:20]:
            raise RuntimeError(answer.decode())
    writer.close()


async def _post(port: int, key: str, count: int) -> None:
    left = list(range(count))
    await asyncio.gather(*(_client(port, key, left) for _ in range(CLIENTS)))


def _port(output: IO[str]) -> int:
    for line in output:
        if found := _PORT.search(line):
            return int(found[1])
    raise RuntimeError("the server didn't start")


def counted(command: list[str], key: str, count: int, settle_s: float) -> int:
    """Instructions of a server's whole life with so many requests in it."""
    with subprocess.Popen(
        [*VALGRIND, sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = _port(process.stdout)
        time.sleep(settle_s)
        asyncio.run(_post(port, key, count))
        process.terminate()
        counts = _COUNT.findall(process.stdout.read())
    # The forecast's worker is a process of its own and counted apart.
    return max(int(found.replace(",", "")) for found in counts)


def per_request(few: int, many: int) -> float:
    """Thousands of instructions that one request costs."""
    return (many - few) / (MANY - FEW) / 1000


def count_floor(count: int) -> int:
    """The floor with so many requests."""
    return counted(["-m", "tests.bench.instructions", "floor"], "", count, 1.0)


def count_kiosk(count: int) -> int:
    """The real server with so many tickets, when it keeps no frames for screens any more."""
    with tempfile.TemporaryDirectory() as folder:
        server = RunningServer.make(Path(folder))
        command = ["-m", "kiosk", "serve", "--db", server.db, "--port", "0"]
        return counted(command, server.key("kiosk"), count, RETURNS_S)


class _Printed:
    """Where `serve_floor` says its port."""

    def put(self, port: int) -> None:
        print(f"port {port}", flush=True)


def main() -> int:
    """Count both."""
    if sys.argv[1:] == ["floor"]:
        serve_floor(_Printed())  # type: ignore[arg-type]
        return 0
    if shutil.which("valgrind") is None:
        sys.stdout.write("needs valgrind (apt install valgrind)\n")
        return 0
    floor = per_request(count_floor(FEW), count_floor(MANY))
    ticket = per_request(count_kiosk(FEW), count_kiosk(MANY))
    sys.stdout.write(
        f"a durable ticket: {ticket:.0f} thousand instructions, the floor: {floor:.0f} thousand: "
        f"{floor / ticket:.2f}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
