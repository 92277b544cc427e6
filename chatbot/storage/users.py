"""People who sign in. One person may belong to several workspaces."""

from dataclasses import dataclass

from chatbot.storage.scope import WideScope


@dataclass(frozen=True)
class User:
    """A person with a login; `password` is the hash."""

    id: str
    email: str
    name: str
    password: str


def find_by_email(scope: WideScope, email: str) -> User | None:
    """The person with this address, whatever its case."""
    row = scope.find("SELECT id, email, name, password FROM users WHERE email = :email", email=email)
    return None if row is None else User(**row)


def insert(scope: WideScope, id: str, email: str, name: str, password: str) -> None:
    """A new person; `password` is the hash."""
    scope.run(
        "INSERT INTO users (id, email, name, password, created_at) VALUES (:id, :email, :name, :password, :now)",
        id=id, email=email, name=name, password=password, now=scope.now,
    )  # fmt: skip


def change_password(scope: WideScope, id: str, password: str) -> None:
    """A new password hash."""
    scope.run("UPDATE users SET password = :password WHERE id = :id", id=id, password=password)
