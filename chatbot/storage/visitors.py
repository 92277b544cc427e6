"""People who write from a shop's page. Only the fingerprint of their secret is kept."""

import json
from dataclasses import dataclass

from chatbot.storage.scope import Scope


@dataclass(frozen=True)
class Visitor:
    """`number` counts within the workspace and names somebody who gave no name."""

    id: str
    number: int
    locale: str
    name: str

    @property
    def called(self) -> str:
        """What operators call the visitor."""
        return self.name or f"Visitor {self.number}"


def find_by_fingerprint(scope: Scope, fingerprint: bytes) -> Visitor | None:
    """The visitor with this secret, or None."""
    row = scope.find(
        "SELECT id, number, locale, name FROM visitors WHERE tenant_id = :tenant AND fingerprint = :fingerprint",
        fingerprint=fingerprint,
    )
    return None if row is None else Visitor(**row)


def get(scope: Scope, id: str) -> Visitor:
    """The visitor, or NotFound."""
    row = scope.one("SELECT id, number, locale, name FROM visitors WHERE tenant_id = :tenant AND id = :id", id=id)
    return Visitor(**row)


def ensure(scope: Scope, id: str, fingerprint: bytes, locale: str) -> bool:
    """Keeps the visitor from the first thing on that is kept; True where this was it."""
    added = scope.run(
        "INSERT INTO visitors (tenant_id, id, number, fingerprint, locale, created_at)"
        " SELECT :tenant, :id, 1 + coalesce(max(number), 0), :fingerprint, :locale, :now"
        " FROM visitors WHERE tenant_id = :tenant"
        " ON CONFLICT (tenant_id, id) DO NOTHING",
        id=id, fingerprint=fingerprint, locale=locale, now=scope.now,
    )  # fmt: skip
    return added == 1


def names(scope: Scope, ids: list[str]) -> dict[str, str]:
    """What each visitor is called in the app."""
    rows = scope.all(
        "SELECT v.id, v.number, v.name FROM json_each(:ids) j"
        " JOIN visitors v ON v.tenant_id = :tenant AND v.id = j.value",
        ids=json.dumps(ids),
    )
    return {row["id"]: row["name"] or f"Visitor {row['number']}" for row in rows}
