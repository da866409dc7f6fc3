"""Staff and visitors without a page: what tests of pages need to happen."""

from __future__ import annotations

from typing import Any

import httpx2


class Hall:
    """A hall of a running server through its public API, as its administrator."""

    def __init__(self, api: httpx2.AsyncClient, hall: str = "main") -> None:
        self._api = api
        self._base = f"/halls/{hall}"

    async def get(self, path: str = "", **params: str) -> Any:
        """What stands at a path below the hall."""
        answer = await self._api.get(self._base + path, params=params)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        """A request that must succeed; None where there is nothing to say."""
        answer = await self._api.post(self._base + path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def take(self, service: str, **more: Any) -> dict[str, Any]:
        """A visitor takes a ticket."""
        ticket: dict[str, Any] = await self.post("/tickets", service=service, **more)
        return ticket

    async def open(self, *windows: str) -> None:
        """Staff open windows."""
        for window in windows:
            await self.post(f"/windows/{window}/open", staff=f"staff-{window}")

    async def call(self, window: str) -> dict[str, Any]:
        """A window calls its next visitor: the ticket."""
        ticket: dict[str, Any] = (await self.post(f"/windows/{window}/call-next"))["ticket"]
        return ticket

    async def act(self, ticket: str, action: str, **body: Any) -> dict[str, Any]:
        """Something happens to a ticket."""
        after: dict[str, Any] = await self.post(f"/tickets/{ticket}/{action}", **body)
        return after
