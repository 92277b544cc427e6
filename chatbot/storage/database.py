"""The database: one writer, a few readers, and plain functions sent to them."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiosqlite

from chatbot.kit.clock import Clock
from chatbot.kit.errors import Refusal, Unavailable
from chatbot.kit.hub import Hub
from chatbot.storage import hop
from chatbot.storage.guard import Guard
from chatbot.storage.migrations import migrate
from chatbot.storage.scope import Scope, WideScope
from chatbot.storage.writer import Writer

READERS = 2
FILE = "foyer.sqlite3"
P = ParamSpec("P")
Result = TypeVar("Result")


class NotWriteAhead(RuntimeError):
    """The file system did not grant write-ahead logging, without which readers and writer block each other."""


class Database:
    """Runs `function(scope, *args)` on a connection's thread, within one transaction.

    The function is synchronous and cannot await, so a transaction never waits for a model, a mail server or another
    coroutine. A returned write is on disk (`synchronous=FULL`).
    """

    def __init__(
        self, writer: aiosqlite.Connection, readers: list[aiosqlite.Connection], guard: Guard, hub: Hub, clock: Clock
    ) -> None:
        self._write_connection = writer
        self._readers = readers
        self._turn = 0
        self._guard = guard
        self._clock = clock
        self._thread = threading.get_ident()
        self._closed = False
        self.writer = Writer(writer, guard, hub, clock)

    @classmethod
    async def open(cls, folder: Path, hub: Hub, clock: Clock, *, readers: int = READERS) -> "Database":
        """Opens or makes the file in `folder` and brings its schema up to date."""
        path = str(folder / FILE)
        writer = await aiosqlite.connect(path, isolation_level=None, cached_statements=512)
        opened = [writer]
        try:
            guard = await hop.submit(writer, lambda raw: _prepare(raw, clock()))
            for _ in range(readers):
                opened.append(await aiosqlite.connect(path, isolation_level=None, cached_statements=256))
                await hop.submit(opened[-1], _prepare_reader)
        except BaseException:
            for connection in opened:
                await connection.close()
            raise
        return cls(writer, opened[1:], guard, hub, clock)

    async def write(
        self, tenant: int, function: Callable[Concatenate[Scope, P], Result], *args: P.args, **named: P.kwargs
    ) -> Result:
        """Runs a change of one workspace; returns after the commit. Raises NotSaved where the disk refused."""
        self._refuse_nesting()
        result: Result = await self.writer.write(tenant, partial(function, **named) if named else function, args)
        return result

    async def jot(
        self, tenant: int, function: Callable[Concatenate[Scope, P], Result], *args: P.args, **named: P.kwargs
    ) -> Result:
        """Like `write`, for what is harmless to lose: it survives the death of the process, and waits for no flush of
        the disk, so that a power cut may take it. Leases and settled jobs are such: their work is done once more."""
        self._refuse_nesting()
        result: Result = await self.writer.send(
            tenant, partial(function, **named) if named else function, args, soft=True
        )
        return result

    def send(
        self, tenant: int, function: Callable[Concatenate[Scope, P], Result], *args: P.args, **named: P.kwargs
    ) -> "asyncio.Future[Result]":
        """Like `write`, queued before it returns; the future is the change's own: shield it before awaiting."""
        self._refuse_nesting()
        return self.writer.send(tenant, partial(function, **named) if named else function, args)

    async def read(
        self, tenant: int, function: Callable[Concatenate[Scope, P], Result], *args: P.args, **named: P.kwargs
    ) -> Result:
        """Runs a question about one workspace on one consistent snapshot."""
        return await self._ask(lambda raw: function(Scope(raw, self._guard, tenant, self._clock(), []), *args, **named))

    def across_tenants(self) -> "Everywhere":
        """The greppable exception: functions over all workspaces."""
        return Everywhere(self)

    async def data_version(self) -> int:
        """A number that changes when another process has committed."""
        row = await hop.submit(self._write_connection, lambda raw: raw.execute("PRAGMA data_version").fetchone())
        return int(row[0])

    async def close(self) -> None:
        """Finishes what is waiting and ends the threads. Twice is harmless."""
        if self._closed:
            return
        self._closed = True
        await self.writer.drain()
        for connection in [*self._readers, self._write_connection]:
            await connection.close()

    async def _ask(self, question: Callable[[sqlite3.Connection], Result]) -> Result:
        self._refuse_nesting()
        self._turn = (self._turn + 1) % len(self._readers)
        return await hop.submit(self._readers[self._turn], lambda raw: _on_snapshot(raw, question))

    def _refuse_nesting(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                "a storage function cannot call the database again: it already runs inside a transaction"
            )
        if self._closed:
            raise Unavailable("The database is closed.")


class Everywhere:
    """Reads and writes without a workspace; a test lists the files that may ask for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, function: Callable[..., Result], *args: Any) -> Result:
        """Like `Database.write`, over all workspaces."""
        self._database._refuse_nesting()
        result: Result = await self._database.writer.write(None, function, args)
        return result

    async def read(self, function: Callable[..., Result], *args: Any) -> Result:
        """Like `Database.read`, over all workspaces."""
        database = self._database
        return await database._ask(lambda raw: function(WideScope(raw, database._guard, database._clock(), []), *args))


def _on_snapshot(raw: sqlite3.Connection, question: Callable[[sqlite3.Connection], Result]) -> Result:
    raw.execute("BEGIN")
    try:
        return question(raw)
    except Refusal:
        raise
    except sqlite3.OperationalError as error:
        raise Unavailable("That could not be read just now.") from error
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")


def _prepare(raw: sqlite3.Connection, now: int) -> Guard:
    raw.execute("PRAGMA busy_timeout = 5000")
    mode = raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise NotWriteAhead(
            f"the data folder's file system gives journal mode '{mode}' instead of 'wal'; use a local disk"
        )
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "journal_size_limit = 67108864"):
        raw.execute(f"PRAGMA {pragma}")
    raw.row_factory = sqlite3.Row
    migrate(raw, now)
    return Guard(raw)


def _prepare_reader(raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA busy_timeout = 5000")
    raw.execute("PRAGMA query_only = ON")
    raw.row_factory = sqlite3.Row
