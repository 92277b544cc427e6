"""Who holds a conversation: one table of moves; what is not in it is a Conflict.

Row, entry, event, timer and screens change in one transaction. A move is compare-and-set on (state, stretch).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chatbot.domain import thread
from chatbot.domain.wording import clock, duration, say
from chatbot.kit.clock import seconds
from chatbot.kit.drafts import Shown
from chatbot.kit.errors import Conflict
from chatbot.storage import conversations, events, jobs, memberships, tenants
from chatbot.storage.conversations import Conversation
from chatbot.storage.memberships import Member
from chatbot.storage.scope import Scope

TIMEOUT_JOB = "handoff.timeout"
REPLY_JOB = "ai.reply"


class State(StrEnum):
    """Who holds the conversation."""

    AI = "ai"
    WAITING = "waiting"
    HUMAN = "human"
    RESOLVED = "resolved"


class Event(StrEnum):
    """What may happen to it."""

    ASK_HUMAN = "ask_human"
    CLAIM = "claim"
    CANCEL_WAIT = "cancel_wait"
    TIMEOUT = "timeout"
    RELEASE = "release"
    HAND_BACK = "hand_back"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    VISITOR_WRITES = "visitor_writes"


MOVES: Mapping[tuple[State, Event], State] = {
    (State.AI, Event.ASK_HUMAN): State.WAITING,
    (State.AI, Event.CLAIM): State.HUMAN,
    (State.WAITING, Event.CLAIM): State.HUMAN,
    (State.RESOLVED, Event.CLAIM): State.HUMAN,
    (State.WAITING, Event.CANCEL_WAIT): State.AI,
    (State.WAITING, Event.TIMEOUT): State.AI,
    (State.HUMAN, Event.RELEASE): State.WAITING,
    (State.HUMAN, Event.HAND_BACK): State.AI,
    (State.AI, Event.RESOLVE): State.RESOLVED,
    (State.WAITING, Event.RESOLVE): State.RESOLVED,
    (State.HUMAN, Event.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Event.REOPEN): State.AI,
    (State.RESOLVED, Event.VISITOR_WRITES): State.AI,
}
AI_SPEAKS = frozenset({State.AI, State.WAITING})
"""Where the AI has the floor: it goes on answering while a person is called."""


@dataclass(frozen=True)
class Actor:
    """Who made the move: role visitor, ai, operator or system."""

    role: str
    id: str | None = None
    name: str = ""


SYSTEM = Actor("system")


def ask_human(
    scope: Scope, id: str, actor: Actor, reason: str, connected: frozenset[str], *, words: str = "called_asked"
) -> str:
    """Calls a person: `called`; `already` where one is being called or is here; `nobody` where nobody can come,
    which the visitor is told in a notice, and the AI keeps the floor. `reason` is shown to operators."""
    old = conversations.get(scope, id)
    if old.state in (State.WAITING, State.HUMAN):
        return "already"
    if (State(old.state), Event.ASK_HUMAN) not in MOVES:
        raise Conflict(say(old.locale, "not_now"))
    if not people_are_reachable(scope, connected):
        _refuse_honestly(scope, old, actor, reason)
        return "nobody"
    workspace = tenants.get(scope)
    deadline = scope.now + seconds(workspace.wait_seconds)
    new = move(
        scope, old, Event.ASK_HUMAN, actor, reason=reason,
        waiting_since=scope.now, first_wait=scope.now, wait_deadline=deadline,
    )  # fmt: skip
    text = say(old.locale, words, reason=reason)
    _mark(scope, new, "handoff", text, move="called", reason=reason)
    scope.enqueue(TIMEOUT_JOB, id, due=deadline, stretch=new.stretch)
    thread.tell_standing(scope, id, moved=True)
    return "called"


def people_are_reachable(scope: Scope, connected: frozenset[str]) -> bool:
    """True where an agent has the app open and is not away. `connected` are the people with the app open."""
    return any(
        not member.away and member.role != "viewer"
        for user in connected
        for member in [memberships.find(scope, user)]
        if member is not None
    )


def claim(scope: Scope, id: str, member: Member, shown: Shown | None) -> Conversation:
    """The person takes the conversation, atomically: a Conflict names whoever was first. From here on not one word of
    the AI; what was already shown of its answer stands before the entry, marked as cut."""
    old = conversations.get(scope, id)
    if old.state == State.HUMAN:
        raise _taken(scope, old, member)
    _refuse_beside_an_open_one(scope, old)
    if old.state in AI_SPEAKS:
        thread.keep_shown(scope, old, shown)
    waited = scope.now - old.first_wait if old.state == State.WAITING and old.first_wait else None
    actor = Actor("operator", member.user, member.first_name)
    new = move(scope, old, Event.CLAIM, actor, owner_id=member.user, owner_since=scope.now)
    time = clock(waited or 0)
    text = say(old.locale, "joined_unasked" if waited is None else "joined", name=member.first_name, time=time)
    _mark(scope, new, "joined", text, actor, move="claimed", waited=waited)
    conversations.note_answer(scope, id, old.question_seq)
    jobs.cancel(scope, REPLY_JOB, id)
    thread.tell_standing(scope, id, moved=True)
    return new


def _refuse_beside_an_open_one(scope: Scope, old: Conversation) -> None:
    """A visitor has one open conversation at the most: a closed one stays closed beside it."""
    found = conversations.find_open(scope, old.visitor_id)
    if found is not None and found.id != old.id:
        raise Conflict("This visitor has another open conversation.")


def _taken(scope: Scope, old: Conversation, member: Member) -> Conflict:
    owner = old.owner_id and memberships.find(scope, old.owner_id)
    if owner and owner.user == member.user:
        return Conflict("You have this conversation already.")
    return Conflict(f"{owner.first_name if owner else 'Somebody'} took this conversation.")


def cancel_wait(scope: Scope, id: str) -> None:
    """The visitor stops waiting."""
    old = conversations.get(scope, id)
    new = move(scope, old, Event.CANCEL_WAIT, Actor("visitor", old.visitor_id))
    _mark(scope, new, "notice", say(old.locale, "cancelled"), move="cancelled")
    thread.tell_standing(scope, id, moved=True)


def timeout(scope: Scope, id: str, stretch: int) -> bool:
    """Nobody came in time: the visitor is told, the AI goes on. False, and nothing changes, where the wait of this
    stretch is over already."""
    old = conversations.get(scope, id)
    if old.state != State.WAITING or old.stretch != stretch:
        return False
    waited = duration(old.locale, max(1, ((old.wait_deadline or scope.now) - (old.waiting_since or scope.now)) // 1000))
    new = move(scope, old, Event.TIMEOUT, SYSTEM)
    _mark(scope, new, "notice", say(old.locale, "timeout", minutes=waited), move="timeout")
    thread.tell_standing(scope, id, moved=True)
    return True


def release(scope: Scope, id: str, member: Member) -> None:
    """The person gives the conversation back to the queue, where it keeps its first waiting time."""
    old = _held_by(scope, id, member)
    deadline = scope.now + seconds(tenants.get(scope).wait_seconds)
    actor = Actor("operator", member.user, member.first_name)
    new = move(
        scope, old, Event.RELEASE, actor,
        waiting_since=scope.now, first_wait=old.first_wait or scope.now, wait_deadline=deadline,
    )  # fmt: skip
    _mark(scope, new, "left", say(old.locale, "released", name=member.first_name), actor, move="released")
    scope.enqueue(TIMEOUT_JOB, id, due=deadline, stretch=new.stretch)
    thread.tell_standing(scope, id, moved=True)


def hand_back(scope: Scope, id: str, member: Member) -> None:
    """The person gives the conversation back to the AI."""
    old = _held_by(scope, id, member)
    actor = Actor("operator", member.user, member.first_name)
    new = move(scope, old, Event.HAND_BACK, actor, first_wait=None)
    _mark(scope, new, "left", say(old.locale, "handed_back", name=member.first_name), actor, move="handed_back")
    thread.tell_standing(scope, id, moved=True)


def resolve(scope: Scope, id: str, member: Member, shown: Shown | None) -> None:
    """The person closes the conversation, their own, a waiting one or the AI's."""
    old = conversations.get(scope, id)
    if old.state == State.HUMAN:
        _held_by(scope, id, member)
    if old.state in AI_SPEAKS:
        thread.keep_shown(scope, old, shown)
        jobs.cancel(scope, REPLY_JOB, id)
        conversations.note_answer(scope, id, old.question_seq)
    actor = Actor("operator", member.user, member.first_name)
    new = move(scope, old, Event.RESOLVE, actor, resolved_at=scope.now, first_wait=None)
    _mark(scope, new, "notice", say(old.locale, "resolved", name=member.first_name), actor, move="resolved")
    thread.tell_standing(scope, id, moved=True)


