"""The product's own phrases, read as the catalogue holds them."""

import tomllib
from pathlib import Path

PHRASES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[2] / "kiosk/texts/voice.toml").read_text(encoding="utf-8")
)
