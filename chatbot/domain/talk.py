"""Writing to one another: what a visitor says and what a person says."""

from dataclasses import dataclass

from chatbot.domain import handoff, thread
from chatbot.domain.handoff import Actor, Event, State
from chatbot.domain.news import Acked, ReadUpTo
from chatbot.domain.wording import say
from chatbot.kit.clock import seconds
from chatbot.kit.drafts import Shown
from chatbot.kit.errors import Conflict, NotFound
from chatbot.kit.ids import random_id
from chatbot.kit.text import one_line
from chatbot.storage import conversations, entries, events, jobs, tenants, visitors
from chatbot.storage.conversations import Conversation
from chatbot.storage.memberships import Member
from chatbot.storage.scope import Scope

LONGEST = 2000
"""Characters of a visitor's message."""
LONGEST_REPLY = 8000
"""Characters of a person's message."""
DAY = seconds(86_400)


@dataclass(frozen=True)
class Guest:
    """A visitor as a window presents itself; stored only with the first thing that is kept."""

    id: str
    fingerprint: bytes
    locale: str


@dataclass(frozen=True)
class Page:
    """Where the visitor is: address without query, title, referrer."""

    url: str = ""
    title: str = ""
    referrer: str = ""


@dataclass(frozen=True)
class Said:
    """A message with the id its client gave it; that id makes it arrive once."""

    id: str
    text: str
    page: Page = Page()


def visitor_says(
    scope: Scope, guest: Guest, conversation_id: str | None, said: Said, socket: str, shown: Shown | None
) -> str:
    """Keeps a visitor's message and calls for its answer; the conversation's id.

    Sent twice under one id it is kept once and acked with the same seq; another text under that id is a Conflict.
    """
    known = entries.find_sent(scope, guest.id, said.id)
    if known is not None:
        return _ack_again(scope, known, said, socket, guest.locale)
    conversation, moved = _conversation_for(scope, guest, conversation_id, said.page, said.text)
    speaking = conversation.state in handoff.AI_SPEAKS
    if speaking:
        thread.keep_shown(scope, conversation, shown)
    entry, grown = thread.append(
        scope, conversation.id, "message", "visitor", said.text, author=(guest.id, ""), client_id=said.id
    )
    if said.page.url and said.page.url != grown.page_url:
        conversations.note_page(scope, grown.id, said.page.url, said.page.title)
    scope.publish(f"socket:{socket}", Acked(said.id, entry.seq, grown.id))
    thread.tell(scope, grown, entry)
    _pass_on(scope, grown, speaking, moved)
    return grown.id


def _pass_on(scope: Scope, grown: Conversation, speaking: bool, moved: bool) -> None:
    if speaking:
        scope.enqueue(handoff.REPLY_JOB, grown.id)
    else:
        conversations.note_answer(scope, grown.id, grown.last_seq)
    if moved:
        thread.tell_standing(scope, grown.id, moved=True)
    else:
        thread.tell_inbox(scope, grown, moved=False)


def _ack_again(scope: Scope, known: entries.Sent, said: Said, socket: str, locale: str) -> str:
    if known.text != said.text:
        raise Conflict(say(locale, "id_conflict"), "id_conflict")
    scope.publish(f"socket:{socket}", Acked(said.id, known.seq, known.conversation))
    return known.conversation


def _conversation_for(
    scope: Scope, guest: Guest, id: str | None, page: Page, first_words: str
) -> tuple[Conversation, bool]:
    """The conversation that a visitor's words belong to, and whether it was opened or reopened by them."""
    current = conversations.find_of_visitor(scope, id, guest.id) if id else None
    if current is None or current.state == State.RESOLVED:
        current = conversations.find_open(scope, guest.id) or current
    if current is not None and current.state != State.RESOLVED:
        return current, False
    if current is None or not reopens(scope, current):
        return open_conversation(scope, guest, page, first_words), True
    return handoff.move(scope, current, Event.VISITOR_WRITES, Actor("visitor", guest.id)), True


def reopens(scope: Scope, closed: Conversation) -> bool:
    """True within the workspace's days: the visitor's next message opens the conversation again."""
    return scope.now - (closed.resolved_at or 0) <= tenants.get(scope).reopen_days * DAY


