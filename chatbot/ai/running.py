"""One run at a time in a conversation: a newer one cuts the older short and waits until it has let go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Key = tuple[int, str]
"""(tenant, conversation)."""


class Cut(Exception):
    """This run was cut short by a newer one, or from outside: it must end without a word."""


class TooLong(Exception):
    """This run used up its time."""


@dataclass(eq=False)
class Run:
    """One run under way."""

    deadline: asyncio.Timeout | None = None
    is_cut: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        """Ends the run at its next await; harmless where it is over."""
        self.is_cut = True
        if self.deadline is not None and not self.deadline.expired() and not self.over.is_set():
            self.deadline.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def limit(self, seconds: float) -> AsyncIterator[None]:
        """Lets what is inside take so long: TooLong where it takes longer, Cut where the run is cut short."""
        if self.is_cut:
            raise Cut
        try:
            async with asyncio.timeout(seconds) as self.deadline:
                yield
        except TimeoutError:
            if self.deadline is None or not self.deadline.expired():
                raise
            if self.is_cut:
                raise Cut from None
            raise TooLong("The answer took too long") from None
        finally:
            self.deadline = None


class Runs:
    """The runs under way, by conversation."""

    def __init__(self) -> None:
        self._under_way: dict[Key, Run] = {}

    @asynccontextmanager
    async def only(self, key: Key) -> AsyncIterator[Run]:
        """This run as the only one of its conversation, once those before it are over."""
        earlier = self._under_way.get(key)
        run = self._under_way[key] = Run()
        try:
            if earlier is not None:
                earlier.cut()
                await earlier.over.wait()
            yield run
        finally:
            run.over.set()
            if self._under_way.get(key) is run:
                del self._under_way[key]

    def cut(self, key: Key) -> None:
        """Ends the conversation's run, where there is one."""
        run = self._under_way.get(key)
        if run is not None:
            run.cut()

    def __len__(self) -> int:
        return len(self._under_way)
