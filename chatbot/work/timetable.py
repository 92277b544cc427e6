"""What happens again and again, as a table."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chatbot.work.supervisor import Supervisor


@dataclass(frozen=True)
class Every:
    """`work` each `seconds`, measured from the end of the last time."""

    seconds: float
    work: Callable[[], Awaitable[None]]
    name: str


def start(supervisor: Supervisor, table: list[Every]) -> None:
    """Keeps every line of the table going."""
    for line in table:
        supervisor.keep(_repeating(line), line.name)


def _repeating(line: Every) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        while True:
            await asyncio.sleep(line.seconds)
            await line.work()

    return run
