"""What a model is told: the rules (which never change within a workspace), the moment, and the material in tags.

Order is what makes the cache work: tools and rules first, byte for byte the same for every visitor of a workspace;
then the server's own facts of the moment; then the conversation. What visitors, pages and documents say stands in the
conversation only, in tags that it cannot close.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from chatbot.ai.providers.base import Brief, Prompt, Quote, Turn
from chatbot.ai.tools import TOOLS
from chatbot.domain.answering import Line, Look
from chatbot.kit.clock import rfc3339
from chatbot.kit.text import clean, one_line
from chatbot.storage.knowledge import Passage

_HERE = Path(__file__).parent
SYSTEM = (_HERE / "system.md").read_text(encoding="utf-8")
SITUATION = (_HERE / "situation.md").read_text(encoding="utf-8")
VERSION = hashlib.sha256(f"{SYSTEM}\0{SITUATION}".encode()).hexdigest()[:12]
"""Names the words of the prompt; kept with every answer."""
LONGEST_PASSAGE = 4000
"""Characters of one passage that are shown to a model."""

_TAG = re.compile(r"<(?=\s*/?\s*(?:visitor|page|passages?|operator|situation)\b)", re.IGNORECASE)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Signs that nobody sees and that carry hidden instructions: zero width, direction, tags (LLM01:2026)."""


def prompt(look: Look, given: Sequence[Passage], now: int) -> Prompt:
    """The first call of a run. `now` in milliseconds since 1970."""
    return Prompt(system(look.workspace.name), situation(look, now), turns(look, given), TOOLS, _brief(look, given))


def system(workspace: str) -> str:
    """The rules for one workspace: the stable prefix."""
    return SYSTEM.replace("{workspace}", one_line(workspace, 80))


def situation(look: Look, now: int) -> str:
    """The server's own facts of the moment. `now` in milliseconds since 1970."""
    people = "People of the team can be reached now." if look.reachable else nobody(look.opens_at)
    waiting = " A person has already been called and the visitor is waiting." if look.state == "waiting" else ""
    return SITUATION.strip().format(date=rfc3339(now)[:10], people=people, waiting=waiting)


def nobody(opens_at: int | None) -> str:
    """That nobody can come, and when somebody can, where that is known (milliseconds since 1970)."""
    back = "" if opens_at is None else f" They are back at {rfc3339(opens_at)[:16].replace('T', ' ')} UTC."
    return f"Nobody of the team can be reached now.{back}"


def turns(look: Look, given: Sequence[Passage]) -> tuple[Turn, ...]:
    """The history, oldest first, beginning with the visitor; the last turn holds the material and the open question."""
    said = list(look.history)
    while said and said[-1].role == "visitor":
        said.pop()
    while said and said[0].role != "visitor":
        said.pop(0)
    merged = _merge([_turn(line) for line in said])
    question = "\n".join(filter(None, [_page(look), passages(enumerate(given, 1)), visitor(look.text)]))
    return (*merged, Turn("visitor", question))


def passages(numbered: Iterable[tuple[int, Passage]]) -> str:
    """Passages as a model reads and cites them, each with its number."""
    lines = "\n".join(_passage(number, passage) for number, passage in numbered)
    return f"<passages>\n{lines}\n</passages>"


def visitor(text: str) -> str:
    """A visitor's words, marked as such."""
    return f"<visitor>\n{_inert(text)}\n</visitor>"


def _turn(line: Line) -> Turn:
    if line.role == "ai":
        return Turn("ai", line.text)
    if line.role == "operator":
        return Turn("visitor", f"<operator>\n{_inert(line.text)}\n</operator>")
    return Turn("visitor", visitor(line.text))


def _merge(said: Sequence[Turn]) -> list[Turn]:
    """Neighbours of one role become one turn."""
    merged: list[Turn] = []
    for turn in said:
        if merged and merged[-1].role == turn.role:
            turn = Turn(turn.role, f"{merged.pop().text}\n{turn.text}")
        merged.append(turn)
    return merged


def _page(look: Look) -> str:
    if look.page is None:
        return ""
    address, title = look.page
    return f"<page>\n{_inert(one_line(title))} ({_inert(address)})\n</page>"


def _passage(number: int, passage: Passage) -> str:
    title = " · ".join(filter(None, [one_line(passage.title), one_line(passage.heading)]))
    return f"[{number}] {_inert(title)}\n{_inert(passage.text[:LONGEST_PASSAGE])}"


def _inert(text: str) -> str:
    """Text of others: nothing hidden in it, and it cannot close the tag it stands in."""
    return _TAG.sub("‹", _HIDDEN.sub("", clean(text)))


def _brief(look: Look, passages: Sequence[Passage]) -> Brief:
    """The situation in values."""
    earlier = next((line.text for line in reversed(look.history) if line.role != "visitor"), "")
    return Brief(
        workspace=look.workspace.name,
        question=look.text,
        earlier=earlier,
        locale=look.locale,
        reachable=look.reachable,
        quotes=tuple(
            Quote(number, one.text, f"{one.title} · {one.heading}", one.score) for number, one in enumerate(passages, 1)
        ),
    )
