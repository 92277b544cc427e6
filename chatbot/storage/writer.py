"""The one writer: waiting changes share a transaction, so that many messages cost one flush of the disk.

Guarantee: whoever called `write` hears nothing before the COMMIT is on disk, and what a change published is
published by the committer in the order of the changes, even when the caller has been cancelled meanwhile.
"""

import asyncio
import inspect
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiosqlite

from chatbot.kit.clock import Clock
from chatbot.kit.errors import NotSaved, Refusal
from chatbot.kit.hub import Hub, Topic
from chatbot.storage import hop
from chatbot.storage.guard import Guard
from chatbot.storage.scope import Scope, WideScope

AT_ONCE = 256
"""How many changes share one transaction at the most."""
Notes = list[tuple[Topic, Any]]


@dataclass
class Change:
    """A function waiting to be run over a scope. `tenant` None: all workspaces; `soft`: a power cut may take it."""

    tenant: int | None
    function: Callable[..., Any]
    args: tuple[Any, ...]
    heard: asyncio.Future[Any]
    soft: bool = False
    notes: Notes = field(default_factory=list)
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs changes on the write connection's thread, batch after batch."""

    def __init__(self, connection: aiosqlite.Connection, guard: Guard, hub: Hub, clock: Clock) -> None:
        self._connection = connection
        self._guard = guard
        self._hub = hub
        self._clock = clock
        self._waiting: deque[Change] = deque()
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.batches = 0
        self.changes = 0

    async def write(self, tenant: int | None, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """What `function(scope, *args)` returned, once it is on disk; or what it raised, with nothing changed."""
        return await self.send(tenant, function, args)

    def send(
        self, tenant: int | None, function: Callable[..., Any], args: tuple[Any, ...], *, soft: bool = False
    ) -> asyncio.Future[Any]:
        """Queues the change at once; the future hears its end."""
        change = Change(tenant, function, args, asyncio.get_running_loop().create_future(), soft)
        self._waiting.append(change)
        if not self._busy:
            self._send_next()
        return change.heard

    async def drain(self) -> None:
        """Returns when no change is waiting or running."""
        await self._idle.wait()

    def _send_next(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))]
        self._busy = bool(batch)
        if not batch:
            self._idle.set()
            return
        self._idle.clear()
        self.batches += 1
        self.changes += len(batch)
        now = self._clock()
        done = hop.submit(self._connection, lambda raw: commit_together(raw, self._guard, now, batch))
        done.add_done_callback(lambda future: self._settle(batch, future))

    def _settle(self, batch: list[Change], done: asyncio.Future[None]) -> None:
        broken = done.exception()
        for change in batch:
            change.error = change.error or broken
            if change.error is None:
                for topic, message in change.notes:
                    self._hub.publish(topic, message)
            if not change.heard.done():
                _answer(change)
        self._send_next()


def _answer(change: Change) -> None:
    if change.error is None:
        change.heard.set_result(change.result)
    else:
        change.heard.set_exception(change.error)
        change.heard.exception()


def commit_together(raw: sqlite3.Connection, guard: Guard, now: int, batch: list[Change]) -> None:
    """One transaction over the batch, a savepoint each. A change that raises is rolled back alone; when SQLite has
    ended the whole transaction (full disk, interrupt), or COMMIT fails, every change of the batch has failed."""
    try:
        # In write-ahead mode NORMAL flushes nothing at a commit; the next FULL one flushes what came before it too.
        soft = all(change.soft for change in batch)
        raw.execute("PRAGMA synchronous = NORMAL" if soft else "PRAGMA synchronous = FULL")
        raw.execute("BEGIN IMMEDIATE")
        for change in batch:
            _run_one(raw, guard, now, change)
        raw.execute("COMMIT")
    except sqlite3.Error as error:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        _fail_all(batch, error)


def _run_one(raw: sqlite3.Connection, guard: Guard, now: int, change: Change) -> None:
    raw.execute("SAVEPOINT change")
    try:
        change.result = _call(raw, guard, now, change)
    except Exception as error:
        if not raw.in_transaction:
            raise sqlite3.OperationalError(f"the transaction is gone: {error}") from error
        raw.execute("ROLLBACK TO change")
        change.error = _in_words(error)
        change.notes.clear()
    raw.execute("RELEASE change")


def _call(raw: sqlite3.Connection, guard: Guard, now: int, change: Change) -> Any:
    scope: Scope | WideScope
    if change.tenant is None:
        scope = WideScope(raw, guard, now, change.notes)
    else:
        scope = Scope(raw, guard, change.tenant, now, change.notes)
    result = change.function(scope, *change.args)
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError(f"{change.function!r} is a coroutine; a transaction waits for nobody")
    return result


def _fail_all(batch: list[Change], error: sqlite3.Error) -> None:
    for change in batch:
        change.notes.clear()
        if not isinstance(change.error, Refusal):
            change.error = _in_words(error)


def _in_words(error: BaseException) -> BaseException:
    """A database that cannot write is NotSaved for everybody above; all else stays what it is."""
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.IntegrityError | sqlite3.ProgrammingError
    ):
        saved = NotSaved("That could not be saved just now.")
        saved.__cause__ = error
        return saved
    return error
