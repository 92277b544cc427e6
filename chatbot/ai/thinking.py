"""Between look and speak: the provider's stream, round after round of tools, until the answer is whole."""

import contextlib
from dataclasses import replace

from chatbot.ai.providers.base import Finished, Prompt, Provider, ProviderFailed, Text, ToolCall, Turn
from chatbot.ai.report import Ledger
from chatbot.ai.speech import Speech
from chatbot.ai.toolbox import Toolbox
from chatbot.ai.tools import ROUNDS

ENDS_WELL = frozenset({"end_turn", "stop_sequence"})
ENDS_SHORT = frozenset({"max_tokens", "model_context_window_exceeded"})


class Fenced(Exception):
    """The floor was lost while speaking."""


async def think(provider: Provider, prompt: Prompt, toolbox: Toolbox, speech: Speech, ledger: Ledger) -> None:
    """Shows the answer as it comes. Raises ProviderFailed for every end that leaves the visitor without one, Fenced
    and Stale where somebody else has the floor."""
    for _ in range(ROUNDS + 1):
        finished, calls = await _round(provider, prompt, speech, ledger)
        if not _goes_on(finished, calls):
            _must_be_whole(finished, speech)
            return
        if not speech.pause():
            raise Fenced
        results = tuple([await toolbox.use(call) for call in calls])
        said = (finished.turn, Turn("visitor", results=results)) if results else (finished.turn,)
        prompt = replace(prompt, turns=prompt.turns + said)
    raise ProviderFailed("The model kept asking for tools")


async def _round(provider: Provider, prompt: Prompt, speech: Speech, ledger: Ledger) -> tuple[Finished, list[ToolCall]]:
    """One call of the provider, shown as it comes."""
    calls: list[ToolCall] = []
    async with contextlib.aclosing(provider.stream(prompt)) as events:
        async for event in events:
            match event:
                case Text(text):
                    if not speech.say(text):
                        raise Fenced
                case ToolCall():
                    calls.append(event)
                case Finished():
                    ledger.count(event)
                    return event, calls
    raise ProviderFailed("The answer ended in the middle")


def _goes_on(finished: Finished, calls: list[ToolCall]) -> bool:
    return (finished.stop == "tool_use" and bool(calls)) or (finished.stop == "pause_turn" and bool(finished.turn.raw))


def _must_be_whole(finished: Finished, speech: Speech) -> None:
    """Shows the rest; ProviderFailed for an end that leaves the visitor without an answer."""
    if finished.stop == "refusal":
        raise ProviderFailed("The model refused to answer")
    if finished.stop not in ENDS_WELL | ENDS_SHORT:
        raise ProviderFailed(f"The model stopped for an unknown reason ({finished.stop[:40]})")
    if not speech.finish():
        raise Fenced
    if not speech.text.strip():
        raise ProviderFailed("The model answered nothing")
