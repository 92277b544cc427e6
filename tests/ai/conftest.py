"""Vera's conversation, and the other side of Claude's provider: somebody else's server, and a scripted one."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chatbot.ai.providers.anthropic import Claude
from chatbot.kit.clock import now
from chatbot.kit.drafts import Delta, Drafts
from chatbot.kit.hub import Hub
from chatbot.storage import memberships
from chatbot.storage.database import Database
from chatbot.storage.scope import FENCES, Fenced
from tests.ai.asking import MODEL, Pauses
from tests.ai.scene import Model, Scene
from tests.parties import furnish


class Mock:
    """A running `llmock serve`."""

    def __init__(self, address: str) -> None:
        self.base_url = f"{address}/anthropic"
        self._client = httpx2.Client(base_url=address, trust_env=False)

    def expect(self, *behaviors: dict[str, Any]) -> None:
        """What the next calls get, in order."""
        self._client.post("/_llmock/scenario", json={"behaviors": list(behaviors)}).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """The calls that came, oldest first."""
        found: list[dict[str, Any]] = self._client.get("/_llmock/requests").json()["requests"]
        return found

    def findings(self) -> list[dict[str, Any]]:
        """What our client did wrong, in the server's judgement."""
        found: list[dict[str, Any]] = self._client.get("/_llmock/verdict").json()["findings"]
        return found

    def reset(self) -> None:
        self._client.post("/_llmock/reset").raise_for_status()

    def close(self) -> None:
        self._client.close()

    def wait_until_up(self, process: "subprocess.Popen[bytes]") -> None:
        for _ in range(400):
            assert process.poll() is None, "llmock ended"
            try:
                self._client.get("/_llmock/scenario").raise_for_status()
                return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError("llmock did not start")


@pytest.fixture(scope="session")
def llmock_process() -> Iterator[Mock]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "llmock"), "serve", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mock = Mock(f"http://127.0.0.1:{port}")
    try:
        mock.wait_until_up(process)
        yield mock
    finally:
        mock.close()
        process.terminate()
        process.wait(10)


@pytest.fixture
def mock(llmock_process: Mock) -> Mock:
    llmock_process.reset()
    return llmock_process


class Scripted:
    """A server that answers each call with the next prepared bytes, and remembers the bodies it was sent."""

    def __init__(self) -> None:
        self.base_url = ""
        self.bodies: list[dict[str, Any]] = []
        self.hung_up = asyncio.Event()
        """Set when a client left before the answer was over."""
        self._answers: list[tuple[bytes, bool]] = []

    def answer(self, *events: dict[str, Any] | bytes, stay: bool = False) -> None:
        """The next call gets these events; `stay` leaves the connection open after them."""
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        self._answers.append((head + b"".join(map(_sse, events)), stay))

    def refuse(self, status: int, kind: str, headers: str = "", details: dict[str, Any] | None = None) -> None:
        """The next call gets an error."""
        error = {"type": kind, "message": "No.", **({"details": details} if details else {})}
        body = json.dumps({"type": "error", "error": error}).encode()
        head = f"HTTP/1.1 {status} No\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
        self._answers.append((head.encode() + body, False))

    def raw(self, answer: bytes) -> None:
        """The next call gets exactly this."""
        self._answers.append((answer, False))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        self.bodies.append(json.loads(await reader.readexactly(length)))
        answer, stay = self._answers.pop(0)
        writer.write(answer)
        await writer.drain()
        if stay:
            await reader.read()
            self.hung_up.set()
        writer.close()


def _sse(event: dict[str, Any] | bytes) -> bytes:
    if isinstance(event, bytes):
        return event
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()
    await listening.wait_closed()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    hub = Hub()
    db = await Database.open(tmp_path, hub, now)
    acme, _ = await furnish(db)
    deltas: list[Delta] = []
    drafts = Drafts(lambda tenant, delta: deltas.append(delta))
    members = await db.read(acme.workspace.id, memberships.list_members)
    bob = next(member for member in members if member.name == "Bob")
    made = Scene(db, acme.workspace.id, bob, Model(), drafts, deltas)

    def fence(fenced: Fenced) -> None:
        drafts.drop(fenced.tenant, fenced.conversation)
        made.agent.cut(fenced.tenant, fenced.conversation)

    hub.subscribe(FENCES, fence)
    yield made
    await db.close()


@pytest.fixture
async def claude() -> AsyncIterator[Callable[..., Claude]]:
    made: list[Claude] = []

    def make(base_url: str, **options: Any) -> Claude:
        made.append(Claude("sk-test", options.pop("model", MODEL), base_url, **{"pause": Pauses(), **options}))
        return made[-1]

    yield make
    for one in made:
        await one.close()
