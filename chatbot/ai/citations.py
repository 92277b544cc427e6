"""From what the model wrote to what a visitor may read: numbers become sources, foreign addresses become words.

The model cites by number from what it was given (A22) and never writes an address. Everything it writes is data: no
image is ever kept, and a link only where it leads to an allowed host, because an address can carry a conversation
out (EchoLeak, CVE-2025-32711). This works on the stream, so that what a visitor sees in the making, what is kept
when somebody cuts it, and the whole answer are the same text.
"""

import re

from chatbot.ai.addresses import Addresses, host_of

LONGEST_LABEL = 100
LONGEST_ADDRESS = 2000
"""Characters that are held back at the most, waiting for the end of a `[label]` or of an address."""

_START = re.compile(r"[ \t]*!?\[|\](?=[(:\[])|(?:https?|ftp)://|www\.", re.IGNORECASE)
_MAY_START = re.compile(
    r"(?:[ \t]+!?|!|\]|h(?:t(?:t(?:p(?:s?:?/?)?)?)?)?|f(?:t(?:p(?::/?)?)?)?|w{1,3})$", re.IGNORECASE
)
_LABEL = re.compile(rf"([ \t]*)(!?)\[([^\[\]\n]{{0,{LONGEST_LABEL}}})\]")
_OPEN_LABEL = re.compile(rf"[ \t]*!?\[[^\[\]\n]{{0,{LONGEST_LABEL}}}")
_CUT_NUMBERS = re.compile(r"[ \t]*!?\[[\d\s,;]*")
_NUMBERS = re.compile(r"\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*")
_TARGET = re.compile(r"\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)")
_OPEN_TARGET = re.compile(rf"\([^()\n]{{0,{LONGEST_ADDRESS}}}(?:\([^()\n]{{0,200}}\)?[^()\n]{{0,200}})?")
_ADDRESS = re.compile(rf"[^\s<>\"'\[\]]{{1,{LONGEST_ADDRESS}}}")
_TRAILING = re.compile(r"[.,;:!?)*_]+$")


class Reader:
    """Reads the model's words piece by piece and gives back what a visitor may see of them.

    `given` is how many passages have been numbered so far; it grows as the model searches. `cited` holds the numbers
    that were used, in the order of their first use.
    """

    def __init__(self, addresses: Addresses, given: int = 0) -> None:
        self.given = given
        self.cited: list[int] = []
        self._addresses = addresses
        self._held = ""
        self._begun = False

    def feed(self, text: str) -> str:
        """The next piece; what cannot be judged yet is held back."""
        self._held += text
        return self._read(whole=False)

    def finish(self) -> str:
        """The rest; nothing more will come of this text."""
        rest = self._read(whole=True).rstrip()
        self._begun = False
        return rest

    def _read(self, *, whole: bool) -> str:
        seen: list[str] = []
        while self._held:
            step = self._step(whole)
            if step is None:
                break
            taken, shown = step
            self._held = self._held[taken:]
            seen.append(shown)
        return self._from_first_word("".join(seen))

    def _from_first_word(self, text: str) -> str:
        text = text if self._begun else text.lstrip()
        self._begun = self._begun or bool(text)
        return text

    def _step(self, whole: bool) -> tuple[int, str] | None:
        """How much of what is held is judged now, and what it becomes; None where more must come first."""
        start = _START.search(self._held)
        if start is None:
            return self._plain(whole)
        if start.start():
            return start.start(), self._held[: start.start()]
        if start.group().endswith("["):
            return self._bracket(whole)
        if start.group() == "]":
            return 1, "] "  # never let a `](` of scattered pieces become a link
        return self._address(whole)

    def _plain(self, whole: bool) -> tuple[int, str] | None:
        may = None if whole else _MAY_START.search(self._held)
        end = len(self._held) if may is None else may.start()
        return (end, self._held[:end]) if end else None

    def _bracket(self, whole: bool) -> tuple[int, str] | None:
        label = _LABEL.match(self._held)
        if label is None:
            open_still = _OPEN_LABEL.fullmatch(self._held)
            if open_still and not whole:
                return None
            if _CUT_NUMBERS.fullmatch(self._held):
                return len(self._held), ""
            opening = self._held.index("[") + 1
            return opening, self._held[:opening].replace("!", "")
        if label.end() == len(self._held) and not whole:
            return None  # a link's target may follow
        return self._labelled(label, whole)

    def _labelled(self, label: re.Match[str], whole: bool) -> tuple[int, str] | None:
        space, image, words = label.groups()
        target = _TARGET.match(self._held, label.end())
        if target is None and not whole and _OPEN_TARGET.fullmatch(self._held, label.end()):
            return None
        end = target.end() if target else label.end()
        if _NUMBERS.fullmatch(words) and not image:
            self._cite(words)
            return end, ""
        if target and not image and self._addresses.allow(target[1]):
            return end, f"{space}[{words}]({target[1]})"
        if target or image or self._held[end : end + 1] == ":":
            return end, space + words
        return end, f"{space}[{words}]"

    def _cite(self, numbers: str) -> None:
        for number in map(int, re.findall(r"\d+", numbers)):
            if 1 <= number <= self.given and number not in self.cited:
                self.cited.append(number)

    def _address(self, whole: bool) -> tuple[int, str] | None:
        found = _ADDRESS.match(self._held)
        if found is None:
            return 1, self._held[0]
        if found.end() == len(self._held) and not whole and found.end() < LONGEST_ADDRESS:
            return None
        address = _TRAILING.sub("", found.group())
        full = address if "://" in address else f"https://{address}"
        return len(address) or 1, address if self._addresses.allow(full) else host_of(full)


def read(text: str, addresses: Addresses, given: int) -> tuple[str, list[int]]:
    """A whole text at once: what a visitor may read, and the numbers it cites in order."""
    reader = Reader(addresses, given)
    shown = reader.feed(text) + reader.finish()
    return shown, reader.cited
