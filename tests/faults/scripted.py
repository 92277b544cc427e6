"""A provider that says what a test lets it say, token by token."""

import asyncio
from collections.abc import AsyncGenerator

from chatbot.ai.providers.base import Event, Finished, Prompt, Text, Turn, Usage

PATIENCE = 10.0


class Call:
    """One question the provider was asked; the test answers it."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.closed = asyncio.Event()
        """Set when the run has let go of the stream."""
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    async def say(self, *tokens: str) -> None:
        """Gives the tokens one by one; returns when each was taken, or the stream was let go of."""
        for token in tokens:
            await self._give(Text(token))

    async def finish(self) -> None:
        """The answer is whole."""
        await self._give(Finished("end_turn", Usage(10, 30), Turn("ai", "…")))

    async def _give(self, event: Event) -> None:
        self._events.put_nowait(event)
        taken, closed = asyncio.create_task(self._events.join()), asyncio.create_task(self.closed.wait())
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.wait({taken, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            taken.cancel()
            closed.cancel()

    async def stream(self) -> AsyncGenerator[Event, None]:
        """What the run reads; a token counts as taken when the next one is asked for."""
        try:
            while True:
                event = await self._events.get()
                yield event
                self._events.task_done()
        finally:
            self.closed.set()


class Stepwise:
    """Satisfies `Provider`. With `script`, every call says those tokens at once, without being told."""

    name = "stepwise"
    model = "stepwise-1"

    def __init__(self, script: tuple[str, ...] = ()) -> None:
        self.calls: list[Call] = []
        self._script = script
        self._news = asyncio.Event()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """The answer as the test gives it."""
        call = Call(prompt.brief.question)
        self.calls.append(call)
        self._news.set()
        if self._script:
            for token in self._script:
                yield Text(token)
            yield Finished("end_turn", Usage(10, 30), Turn("ai", "".join(self._script)))
            return
        events = call.stream()
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()

    async def asked(self, question: str) -> Call:
        """The call whose open messages begin with `question`, newest first; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for call in reversed(self.calls):
                    if call.question == question:
                        return call
                self._news.clear()
                await self._news.wait()

    async def warm(self) -> None:
        """Needs nothing."""

    async def close(self) -> None:
        """Holds nothing."""
