"""A server in a process of its own, which can be killed and read beside."""

import asyncio
import contextlib
import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.faults.checker import Stored

PASSWORD = "correct horse battery"
ARTICLE = """# Returns and refunds

You can send anything back within 30 days of delivery, as long as it is unused and in its own box.

We refund to the same payment method within 5 working days after the parcel reaches our workshop in Utrecht.
"""
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class Server:
    """`python -m chatbot serve` in a process of its own, on one port across its deaths."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.settings = settings
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHATBOT_", "ANTHROPIC_"))}
        return {
            **kept, "CHATBOT_DATA_DIR": str(self.folder / "data"), "CHATBOT_PORT": str(self.port),
            "CHATBOT_LIMIT_SCALE": "1000", "CHATBOT_LOG_LEVEL": "error", **self.settings,
        }  # fmt: skip

    async def command(self, *arguments: str, line: str = "") -> Any:
        """Runs one command; what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chatbot", *arguments, "--json", env=self.environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        printed, _ = await process.communicate(line.encode() + b"\n")
        assert process.returncode == 0, arguments
        return json.loads(printed)

    async def furnish(self) -> str:
        """A workspace with two agents and an article; its widget token."""
        options = ("--password-stdin",)
        made = await self.command(
            "workspace", "create", "Acme", "--owner", "anna@acme.example", *options, line=PASSWORD
        )
        (self.folder / "returns.md").write_text(ARTICLE)
        await asyncio.gather(
            self.command("article", "add", made["workspace"], str(self.folder / "returns.md")),
            *(
                self.command("user", "create", made["workspace"], email, "--role", "agent", *options, line=PASSWORD)
                for email in ("bob@acme.example", "carla@acme.example")
            ),
        )
        return str(made["token"])

    async def start(self) -> None:
        """Returns when the server listens."""
        with (self.folder / "errors.log").open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chatbot", "serve", env=self.environment,
                stdout=asyncio.subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            line = await self.process.stdout.readline()
        assert b"Foyer is at" in line, (self.folder / "errors.log").read_text()[-2000:]

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def terminate(self) -> float:
        """SIGTERM; how many seconds the process took to end."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        await asyncio.wait_for(self.process.wait(), 30)
        return time.monotonic() - began

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Reads the database beside the server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/data/foyer.sqlite3?mode=ro", uri=True)) as raw:
            return raw.execute(sql).fetchall()

    def stored(self) -> list[Stored]:
        """Every entry there is."""
        rows = self.rows("SELECT conversation_id, seq, kind, role, text, client_id, turn, flags FROM entries")
        return [Stored(*row[:7], interrupted="interrupted" in row[7]) for row in rows]


@asynccontextmanager
async def serving(
    folder: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[tuple[Server, str]]:
    """A furnished and started server, and its widget token; ended whatever happens."""
    server = Server(folder, settings)
    token = await server.furnish()
    await server.start()
    try:
        yield server, token
    finally:
        if server.process is not None and server.process.returncode is None:
            await server.kill()


async def until(condition: Callable[[], bool], seconds: float) -> None:
    """Waits for something in another process, which gives no sign of it."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
