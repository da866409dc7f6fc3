"""`python -m kiosk` is the command `kiosk`."""

import sys

from kiosk.cli import main

# Worker processes import this module again; only the command itself runs.
if __name__ == "__main__":
    sys.exit(main())
