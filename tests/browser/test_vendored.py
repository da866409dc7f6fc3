"""Code of others lies here as it came: its digest stands beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["static/vendor", "tests/browser"])
async def test_vendored_code_is_unchanged(folder: str) -> None:
    said = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"`([a-z.]+\.js)`", said)
    digests = re.findall(r"`([0-9a-f]{64})`", said)
    assert names[0] in {"lit.js", "axe.min.js"}
    content = (ROOT / folder / names[0]).read_bytes()
    assert [hashlib.sha256(content).hexdigest()] == digests


async def test_all_vendored_files_are_named() -> None:
    folder = ROOT / "static" / "vendor"
    said = (folder / "README.md").read_text(encoding="utf-8")
    assert {p.name for p in folder.iterdir() if f"`{p.name}`" not in said} == {"README.md"}
