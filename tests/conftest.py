"""People and places of the tests: a real server on a free port, in the test's own loop, over a database of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

import pytest
import uvicorn

from chatbot import app, config, serving
from chatbot.ai.providers.base import Provider
from chatbot.ai.providers.embedded import Embedded
from chatbot.kit.clock import Clock, now
from chatbot.kit.hub import Hub
from chatbot.storage.database import Database
from tests.parties import Place, furnish

START = 1_790_000_000_000


class HandClock:
    """A clock moved by hand; milliseconds since 1970."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def db(tmp_path: Path, clock: HandClock) -> AsyncIterator[Database]:
    """An empty database with its schema."""
    opened = await Database.open(tmp_path, Hub(), clock)
    yield opened
    await opened.close()


async def no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def running(
    folder: Path, provider: Provider | None = None, *, clock: Clock = now, demo: bool = False, **environment: str
) -> AsyncIterator[Place]:
    """A server with two workspaces: Anna's Acme (Bob is its agent) and Mallory's Globex."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(512)
    port = listening.getsockname()[1]
    settings = config.read(
        {
            "CHATBOT_DATA_DIR": str(folder), "CHATBOT_PORT": str(port), "CHATBOT_LIMIT_SCALE": "1000",
            "CHATBOT_LOG_LEVEL": "error", **environment,
        },
        demo=demo,
    )  # fmt: skip
    parts = await app.build(settings, clock=clock, provider=provider or Embedded(no_pause))
    workspaces = await furnish(parts.house.db)
    server = uvicorn.Server(serving.uvicorn_config(parts))
    server.capture_signals = _no_signals  # type: ignore[method-assign]  # the test runner keeps its own
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0)
        if task.done():
            task.result()
    try:
        yield Place(f"http://127.0.0.1:{port}", parts, *workspaces)
    finally:
        server.should_exit = True
        await task


def _no_signals() -> AbstractContextManager[None]:
    return nullcontext()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """The running server, with the answerer that needs no key."""
    async with running(tmp_path) as place:
        yield place
