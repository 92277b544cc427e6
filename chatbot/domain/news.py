"""What the domain tells the screens: messages on the hub, in the order of the commit.

Topics within a workspace: `visitor:ID` (all windows of a visitor), `watch:ID` (operators looking at a conversation),
`inbox` (every operator), `socket:ID` (one window), `session:ID` (one sign-in), `user:ID` (one person).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.storage.runs import Run


@dataclass(frozen=True)
class Acked:
    """The message is on disk."""

    id: str
    seq: int
    conversation: str


@dataclass(frozen=True)
class Added:
    """The conversation has one more entry; `run` is what made it, for operators, where the AI did."""

    conversation: str
    entry: Entry
    run: Run | None = None


@dataclass(frozen=True)
class Step:
    """One line of what happens while somebody waits. `at` in milliseconds since 1970."""

    text: str
    at: int
    done: bool


@dataclass(frozen=True)
class Wait:
    """A visitor's place in the queue; `estimate` in seconds, None where nothing honest can be said."""

    since: int
    position: int
    estimate: int | None
    deadline: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Standing:
    """Who holds the conversation now. `operator` is (id, first name)."""

    conversation: str
    status: str
    wait: Wait | None
    operator: tuple[str, str] | None


@dataclass(frozen=True)
class Counts:
    """Open conversations: by state (ai, waiting, human) and by the person who holds them."""

    states: Mapping[str, int]
    owners: Mapping[str, int]


@dataclass(frozen=True)
class Changed:
    """A conversation's line in the inbox is new; `counts` only where they moved."""

    conversation: Conversation
    visitor: str
    owner: str | None
    counts: Counts | None


@dataclass(frozen=True)
class Typing:
    """Somebody is writing. `author` is visitor or an operator's first name."""

    conversation: str
    role: str
    author: str


@dataclass(frozen=True)
class ReadUpTo:
    """One side has read up to `seq`."""

    conversation: str
    role: str
    seq: int


@dataclass(frozen=True)
class Revoked:
    """The right to be here is gone, or has changed: close."""
