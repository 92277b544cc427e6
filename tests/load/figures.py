"""How each figure is measured: ours and its bare counterpart, one after the other on the same machine."""

import asyncio
import json
import sqlite3
import statistics
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import websockets

from chatbot.kit import clock
from chatbot.kit.hub import Hub
from chatbot.kit.render import STATIC
from chatbot.storage import conversations, entries, tenants, visitors
from chatbot.storage.database import Database
from chatbot.storage.entries import Entry
from chatbot.storage.scope import Scope
from tests.load.machine import bare, command, foyer, free_port, process, rss

PASSWORD = "correct horse battery\n"
ARTICLE = "# Returns\n\nYou can send anything back within thirty days of delivery, as long as it is unused.\n"
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
    "Accept-Language": "en-GB,en;q=0.9,de;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd",
    "Cache-Control": "no-cache", "Pragma": "no-cache",
}  # fmt: skip


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float


def times(seconds: list[float]) -> Times:
    ordered = sorted(seconds)
    return Times(statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95) - 1] * 1000)


def workspace(folder: Path) -> str:
    """A new workspace with one article; its token."""
    create = ("workspace", "create", "Acme", "--owner", "anna@acme.example", "--password-stdin", "--json")
    made = json.loads(command(folder, *create, text=PASSWORD))
    article = folder / "returns.md"
    article.write_text(ARTICLE)
    command(folder, "article", "add", made["workspace"], str(article), "--json")
    return str(made["token"])


def memory_at_rest(folder: Path) -> tuple[int, int]:
    """Bytes, some seconds after the start and one answered request."""
    workspace(folder)
    with foyer(folder) as (_, pid, _):
        time.sleep(3)
        ours = rss(pid)
    with bare() as (_, pid, _):
        time.sleep(3)
        return ours, rss(pid)


def seconds_to_ready(folder: Path) -> tuple[float, float]:
    """The median of five starts each."""
    workspace(folder)
    ours, theirs = [], []
    for _ in range(5):
        with foyer(folder) as (_, _, seconds):
            ours.append(seconds)
        with bare() as (_, _, seconds):
            theirs.append(seconds)
    return statistics.median(ours), statistics.median(theirs)


async def visitor(port: int, token: str) -> websockets.ClientConnection:
    socket = await websockets.connect(
        f"ws://127.0.0.1:{port}/ws/visitor", compression=None, additional_headers=HEADERS, user_agent_header=None
    )
    await socket.send(json.dumps({"type": "hello", "token": token}))
    await until(socket, "welcome")
    return socket


async def until(socket: websockets.ClientConnection, *kinds: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        if frame["type"] in kinds:
            return frame


async def message_to_ack(folder: Path, count: int = 200) -> tuple[Times, Times]:
    """From sending a message to its ack; the answers run meanwhile, as they do in life."""
    token = workspace(folder)
    taken = []
    with foyer(folder) as (port, _, _):
        sockets = [await visitor(port, token) for _ in range(10)]
        for n in range(count):
            socket = sockets[n % len(sockets)]
            began = time.perf_counter()
            await socket.send(json.dumps({"type": "message", "id": str(uuid.uuid4()), "text": "Hello there"}))
            await until(socket, "ack")
            taken.append(time.perf_counter() - began)
        for socket in sockets:
            await socket.close()
    return times(taken), times(_single_inserts(folder, count))


def _single_inserts(folder: Path, count: int) -> list[float]:
    raw = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT)")
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        raw.execute("INSERT INTO t VALUES (?, 'Hello there')", (str(uuid.uuid4()),))
        taken.append(time.perf_counter() - began)
    raw.close()
    return taken


