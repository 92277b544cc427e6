"""Entries: what a visitor may see of a conversation, append only, seq 1..n without a gap."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.storage.scope import Scope

COLUMNS = "seq, kind, at, role, author_id, author_name, text, turn, flags, sources, facts"


@dataclass(frozen=True)
class Entry:
    """One entry. `at` in milliseconds since 1970; `sources` are (title, address or None); `facts` are for templates."""

    seq: int
    kind: str
    at: int
    role: str
    author_id: str | None
    author_name: str
    text: str
    turn: str | None
    flags: tuple[str, ...]
    sources: tuple[tuple[str, str | None], ...]
    facts: Mapping[str, Any]


def _made(row: sqlite3.Row) -> Entry:
    columns = dict(row)
    columns["flags"] = tuple(json.loads(columns["flags"]))
    columns["sources"] = tuple((title, url) for title, url in json.loads(columns["sources"]))
    columns["facts"] = json.loads(columns["facts"])
    return Entry(**columns)


def insert(scope: Scope, conversation: str, entry: Entry, client_id: str | None = None) -> None:
    """Keeps an entry at its seq."""
    scope.run(
        "INSERT INTO entries (tenant_id, conversation_id, seq, kind, at, role, author_id, author_name, text, client_id,"
        " turn, flags, sources, facts) VALUES (:tenant, :conversation, :seq, :kind, :at, :role, :author_id,"
        " :author_name, :text, :client_id, :turn, :flags, :sources, :facts)",
        conversation=conversation, seq=entry.seq, kind=entry.kind, at=entry.at, role=entry.role,
        author_id=entry.author_id, author_name=entry.author_name, text=entry.text, client_id=client_id,
        turn=entry.turn, flags=_list(entry.flags), sources=_list(entry.sources),
        facts=json.dumps(entry.facts) if entry.facts else "{}",
    )  # fmt: skip


def _list(values: tuple[Any, ...]) -> str:
    return json.dumps(values) if values else "[]"


def after(scope: Scope, conversation: str, seq: int, limit: int = 500) -> list[Entry]:
    """What follows `seq`, oldest first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM entries WHERE tenant_id = :tenant AND conversation_id = :conversation AND seq > :seq"
        " ORDER BY seq LIMIT :limit",
        conversation=conversation, seq=seq, limit=limit,
    )  # fmt: skip
    return [_made(row) for row in rows]


def before(scope: Scope, conversation: str, seq: int, limit: int = 50) -> list[Entry]:
    """The newest `limit` entries before `seq`, oldest first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM entries WHERE tenant_id = :tenant AND conversation_id = :conversation AND seq < :seq"
        " ORDER BY seq DESC LIMIT :limit",
        conversation=conversation, seq=seq, limit=limit,
    )  # fmt: skip
    return [_made(row) for row in reversed(rows)]


@dataclass(frozen=True)
class Sent:
    """A message that a client has sent before."""

    conversation: str
    seq: int
    text: str


def find_sent(scope: Scope, author: str, client_id: str) -> Sent | None:
    """The message that this author sent under this id, or None."""
    row = scope.find(
        "SELECT conversation_id AS conversation, seq, text FROM entries"
        " WHERE tenant_id = :tenant AND author_id = :author AND client_id = :client_id",
        author=author, client_id=client_id,
    )  # fmt: skip
    return None if row is None else Sent(**row)


def find_turn(scope: Scope, conversation: str, turn: str) -> int | None:
    """The seq of the turn's entry, or None where it has none."""
    row = scope.find(
        "SELECT seq FROM entries WHERE tenant_id = :tenant AND conversation_id = :conversation AND turn = :turn",
        conversation=conversation, turn=turn,
    )  # fmt: skip
    return None if row is None else int(row["seq"])
