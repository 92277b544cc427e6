"""Reading a stream piece by piece: what can be judged passes, what cannot be judged yet is held back."""

Step = tuple[int, str] | None
"""How many characters are judged now and what they become; None where more must come first."""


class Holding:
    """Base of what reads a stream. Whatever the pieces, the same text comes out."""

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
        raise NotImplementedError
