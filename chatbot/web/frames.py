"""Frames to clients, as the protocol names their fields; and the shapes of frames from clients."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from chatbot.domain.news import Standing, Wait
from chatbot.kit.clock import rfc3339
from chatbot.kit.drafts import Delta, Draft
from chatbot.storage.entries import Entry
from chatbot.storage.runs import Run

Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
MaybeName = Annotated[str, msgspec.Meta(max_length=100)] | None
Address = Annotated[str, msgspec.Meta(max_length=4000)]


class PageFrame(msgspec.Struct):
    """Where the visitor is."""

    url: Address = ""
    title: Address = ""
    referrer: Address = ""


class Kind(msgspec.Struct):
    """What every frame has."""

    type: str


class Hello(msgspec.Struct):
    """The first frame of a visitor's window. `conversation` null means the open one; left out, where none is open, the
    newest that her next message would open again."""

    token: Name
    visitor: Annotated[str, msgspec.Meta(max_length=4000)] | None = None
    conversation: MaybeName | msgspec.UnsetType = msgspec.UNSET
    after: Seq | None = None
    epoch: Seq | None = None
    locale: Annotated[str, msgspec.Meta(max_length=4000)] | None = None
    page: PageFrame | None = None


class Message(msgspec.Struct):
    """Something to say, under an id of the client's."""

    id: Name
    text: str
    page: PageFrame | None = None


class History(msgspec.Struct):
    """Earlier entries, please."""

    before: Seq


class Read(msgspec.Struct):
    """Seen up to here."""

    seq: Seq


class Context(msgspec.Struct):
    """The visitor has gone to another page."""

    page: PageFrame


class Watch(msgspec.Struct):
    """An operator opens a conversation."""

    conversation: Name
    after: Seq | None = None
    epoch: Seq | None = None


class About(msgspec.Struct):
    """A command about a conversation."""

    conversation: Name


class Reply(msgspec.Struct):
    """What a person says to the visitor."""

    conversation: Name
    id: Name
    text: str


class ReadBy(msgspec.Struct):
    """An operator has seen up to here."""

    conversation: Name
    seq: Seq


class PresenceFrame(msgspec.Struct):
    """Available or away."""

    state: str


def text(frame: Mapping[str, Any]) -> str:
    """A frame as it travels."""
    return msgspec.json.encode(frame).decode()


def entry(made: Entry) -> dict[str, Any]:
    """An entry as anybody in the conversation may see it."""
    return {
        "seq": made.seq,
        "kind": made.kind,
        "at": rfc3339(made.at),
        "author": {"role": made.role, "name": made.author_name, "avatar": None},
        "text": made.text,
        "sources": [{"title": title, "url": url} for title, url in made.sources],
        "turn": made.turn,
        "flags": list(made.flags),
    }


def wait(made: Wait | None) -> dict[str, Any] | None:
    """The wait as a visitor is told of it."""
    if made is None:
        return None
    return {
        "since": rfc3339(made.since),
        "position": made.position,
        "estimate": made.estimate,
        "deadline": rfc3339(made.deadline),
        "steps": [{"text": step.text, "at": rfc3339(step.at), "done": step.done} for step in made.steps],
    }


def person(made: Standing) -> dict[str, Any] | None:
    """The person in the conversation, as the visitor is told."""
    return None if made.operator is None else {"name": made.operator[1], "avatar": None}


def operator(made: Standing) -> dict[str, Any] | None:
    """The person in the conversation, as the team is told: with the id."""
    return None if made.operator is None else {"id": made.operator[0], "name": made.operator[1], "avatar": None}


def draft(made: Draft | None) -> dict[str, Any] | None:
    """The answer in the making, as far as it has been shown."""
    return None if made is None or not made.n else {"turn": made.turn, "n": made.n, "text": made.text}


def delta(made: Delta) -> dict[str, Any]:
    """One more piece of it."""
    return {"type": "delta", "turn": made.turn, "n": made.n, "text": made.text}


def error(code: str, message: str, ref: str | None = None, retry_after: int | None = None) -> dict[str, Any]:
    """A frame that could not be used; `ref` names what it answers."""
    return {"type": "error", "code": code, "message": message, "ref": ref, "retry_after": retry_after}


def reason(run: Run) -> dict[str, Any]:
    """What made an AI answer, for operators; it stands behind the entry with that seq."""
    return {
        "behind": run.behind,
        "turn": run.turn,
        "outcome": run.outcome,
        "reason": run.reason,
        "provider": run.provider,
        "model": run.model,
        "prompt_version": run.prompt_version,
        "confidence": run.confidence,
        "passages": list(run.passages),
        "tools": list(run.tools),
        "tokens": {"input": run.input_tokens, "output": run.output_tokens, "cached": run.cache_read_tokens},
        "cost_micro": run.cost_micro,
        "first_token_ms": run.first_token_ms,
        "latency_ms": run.latency_ms,
    }
