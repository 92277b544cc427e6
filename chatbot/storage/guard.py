"""The net under every query: a statement that forgets the workspace does not run.

Two witnesses are asked, once per statement text. SQLite's authorizer tells which tables a statement touches and how;
the query plan tells how each of them is reached. Every reference to a workspace's table must be a SEARCH by
`tenant_id`, so a half-scoped join, a UNION with one open branch, a self-join, a subquery or an `OR 1=1` is refused
although the words look right. It follows that every key and index of such a table begins with `tenant_id`.
"""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

WORKSPACES = "tenants"
_WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_HARMLESS = _WRITES | {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_STEP = re.compile(r"^(SEARCH|SCAN) (\S+)(.*)$")
_MADE_HERE = re.compile(r"^(?:CO-ROUTINE|MATERIALIZE) (\S+)")
_COMPARISON = re.compile(
    r"([\w.:]+)\s*(=|<>|!=|<=|>=|<|>|\bIS\b|\bIN\b|\bNOT\b|\bLIKE\b|\bBETWEEN\b)\s*([\w.:(]+)(\s*[-+*/|%&])?", re.I
)
_ROW_VALUE = re.compile(r"\btenant_id\s*(,[^()]*)?\)\s*(=|<|>|IS\b|IN\b|NOT\b)", re.I)
_SECOND_ROW = re.compile(r"\)\s*,\s*\((?!\s*:tenant\b)")
_INSERT = re.compile(
    r"^\s*INSERT\s+(?:OR\s+IGNORE\s+)?INTO\s+(\w+)\s*\(\s*tenant_id\b[^)]*\)\s*(?:VALUES\s*\(|SELECT)\s*:tenant\b", re.I
)
_CONFLICT = re.compile(r"ON\s+CONFLICT\s*(\(\s*tenant_id\b)?", re.I)


class Leak(RuntimeError):
    """A statement that could read or change another workspace's rows. A defect of ours, never of a visitor."""


class Guard:
    """Judges statements for one database. Verdicts are kept by text."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._tables = _tables_with_tenant(connection)
        self._shared = _tables_without_tenant(connection) - self._tables
        self._passed: set[str] = set()

    def check(self, connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> None:
        """Returns where the statement keeps to one workspace; raises Leak with the reason where it does not."""
        if sql not in self._passed:
            touched, plan = _witnesses(connection, sql, values)
            self._judge(sql, touched, plan)
            self._passed.add(sql)
        if ":match" in sql or ":term" in sql:
            _check_words(sql, values)

    def _judge(self, sql: str, touched: set[tuple[int, str, str]], plan: list[str]) -> None:
        strange = {action for action, _, _ in touched} - _HARMLESS
        if strange:
            raise Leak(f"action {sorted(strange)} is not for a workspace's scope: {sql}")
        self._judge_comparisons(sql)
        self._judge_writes(sql, touched)
        searched = self._judge_plan(sql, plan)
        # An INSERT of values reads only parents, for its foreign keys; whatever it selects stands in the plan.
        reached = {table for action, table, _ in touched if action != sqlite3.SQLITE_INSERT} & self._tables
        if reached and not searched and not _INSERT.match(sql):
            raise Leak(f"no search by tenant_id: {sql}")

    def _judge_comparisons(self, sql: str) -> None:
        if _ROW_VALUE.search(sql):
            raise Leak(f"tenant_id is compared by itself, not within a row: {sql}")
        for left, operator, right, more in _COMPARISON.findall(sql):
            if "tenant_id" not in (left.split(".")[-1], right.split(".")[-1]):
                continue
            joined = left.endswith(".tenant_id") and right.endswith(".tenant_id") and left != right
            bound = left.split(".")[-1] == "tenant_id" and right == ":tenant"
            if operator != "=" or more.strip() or not (joined or bound):
                raise Leak(f"tenant_id is compared with something other than :tenant: {sql}")

    def _judge_writes(self, sql: str, touched: set[tuple[int, str, str]]) -> None:
        for action, table, column in touched:
            if action in _WRITES and table in self._shared:
                raise Leak(f"{table} belongs to no workspace and is not written from one: {sql}")
            if action == sqlite3.SQLITE_UPDATE and column == "tenant_id":
                raise Leak(f"a row cannot move to another workspace: {sql}")
            if action == sqlite3.SQLITE_INSERT and table in self._tables:
                self._judge_insert(sql, table)

    def _judge_insert(self, sql: str, table: str) -> None:
        match = _INSERT.match(sql)
        if match is None or match.group(1).lower() != table:
            raise Leak(f"an INSERT names tenant_id first, with the value :tenant: {sql}")
        if _SECOND_ROW.search(sql):
            raise Leak(f"every row of an INSERT begins with :tenant: {sql}")
        if any(not target for target in _CONFLICT.findall(sql)):
            raise Leak(f"ON CONFLICT names tenant_id first: {sql}")

    def _judge_plan(self, sql: str, plan: list[str]) -> bool:
        ours = {name for line in plan for name in _MADE_HERE.findall(line)}
        searched = False
        for verb, name, rest in (match.groups() for line in plan if (match := _STEP.match(line))):
            if name in ours or name.startswith("(") or "CONSTANT ROW" in name + rest or rest.endswith("VALUES CLAUSE"):
                continue
            if "VIRTUAL TABLE" in rest:
                self._judge_virtual(sql, name)
            elif name in self._shared:
                self._judge_shared(sql, verb, name)
            elif verb != "SEARCH" or "(tenant_id=?" not in rest:
                raise Leak(f"{name} is not searched by tenant_id ({verb}{rest}): {sql}")
            else:
                searched = True
        return searched

    def _judge_shared(self, sql: str, verb: str, name: str) -> None:
        if verb != "SEARCH":
            raise Leak(f"{name} is looked up by key, never scanned, from a workspace: {sql}")
        if name == WORKSPACES and not re.search(r"\bid\s*=\s*:tenant\b", sql):
            raise Leak(f"a workspace sees only its own row of {WORKSPACES}: {sql}")

    def _judge_virtual(self, sql: str, name: str) -> None:
        if name not in {"json_each", "j"} and not re.search(r"\bMATCH :match\b|\bterm = :term\b|\browid = ", sql):
            raise Leak(f"{name} is searched by :match, :term or rowid: {sql}")


def _check_words(sql: str, values: Mapping[str, Any]) -> None:
    """Words to search for carry the workspace in front; a term may be that prefix alone, completed in the statement."""
    prefix = f"t{values['tenant']}x"
    words = re.findall(r'"([^"]*)"', str(values["match"])) if "match" in values else [str(values.get("term", ""))]
    if not words or not all(word.startswith(prefix) for word in words):
        raise Leak(f"a word to search for lacks the workspace's prefix: {sql}")


def _witnesses(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]
) -> tuple[set[tuple[int, str, str]], list[str]]:
    touched: set[tuple[int, str, str]] = set()

    def note(action: int, first: str | None, second: str | None, *_: object) -> int:
        touched.add((action, (first or "").lower(), (second or "").lower()))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    try:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    finally:
        connection.set_authorizer(None)
    return touched, plan


def _names(connection: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0].lower() for row in connection.execute(sql)}


def _tables_with_tenant(connection: sqlite3.Connection) -> set[str]:
    return _names(
        connection,
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id'"
        " WHERE m.type = 'table'",
    )


def _tables_without_tenant(connection: sqlite3.Connection) -> set[str]:
    return _names(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
