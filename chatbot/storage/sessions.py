"""Sign-ins as rows, so that each can be ended."""

from dataclasses import dataclass

from chatbot.storage.scope import Scope, WideScope


@dataclass(frozen=True)
class Session:
    """Who is signed in where. Times in milliseconds since 1970."""

    tenant_id: int
    user_id: str
    expires_at: int
    seen_at: int


def insert(scope: Scope, user: str, fingerprint: bytes, expires: int) -> None:
    """A new sign-in."""
    scope.run(
        "INSERT INTO sessions (tenant_id, user_id, fingerprint, created_at, seen_at, expires_at)"
        " VALUES (:tenant, :user, :fingerprint, :now, :now, :expires)",
        user=user, fingerprint=fingerprint, expires=expires, now=scope.now,
    )  # fmt: skip


def find(scope: WideScope, fingerprint: bytes) -> Session | None:
    """The sign-in behind a cookie, unless it is over."""
    row = scope.find(
        "SELECT tenant_id, user_id, expires_at, seen_at FROM sessions"
        " WHERE fingerprint = :fingerprint AND expires_at > :now",
        fingerprint=fingerprint, now=scope.now,
    )  # fmt: skip
    return None if row is None else Session(**row)


def remove(scope: Scope, user: str, fingerprint: bytes) -> None:
    """Ends one sign-in."""
    scope.run(
        "DELETE FROM sessions WHERE tenant_id = :tenant AND user_id = :user AND fingerprint = :fingerprint",
        user=user, fingerprint=fingerprint,
    )  # fmt: skip


def remove_all_of(scope: WideScope, user: str) -> int:
    """Ends every sign-in of a person, e.g. after a new password."""
    return scope.run("DELETE FROM sessions WHERE user_id = :user", user=user)


def remove_expired(scope: WideScope) -> int:
    """Forgets what is over; how many."""
    return scope.run("DELETE FROM sessions WHERE expires_at <= :now", now=scope.now)
