"""All benchmarks, or the named ones: `make bench`, `make bench ARGS="issue"`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run each bench as a process of its own."""
    known = sorted(
        p.stem
        for p in FOLDER.glob("*.py")
        if not p.stem.startswith("_") and "def main" in p.read_text(encoding="utf-8")
    )
    wanted = sys.argv[1:] or known
    failed = 0
    for name in wanted:
        if name not in known:
            sys.stderr.write(f"no bench {name}; there are: {' '.join(known)}\n")
            return 2
        sys.stdout.write(f"── {name}\n")
        sys.stdout.flush()
        failed |= subprocess.run(
            [sys.executable, "-m", f"tests.bench.{name}"], check=False
        ).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
