"""What the house does again and again, whether or not anybody is there."""

import gc
from collections.abc import Awaitable, Callable

from chatbot.domain import access
from chatbot.domain.directory import Directory
from chatbot.kit.hub import Hub
from chatbot.storage import knowledge
from chatbot.storage.database import Database
from chatbot.work.timetable import Every

Work = Callable[[], Awaitable[None]]


def table(db: Database, hub: Hub, directory: Directory) -> list[Every]:
    """The timetable, with seconds between two times."""
    return [
        Every(0.4, noticing_others(db, hub, directory), "others wrote"),
        Every(30, settling(), "settle"),
        Every(60, tidying(db), "tidy"),
        Every(60, ending_sessions(db), "expired sessions"),
    ]


def noticing_others(db: Database, hub: Hub, directory: Directory) -> Work:
    """Commands write beside the server: when one has, what is kept in memory is dropped and rights are checked."""
    seen = -1

    async def look() -> None:
        nonlocal seen
        version = await db.data_version()
        if version != seen:
            seen = version
            directory.forget()
            hub.publish(access.RECHECK, None)

    return look


def settling() -> Work:
    """What has come to stay is taken out of the collector's walk, which at 10,000 windows stops the loop for a second.

    Only what is new since the last time is walked. What was taken out and has gone since would stay for ever, so when
    twice as much has been taken out as at the last full walk, everything is walked once.
    """
    settled = gc.get_freeze_count()

    async def settle() -> None:
        nonlocal settled
        full = gc.get_freeze_count() > 2 * settled
        if full:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        settled = gc.get_freeze_count() if full else settled

    return settle


def tidying(db: Database) -> Work:
    """Deleted words leave the search index for good, a little at a time so that nobody waits."""

    async def tidy() -> None:
        while await db.across_tenants().write(knowledge.tidy):
            pass

    return tidy


def ending_sessions(db: Database) -> Work:
    """Sign-ins that are over are forgotten, and their windows closed."""

    async def end() -> None:
        await db.across_tenants().write(access.end_expired)

    return end
