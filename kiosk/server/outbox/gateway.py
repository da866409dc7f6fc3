"""SMS: handed to a gateway by HTTP, in the words that it wants."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from kiosk.hall.config import Sms

from .delivery import TIMEOUT_S, Begin, CalledOff, Delivery, Letter, Lost, NotNow, Refused, Sent
from .secret import SecretMissing, read_secret

_LATER = frozenset({408, 425, 429, 503})
"""HTTP statuses with which a gateway says that it has taken nothing and may later."""


class _Off(Exception):
    """`begin` said no."""


class GatewayChannel:
    """The way to an SMS gateway."""

    def __init__(self, config: Sms, timeout_s: float = TIMEOUT_S) -> None:
        self._config = config
        # An idle connection that the gateway has closed meanwhile would look like a lost message.
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._client = httpx2.AsyncClient(timeout=timeout_s, limits=limits)

    async def send(self, letter: Letter, begin: Begin) -> Delivery:
        """Bring a letter there. Until the connection stands nothing has left."""
        left = False

        async def trace(event: str, _info: object) -> None:
            nonlocal left
            if event.endswith("send_request_headers.started") and not left:
                if not await begin():
                    raise _Off
                left = True

        try:
            request = self._request(letter)
        except SecretMissing:
            return NotNow("no_secret", all_alike=True)
        request.extensions["trace"] = trace
        try:
            answer = await self._client.send(request)
        except _Off:
            return CalledOff()
        except (httpx2.HTTPError, OSError):
            return Lost("no_answer") if left else NotNow("unreachable", all_alike=True)
        return _judged(answer.status_code)

    async def close(self) -> None:
        """Let go of the client."""
        await self._client.aclose()

    def _request(self, letter: Letter) -> httpx2.Request:
        secret = read_secret(self._config.secret)
        values = {"to": letter.to, "text": letter.short, "id": letter.id, "secret": secret}
        body = _filled(msgspec.json.decode(self._config.body), values)
        headers = {
            "Content-Type": "application/json",
            **{
                name: value.replace("{secret}", secret)
                for name, value in self._config.headers.items()
            },
        }
        content = msgspec.json.encode(body)
        return self._client.build_request(
            "POST", self._config.url, content=content, headers=headers
        )


def _filled(template: Any, values: dict[str, str]) -> Any:
    """A JSON value with what stands for something replaced in each of its texts."""
    match template:
        case str():
            for name, value in values.items():
                if template == f"{{{name}}}":
                    return value
            for name, value in values.items():
                template = template.replace(f"{{{name}}}", value)
            return template
        case list():
            return [_filled(entry, values) for entry in template]
        case dict():
            return {key: _filled(value, values) for key, value in template.items()}
    return template


def _judged(status: int) -> Delivery:
    """What a status means: a gateway that failed in the middle may have sent it."""
    if 200 <= status < 300:
        return Sent()
    if status in _LATER:
        return NotNow(f"refused {status}")
    if status >= 500:
        return Lost(f"refused {status}")
    return Refused(f"refused {status}")
