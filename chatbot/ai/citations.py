"""From what the model wrote to what a visitor may read: numbers become sources, foreign addresses become words.

The model cites by number from what it was given (A22) and never writes an address. Everything it writes is data: no
image is ever kept, and a link only where it leads to an allowed host, because an address can carry a conversation
out (EchoLeak, CVE-2025-32711). This works on the stream, so that what a visitor sees in the making, what is kept
when somebody cuts it, and the whole answer are the same text.
"""

import re

from chatbot.ai.addresses import LONGEST_ADDRESS, Addresses, Bare
from chatbot.ai.holding import Holding, Step

LONGEST_LABEL = 100
"""Characters that are held back at the most, waiting for the end of a `[label]`."""

_START = re.compile(r"[ \t]*!?\[|\](?=[(:\[])")
_MAY_START = re.compile(r"(?:[ \t]+!?|!|\])$")
_LABEL = re.compile(rf"([ \t]*)(!?)\[([^\[\]\n]{{0,{LONGEST_LABEL}}})\]")
_OPEN_LABEL = re.compile(rf"[ \t]*!?\[[^\[\]\n]{{0,{LONGEST_LABEL}}}")
_CUT_NUMBERS = re.compile(r"[ \t]*!?\[[\d ,;]*")
_NUMBERS = re.compile(r"\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*")
_TARGET = re.compile(r"\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)")
_OPEN_TARGET = re.compile(rf"\([^()\n]{{0,{LONGEST_ADDRESS}}}(?:\([^()\n]{{0,200}}\)?[^()\n]{{0,200}})?")


class Brackets(Holding):
    """Markers, links and images in a stream of text.

    `given` is how many passages have been numbered so far; it grows as the model searches. `cited` holds the numbers
    that were used, in the order of their first use.
    """

    START, MAY_START = _START, _MAY_START

    def __init__(self, addresses: Addresses, given: int = 0) -> None:
        super().__init__()
        self.given = given
        self.cited: list[int] = []
        self._addresses = addresses

    def _begun(self, held: str, whole: bool, sign: str) -> Step:
        if sign == "]":
            return 1, "] "  # never let a `](` of scattered pieces become a link
        return self._bracket(held, whole)

    def _bracket(self, held: str, whole: bool) -> Step:
        label = _LABEL.match(held)
        if label is None:
            return self._unclosed(held, whole)
        if label.end() == len(held) and not whole:
            return None  # a link's target may follow
        target = _TARGET.match(held, label.end())
        if target is None and not whole and _OPEN_TARGET.fullmatch(held, label.end()):
            return None
        end = target.end() if target else label.end()
        return end, self._judge(label, target and target[1], held[end : end + 1])

    def _unclosed(self, held: str, whole: bool) -> Step:
        if _OPEN_LABEL.fullmatch(held) and not whole:
            return None
        if whole and _CUT_NUMBERS.fullmatch(held):
            return len(held), ""
        opening = held.index("[") + 1
        return opening, held[:opening].replace("!", "")

    def _judge(self, label: re.Match[str], target: str | None, following: str) -> str:
        """What becomes of `[words]` or `![words]`, with the target of a link where it has one."""
        space, image, words = label.groups()
        if _NUMBERS.fullmatch(words) and not image:
            self._cite(words)
            return ""
        if target is not None and not image and self._addresses.allow(target):
            return f"{space}[{words}]({target})"
        if target is not None or image or following == ":":
            return f"{space}{words}"
        return f"{space}[{words}]" + " " * (following == "(")

    def _cite(self, numbers: str) -> None:
        for number in map(int, re.findall(r"\d+", numbers)):
            if 1 <= number <= self.given and number not in self.cited:
                self.cited.append(number)


class Reader:
    """Reads the model's words piece by piece and gives back what a visitor may see of them.

    Brackets first, addresses after: what the first joins, the second still sees.
    """

    def __init__(self, addresses: Addresses, given: int = 0) -> None:
        self.brackets = Brackets(addresses, given)
        self._bare = Bare(addresses)
        self._begun = False

    def feed(self, text: str) -> str:
        """The next piece; what cannot be judged yet is held back."""
        return self._from_first_word(self._bare.feed(self.brackets.feed(text)))

    def finish(self) -> str:
        """The rest; nothing more will come of this text."""
        rest = self._bare.feed(self.brackets.finish()) + self._bare.finish()
        rest = self._from_first_word(rest).rstrip()
        self._begun = False
        return rest

    def _from_first_word(self, text: str) -> str:
        text = text if self._begun else text.lstrip()
        self._begun = self._begun or bool(text)
        return text


def read(text: str, addresses: Addresses, given: int) -> tuple[str, list[int]]:
    """A whole text at once: what a visitor may read, and the numbers it cites in order."""
    reader = Reader(addresses, given)
    shown = reader.feed(text) + reader.finish()
    return shown, reader.brackets.cited