def open_conversation(scope: Scope, guest: Guest, page: Page, first_words: str) -> Conversation:
    """A new conversation in the AI's hands, titled by its first words."""
    visitors.ensure(scope, guest.id, guest.fingerprint, guest.locale)
    id = random_id("c")
    title = one_line(first_words, 60)
    conversations.insert(scope, id, guest.id, guest.locale, title, (page.url, page.title, page.referrer))
    events.record(scope, "conversation.opened", "visitor", guest.id, id)
    # The head and foot of every window say that an AI answers, before the first word is written.
    events.record(scope, "ai_notice.shown", "visitor", guest.id, id, language=guest.locale)
    return conversations.get(scope, id)


def visitor_asks_human(
    scope: Scope, guest: Guest, conversation_id: str | None, page: Page, connected: frozenset[str]
) -> str:
    """The button "Talk to a person": works before the first message too. The conversation's id."""
    conversation, moved = _conversation_for(scope, guest, conversation_id, page, "")
    outcome = handoff.ask_human(scope, conversation.id, Actor("visitor", guest.id), "asked for a person", connected)
    if outcome == "already":
        thread.tell_standing(scope, conversation.id, moved=False)
    elif moved and outcome == "nobody":  # the visitor has been told; the queues count one more
        thread.tell_inbox(scope, conversations.get(scope, conversation.id), moved=True)
    return conversation.id


def operator_says(scope: Scope, id: str, member: Member, said: Said, socket: str) -> None:
    """Keeps a person's message; only whoever holds the conversation may write to the visitor."""
    known = entries.find_sent(scope, member.user, said.id)
    if known is not None:
        _ack_again(scope, known, said, socket, "en")
        return
    conversation = conversations.get(scope, id)
    if conversation.state != State.HUMAN or conversation.owner_id != member.user:
        raise Conflict("Claim this conversation before you write to the visitor.")
    entry, _ = thread.append(
        scope, id, "message", "operator", said.text,
        author=(member.user, member.first_name), client_id=said.id,
    )  # fmt: skip
    scope.publish(f"socket:{socket}", Acked(said.id, entry.seq, id))
    thread.tell(scope, conversation, entry)
    conversations.note_read(scope, id, False, entry.seq)
    thread.tell_inbox(scope, conversations.get(scope, id), moved=False)


def visitor_read(scope: Scope, id: str, visitor: str, seq: int) -> None:
    """The visitor has seen everything up to `seq`."""
    conversation = conversations.find_of_visitor(scope, id, visitor)
    if conversation is None:
        raise NotFound(say("en", "not_found"))
    if seq <= conversation.visitor_read:
        return
    conversations.note_read(scope, id, True, seq)
    thread.publish_to_both(scope, conversation, ReadUpTo(id, "visitor", min(seq, conversation.last_seq)))


def operator_read(scope: Scope, id: str, seq: int) -> None:
    """An operator has seen everything up to `seq`."""
    conversation = conversations.get(scope, id)
    if seq <= conversation.operator_read:
        return
    conversations.note_read(scope, id, False, seq)
    thread.publish_to_both(scope, conversation, ReadUpTo(id, "operator", min(seq, conversation.last_seq)))
    thread.tell_inbox(scope, conversations.get(scope, id), moved=False)


def typing_to(scope: Scope, id: str, user: str) -> str | None:
    """The visitor who may be shown that this person is writing; None where somebody else holds the conversation."""
    conversation = conversations.get(scope, id)
    return conversation.visitor_id if conversation.owner_id == user else None


def visitor_moves(scope: Scope, id: str, page: Page) -> None:
    """The visitor is on another page now."""
    conversations.note_page(scope, id, page.url, page.title)
    thread.tell_inbox(scope, conversations.get(scope, id), moved=False)


def stop(scope: Scope, id: str, visitor: str, shown: Shown | None) -> None:
    """The visitor cuts the answer short: what was shown stays, marked as cut; nothing more comes."""
    conversation = conversations.find_of_visitor(scope, id, visitor)
    if conversation is None or conversation.state not in handoff.AI_SPEAKS:
        return
    thread.keep_shown(scope, conversation, shown)
    jobs.cancel(scope, handoff.REPLY_JOB, id)
    conversations.note_answer(scope, id, conversation.question_seq)
    thread.tell_inbox(scope, conversations.get(scope, id), moved=False)
