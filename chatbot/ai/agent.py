"""Look, think, speak: one run from an open question to an answer, a person, or an honest word.

Look and speak are one hop to the database each; in between nothing but the provider is waited for. Every run ends in
exactly one of: spoken, failed (the one exit of everything that goes wrong), handed to a person by a phrase, or stale,
which says nothing because somebody else has the floor or a newer message came.
"""

import contextlib
import logging
from collections.abc import Callable
from enum import StrEnum

from chatbot.ai import prompts
from chatbot.ai.escalation import wants_person
from chatbot.ai.phrases import phrase, spoken
from chatbot.ai.providers.base import Finished, Prompt, Provider, ProviderFailed, Text, ToolCall, ToolResult, Turn
from chatbot.ai.report import Ledger, brief_of
from chatbot.ai.running import Cut, Run, Runs, TooLong
from chatbot.ai.speech import Speech
from chatbot.ai.toolbox import Stale, Toolbox
from chatbot.ai.tools import ROUNDS, TOOLS
from chatbot.domain import answering
from chatbot.domain.answering import Look
from chatbot.kit.clock import monotonic, now
from chatbot.kit.drafts import Drafts
from chatbot.kit.presence import Presence
from chatbot.storage.database import Database

RUN = 85.0
"""Seconds for a whole run: of the ninety that a visitor is promised, five are left for keeping what came of it."""
ENDS_WELL = frozenset({"end_turn", "stop_sequence"})
ENDS_SHORT = frozenset({"max_tokens", "model_context_window_exceeded"})

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a run ended."""

    NOTHING = "nothing"
    CALLED = "called"
    SPOKEN = "spoken"
    FAILED = "failed"
    STALE = "stale"


class Fenced(Exception):
    """The floor was lost while speaking."""


class Agent:
    """Answers open questions. `limit` in seconds; `clock` counts seconds, `wall` is milliseconds since 1970."""

    def __init__(
        self, db: Database, drafts: Drafts, presence: Presence, provider: Provider, *,
        clock: Callable[[], float] = monotonic, wall: Callable[[], int] = now, limit: float = RUN,
    ) -> None:  # fmt: skip
        self._db = db
        self._drafts = drafts
        self._presence = presence
        self._provider = provider
        self._clock = clock
        self._wall = wall
        self._limit = limit
        self._runs = Runs()

    async def reply(self, tenant: int, conversation: str) -> Outcome:
        """Answers what is open in a conversation. A run that is under way there is cut short first; a second run for
        the same question finds nothing to do, so it is harmless."""
        async with self._runs.only((tenant, conversation)) as run:
            begun = self._clock()
            connected = self._presence.available(tenant)
            look = await self._db.read(tenant, answering.look, conversation, connected)
            if look is None:
                return Outcome.NOTHING
            if wants_person(look.text):
                return await self._call_person(look)
            return await self._answer(look, run, begun)

    def cut(self, tenant: int, conversation: str) -> None:
        """Ends the run of a conversation, for whoever has taken the floor; what was shown is theirs to keep."""
        self._runs.cut((tenant, conversation))

    async def _call_person(self, look: Look) -> Outcome:
        reason = phrase(spoken(look.text, look.locale), "asked")
        connected = self._presence.available(look.tenant)
        call = self._db.write(look.tenant, answering.call_person, look, reason, connected, answers=True)
        return Outcome.STALE if await call == "stale" else Outcome.CALLED

    async def _answer(self, look: Look, run: Run, begun: float) -> Outcome:
        draft = self._drafts.begin(look.tenant, look.conversation, look.floor)
        speech = Speech(draft, look.passages, self._clock)
        ledger = Ledger(look, speech, self._provider, begun, self._clock)
        try:
            async with run.limit(self._limit - (self._clock() - begun)):
                await self._think(look, speech, ledger)
            return await self._speak(look, ledger)
        except (Cut, Fenced, Stale):
            return Outcome.STALE
        except TooLong:
            return await self._fail(look, ledger, "the answer took too long")
        except ProviderFailed as failed:
            return await self._fail(look, ledger, failed.reason)
        finally:
            speech.stop()

    async def _think(self, look: Look, speech: Speech, ledger: Ledger) -> None:
        """Streams the answer, round after round of tools, until it is whole."""
        toolbox = Toolbox(self._db, self._presence, look, speech, ledger)
        turns = prompts.turns(look, speech.passages)
        for _ in range(ROUNDS + 1):
            finished, calls = await self._round(look, turns, speech, ledger)
            if not _goes_on(finished, calls):
                _must_be_whole(finished, speech)
                return
            if not speech.pause():
                raise Fenced
            results = [await toolbox.use(call) for call in calls]
            turns = (*turns, finished.turn, *_results(results))
        raise ProviderFailed("The model kept asking for tools")

    async def _round(
        self, look: Look, turns: tuple[Turn, ...], speech: Speech, ledger: Ledger
    ) -> tuple[Finished, list[ToolCall]]:
        """One call of the provider, shown as it comes."""
        calls: list[ToolCall] = []
        brief = brief_of(look, speech.passages)
        prompt = Prompt(prompts.system(look.workspace.name), prompts.situation(look, self._wall()), turns, TOOLS, brief)
        async with contextlib.aclosing(self._provider.stream(prompt)) as events:
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

    async def _speak(self, look: Look, ledger: Ledger) -> Outcome:
        kept = await self._db.write(look.tenant, answering.speak, look, ledger.answer())
        return Outcome.SPOKEN if kept else Outcome.STALE

    async def _fail(self, look: Look, ledger: Ledger, reason: str) -> Outcome:
        log.warning(
            "an answer failed", extra={"tenant": look.tenant, "conversation": look.conversation, "reason": reason}
        )
        connected = self._presence.available(look.tenant)
        kept = await self._db.write(look.tenant, answering.fail, look, ledger.answer(reason), connected)
        return Outcome.FAILED if kept else Outcome.STALE


def _goes_on(finished: Finished, calls: list[ToolCall]) -> bool:
    return (finished.stop == "tool_use" and bool(calls)) or (finished.stop == "pause_turn" and bool(finished.turn.raw))


def _results(results: list[ToolResult]) -> tuple[Turn, ...]:
    return (Turn("visitor", results=tuple(results)),) if results else ()


def _must_be_whole(finished: Finished, speech: Speech) -> None:
    """Shows the rest; ProviderFailed for an end that leaves the visitor without an answer."""
    if finished.stop not in ENDS_WELL | ENDS_SHORT:
        refused = finished.stop == "refusal"
        raise ProviderFailed(
            "The model refused" if refused else f"The model stopped for an unknown reason ({finished.stop})"
        )
    if not speech.finish():
        raise Fenced
    if not speech.text.strip():
        raise ProviderFailed("The model answered nothing")
