"""Look, think, speak: one run from an open question to an answer, a person, or an honest word.

Look and speak are one hop to the database each; in between nothing but the provider is waited for. Every run ends in
exactly one of: spoken, failed (the one exit of everything that goes wrong), handed to a person by a phrase, or stale,
which says nothing because somebody else has the floor or a newer message came.
"""

import logging
from collections.abc import Callable
from enum import StrEnum

from chatbot.ai import prompts
from chatbot.ai.escalation import wants_person
from chatbot.ai.phrases import phrase, spoken
from chatbot.ai.providers.base import Provider, ProviderFailed
from chatbot.ai.report import Ledger
from chatbot.ai.running import Cut, Run, Runs, TooLong
from chatbot.ai.speech import Speech
from chatbot.ai.thinking import Fenced, think
from chatbot.ai.toolbox import Stale, Toolbox
from chatbot.domain import answering
from chatbot.domain.answering import Look
from chatbot.kit.clock import monotonic, now
from chatbot.kit.drafts import Drafts
from chatbot.kit.errors import Refusal
from chatbot.kit.presence import Presence
from chatbot.storage.database import Database

RUN = 85.0
"""Seconds for a whole run: of the ninety that a visitor is promised, five are left for keeping what came of it."""
log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a run ended."""

    NOTHING = "nothing"
    CALLED = "called"
    SPOKEN = "spoken"
    FAILED = "failed"
    STALE = "stale"


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

    async def warm(self) -> None:
        """Makes the provider ready, so that the first visitor needn't wait for it."""
        await self._provider.warm()

    async def close(self) -> None:
        """Lets go of what the provider holds."""
        await self._provider.close()

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
                toolbox = Toolbox(self._db, self._presence, look, speech, ledger)
                await think(self._provider, prompts.prompt(look, look.passages, self._wall()), toolbox, speech, ledger)
            return await self._speak(look, ledger)
        except (Cut, Fenced, Stale):
            return await self._note_cut(look, ledger)
        except (TooLong, ProviderFailed) as failed:
            return await self._fail(look, speech, ledger, str(failed))
        except Refusal:
            raise  # the database cannot: the job tries again
        except Exception:
            log.exception("an answer broke", extra={"tenant": look.tenant, "conversation": look.conversation})
            return await self._fail(look, speech, ledger, "An internal error")
        finally:
            speech.close()

    async def _speak(self, look: Look, ledger: Ledger) -> Outcome:
        kept = await self._db.write(look.tenant, answering.speak, look, ledger.answer())
        return Outcome.SPOKEN if kept else await self._note_cut(look, ledger)

    async def _note_cut(self, look: Look, ledger: Ledger) -> Outcome:
        await self._db.jot(look.tenant, answering.note_cut, look, ledger.answer())
        return Outcome.STALE

    async def _fail(self, look: Look, speech: Speech, ledger: Ledger, reason: str) -> Outcome:
        speech.hush()  # not one piece may follow the entry that is kept now
        log.warning(
            "an answer failed", extra={"tenant": look.tenant, "conversation": look.conversation, "reason": reason}
        )
        connected = self._presence.available(look.tenant)
        kept = await self._db.write(look.tenant, answering.fail, look, ledger.answer(reason), connected)
        return Outcome.FAILED if kept else Outcome.STALE
