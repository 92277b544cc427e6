"""Conversations: one row of state each; who holds it, since when, and how far it has come."""

from typing import Any, NamedTuple

from chatbot.storage.scope import Scope


class Conversation(NamedTuple):
    """A tuple, because every message makes two of them: ten times faster than a frozen dataclass of so many fields.

    `stretch` counts changes of hands; `floor` is the stretch since which the AI has had the floor without a break.

    Times in milliseconds since 1970; `question_seq` is the newest visitor message, `answered_seq` the newest one
    that has found its end.
    """

    id: str
    visitor_id: str
    state: str
    stretch: int
    floor: int
    title: str
    locale: str
    page_url: str
    page_title: str
    opened_at: int
    last_at: int
    last_seq: int
    last_text: str
    last_role: str
    question_seq: int
    answered_seq: int
    visitor_read: int
    operator_read: int
    owner_id: str | None
    owner_since: int | None
    waiting_since: int | None
    wait_deadline: int | None
    first_wait: int | None
    reason: str
    priority: int
    resolved_at: int | None


COLUMNS = ", ".join(Conversation._fields)
"""In the order of the fields: a row becomes a conversation by position."""


def get(scope: Scope, id: str) -> Conversation:
    """The conversation, or NotFound: also when it is another workspace's."""
    row = scope.one(f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND id = :id", id=id)
    return Conversation(*row)


def find_of_visitor(scope: Scope, id: str, visitor: str) -> Conversation | None:
    """The conversation, if it is this visitor's."""
    row = scope.find(
        f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND id = :id AND visitor_id = :visitor",
        id=id, visitor=visitor,
    )  # fmt: skip
    return None if row is None else Conversation(*row)


def find_open(scope: Scope, visitor: str) -> Conversation | None:
    """The visitor's open conversation, or None."""
    row = scope.find(
        f"SELECT {COLUMNS} FROM conversations"
        " WHERE tenant_id = :tenant AND visitor_id = :visitor AND state <> 'resolved'",
        visitor=visitor,
    )
    return None if row is None else Conversation(*row)


def list_waiting(scope: Scope) -> list[Conversation]:
    """Those who wait: by priority, then the longest wait first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND state = 'waiting'"
        " ORDER BY priority, first_wait, id"
    )
    return [Conversation(*row) for row in rows]


def insert(scope: Scope, id: str, visitor: str, locale: str, title: str, page: tuple[str, str, str]) -> None:
    """A new conversation in the AI's hands. `page` is (address, title, referrer)."""
    scope.run(
        "INSERT INTO conversations (tenant_id, id, visitor_id, state, locale, title, page_url, page_title, referrer,"
        " opened_at, last_at) VALUES (:tenant, :id, :visitor, 'ai', :locale, :title, :url, :page_title, :referrer,"
        " :now, :now)",
        id=id, visitor=visitor, locale=locale, title=title, url=page[0], page_title=page[1], referrer=page[2],
        now=scope.now,
    )  # fmt: skip


def change_state(scope: Scope, old: Conversation, **columns: Any) -> bool:
    """Compare and set: changes the named columns if state and stretch are still those of `old`. False where not."""
    named = ", ".join(f"{column} = :{column}" for column in columns)
    changed = scope.run(
        f"UPDATE conversations SET {named}"
        " WHERE tenant_id = :tenant AND id = :id AND state = :old_state AND stretch = :old_stretch",
        id=old.id, old_state=old.state, old_stretch=old.stretch, **columns,
    )  # fmt: skip
    return changed == 1


def grow(scope: Scope, id: str, role: str, text: str | None, *, asks: bool) -> Conversation:
    """Makes room for one more entry: the conversation as it is then, its `last_seq` being the entry's. `text` None
    leaves the line in the list as it was; `asks`: a visitor's message that waits for its end."""
    row = scope.one(
        "UPDATE conversations SET last_seq = last_seq + 1, last_at = :now,"
        " last_role = iif(:text IS NULL, last_role, :role), last_text = coalesce(:text, last_text),"
        " question_seq = iif(:asks, last_seq + 1, question_seq)"
        f" WHERE tenant_id = :tenant AND id = :id RETURNING {COLUMNS}",
        id=id, role=role, text=text, asks=asks, now=scope.now,
    )  # fmt: skip
    return Conversation(*row)


def note_answer(scope: Scope, id: str, seq: int) -> None:
    """Every visitor message up to `seq` has found its end."""
    scope.run(
        "UPDATE conversations SET answered_seq = max(answered_seq, :seq) WHERE tenant_id = :tenant AND id = :id",
        id=id, seq=seq,
    )  # fmt: skip


def note_page(scope: Scope, id: str, url: str, title: str) -> None:
    """Where the visitor is now."""
    scope.run(
        "UPDATE conversations SET page_url = :url, page_title = :title WHERE tenant_id = :tenant AND id = :id",
        id=id, url=url, title=title,
    )  # fmt: skip


def note_read(scope: Scope, id: str, by_visitor: bool, seq: int) -> None:
    """How far one side has read; never backwards and never past the end."""
    column = "visitor_read" if by_visitor else "operator_read"
    scope.run(
        f"UPDATE conversations SET {column} = max({column}, min(:seq, last_seq))"
        " WHERE tenant_id = :tenant AND id = :id",
        id=id, seq=seq,
    )  # fmt: skip


def count_by_state(scope: Scope) -> dict[str, int]:
    """Open conversations by state."""
    rows = scope.all(
        "SELECT state, count(*) AS number FROM conversations"
        " WHERE tenant_id = :tenant AND state IN ('ai', 'waiting', 'human') GROUP BY state"
    )
    return {"ai": 0, "waiting": 0, "human": 0, **{row["state"]: row["number"] for row in rows}}


def count_by_owner(scope: Scope) -> dict[str, int]:
    """Conversations in each person's hands."""
    rows = scope.all(
        "SELECT owner_id, count(*) AS number FROM conversations"
        " WHERE tenant_id = :tenant AND owner_id IS NOT NULL GROUP BY owner_id"
    )
    return {row["owner_id"]: row["number"] for row in rows}


def list_of_owner(scope: Scope, user: str, limit: int) -> list[Conversation]:
    """What a person holds, newest word first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND owner_id = :user"
        " ORDER BY last_at DESC LIMIT :limit",
        user=user, limit=limit,
    )  # fmt: skip
    return [Conversation(*row) for row in rows]


def list_in_state(scope: Scope, state: str, limit: int) -> list[Conversation]:
    """Conversations in one state, newest word first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND state = :state"
        " ORDER BY last_at DESC LIMIT :limit",
        state=state, limit=limit,
    )  # fmt: skip
    return [Conversation(*row) for row in rows]


def list_of_visitor(scope: Scope, visitor: str, limit: int = 20) -> list[Conversation]:
    """A visitor's conversations, newest first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM conversations WHERE tenant_id = :tenant AND visitor_id = :visitor"
        " ORDER BY last_at DESC LIMIT :limit",
        visitor=visitor, limit=limit,
    )  # fmt: skip
    return [Conversation(*row) for row in rows]
