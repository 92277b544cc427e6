"""The operators' list: who waits, who is with whom, what the AI holds."""

from dataclasses import dataclass

from chatbot.domain import thread
from chatbot.domain.news import Changed, Counts, Standing
from chatbot.domain.visiting import MISSED
from chatbot.storage import conversations, entries, memberships, runs, visitors
from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.storage.runs import Run
from chatbot.storage.scope import Scope
from chatbot.storage.visitors import Visitor

QUEUES = ("waiting", "mine", "all", "ai", "resolved")
OPEN = ("waiting", "human", "ai")
PAGE = 100
"""Lines of a queue that are read at once."""


@dataclass(frozen=True)
class Opened:
    """A conversation as an operator opens it. `more`: earlier entries exist."""

    conversation: Conversation
    visitor: Visitor
    standing: Standing
    entries: list[Entry]
    more: bool
    runs: list[Run]
    earlier: list[Conversation]


def lines(scope: Scope, queue: str, user: str, limit: int = PAGE) -> list[Changed]:
    """The lines of a queue: waiting by priority and wait, all others by newest word. An unknown queue is `waiting`."""
    found = conversations.list_waiting(scope) if queue not in QUEUES[1:] else _others(scope, queue, user, limit)
    owners = {member.user: member.first_name for member in memberships.list_members(scope)}
    numbers = visitors.names(scope, [conversation.visitor_id for conversation in found[:limit]])
    return [
        Changed(each, numbers[each.visitor_id], owners.get(each.owner_id or ""), None) for each in found[:limit]
    ]  # fmt: skip


def _others(scope: Scope, queue: str, user: str, limit: int) -> list[Conversation]:
    if queue == "mine":
        return conversations.list_of_owner(scope, user, limit)
    if queue == "all":
        everything = [each for state in OPEN for each in conversations.list_in_state(scope, state, limit)]
        return sorted(everything, key=lambda each: -each.last_at)[:limit]
    return conversations.list_in_state(scope, queue, limit)


def with_people(scope: Scope, limit: int = PAGE) -> list[Changed]:
    """The lines of conversations that somebody has taken, newest word first."""
    found = conversations.list_in_state(scope, "human", limit)
    owners = {member.user: member.first_name for member in memberships.list_members(scope)}
    names = visitors.names(scope, [conversation.visitor_id for conversation in found])
    return [Changed(each, names[each.visitor_id], owners.get(each.owner_id or ""), None) for each in found]


def counts(scope: Scope) -> Counts:
    """The numbers beside the queues."""
    return thread.counts(scope)


def open_conversation(scope: Scope, id: str, after: int | None = None) -> Opened:
    """The newest 50 entries, or exactly those after `after` where no more than 5,000 were missed; NotFound where it
    is not yours."""
    conversation = conversations.get(scope, id)
    if after and 0 <= conversation.last_seq - after <= MISSED:
        shown = entries.after(scope, id, after, MISSED)
        more = False
    else:
        shown = entries.before(scope, id, conversation.last_seq + 1)
        more = bool(shown) and shown[0].seq > 1
    first = shown[0].seq if shown else 0
    return Opened(
        conversation, visitors.get(scope, conversation.visitor_id), thread.standing(scope, conversation), shown, more,
        runs.of_conversation(scope, id, first - 1),
        [each for each in conversations.list_of_visitor(scope, conversation.visitor_id) if each.id != id],
    )  # fmt: skip