def reopen(scope: Scope, id: str, member: Member) -> None:
    """The person opens a closed conversation again; the AI has it."""
    old = conversations.get(scope, id)
    _refuse_beside_an_open_one(scope, old)
    actor = Actor("operator", member.user, member.first_name)
    new = move(scope, old, Event.REOPEN, actor)
    _mark(scope, new, "notice", say(old.locale, "reopened", name=member.first_name), actor, move="reopened")
    thread.tell_standing(scope, id, moved=True)


def move(scope: Scope, old: Conversation, event: Event, actor: Actor, reason: str = "", **columns: Any) -> Conversation:
    """One move of the table, as compare-and-set, with its line in the ledger. Conflict where it is not in the table."""
    target = MOVES.get((State(old.state), event))
    if target is None:
        raise Conflict(say(old.locale, "not_now"))
    stretch = old.stretch + 1
    cleared: dict[str, Any] = {
        "owner_id": None, "owner_since": None, "waiting_since": None, "wait_deadline": None, "resolved_at": None,
    }  # fmt: skip
    floor = old.floor if old.state in AI_SPEAKS and target in AI_SPEAKS else stretch
    kept_reason = reason or old.reason
    columns = {**cleared, "state": target.value, "stretch": stretch, "floor": floor, "reason": kept_reason, **columns}
    if target is State.AI:
        columns.setdefault("first_wait", None)
    if not conversations.change_state(scope, old, **columns):
        raise Conflict(say(old.locale, "not_now"))
    if old.state == State.WAITING:
        jobs.cancel(scope, TIMEOUT_JOB, old.id)
    events.record(
        scope, f"conversation.{event.value}", actor.role, actor.id, old.id,
        before=old.state, after=target.value, stretch=stretch, reason=reason,
    )  # fmt: skip
    return conversations.get(scope, old.id)


def _held_by(scope: Scope, id: str, member: Member) -> Conversation:
    conversation = conversations.get(scope, id)
    if conversation.state != State.HUMAN:
        raise Conflict(say("en", "not_now"))
    if conversation.owner_id != member.user:
        raise _taken(scope, conversation, member)
    return conversation


def _mark(scope: Scope, conversation: Conversation, kind: str, text: str, actor: Actor = SYSTEM, **facts: Any) -> None:
    author = (actor.id or "", actor.name)
    role = "operator" if kind in ("joined", "left") else "system"
    entry, _ = thread.append(scope, conversation.id, kind, role, text, author=author, facts=facts)
    thread.tell(scope, conversation, entry)


def _refuse_honestly(scope: Scope, old: Conversation, actor: Actor, reason: str) -> None:
    events.record(scope, "conversation.nobody_reachable", actor.role, actor.id, old.id, reason=reason)
    _mark(scope, old, "notice", say(old.locale, "nobody"), move="nobody", reason=reason)
    thread.tell_standing(scope, old.id, moved=False)
