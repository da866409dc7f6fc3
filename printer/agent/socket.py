"""The server's end of an agent's websocket, as a plain ASGI application."""

import logging
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from printer.agent.hub import AgentHub
from printer.agent.protocol import ProtocolError

_log = logging.getLogger("kiosk.printer")
_POLICY_VIOLATION = 1008


async def attend(scope: Any, receive: Any, send: Any, hub: AgentHub, name: str) -> None:
    """Serve one agent, whose right to be here has been checked, until it is gone."""
    websocket = WebSocket(scope, receive, send)

    async def say(text: str) -> None:
        try:
            await websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:  # closed by either side
            raise ConnectionResetError(f"agent {name} is gone") from error

    await websocket.accept()
    link = hub.attach(name, say)
    try:
        while (message := await websocket.receive())["type"] != "websocket.disconnect":
            await link.receive(message.get("text") or b"")
    except ConnectionResetError:
        pass  # found while answering; the disconnect would have come next
    except ProtocolError as error:
        _log.warning("agent %s: %s", name, error)
        if websocket.application_state is WebSocketState.CONNECTED:
            await websocket.close(_POLICY_VIOLATION)
    finally:
        await hub.detach(link)
