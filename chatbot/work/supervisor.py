"""Every task has somebody who watches it: nothing is fired and forgotten."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)
LONGEST_PAUSE = 30.0


class Supervisor:
    """Starts tasks, keeps hold of them, says when one fails, and ends them all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.failures = 0

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Runs `work` once; a failure is logged under `name`."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, work: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[Any]:
        """Runs `work` for ever: when it fails or returns it is started again, after a growing pause."""
        return self.start(self._again(work, name), name)

    async def _again(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        pause = 0.1
        while True:
            try:
                await work()
                pause = 0.1
            except Exception:
                self.failures += 1
                log.exception("a loop failed and is started again", extra={"kind": name})
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def stop(self, patience: float = 5.0) -> None:
        """Cancels everything and waits up to `patience` seconds for it to end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=patience)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.failures += 1
            log.error("a task failed", extra={"kind": task.get_name()}, exc_info=task.exception())

    def __len__(self) -> int:
        return len(self._tasks)
