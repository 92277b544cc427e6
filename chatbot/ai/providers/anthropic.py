"""Claude through Anthropic's own SDK, which is imported once, in a thread, when it is first needed (+60 MB, 1 s).

What is not an `anthropic.APIError` and still happens (SDK 2.11): a cut stream raises `httpx2.RemoteProtocolError`, a
stalled one `httpx2.ReadTimeout`, a broken one `JSONDecodeError`; a stream that closes cleanly without `message_stop`
raises nothing at all; an overload in mid-stream comes with status 200. All of these end as `ProviderFailed`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from chatbot.ai.providers.base import Event, Finished, Prompt, ProviderFailed
from chatbot.ai.providers.claude_wire import Listener, request_of
from chatbot.ai.providers.claude_wrong import failure_of

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

DEFAULT_MODEL = "claude-haiku-5-5"
IDLE = 20.0
"""Seconds without a byte after which a stream counts as dead."""
TRIES = 3
FIRST_PAUSE = 0.5
LONGEST_WAIT = 20.0
"""Seconds between two tries at the most; who asks for more will not answer within the run."""


class Claude:
    """Streams answers of one model. `base_url` None means Anthropic's own; times are in seconds."""

    name = "anthropic"

    def __init__(
        self,
        api_key: str,
        model: str = DEFAULT_MODEL,
        base_url: str | None = None,
        *,
        idle: float = IDLE,
        longest_wait: float = LONGEST_WAIT,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.model = model
        self._api_key = api_key
        self._base_url = base_url
        self._idle = idle
        self._longest_wait = longest_wait
        self._pause = pause
        self._client: AsyncAnthropic | None = None
        self._loading = asyncio.Lock()

    async def warm(self) -> None:
        """Imports the SDK and makes the client, off the event loop; the first answer then needn't wait for it."""
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """The answer in pieces. A call of which nothing was given on is tried up to three times, never another."""
        await self.warm()
        for tried in range(1, TRIES + 1):
            given = False
            try:
                async with contextlib.aclosing(self._once(prompt)) as events:
                    async for event in events:
                        given = True
                        yield event
                return
            except ProviderFailed as failed:
                if given or tried == TRIES or not failed.retryable:
                    raise
                await self._wait(failed, tried)

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._client is not None:
            await self._client.close()

    async def _once(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        listener = Listener()
        async with contextlib.aclosing(self._raw_events(prompt)) as raw:
            async for heard in raw:
                for event in listener.hear(heard):
                    yield event
        if not listener.stopped:
            raise ProviderFailed("The answer ended in the middle", retryable=True)
        yield Finished(listener.stop, listener.usage, listener.turn())

    async def _raw_events(self, prompt: Prompt) -> AsyncGenerator[Any, None]:
        """The SDK's raw events (the accumulating helper costs twice as much), with every error as `ProviderFailed`."""
        assert self._client is not None  # noqa: S101 - `stream` has warmed up
        stream: Any = None
        try:
            stream = await self._client.messages.create(**request_of(prompt, self.model), stream=True)
            iterator: AsyncIterator[Any] = aiter(stream)
            async for heard in iterator:
                yield heard
        except Exception as error:
            raise failure_of(error) from error
        finally:
            if stream is not None:
                await stream.close()

    async def _wait(self, failed: ProviderFailed, tried: int) -> None:
        """Waits as long as the other side asks, else 0.5 s, 1 s … with jitter; gives up where that is too long."""
        wait = failed.retry_after
        if wait is None:
            wait = FIRST_PAUSE * 2 ** (tried - 1) * random.uniform(0.75, 1.25)  # noqa: S311 - only spreads load
        if wait > self._longest_wait:
            raise failed
        await self._pause(wait)

    def _make_client(self) -> AsyncAnthropic:
        anthropic = importlib.import_module("anthropic")
        httpx2 = importlib.import_module("httpx2")
        client: AsyncAnthropic = anthropic.AsyncAnthropic(
            api_key=self._api_key,
            base_url=self._base_url,
            # The SDK would retry a spent budget, and wait longer than the run has left: `stream` does it instead.
            max_retries=0,
            timeout=httpx2.Timeout(self._idle, connect=5.0),
        )
        return client
