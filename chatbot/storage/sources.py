"""What the business has written: articles as they were typed."""

import sqlite3
from dataclasses import dataclass

from chatbot.kit.ids import random_id
from chatbot.storage.scope import Scope

COLUMNS = "id, title, body, url, language, enabled, author, created_at, updated_at"


@dataclass(frozen=True)
class Source:
    """One article. `body` is Markdown, `language` an ISO 639-1 code, `author` a user's id or None; times in
    milliseconds since 1970."""

    id: str
    title: str
    body: str
    url: str | None
    language: str
    enabled: bool
    author: str | None
    created_at: int
    updated_at: int


@dataclass(frozen=True)
class Listed:
    """An article in a list: without its body, with the number of passages it is found by (0 while switched off)."""

    id: str
    title: str
    url: str | None
    language: str
    enabled: bool
    author: str | None
    updated_at: int
    passages: int


def get(scope: Scope, id: str) -> Source:
    """The article, or NotFound: also when it is another workspace's."""
    return _source(scope.one(f"SELECT {COLUMNS} FROM sources WHERE tenant_id = :tenant AND id = :id", id=id))


def list_all(scope: Scope) -> list[Listed]:
    """Every article, by title."""
    rows = scope.all(
        "SELECT s.id, s.title, s.url, s.language, s.enabled, s.author, s.updated_at,"
        " (SELECT count(*) FROM chunks AS c WHERE c.tenant_id = :tenant AND c.source_id = s.id) AS passages"
        " FROM sources AS s WHERE s.tenant_id = :tenant ORDER BY s.title COLLATE NOCASE, s.id"
    )
    return [Listed(**{**row, "enabled": bool(row["enabled"])}) for row in rows]


def count(scope: Scope) -> int:
    """How many articles there are."""
    return int(scope.one("SELECT count(*) AS articles FROM sources WHERE tenant_id = :tenant")["articles"])


def languages(scope: Scope) -> list[str]:
    """The languages of the articles that are switched on."""
    rows = scope.all(
        "SELECT DISTINCT language FROM sources WHERE tenant_id = :tenant AND enabled = 1 ORDER BY language"
    )
    return [row["language"] for row in rows]


def insert(scope: Scope, title: str, body: str, url: str | None, language: str, author: str | None) -> Source:
    """Keeps a new article, switched on."""
    id = random_id("a")
    scope.run(
        f"INSERT INTO sources (tenant_id, {COLUMNS})"
        " VALUES (:tenant, :id, :title, :body, :url, :language, 1, :author, :now, :now)",
        id=id, title=title, body=body, url=url, language=language, author=author, now=scope.now,
    )  # fmt: skip
    return get(scope, id)


def change(scope: Scope, id: str, title: str, body: str, url: str | None, language: str) -> Source:
    """Replaces what an article says."""
    scope.run(
        "UPDATE sources SET title = :title, body = :body, url = :url, language = :language, updated_at = :now"
        " WHERE tenant_id = :tenant AND id = :id",
        id=id, title=title, body=body, url=url, language=language, now=scope.now,
    )  # fmt: skip
    return get(scope, id)


def switch(scope: Scope, id: str, enabled: bool) -> Source:
    """Marks an article as in use or not; its passages are the caller's."""
    scope.run(
        "UPDATE sources SET enabled = :enabled, updated_at = :now WHERE tenant_id = :tenant AND id = :id",
        id=id, enabled=int(enabled), now=scope.now,
    )  # fmt: skip
    return get(scope, id)


def remove(scope: Scope, id: str) -> bool:
    """Deletes an article with its passages and their words; whether there was one."""
    return scope.run("DELETE FROM sources WHERE tenant_id = :tenant AND id = :id", id=id) > 0


def _source(row: sqlite3.Row) -> Source:
    columns = dict(row)
    columns["enabled"] = bool(columns["enabled"])
    return Source(**columns)
