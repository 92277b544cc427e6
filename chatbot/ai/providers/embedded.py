"""The answerer that needs no key and no network: it quotes what the workspace has written, with its source.

It never writes a sentence about the matter of its own; what it does not find, it says so and offers a person, but only
one who can come.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from chatbot.ai.extract import Sentence, answer_each
from chatbot.ai.phrases import offered, phrase, spoken
from chatbot.ai.providers.base import Brief, Event, Finished, Prompt, Text, ToolCall, Turn, Usage
from chatbot.ai.smalltalk import is_kind

A_WORD = 0.025
"""Seconds between two words, so that an answer reads as it is written …"""
AT_MOST = 1.5
"""… and how many seconds that may take in all."""
_WORD = re.compile(r"\s*\S+")


class Embedded:
    """The provider of a fresh installation. `pause` waits so many seconds."""

    name = "embedded"
    model = "quotes"

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pause = pause

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """The answer, word by word."""
        if _accepts_the_offer(prompt):
            call = _ask(prompt.brief)
            yield call
            yield Finished("tool_use", Usage(), Turn("ai", calls=(call,)))
            return
        text = _write(prompt)
        words = _WORD.findall(text)
        for place, word in enumerate(words):
            if place:
                await self._pause(min(A_WORD, AT_MOST / len(words)))
            yield Text(word)
        yield Finished("end_turn", Usage(), Turn("ai", text))

    async def warm(self) -> None:
        """Needs nothing."""

    async def close(self) -> None:
        """Holds nothing."""


def _accepts_the_offer(prompt: Prompt) -> bool:
    brief = prompt.brief
    return not _results(prompt) and offered(brief.earlier) and is_kind(brief.question, "yes")


def _ask(brief: Brief) -> ToolCall:
    reason = phrase(spoken(brief.question, brief.locale), "reason")
    return ToolCall("call_person", "ask_human", {"reason": reason})


def _results(prompt: Prompt) -> str:
    """What the tool that was called in this run answered, empty without one."""
    return " ".join(result.text for result in prompt.turns[-1].results) if prompt.turns else ""


def _write(prompt: Prompt) -> str:
    brief = prompt.brief
    language = spoken(brief.question, brief.locale)
    for outcome in ("called", "already", "nobody"):
        if _results(prompt).startswith(outcome):
            return phrase(language, outcome)
    if offered(brief.earlier) and is_kind(brief.question, "no"):
        return phrase(language, "declined")
    for kind in ("hello", "thanks", "goodbye"):
        if is_kind(brief.question, kind):
            return phrase(language, kind, brief.workspace)
    return _quote(answer_each(brief.question, brief.quotes)) or _unknown(language, brief)


def _quote(sentences: Sequence[Sentence]) -> str:
    """The sentences, each passage's ending with its number."""
    parts: list[str] = []
    for place, sentence in enumerate(sentences):
        parts.append(sentence.text)
        last = place + 1 == len(sentences) or sentences[place + 1].quote.number != sentence.quote.number
        if last:
            parts.append(f"[{sentence.quote.number}]")
    return " ".join(parts)


def _unknown(language: str, brief: Brief) -> str:
    way_on = "offer" if brief.reachable else "alone"
    return f"{phrase(language, 'unknown', brief.workspace)} {phrase(language, way_on)}"
