"""Numbered SQL files, applied in order, each in a transaction of its own."""

import sqlite3
from collections.abc import Iterator
from importlib import resources


class NewerDatabase(RuntimeError):
    """The file was written by a newer program than this one."""


def scripts() -> list[tuple[int, str, str]]:
    """(number, name, SQL) of every migration, in order."""
    folder = resources.files("chatbot.storage") / "schema"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name.split("_")[0]), name, (folder / name).read_text("utf-8")) for name in names]


def migrate(raw: sqlite3.Connection, now: int) -> list[str]:
    """Brings the schema up to date; the names of what was applied. Killed in between, it goes on next time."""
    known = scripts()
    present = raw.execute("PRAGMA user_version").fetchone()[0]
    if present > known[-1][0]:
        raise NewerDatabase(
            f"this database is at schema {present}, this program knows {known[-1][0]}: upgrade the program"
        )
    waiting = [script for script in known if script[0] > present]
    for number, _, sql in waiting:
        _apply(raw, number, sql)
    if present == 0:
        raw.execute("INSERT INTO house (id, epoch, created_at) VALUES (1, 1, ?)", (now,))
    return [name for _, name, _ in waiting]


def _apply(raw: sqlite3.Connection, number: int, sql: str) -> None:
    raw.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(sql):
            raw.execute(statement)
        raw.execute(f"PRAGMA user_version = {number:d}")
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def statements(sql: str) -> Iterator[str]:
    """Single statements of a script (`executescript` would commit first, and half a migration would stay)."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise ValueError(f"unfinished statement: {pending.strip()[:80]}")
