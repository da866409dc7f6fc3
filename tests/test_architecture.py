"""The rooms and their doors: who may import whom, how large a file may grow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LARGEST_FILE = 450
ROOMS = ("kiosk", "display", "printer")

DOORS = {
    "kiosk/hall": ("kiosk.hall",),
    "kiosk/store": ("kiosk.hall", "kiosk.store"),
    "display": ("kiosk.hall", "display"),
    "printer": ("kiosk.hall", "printer"),
}
"""Room → what of ours it may import. The rest of `kiosk/` may import everything."""

FORBIDDEN_IN_HALL = {
    *("asyncio", "time", "socket", "os", "pathlib", "subprocess", "threading"),
    *("logging", "secrets", "uuid", "sqlite3", "aiosqlite", "starlette"),
}
"""The engine has no I/O, no clock and no randomness of its own."""


def modules(folder: str) -> Iterator[Path]:
    yield from sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Absolute names of the modules that a file imports, and what it takes from each."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module, [f"{module}.{alias.name}" for alias in node.names]


def imported(path: Path) -> Iterator[str]:
    """Absolute names of the modules that a file imports, and of what it takes from them."""
    for module, parts in imports(path):
        yield from (module, *parts)


@pytest.mark.parametrize("room", DOORS)
def test_arrows_point_one_way(room: str) -> None:
    wrong = []
    for path in modules(room):
        for name in imported(path):
            ours = name.split(".")[0] in ROOMS and "." in name
            if ours and not name.startswith(DOORS[room]):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_modules_know_each_other_one_way() -> None:
    """No circles of imports, not even for types."""
    files = {named(path): path for room in ROOMS for path in modules(room)}
    graph = {name: needed(path, files) - {name} for name, path in files.items()}
    TopologicalSorter(graph).prepare()  # Raises CycleError, which names the circle.


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def needed(path: Path, files: Mapping[str, Path]) -> set[str]:
    """The modules of ours that a file needs; of a package only those parts that it names."""
    found = set()
    for module, parts in imports(path):
        found.update(part if part in files else module for part in parts or [module])
    return found & files.keys()


def test_the_engine_is_pure() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("kiosk/hall")
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN_IN_HALL
    ]
    assert wrong == []


def test_randomness_comes_seeded_from_outside() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules("kiosk/hall")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(
            r"\brandom\.(?!Random\()\w+|\bRandom\(\)|^from random import (?!Random$)", line
        )
    ]
    assert wrong == []


def test_no_file_grows_beyond_one_idea() -> None:
    large = {
        str(path.relative_to(ROOT)): lines
        for folder in (*ROOMS, "tests", "scripts")
        for path in modules(folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LARGEST_FILE
    }
    assert large == {}