async def time_to_first_token(folder: Path, count: int = 60) -> tuple[Times, Times]:
    """From sending a message to the first delta, over a model that answers at once; and that model asked directly."""
    token, model = workspace(folder), free_port()
    fake = [sys.executable, "-m", "uvicorn", "tests.load.fake_claude:app", "--port", str(model), "--log-level", "error"]
    ours, theirs = [], []
    with process(fake, model), foyer(folder, ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=f"http://127.0.0.1:{model}") as (
        port, _, _,
    ):  # fmt: skip
        for n in range(count + 3):
            socket = await visitor(port, token)
            began = time.perf_counter()
            await socket.send(json.dumps({"type": "message", "id": str(uuid.uuid4()), "text": "How long do I have?"}))
            await until(socket, "delta")
            if n >= 3:
                ours.append(time.perf_counter() - began)
            await until(socket, "entry")
            await socket.close()
        async with httpx2.AsyncClient(trust_env=False) as client:
            theirs = [await _first_line(client, model) for _ in range(count)]
    return times(ours), times(theirs)


async def _first_line(client: httpx2.AsyncClient, port: int) -> float:
    began = time.perf_counter()
    async with client.stream("POST", f"http://127.0.0.1:{port}/v1/messages", json={}) as answer:
        async for line in answer.aiter_lines():
            if "text_delta" in line:
                return time.perf_counter() - began
    raise RuntimeError("no token")


async def messages_a_second(folder: Path, rounds: int = 5, count: int = 2000) -> tuple[float, float]:
    """A message of five statements, as the domain stores one: all waiting at once, and one after the other. The two
    take turns, so that a machine that slows down slows both; the medians."""
    db = await Database.open(folder, Hub(), clock.now)
    tenant = await db.across_tenants().write(tenants.insert, "w", "wt", "Acme")
    for n in range(50):
        await db.write(tenant, _begin, n)
    grouped, single = [], []
    for turn in range(rounds):
        began = time.perf_counter()
        await asyncio.gather(*(db.write(tenant, _store, n, f"grouped {turn} {n}") for n in range(count)))
        grouped.append(count / (time.perf_counter() - began))
        began = time.perf_counter()
        for n in range(count // 5):
            await db.write(tenant, _store, n, f"single {turn} {n}")
        single.append(count // 5 / (time.perf_counter() - began))
    await db.close()
    return statistics.median(grouped), statistics.median(single)


def _begin(scope: Scope, n: int) -> None:
    visitors.ensure(scope, f"v{n}", f"v{n}".encode(), "en")
    conversations.insert(scope, f"c{n}", f"v{n}", "en", "", ("", "", ""))


def _store(scope: Scope, n: int, id: str) -> None:
    visitor = f"v{n % 50}"
    if entries.find_sent(scope, visitor, id) is None:
        found = conversations.find_open(scope, visitor)
        if found is not None:
            grown = conversations.grow(scope, found.id, "visitor", "Hello there", asks=True)
            said = Entry(
                grown.last_seq, "message", scope.now, "visitor", visitor, "", "Hello there", None, (), (), {}
            )  # fmt: skip
            entries.insert(scope, found.id, said, id)
            scope.enqueue("ai.reply", found.id)


async def memory_per_visitor(folder: Path, count: int = 1000) -> tuple[float, float]:
    """Bytes of resident memory for each open socket that has said hello, with a browser's headers."""
    token = workspace(folder)
    with foyer(folder) as (port, pid, _):
        ours = await _grown(port, pid, count, token)
    with bare() as (port, pid, _):
        return ours, await _grown(port, pid, count, None)


async def _grown(port: int, pid: int, count: int, token: str | None) -> float:
    async def one() -> websockets.ClientConnection:
        if token is not None:
            return await visitor(port, token)
        return await websockets.connect(
            f"ws://127.0.0.1:{port}/ws/visitor", compression=None, additional_headers=HEADERS, user_agent_header=None
        )

    sockets = [await one() for _ in range(100)]
    before = rss(pid)
    for _ in range(count // 50):
        sockets += await asyncio.gather(*(one() for _ in range(50)))
    await asyncio.sleep(1)
    grown = (rss(pid) - before) / count
    for socket in sockets:
        await socket.close()
    return grown


def widget_bytes() -> tuple[int, int, int]:
    """(loader, panel) compressed with brotli, and both unpacked."""
    dist = STATIC / "widget" / "dist"
    loader, panel = dist / "widget.js", next(dist.glob("panel.*.js"))
    sizes = [(path.parent / f"{path.name}.br").stat().st_size for path in (loader, panel)]
    return sizes[0], sizes[1], loader.stat().st_size + panel.stat().st_size
