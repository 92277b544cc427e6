"""Workspaces: the rows that everything else belongs to."""

import json
from dataclasses import dataclass

from chatbot.storage.scope import Scope, WideScope

COLUMNS = "id, public_id, token, name, language, sites, accent, greeting, suggestions, wait_seconds, reopen_days"


@dataclass(frozen=True)
class Workspace:
    """One business. `id` stays inside; `public_id` and `token` are what others see. `wait_seconds` in seconds."""

    id: int
    public_id: str
    token: str
    name: str
    language: str
    sites: tuple[str, ...]
    accent: str
    greeting: str
    suggestions: tuple[str, ...]
    wait_seconds: int
    reopen_days: int


def _made(row: object) -> Workspace:
    columns = dict(row)  # type: ignore[call-overload]
    columns["sites"] = tuple(json.loads(columns["sites"]))
    columns["suggestions"] = tuple(json.loads(columns["suggestions"]))
    return Workspace(**columns)


def get(scope: Scope) -> Workspace:
    """The workspace of this scope."""
    return _made(scope.one(f"SELECT {COLUMNS} FROM tenants WHERE id = :tenant"))


def find_by_token(scope: WideScope, token: str) -> Workspace | None:
    """The workspace that a widget token names."""
    row = scope.find(f"SELECT {COLUMNS} FROM tenants WHERE token = :token", token=token)
    return None if row is None else _made(row)


def get_by_public_id(scope: WideScope, public_id: str) -> Workspace:
    """The workspace a command names; NotFound where there is none."""
    return _made(scope.one(f"SELECT {COLUMNS} FROM tenants WHERE public_id = :public_id", public_id=public_id))


def insert(scope: WideScope, public_id: str, token: str, name: str, language: str = "en") -> int:
    """A new workspace; its number."""
    row = scope.one(
        "INSERT INTO tenants (public_id, token, name, language, created_at)"
        " VALUES (:public_id, :token, :name, :language, :now) RETURNING id",
        public_id=public_id, token=token, name=name, language=language, now=scope.now,
    )  # fmt: skip
    return int(row["id"])


def change_sites(wide: WideScope, tenant: int, sites: tuple[str, ...]) -> None:
    """The origins that may show the widget; none means any."""
    wide.run("UPDATE tenants SET sites = :sites WHERE id = :id", sites=json.dumps(sites), id=tenant)


def change_greeting(wide: WideScope, tenant: int, greeting: str, suggestions: tuple[str, ...]) -> None:
    """What a visitor reads before the first message."""
    wide.run(
        "UPDATE tenants SET greeting = :greeting, suggestions = :suggestions WHERE id = :id",
        greeting=greeting, suggestions=json.dumps(suggestions), id=tenant,
    )  # fmt: skip


def count(scope: WideScope) -> int:
    """How many workspaces there are."""
    return int(scope.one("SELECT count(*) AS number FROM tenants")["number"])


def find_any(scope: WideScope) -> Workspace | None:
    """The oldest workspace, or None."""
    row = scope.find(f"SELECT {COLUMNS} FROM tenants ORDER BY id LIMIT 1")
    return None if row is None else _made(row)
