"""Settings of all tests."""

from __future__ import annotations

import inspect

import httpx2
from hypothesis import HealthCheck, settings

# How long an example takes says more of the machine than of the code.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

PATIENCE_S = 120.0
"""How long a request that names no limit of its own may take: the library's own five seconds pass
on a busy machine while a server is only starting."""


def _wait_patiently() -> None:
    """All functions and clients of the library share one object as their default."""
    limits = inspect.signature(httpx2.get).parameters["timeout"].default
    for part in ("connect", "read", "write", "pool"):
        setattr(limits, part, PATIENCE_S)
    assert httpx2.Client().timeout.read == PATIENCE_S


_wait_patiently()
