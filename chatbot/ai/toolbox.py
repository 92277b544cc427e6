"""The tools of one run, carried out for one conversation: whose they are is settled here, never by the model."""

from collections.abc import Mapping

from chatbot.ai import prompts
from chatbot.ai.addresses import Addresses
from chatbot.ai.citations import read
from chatbot.ai.providers.base import ToolCall, ToolResult
from chatbot.ai.report import Ledger
from chatbot.ai.speech import Speech
from chatbot.ai.tools import AskHuman, BusinessHours, Doer, Search, Used, use
from chatbot.domain import answering, library
from chatbot.domain.answering import Look
from chatbot.kit.presence import Presence
from chatbot.kit.text import one_line
from chatbot.storage.database import Database

LONGEST_REASON = 120
CALLED: Mapping[str, str] = {
    "called": "called: people of the team have been called and the visitor sees it. Say so in one short sentence.",
    "already": "already: a person is already being called. Don't call again.",
    "nobody": "nobody: nobody of the team can come now, and the visitor has been told. Don't promise anybody.",
}
"""What the model reads of each outcome; the first word is the outcome."""


class Stale(Exception):
    """The conversation has moved on: this run must end without a word."""


class Toolbox:
    """The tools of one run."""

    def __init__(self, db: Database, presence: Presence, look: Look, speech: Speech, ledger: Ledger) -> None:
        self._db = db
        self._presence = presence
        self._look = look
        self._speech = speech
        self._ledger = ledger
        self._doers: Mapping[str, Doer] = {
            "search_knowledge": self._search,
            "ask_human": self._ask_human,
            "business_hours": self._hours,
        }

    async def use(self, call: ToolCall) -> ToolResult:
        """The result of one call, noted for the operators."""
        result = await use(call, self._doers)
        name = call.name if call.name in self._doers else "unknown"
        self._ledger.used.append(Used(name, result.failed))
        return result

    async def _search(self, arguments: Search) -> str:
        found = await self._db.read(self._look.tenant, library.search, arguments.query, arguments.keywords)
        if not found:
            return "Nothing was found. Try once with other words, or say that you don't know."
        numbers = self._speech.learn(found)
        return prompts.passages(zip(numbers, found, strict=True))

    async def _ask_human(self, arguments: AskHuman) -> str:
        reason, _ = read(one_line(arguments.reason, LONGEST_REASON), Addresses(), 0)
        connected = self._presence.available(self._look.tenant)
        outcome = await self._db.write(self._look.tenant, answering.call_person, self._look, reason, connected)
        if outcome == "stale":
            raise Stale
        return CALLED[outcome]

    async def _hours(self, arguments: BusinessHours) -> str:
        del arguments
        return (
            "People of the team can be reached in this chat now."
            if self._look.reachable
            else prompts.nobody(self._look.opens_at)
        )
