"""Vera's conversation with Acme, over a real database and with a model that says what it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

from chatbot.ai.agent import Agent, Outcome
from chatbot.ai.providers.base import Event, Finished, Prompt, Text, ToolCall, Turn, Usage
from chatbot.domain import floor, handoff, talk
from chatbot.domain.talk import Guest, Page, Said
from chatbot.kit.drafts import Delta, Drafts
from chatbot.kit.presence import Presence
from chatbot.storage import conversations, entries, runs
from chatbot.storage.database import Database
from chatbot.storage.entries import Entry
from chatbot.storage.memberships import Member
from chatbot.storage.runs import Run

Step = Event | Exception | asyncio.Event | Callable[[], Any]
VERA = Guest("v_vera", b"fingerprint", "en")


class Model:
    """A provider that says what it is told to. An `asyncio.Event` is waited for, an exception raised, a function
    called; `prompts` are the calls that came, `closed` how many of their streams were ended."""

    name = "model"
    model = "claude-haiku-5-5"

    def __init__(self) -> None:
        self.prompts: list[Prompt] = []
        self.closed = 0
        self._calls: list[list[Step]] = []

    def will(self, *steps: Step) -> None:
        """What the next call gives."""
        self._calls.append(list(steps))

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        self.prompts.append(prompt)
        try:
            for step in self._calls.pop(0):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Text | ToolCall | Finished):
                    yield step
                else:
                    await step()
        finally:
            self.closed += 1

    async def warm(self) -> None: ...

    async def close(self) -> None: ...


def end(stop: str = "end_turn", usage: Usage | None = None) -> Finished:
    return Finished(stop, usage or Usage(100, 20), Turn("ai", raw=[{"type": "text", "text": "…"}]))


def call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall("t1", name, arguments)


def words(text: str) -> list[Text]:
    return [Text(f"{word} ") for word in text.split()]


@dataclass
class Scene:
    """Vera's conversation with Acme, where Bob is an agent."""

    db: Database
    tenant: int
    bob: Member
    model: Model
    drafts: Drafts
    deltas: list[Delta]
    presence: Presence = field(default_factory=Presence)
    limit: float = 60
    conversation: str = ""
    agent: Agent = field(init=False)
    said: int = 0

    def __post_init__(self) -> None:
        self.agent = Agent(self.db, self.drafts, self.presence, self.model, limit=self.limit)

    async def vera_says(self, text: str, page: Page | None = None) -> None:
        self.said += 1
        message = Said(f"m{self.said}", text, page or Page())
        self.conversation = await floor.take(
            self.db, self.drafts, self.tenant, self.conversation or None,
            talk.visitor_says, VERA, self.conversation or None, message, "s1",
        )  # fmt: skip

    async def reply(self) -> Outcome:
        return await self.agent.reply(self.tenant, self.conversation)

    async def ask(self, text: str) -> Outcome:
        await self.vera_says(text)
        return await self.reply()

    async def bob_claims(self) -> None:
        await floor.take(
            self.db, self.drafts, self.tenant, self.conversation, handoff.claim, self.conversation, self.bob
        )

    def bob_comes(self) -> None:
        self.presence.arrive(self.tenant, self.bob.user)

    async def entries(self) -> list[Entry]:
        return await self.db.read(self.tenant, entries.after, self.conversation, 0)

    async def answers(self) -> list[Entry]:
        return [entry for entry in await self.entries() if entry.role == "ai" and entry.kind == "message"]

    async def runs(self) -> list[Run]:
        return await self.db.read(self.tenant, runs.of_conversation, self.conversation)

    async def state(self) -> str:
        return (await self.db.read(self.tenant, conversations.get, self.conversation)).state


async def until(true: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.001)
