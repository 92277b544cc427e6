"""A window's way out: a bounded queue, drained by a short-lived task. An idle window has no task but its own."""

import asyncio
from collections import deque
from typing import Any

from starlette.types import Send

from chatbot.web import frames
from chatbot.work.supervisor import Supervisor

MOST_FRAMES = 400
MOST_BYTES = 512 * 1024
HEAVIEST = MOST_BYTES // 4
"""What one frame counts at the most: a long history that was asked for must be able to leave, however long it is."""
TOO_BUSY = 1013


class Outlet:
    """Sends frames in order. A client that cannot keep up is closed with 1013 and catches up by seq when it is back."""

    def __init__(self, send: Send, supervisor: Supervisor) -> None:
        self._send = send
        self._supervisor = supervisor
        self._queue: deque[dict[str, Any]] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    def push(self, frame: dict[str, Any]) -> None:
        """Queues a frame; nothing is sent after a close."""
        if not self.closed:
            self.push_text(frames.text(frame))

    def push_text(self, text: str) -> None:
        """Queues a frame that is encoded already."""
        if self.closed:
            return
        self._bytes += _weight(text)
        if len(self._queue) >= MOST_FRAMES or self._bytes > MOST_BYTES:
            self._queue.clear()
            self.close(TOO_BUSY)
            return
        self._queue.append({"type": "websocket.send", "text": text})
        self._drain_soon()

    def close(self, code: int) -> None:
        """Closes after what is queued has left."""
        if not self.closed:
            self.closed = True
            self._queue.append({"type": "websocket.close", "code": code})
            self._drain_soon()

    def _drain_soon(self) -> None:
        if self._task is None:
            self._task = self._supervisor.start(self._drain(), "socket")

    async def _drain(self) -> None:
        try:
            while self._queue:
                message = self._queue.popleft()
                await self._send(message)
                self._bytes -= _weight(message.get("text", ""))
        except (OSError, RuntimeError):
            self.closed = True  # the client has gone; its reader hears of it too
            self._queue.clear()
        finally:
            self._task = None

    async def flushed(self, patience: float = 5.0) -> None:
        """Returns when nothing is waiting to leave, or after `patience` seconds."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=patience)


def _weight(text: str) -> int:
    return min(len(text), HEAVIEST)
