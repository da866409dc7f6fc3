"""Requests to a hall's API that survive a server that dies: same key, asked again, done once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from typing import Any, Self

import httpx2
import msgspec

GIVE_UP_S = 300.0
"""A server that starts on a busy machine takes its time; a dead one doesn't come back in this."""
_RETRIES_S = (0.1, 0.2, 0.4)
"""Pauses between tries; the last is kept. Many who ask on and on would slow what they wait for."""


def pause_s(attempt: int) -> float:
    """How long to wait after the n-th failed try, counted from 0."""
    return _RETRIES_S[min(attempt, len(_RETRIES_S) - 1)]


class Refused(Exception):
    """The server said no. `code` is the problem's stable code."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class Unreachable(Exception):
    """No answer for GIVE_UP_S seconds."""


class Api:
    """One client with one API key, on kept-alive connections."""

    def __init__(self, address: str, key: str | None = None, hall: str = "main") -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._hall = hall
        self._client = httpx2.AsyncClient(
            base_url=f"{address}/api/v1",
            headers=headers,
            timeout=10,
            limits=httpx2.Limits(max_connections=64),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str) -> Any:
        """The answer to a GET below the hall. Raises Refused or Unreachable."""
        return await self._ask("GET", f"/halls/{self._hall}{path}", b"", {})

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer to a POST below the hall, None for 204. Raises Refused or Unreachable."""
        return await self._post(f"/halls/{self._hall}{path}", body)

    async def visitor(self, token: str, action: str, body: dict[str, Any] | None = None) -> Any:
        """A visitor's own POST, by the token on the ticket."""
        return await self._post(f"/tickets/{token}/{action}", body)

    async def _post(self, path: str, body: dict[str, Any] | None) -> Any:
        headers = {
            "Idempotency-Key": secrets.token_hex(16),
            "Content-Type": "application/json",
        }
        return await self._ask("POST", path, msgspec.json.encode(body or {}), headers)

    async def _ask(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Any:
        """Ask until there is an answer: a lost connection or a 503 says nothing about the deed."""
        give_up = asyncio.get_running_loop().time() + GIVE_UP_S
        attempt = 0
        while True:
            try:
                answer = await self._client.request(method, path, content=content, headers=headers)
            except httpx2.TransportError as error:
                if asyncio.get_running_loop().time() > give_up:
                    raise Unreachable(f"{method} {path}: {error}") from error
            else:
                if answer.status_code != 503:
                    return _read(answer)
            await asyncio.sleep(pause_s(attempt))
            attempt += 1


def _read(answer: httpx2.Response) -> Any:
    if answer.status_code == 204:
        return None
    if answer.is_success:
        return msgspec.json.decode(answer.content)
    try:
        problem = msgspec.json.decode(answer.content)
        raise Refused(answer.status_code, problem["code"], problem.get("detail", ""))
    except (msgspec.DecodeError, KeyError, TypeError):
        raise Refused(answer.status_code, "no_problem", answer.text[:200]) from None


async def unless_refused(request: Awaitable[Any]) -> Any:
    """The answer, or None when the hall's rules forbid it by now: somebody else was quicker."""
    try:
        return await request
    except Refused as refusal:
        if refusal.status not in (404, 409):
            raise
        return None
