"""Asking Claude's provider and hearing what comes."""

import pytest

from chatbot.ai.providers.anthropic import Claude
from chatbot.ai.providers.base import Event, Finished, Prompt, ProviderFailed, Text, Tool, Turn

MODEL = "claude-haiku-5-5"
SEARCH = Tool("search_knowledge", "Searches.", {"type": "object", "properties": {"query": {"type": "string"}}})
ANSWER = "You can send it back within thirty days."


def prompt(question: str, *more: Turn) -> Prompt:
    """Every test asks another question, so that the server can tell its calls apart."""
    return Prompt("You help at Acme.", "It is Monday.", (Turn("visitor", question), *more), (SEARCH,))


class Pauses:
    """Remembers how long the provider wanted to wait, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def collect(provider: Claude, asked: Prompt) -> list[Event]:
    return [event async for event in provider.stream(asked)]


async def failing(provider: Claude, asked: Prompt) -> tuple[str, ProviderFailed]:
    """What was said before it failed, and how it failed."""
    said = ""
    with pytest.raises(ProviderFailed) as caught:
        async for event in provider.stream(asked):
            assert isinstance(event, Text), event
            said += event.text
    return said, caught.value


def said(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]
