"""Which job is done by whom, and what makes a second run of it harmless."""

from collections.abc import Awaitable, Callable, Mapping

from chatbot.ai.agent import Agent
from chatbot.domain import answering, handoff
from chatbot.kit.ids import random_id
from chatbot.kit.presence import Presence
from chatbot.storage.database import Database
from chatbot.storage.jobs import Job
from chatbot.work.runner import Handler

Run = Callable[[Job], Awaitable[None]]


async def _nothing(job: Job) -> None:
    """The job is kept, dead and visible; nobody else waits for it."""


def replies(agent: Agent) -> Run:
    """Answers a conversation's open messages.

    A second run finds every message answered and does nothing; one that comes while the first is thinking ends it.
    """

    async def run(job: Job) -> None:
        await agent.reply(job.tenant, job.key)

    return run


def timeouts(db: Database) -> Run:
    """Ends a wait that nobody came to. A second run finds another stretch and does nothing."""

    async def run(job: Job) -> None:
        await db.write(job.tenant, handoff.timeout, job.key, int(job.args["stretch"]))

    return run


def apologies(db: Database, presence: Presence) -> Run:
    """The last word when an answer failed again and again without an end of its own: the visitor is told, and a
    person is called. A second run finds the messages answered and does nothing."""

    async def run(job: Job) -> None:
        available = presence.available(job.tenant)
        reason = "it failed again and again"
        await db.write(job.tenant, answering.give_up, job.key, random_id("t"), reason, available)

    return run


def all_handlers(db: Database, agent: Agent, presence: Presence) -> Mapping[str, Handler]:
    """The table."""
    return {
        handoff.REPLY_JOB: Handler(replies(agent), (1, 5), apologies(db, presence)),
        handoff.TIMEOUT_JOB: Handler(timeouts(db), (1, 5, 30, 60, 300), _nothing),
    }
