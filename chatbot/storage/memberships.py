"""Who belongs to a workspace, in which role, and whether they are away."""

from dataclasses import dataclass

from chatbot.storage.scope import Scope, WideScope

COLUMNS = "users.id AS user, users.email, users.name, m.role, m.away"


@dataclass(frozen=True)
class Member:
    """A person within one workspace."""

    user: str
    email: str
    name: str
    role: str
    away: bool

    @property
    def first_name(self) -> str:
        """What a visitor is told."""
        return self.name.split()[0] if self.name.split() else self.email.split("@")[0]


def find(scope: Scope, user: str) -> Member | None:
    """The person's membership here, or None."""
    row = scope.find(
        f"SELECT {COLUMNS} FROM memberships m JOIN users ON users.id = m.user_id"
        " WHERE m.tenant_id = :tenant AND m.user_id = :user",
        user=user,
    )
    return None if row is None else _made(row)


def list_members(scope: Scope) -> list[Member]:
    """Everybody in the workspace, by name."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM memberships m JOIN users ON users.id = m.user_id"
        " WHERE m.tenant_id = :tenant ORDER BY users.name"
    )
    return [_made(row) for row in rows]


def _made(row: object) -> Member:
    columns = dict(row)  # type: ignore[call-overload]
    return Member(**{**columns, "away": bool(columns["away"])})


def insert(scope: Scope, user: str, role: str) -> None:
    """Lets a person in."""
    scope.run(
        "INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES (:tenant, :user, :role, :now)",
        user=user, role=role, now=scope.now,
    )  # fmt: skip


def change_away(scope: Scope, user: str, away: bool) -> None:
    """Whether calls reach this person."""
    scope.run("UPDATE memberships SET away = :away WHERE tenant_id = :tenant AND user_id = :user", user=user, away=away)


def first_tenant_of(scope: WideScope, user: str) -> int | None:
    """The workspace a person signs in to: the one joined first."""
    row = scope.find(
        "SELECT tenant_id FROM memberships WHERE user_id = :user ORDER BY created_at, tenant_id LIMIT 1", user=user
    )
    return None if row is None else int(row["tenant_id"])
