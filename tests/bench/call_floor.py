"""The floor of the bench `call`: a bare route whose server shows what is posted, stores nothing.

`call_floor.py` prints two ports: of a Starlette route under uvicorn that decodes a JSON body, sends
it to every screen with `websockets.broadcast` and answers with it, and of the plain websockets
server in the same loop to which the screens connect.
"""

import asyncio
import sys

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench.bare import Bare


async def run() -> None:
    """Serves until stdin closes."""
    connections: set[ServerConnection] = set()

    async def screen(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.send('{"type":"snapshot","seq":0,"board":{}}')
        await connection.wait_closed()
        connections.discard(connection)

    async def call(request: Request) -> Response:
        text = await request.body()
        msgspec.json.decode(text)
        broadcast(connections, text.decode())
        return Response(text, media_type="application/json")

    app = Starlette(routes=[Route("/", call, methods=["POST"])])
    config = uvicorn.Config(
        app, port=0, http="httptools", lifespan="off", timeout_keep_alive=60, log_config=None
    )
    async with serve(screen, "127.0.0.1", 0, compression=None) as screens:
        port = next(iter(screens.sockets)).getsockname()[1]
        server = Bare(config, lambda listens: print(listens, port, flush=True))
        serving = asyncio.create_task(server.serve())
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving


if __name__ == "__main__":
    uvloop.run(run())
