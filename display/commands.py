"""What the commands of this room hang on."""

import argparse
from typing import Protocol


class Subcommands(Protocol):
    """What `ArgumentParser.add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:
        """Add a command."""
