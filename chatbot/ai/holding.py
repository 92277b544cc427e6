"""Reading a stream piece by piece: what can be judged passes, what cannot be judged yet is held back."""

import re
from abc import ABC, abstractmethod

Step = tuple[int, str] | None
"""How many characters are judged now and what they become; None where more must come first."""


class Holding(ABC):
    """Base of what reads a stream. Whatever the pieces, the same text comes out.

    `START` finds what has to be judged, `MAY_START` what may become such with the next piece.
    """

    START: re.Pattern[str]
    MAY_START: re.Pattern[str]

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """The next piece; gives what can be shown of it and of what was held."""
        self._held += text
        return self._read(whole=False)

    def finish(self) -> str:
        """The rest; nothing more will come of this text."""
        return self._read(whole=True)

    def _read(self, *, whole: bool) -> str:
        shown: list[str] = []
        while self._held:
            step = self._step(self._held, whole)
            if step is None:
                break
            self._held = self._held[step[0] :]
            shown.append(step[1])
        return "".join(shown)

    def _step(self, held: str, whole: bool) -> Step:
        start = self.START.search(held)
        if start is None:
            may = None if whole else self.MAY_START.search(held)
            end = len(held) if may is None else may.start()
            return (end, held[:end]) if end else None
        if start.start():
            return start.start(), held[: start.start()]
        return self._begun(held, whole, start.group())

    @abstractmethod
    def _begun(self, held: str, whole: bool, sign: str) -> Step:
        """What `held` becomes, which begins with the `sign` that was looked for."""
