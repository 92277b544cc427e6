"""Joins what a provider sends to at most some fifteen pieces a second, and splits what came as one."""

import asyncio
import re
from collections.abc import Callable

GAP = 0.066
"""Seconds between two pieces."""
_WORD = re.compile(r"\s*\S+\s*")


class Coalescer:
    """Hands pieces to `say`, the first at once; an answer of three words or more is at least three pieces.

    To be sure of three, the first piece is one word and the second leaves a word behind if it can. What is held back
    leaves by a timer, so a provider that pauses keeps nothing from the visitor.
    """

    def __init__(self, say: Callable[[str], bool], gap: float = GAP) -> None:
        self._say = say
        self._gap = gap
        self._loop = asyncio.get_running_loop()
        self._held = ""
        self._sent = 0
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.fenced = False
        """True once `say` refused: nothing more will be shown."""

    def add(self, text: str) -> None:
        """Takes the next piece of text."""
        self._held += text
        if self._held and self._timer is None:
            self._flush_or_wait()

    @property
    def holding(self) -> bool:
        """True while some text waits for its turn."""
        return bool(self._held)

    def finish(self) -> None:
        """Sends all that is held; the answer is whole."""
        self.cancel()
        while self._held and not self.fenced:
            self._send()

    def cancel(self) -> None:
        """Stops the timer; what is held is never sent unless `finish` follows."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush_or_wait(self) -> None:
        wait = self._free_at - self._loop.time()
        if wait > 0:
            self._timer = self._loop.call_later(wait, self._flush)
        else:
            self._flush()

    def _flush(self) -> None:
        self._timer = None
        self._send()
        self._free_at = self._loop.time() + self._gap
        if self._held and not self.fenced:
            self._timer = self._loop.call_later(self._gap, self._flush)

    def _send(self) -> None:
        piece, self._held = self._split()
        self.fenced = self.fenced or not self._say(piece)
        self._sent += 1

    def _split(self) -> tuple[str, str]:
        words = _WORD.findall(self._held)
        if self._sent > 1 or len(words) < 2:
            return self._held, ""
        kept = len(words[0]) if self._sent == 0 else sum(map(len, words[:-1]))
        return self._held[:kept], self._held[kept:]
