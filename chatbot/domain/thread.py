"""The one door through which a conversation grows: every entry is appended, told and shown here."""

from collections.abc import Mapping
from typing import Any

from chatbot.domain.news import Added, Changed, Counts, Standing, Step, Wait
from chatbot.domain.wording import clock, say
from chatbot.kit.drafts import Shown
from chatbot.kit.text import one_line
from chatbot.storage import conversations, entries, memberships, visitors
from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.storage.runs import Run
from chatbot.storage.scope import Scope

INTERRUPTED = "interrupted"
PREVIEW = 160
"""Characters of the last line that the inbox keeps."""


def append(
    scope: Scope, id: str, kind: str, role: str, text: str, *,
    author: tuple[str, str] = ("", ""), client_id: str | None = None, turn: str | None = None,
    flags: tuple[str, ...] = (), sources: tuple[tuple[str, str | None], ...] = (),
    facts: Mapping[str, Any] | None = None,
) -> tuple[Entry, Conversation]:  # fmt: skip
    """Adds the next entry (seq without a gap); it, and the conversation as it is then. `author` is (id, name)."""
    is_message = kind == "message"
    preview = one_line(text, PREVIEW) if is_message and role != "ai" else None  # a list shows what people said
    grown = conversations.grow(scope, id, role, preview, asks=is_message and role == "visitor")
    entry = Entry(
        grown.last_seq, kind, scope.now, role, author[0] or None, author[1], text, turn, flags, sources, facts or {}
    )
    entries.insert(scope, id, entry, client_id)
    return entry, grown


def tell(scope: Scope, conversation: Conversation, entry: Entry, run: Run | None = None) -> None:
    """Publishes an entry to the visitor's windows and to the operators who look, to them with what made it."""
    publish_to_both(scope, conversation, Added(conversation.id, entry, run))


def publish_to_both(scope: Scope, conversation: Conversation, news: object) -> None:
    """To the visitor's windows and to the operators who look at the conversation."""
    scope.publish(f"visitor:{conversation.visitor_id}", news)
    scope.publish(f"watch:{conversation.id}", news)


def keep_shown(scope: Scope, conversation: Conversation, shown: Shown | None) -> None:
    """Ends an answer in the making: what was shown of it becomes an entry marked interrupted, before whatever the
    caller appends next. A turn that has its entry already stays as it is."""
    scope.fence(conversation.id)
    if shown is None or not shown.n or entries.find_turn(scope, conversation.id, shown.turn):
        return
    entry, _ = append(
        scope, conversation.id, "message", "ai", shown.text.strip(), turn=shown.turn, flags=(INTERRUPTED,)
    )  # fmt: skip
    tell(scope, conversation, entry)


def tell_standing(scope: Scope, id: str, *, moved: bool) -> None:
    """Publishes status and inbox line as they are now. `moved`: the queues changed, so places and counts did too."""
    conversation = conversations.get(scope, id)
    publish_to_both(scope, conversation, standing(scope, conversation))
    tell_inbox(scope, conversation, moved=moved)
    if moved:
        _tell_queue(scope, except_for=id)


def _tell_queue(scope: Scope, except_for: str) -> None:
    for place, other in enumerate(conversations.list_waiting(scope), start=1):
        if other.id != except_for:
            publish_to_both(scope, other, Standing(other.id, other.state, wait(other, place), None))


def tell_inbox(scope: Scope, conversation: Conversation, *, moved: bool) -> None:
    """Publishes the conversation's line to every operator."""
    scope.publish("inbox", changed(scope, conversation, moved=moved))


def changed(scope: Scope, conversation: Conversation, *, moved: bool = False) -> Changed:
    """The line of the inbox for a conversation."""
    owner = conversation.owner_id and memberships.find(scope, conversation.owner_id)
    name = visitors.get(scope, conversation.visitor_id).called
    return Changed(conversation, name, owner.first_name if owner else None, counts(scope) if moved else None)


def counts(scope: Scope) -> Counts:
    """How many open conversations are in each state, and with each person."""
    return Counts(conversations.count_by_state(scope), conversations.count_by_owner(scope))


def standing(scope: Scope, conversation: Conversation) -> Standing:
    """Who holds the conversation, and how the wait stands."""
    owner = conversation.owner_id and memberships.find(scope, conversation.owner_id)
    operator = (owner.user, owner.first_name) if owner else None
    waits = wait(conversation, _place(scope, conversation)) if conversation.state == "waiting" else None
    return Standing(conversation.id, conversation.state, waits, operator)


def _place(scope: Scope, conversation: Conversation) -> int:
    return [other.id for other in conversations.list_waiting(scope)].index(conversation.id) + 1


def wait(conversation: Conversation, place: int) -> Wait:
    """What somebody who waits is told. No estimate is given before there are waits to learn from."""
    since, deadline = conversation.first_wait or 0, conversation.wait_deadline or 0
    steps = (
        Step(say(conversation.locale, "step_called"), conversation.waiting_since or since, True),
        Step(say(conversation.locale, "step_timeout", time=clock(deadline - since)), deadline, False),
    )
    return Wait(since, place, None, deadline, steps)
