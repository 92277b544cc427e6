"""What is kept of a run beside its words: sources, passages, tools, tokens, cost, times, confidence."""

from collections.abc import Callable, Sequence
from typing import Any

from chatbot.ai import prompts
from chatbot.ai.confidence import WHOLE, confidence
from chatbot.ai.providers.base import Finished, Provider, Usage
from chatbot.ai.providers.prices import cost
from chatbot.ai.speech import Speech
from chatbot.ai.tools import Used
from chatbot.domain.answering import Answer, Look
from chatbot.storage.knowledge import Passage


class Ledger:
    """Counts what a run uses, and writes it all into its Answer."""

    def __init__(
        self, look: Look, speech: Speech, provider: Provider, begun: float, clock: Callable[[], float]
    ) -> None:
        self.used: list[Used] = []
        self._look = look
        self._speech = speech
        self._provider = provider
        self._begun = begun
        self._clock = clock
        self._usage = Usage()
        self._cost: int | None = 0
        self._stop = ""

    def count(self, finished: Finished) -> None:
        """Adds one call. Its price goes by its own length, so costs are added, not tokens multiplied at the end."""
        self._usage += finished.usage
        self._stop = finished.stop
        price = cost(self._provider.model, finished.usage)
        self._cost = None if price is None or self._cost is None else self._cost + price

    def answer(self, failed: str = "") -> Answer:
        """All there is to keep; `failed` says in words why the answer is not whole."""
        speech, usage = self._speech, self._usage
        cited = speech.cited()
        return Answer(
            turn=speech.turn,
            text=speech.text.strip(),
            sources=tuple(dict.fromkeys((passage.title, passage.url) for passage in cited)),
            passages=tuple(_kept(passage, passage in cited) for passage in speech.passages),
            provider=self._provider.name,
            model=self._provider.model,
            prompt_version=prompts.VERSION,
            input_tokens=usage.input,
            output_tokens=usage.output,
            cache_read_tokens=usage.cache_read,
            cache_write_tokens=usage.cache_write,
            cost_micro=self._cost,
            first_token_ms=self._since(speech.first_at),
            latency_ms=self._since(self._clock()),
            confidence=0 if failed else self._confidence(cited),
            tools=tuple(used.kept() for used in self.used),
            interrupted=bool(failed) or self._stop not in WHOLE,
            reason=failed,
        )

    def _confidence(self, cited: Sequence[Passage]) -> int:
        return confidence([one.score for one in cited], [one.score for one in self._speech.passages], self._stop)

    def _since(self, moment: float | None) -> int | None:
        """Milliseconds from the beginning of the run."""
        return None if moment is None else round((moment - self._begun) * 1000)


def _kept(passage: Passage, cited: bool) -> dict[str, Any]:
    return {"source": passage.source_id, "title": passage.title, "score": round(passage.score), "cited": cited}
