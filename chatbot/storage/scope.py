"""What a storage function is handed: one workspace, one moment, one transaction."""

import json
import sqlite3
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from chatbot.kit.errors import NotFound
from chatbot.kit.hub import Topic
from chatbot.kit.ids import random_id
from chatbot.storage.guard import Guard

HOUSE = 0
"""The tenant number of topics that belong to no workspace."""
JOBS: Topic = (HOUSE, "jobs")
"""Where the runner hears that there is work."""
FENCES: Topic = (HOUSE, "fences")
"""Where answers in the making are told to stop."""
ENQUEUE = """INSERT INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)
    VALUES (:tenant, :id, :kind, :key, :args, :due, :now)
    ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
        id = excluded.id, args = excluded.args, due_at = excluded.due_at, created_at = excluded.created_at,
        attempts = 0, lease = NULL, leased_until = NULL, dead_at = NULL, error = NULL"""


@dataclass(frozen=True)
class JobDue:
    """Work was left: `due` in milliseconds since 1970."""

    tenant: int
    job: str
    kind: str
    due: int


@dataclass(frozen=True)
class Fenced:
    """The answer in the making is over: the AI has lost the floor (`cut`), or its last word is kept."""

    tenant: int
    conversation: str
    cut: bool


class Statements(ABC):
    """The four ways to send SQL, shared by both scopes."""

    def one(self, sql: str, **values: Any) -> sqlite3.Row:
        """The only row; NotFound where there is none."""
        row = self.find(sql, **values)
        if row is None:
            raise NotFound("There is no such thing here.")
        return row

    def find(self, sql: str, **values: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self._execute(sql, values).fetchone()
        return row

    def all(self, sql: str, **values: Any) -> list[sqlite3.Row]:
        """All rows."""
        return self._execute(sql, values).fetchall()

    def run(self, sql: str, **values: Any) -> int:
        """Changes rows; how many."""
        return self._execute(sql, values).rowcount

    @abstractmethod
    def _execute(self, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
        """Runs one statement."""


class Scope(Statements):
    """One workspace within one transaction.

    Binds `:tenant` and refuses SQL that could reach another workspace's rows. What it publishes and enqueues takes
    effect with the commit, or not at all.
    """

    def __init__(
        self, connection: sqlite3.Connection, guard: Guard, tenant: int, now: int, notes: list[tuple[Topic, Any]]
    ) -> None:
        self._connection = connection
        self._guard = guard
        self._notes = notes
        self.tenant = tenant
        self.now = now

    def publish(self, name: str, message: Any) -> None:
        """Hands `message` to the workspace's topic `name` once the transaction is on disk."""
        self._notes.append(((self.tenant, name), message))

    def enqueue(self, kind: str, key: str, *, due: int | None = None, **args: Any) -> None:
        """Leaves work for later, at most one open job by kind and key: a newer one replaces it and voids its lease.

        `due` is in milliseconds since 1970 (now by default); `args` hold ids and numbers, never text or secrets.
        """
        job, when = random_id("j"), self.now if due is None else due
        self.run(ENQUEUE, id=job, kind=kind, key=key, args=json.dumps(args) if args else "{}", due=when, now=self.now)
        self.wake_runner(job, kind, when)

    def wake_runner(self, job: str, kind: str, due: int) -> None:
        """Tells the runner, after the commit, that a job waits for `due`."""
        self._notes.append((JOBS, JobDue(self.tenant, job, kind, due)))

    def fence(self, conversation: str, *, cut: bool = True) -> None:
        """Ends the conversation's answer in the making, as the very first thing after the commit. `cut` False: it is
        whole, and only nothing more of it may be shown."""
        self._notes.insert(0, (FENCES, Fenced(self.tenant, conversation, cut)))

    def _execute(self, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
        values["tenant"] = self.tenant
        self._guard.check(self._connection, sql, values)
        return self._connection.execute(sql, values)


class WideScope(Statements):
    """A transaction over all workspaces: sign-in, host's commands, the runner. Its users are listed by a test."""

    def __init__(self, connection: sqlite3.Connection, guard: Guard, now: int, notes: list[tuple[Topic, Any]]) -> None:
        self._connection = connection
        self._guard = guard
        self._notes = notes
        self.now = now

    def publish(self, topic: Topic, message: Any) -> None:
        """Hands `message` to a topic of any workspace after the commit."""
        self._notes.append((topic, message))

    def within(self, tenant: int) -> Scope:
        """The same transaction, narrowed to one workspace."""
        return Scope(self._connection, self._guard, tenant, self.now, self._notes)

    def _execute(self, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
        return self._connection.execute(sql, values)
