"""The queue engine: pure, deterministic, without I/O."""

from .engine import Hall
from .errors import HallError

__all__ = ["Hall", "HallError"]
