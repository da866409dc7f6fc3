"""What the documents say is what the product does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import kiosk
from kiosk.cli import build_parser
from kiosk.hall import errors
from kiosk.hall.events import AnyEvent

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[]", r)[0] for r in requirements}


def test_every_dependency_has_its_reason() -> None:
    said = read("docs/dependencies.md")
    wanted = names(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        wanted |= names(extra)
    assert {name for name in wanted if name not in said} == set()


def test_every_dependency_is_locked() -> None:
    locked = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*\])?==", read("requirements.lock"), re.M)
    assert names(PROJECT["dependencies"]) <= {name.lower() for name in locked}


def test_the_version_stands_everywhere_alike() -> None:
    assert PROJECT["version"] == kiosk.__version__
    assert f"## {kiosk.__version__}" in read("CHANGELOG.md")


def test_links_between_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")
    broken = [
        f"{page.name}: {target}"
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        for target in link.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_rule_and_every_event_is_described() -> None:
    api, live = read("docs/api.md"), read("docs/live.md")
    rules = {
        e.code
        for e in vars(errors).values()
        if isinstance(e, type) and issubclass(e, errors.RuleBroken) and e is not errors.RuleBroken
    }
    assert {code for code in rules if f"`{code}`" not in api} == set()
    quiet = {"print_requested", "print_sending", "print_settled", "ticket_rated"}
    kinds = {str(e.__struct_config__.tag) for e in AnyEvent.__args__}
    assert {kind for kind in kinds - quiet if f"`{kind}`" not in live} == set()


def test_commands_in_the_documents_exist() -> None:
    known = set(build_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for command in re.findall(
            r"(?m)(?:^|`|/bin/)kiosk ([a-z]+)", page.read_text(encoding="utf-8")
        ):
            assert command in known, f"{page.name}: kiosk {command}"
