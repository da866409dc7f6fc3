"""How long one call takes to reach the last of many screens: `python tests/bench/fanout.py`.

The hub is measured against `websockets.broadcast` of the same frame in a plain server, round by
round in turn, with clients in processes of their own. Goal: 0.8 of the floor, at most 1.2.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
ROUNDS = 101
SCREENS = (200, 1000, 5000)
STALLED = 50
CLIENTS = "fanout_clients.py"
MARK = '"mark": "fire"'


class Worker:
    """A process that answers line by line."""

    def __init__(self, script: str, *args: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / script), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parents[1],
            env={"PYTHONPATH": str(HERE.parents[1])},
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            raise SystemExit(f"{self.process.args} ended")
        return text

    def ask(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Side:
    """A server with its screens."""

    def __init__(self, kind: str) -> None:
        self.server = Worker("fanout_server.py", kind)
        self.port = json.loads(self.server.line())["port"]
        self.screens: Worker | None = None

    def connect(self, count: int) -> float:
        """Connects the screens; kilobytes of server memory for each."""
        warm = Worker(CLIENTS, self.port, 20, "/?board", MARK)
        warm.line()
        warm.end()
        before = self.server.ask("stat")["rss_kb"]
        self.screens = Worker(CLIENTS, self.port, count, "/?board", MARK)
        self.screens.line()
        return (self.server.ask("stat")["rss_kb"] - before) / count

    def round(self) -> tuple[float, float]:
        """One call: milliseconds to the last screen, milliseconds of the server's CPU."""
        assert self.screens is not None
        fired = self.server.ask("fire")
        last = int(self.screens.line().split()[1])
        return (last - fired["at"]) / 1e6, (self.server.ask("cpu")["cpu"] - fired["cpu"]) * 1e3

    def end(self) -> None:
        if self.screens is not None:
            self.screens.end()
        self.server.end()


def rounds(*sides: Side) -> list[list[tuple[float, float]]]:
    """Rounds in turn, the first of each thrown away."""
    results: list[list[tuple[float, float]]] = [[] for _ in sides]
    for _ in range(ROUNDS + 1):
        for side, result in zip(sides, results, strict=True):
            result.append(side.round())
    return [result[1:] for result in results]


def compare(count: int) -> None:
    """One line of the table."""
    hub, floor = Side("hub"), Side("floor")
    memory = hub.connect(count), floor.connect(count)
    ours, theirs = rounds(hub, floor)
    last = median(ms for ms, _ in ours), median(ms for ms, _ in theirs)
    cpu = median(ms for _, ms in ours), median(ms for _, ms in theirs)
    print(
        f"{count:6} screens   last {last[0]:6.1f} ms, floor {last[1]:6.1f} ms, "
        f"ratio {last[0] / last[1]:.2f}   CPU {cpu[0] * 1e3 / count:4.1f} / "
        f"{cpu[1] * 1e3 / count:4.1f} us each   memory {memory[0]:.0f} / {memory[1]:.0f} KB each",
        flush=True,
    )
    hub.end()
    floor.end()


def stalled(count: int) -> None:
    """What clients that read nothing do to the others, beside a hub that has none."""
    alone, hub = Side("hub"), Side("hub")
    alone.connect(count)
    hub.connect(count)
    before = hub.server.ask("stat")["rss_kb"]
    stuck = Worker(CLIENTS, hub.port, STALLED, "/?board&bulk", MARK, "--stalled")
    stuck.line()
    while hub.server.ask("stat")["skipped"] < STALLED:
        hub.server.ask("bulk")
        time.sleep(0.001)
    ours, theirs = rounds(hub, alone)
    last = median(ms for ms, _ in ours), median(ms for ms, _ in theirs)
    stat = hub.server.ask("stat")
    print(
        f"{count:6} screens beside {STALLED} stalled: last {last[0]:.1f} ms, without them "
        f"{last[1]:.1f} ms, ratio {last[0] / last[1]:.2f}   memory "
        f"{(stat['rss_kb'] - before) / STALLED:.0f} KB each, "
        f"{stat['connections'] - count:.0f} still connected"
    )
    stuck.end()
    hub.end()
    alone.end()


def main() -> None:
    """Prints the table."""
    for count in SCREENS:
        compare(count)
    stalled(1000)


if __name__ == "__main__":
    main()
