"""What a run says: the model's words on their way to the visitor, cleaned, joined and counted."""

from collections.abc import Callable, Sequence

from chatbot.ai.addresses import Addresses
from chatbot.ai.citations import Reader
from chatbot.ai.coalesce import Coalescer
from chatbot.kit.drafts import Draft
from chatbot.storage.knowledge import Passage


class Speech:
    """The answer in the making. Passages are numbered 1, 2, 3 … in the order in which they were given."""

    def __init__(self, draft: Draft, passages: Sequence[Passage], clock: Callable[[], float]) -> None:
        self.turn = draft.turn
        self.text = ""
        """What was said so far."""
        self.passages: list[Passage] = []
        self.first_at: float | None = None
        """When the first words were shown, on `clock`."""
        self._draft = draft
        self._clock = clock
        self._addresses = Addresses()
        self._reader = Reader(self._addresses)
        self._out = Coalescer(self._show)
        self._paragraph = ""
        self.learn(passages)

    def learn(self, passages: Sequence[Passage]) -> list[int]:
        """Numbers what was found, what is known already keeping its number; the numbers."""
        known = {passage.id: number for number, passage in enumerate(self.passages, 1)}
        for passage in passages:
            if passage.id not in known:
                self.passages.append(passage)
                known[passage.id] = len(self.passages)
                self._addresses.learn(passage.text, passage.url or "")
        self._reader.brackets.given = len(self.passages)
        return [known[passage.id] for passage in passages]

    def say(self, text: str) -> bool:
        """The model's next words. False once the floor is lost: the run must stop."""
        return self._add(self._reader.feed(text))

    def pause(self) -> bool:
        """The model turns to its tools: what it says afterwards is a paragraph of its own."""
        going_on = self._add(self._reader.finish())
        self._paragraph = "\n\n" if self.text or self._out.holding else ""
        return going_on

    def finish(self) -> bool:
        """All is said. False where the floor was lost."""
        self._add(self._reader.finish())
        self._out.finish()
        return self._has_floor()

    def hush(self) -> None:
        """What is held back stays unsaid: what was said so far is all there will be."""
        self._out.cancel()

    def close(self) -> None:
        """Ends the draft."""
        self.hush()
        self._draft.close()

    def cited(self) -> list[Passage]:
        """The passages that the answer cites, in the order of their first use."""
        return [self.passages[number - 1] for number in self._reader.brackets.cited]

    def _add(self, text: str) -> bool:
        if text:
            self._out.add(self._paragraph + text)
            self._paragraph = ""
        return self._has_floor()

    def _has_floor(self) -> bool:
        return not (self._out.fenced or self._draft.closed)

    def _show(self, text: str) -> bool:
        if self.first_at is None:
            self.first_at = self._clock()
        self.text += text
        return self._draft.say(text)
