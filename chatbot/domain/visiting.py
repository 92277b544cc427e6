"""A visitor's window opens: who it is, which conversation, and what it has missed."""

from dataclasses import dataclass

from chatbot.domain import talk, thread
from chatbot.domain.news import Standing
from chatbot.storage import conversations, entries, visitors
from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.storage.scope import Scope
from chatbot.storage.visitors import Visitor

NEWEST = 50
MISSED = 5000
"""Entries a window may have missed and still be given one by one; past that it starts from the newest."""


@dataclass(frozen=True)
class Visit:
    """What a window is shown. `visitor` None: the secret is not known. `more`: earlier entries exist."""

    visitor: Visitor | None
    conversation: Conversation | None
    standing: Standing | None
    entries: list[Entry]
    more: bool


def recognise(scope: Scope, fingerprint: bytes) -> Visitor | None:
    """The visitor with this secret, or None: an unknown secret is no error, it gets a new one."""
    return visitors.find_by_fingerprint(scope, fingerprint)


def open_window(
    scope: Scope, fingerprint: bytes | None, conversation: str | None, after: int, *, lasting: bool = False
) -> Visit:
    """The visitor's conversation from `after` on: the named one if it is hers, the open one where none is named.
    `lasting`: where none is open either, the newest one that her next message would open again."""
    visitor = visitors.find_by_fingerprint(scope, fingerprint) if fingerprint else None
    if visitor is None:
        return Visit(None, None, None, [], False)
    if conversation is not None:
        found = conversations.find_of_visitor(scope, conversation, visitor.id)
    else:
        found = conversations.find_open(scope, visitor.id) or (_newest(scope, visitor.id) if lasting else None)
    if found is None:
        return Visit(visitor, None, None, [], False)
    if after > found.last_seq or found.last_seq - after > MISSED:
        after = 0
    shown, more = _entries(scope, found, after)
    return Visit(visitor, found, thread.standing(scope, found), shown, more)


def _newest(scope: Scope, visitor: str) -> Conversation | None:
    newest = conversations.list_of_visitor(scope, visitor, 1)
    return newest[0] if newest and talk.reopens(scope, newest[0]) else None


def _entries(scope: Scope, conversation: Conversation, after: int) -> tuple[list[Entry], bool]:
    if after:
        return entries.after(scope, conversation.id, after, MISSED), False
    newest = entries.before(scope, conversation.id, conversation.last_seq + 1, NEWEST)
    return newest, bool(newest) and newest[0].seq > 1


def history(scope: Scope, visitor: str, conversation: str, before: int) -> tuple[list[Entry], bool]:
    """The 50 entries before `before`, and whether there are more; nothing where the conversation is not hers."""
    if conversations.find_of_visitor(scope, conversation, visitor) is None:
        return [], False
    found = entries.before(scope, conversation, before, NEWEST)
    return found, bool(found) and found[0].seq > 1
