"""The bare counterpart: the same server, framework and socket library with nothing of ours in it."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


async def hello(request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


def main() -> None:
    app = Starlette(routes=[Route("/readyz", hello), WebSocketRoute("/ws/visitor", echo)])
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), ws="websockets-sansio", ws_per_message_deflate=False,
        access_log=False, log_level="error", loop="asyncio", http="h11",
    )  # fmt: skip


if __name__ == "__main__":
    main()
