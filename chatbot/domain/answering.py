"""The AI's side of a conversation: one look before it thinks, one write when it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from chatbot.domain import handoff, library, thread
from chatbot.domain.handoff import AI_SPEAKS, Actor
from chatbot.domain.wording import say
from chatbot.storage import conversations, entries, jobs, runs, tenants
from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.storage.knowledge import Passage
from chatbot.storage.runs import Run
from chatbot.storage.scope import Scope
from chatbot.storage.tenants import Workspace

TURNS = 10
"""How many turns of history the AI is given; a turn is a question and its answer."""
QUESTIONS = 4
"""How many open messages are searched for, the newest ones."""
PASSAGES = 6
"""How many passages an answer is made from at first."""
AI = Actor("ai", name="AI")


@dataclass(frozen=True)
class Line:
    """One message of the history: role is visitor, ai or operator."""

    role: str
    text: str


@dataclass(frozen=True)
class Look:
    """Everything an answer is made from, read at one moment.

    `floor` and `question` are the fences: an answer that comes after the AI lost the floor, or after a newer message,
    is not kept. `history` is oldest first and ends with the unanswered messages, which `text` holds joined by lines.
    """

    tenant: int
    conversation: str
    visitor: str
    floor: int
    question: int
    state: str
    history: tuple[Line, ...]
    text: str
    workspace: Workspace
    passages: tuple[Passage, ...]
    reachable: bool
    locale: str
    page: tuple[str, str] | None
    opens_at: int | None = None


@dataclass(frozen=True)
class Answer:
    """A finished answer with all that made it. `cost_micro` in millionths of a dollar, None where not known."""

    turn: str
    text: str
    sources: tuple[tuple[str, str | None], ...] = ()
    passages: tuple[Mapping[str, Any], ...] = ()
    provider: str = ""
    model: str = ""
    prompt_version: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_micro: int | None = None
    first_token_ms: int | None = None
    latency_ms: int | None = None
    confidence: int | None = None
    tools: tuple[Mapping[str, Any], ...] = field(default=())
    interrupted: bool = False
    reason: str = ""


def look(scope: Scope, id: str, connected: frozenset[str]) -> Look | None:
    """What there is to answer; None where nothing is, or where the AI does not have the floor."""
    conversation = conversations.get(scope, id)
    if not _is_asked(conversation):
        return None
    heard = [entry for entry in entries.before(scope, id, conversation.last_seq + 1, TURNS * 4) if _is_said(entry)]
    history = _lines(heard, conversation.answered_seq)[-TURNS * 2 :]
    asked = [e.text for e in heard if e.role == "visitor" and e.seq > conversation.answered_seq]
    return _look(scope, conversation, connected, tuple(history), "\n".join(asked), _passages(scope, asked))


def _passages(scope: Scope, asked: list[str]) -> tuple[Passage, ...]:
    """The best passages for each of the open messages in turn, so that no question crowds out another."""
    found = [library.search(scope, text) for text in asked[-QUESTIONS:]]
    in_turn = [passage for rank in zip_longest(*found) for passage in rank if passage is not None]
    return tuple({passage.id: passage for passage in in_turn}.values())[:PASSAGES]


def _is_asked(conversation: Conversation) -> bool:
    return conversation.state in AI_SPEAKS and conversation.question_seq > conversation.answered_seq


def _look(
    scope: Scope, conversation: Conversation, connected: frozenset[str], history: tuple[Line, ...] = (), text: str = "",
    passages: tuple[Passage, ...] = (),
) -> Look:  # fmt: skip
    page = (conversation.page_url, conversation.page_title) if conversation.page_url else None
    return Look(
        scope.tenant, conversation.id, conversation.visitor_id, conversation.floor, conversation.question_seq,
        conversation.state, history, text, tenants.get(scope), passages,
        handoff.people_are_reachable(scope, connected), conversation.locale, page,
    )  # fmt: skip


def give_up(scope: Scope, id: str, turn: str, reason: str, connected: frozenset[str]) -> bool:
    """The last word where an answer failed again and again without an end of its own. Reads as little as it can: what
    broke the answer must not break this. False where nothing is open any more."""
    conversation = conversations.get(scope, id)
    if not _is_asked(conversation):
        return False
    return fail(scope, _look(scope, conversation, connected), Answer(turn, "", reason=reason), connected)


def _is_said(entry: Entry) -> bool:
    return entry.kind == "message" and bool(entry.text)


def _lines(heard: list[Entry], answered: int) -> list[Line]:
    settled = [entry for entry in heard if not (entry.role == "visitor" and entry.seq > answered)]
    waiting = [entry for entry in heard if entry.role == "visitor" and entry.seq > answered]
    return [Line(entry.role, entry.text) for entry in [*settled, *waiting]]


def speak(scope: Scope, look: Look, answer: Answer) -> bool:
    """Keeps a whole answer. False, and nothing is kept, where a person has taken the floor or a newer message came."""
    conversation = _still_asked(scope, look)
    if conversation is None:
        return False
    _keep(scope, conversation, answer)
    conversations.note_answer(scope, conversation.id, look.question)
    jobs.cancel(scope, handoff.REPLY_JOB, conversation.id)
    thread.tell_inbox(scope, conversations.get(scope, conversation.id), moved=False)
    return True


def note_cut(scope: Scope, look: Look, answer: Answer) -> None:
    """Keeps what made an answer that was cut short, beside the entry that whoever took the floor has made of it. Where
    nothing had been shown there is no entry, and nothing is kept."""
    behind = entries.find_turn(scope, look.conversation, answer.turn)
    if behind is not None:
        runs.insert(scope, look.conversation, _run(scope, answer, behind, "interrupted"))


def fail(scope: Scope, look: Look, answer: Answer, connected: frozenset[str]) -> bool:
    """The one exit of every failure: what was shown stays, marked as cut; then a person is called where one can come,
    and the visitor is told either way. `answer.text` is what was shown; `answer.reason` says why, for operators."""
    conversation = _still_asked(scope, look)
    if conversation is None:
        return False
    _keep(scope, conversation, answer, outcome="failed")
    conversations.note_answer(scope, conversation.id, look.question)
    jobs.cancel(scope, handoff.REPLY_JOB, conversation.id)
    _tell_of_failure(scope, conversation, answer.reason, connected)
    return True


def _tell_of_failure(scope: Scope, conversation: Conversation, reason: str, connected: frozenset[str]) -> None:
    locale, id = conversation.locale, conversation.id
    if conversation.state == "waiting":
        _notice(scope, conversation, say(locale, "failed_waiting"), reason)
        return
    if handoff.people_are_reachable(scope, connected):
        _notice(scope, conversation, say(locale, "failed_called"), reason)
        handoff.ask_human(scope, id, AI, f"the AI failed ({reason})", connected, words="called_failed")
        return
    _notice(scope, conversation, say(locale, "failed"), reason)


def _notice(scope: Scope, conversation: Conversation, text: str, reason: str, move: str = "failed") -> None:
    facts = {"move": move, "reason": reason}
    entry, grown = thread.append(scope, conversation.id, "notice", "system", text, facts=facts)
    thread.tell(scope, grown, entry)
    thread.tell_inbox(scope, grown, moved=False)


def call_person(scope: Scope, look: Look, reason: str, connected: frozenset[str], *, answers: bool = False) -> str:
    """The AI, or a phrase, asks for a person: `called`, `already`, `nobody`, or `stale` where the floor is lost.

    `answers`: nothing else will be said to the open messages; the handoff (or the honest notice) is their end.
    """
    conversation = _still_asked(scope, look)
    if conversation is None:
        return "stale"
    words = "called_asked" if answers else "called_ai"
    outcome = handoff.ask_human(scope, look.conversation, AI, reason, connected, words=words)
    if answers:
        if outcome == "already":
            _notice(scope, conversation, say(conversation.locale, "already"), reason, "already")
        conversations.note_answer(scope, conversation.id, look.question)
        jobs.cancel(scope, handoff.REPLY_JOB, conversation.id)
    return outcome


def _still_asked(scope: Scope, look: Look) -> Conversation | None:
    conversation = conversations.get(scope, look.conversation)
    same = conversation.floor == look.floor and conversation.question_seq == look.question
    open_still = conversation.answered_seq < look.question
    return conversation if same and open_still and conversation.state in AI_SPEAKS else None


def _keep(scope: Scope, conversation: Conversation, answer: Answer, outcome: str = "whole") -> None:
    scope.fence(conversation.id)  # a piece held back for a refused claim must not follow the entry
    scope.fence(conversation.id, cut=False)
    run = _run(scope, answer, conversation.last_seq + bool(answer.text), outcome)
    runs.insert(scope, conversation.id, run)
    if answer.text:
        flags = (thread.INTERRUPTED,) if outcome != "whole" or answer.interrupted else ()
        entry, _ = thread.append(
            scope, conversation.id, "message", "ai", answer.text, turn=answer.turn, flags=flags, sources=answer.sources,
            facts={"confidence": answer.confidence},
        )  # fmt: skip
        thread.tell(scope, conversation, entry, run)


def _run(scope: Scope, answer: Answer, behind: int, outcome: str) -> Run:
    kept = {name: value for name, value in vars(answer).items() if name not in ("text", "sources", "interrupted")}
    return Run(behind=behind, at=scope.now, outcome=outcome, **kept)
