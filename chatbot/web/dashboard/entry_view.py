"""An entry of a conversation as its template needs it; the same for every operator who looks."""

from dataclasses import dataclass

from markupsafe import Markup

from chatbot.domain.thread import INTERRUPTED
from chatbot.domain.wording import clock
from chatbot.storage.entries import Entry
from chatbot.web.dashboard.markdown import markdown
from chatbot.web.dashboard.moments import Moment, moment

HIGH, MIDDLE = 75, 50


@dataclass(frozen=True)
class EntryView:
    """`html` only where the AI wrote; `move`, `reason` and `waited` (a clock) only at a change of hands;
    `level` of the confidence is high, middle or low, empty where none is known."""

    conversation: str
    seq: int
    kind: str
    role: str
    moment: Moment
    author_id: str
    author: str
    text: str
    html: Markup | None
    turn: str
    move: str
    reason: str
    waited: str
    confidence: int | None
    level: str
    sources: tuple[tuple[str, str | None], ...]
    interrupted: bool


def entry_view(entry: Entry, conversation: str) -> EntryView:
    """The view of an entry of the conversation with this id."""
    facts = entry.facts
    confidence, waited = facts.get("confidence"), facts.get("waited")
    return EntryView(
        conversation, entry.seq, entry.kind, entry.role, moment(entry.at), entry.author_id or "", entry.author_name,
        entry.text, markdown(entry.text) if entry.role == "ai" else None, entry.turn or "",
        str(facts.get("move") or ""), str(facts.get("reason") or ""), clock(waited) if waited is not None else "",
        confidence, level_of(confidence), entry.sources, INTERRUPTED in entry.flags,
    )  # fmt: skip


def level_of(confidence: int | None) -> str:
    """A confidence of 0 to 100 as three bars show it."""
    if confidence is None:
        return ""
    return "high" if confidence >= HIGH else "middle" if confidence >= MIDDLE else "low"
