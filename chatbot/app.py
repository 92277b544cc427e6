"""The composition root: the only file that sees every room."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from chatbot.ai.agent import Agent
from chatbot.ai.providers.anthropic import Claude
from chatbot.ai.providers.base import Provider
from chatbot.ai.providers.embedded import Embedded
from chatbot.config import Config
from chatbot.domain import workspaces
from chatbot.domain.directory import Directory
from chatbot.domain.reach import TOPIC, Reach
from chatbot.kit.clock import Clock, monotonic, now
from chatbot.kit.crypto import Passwords
from chatbot.kit.drafts import Drafts
from chatbot.kit.errors import Refusal
from chatbot.kit.hub import Hub
from chatbot.kit.presence import Presence
from chatbot.kit.render import Renderer
from chatbot.storage import knowledge
from chatbot.storage.database import Database
from chatbot.storage.lock import FolderLock
from chatbot.storage.scope import FENCES, Fenced
from chatbot.web.csrf import SameOrigin
from chatbot.web.errors import Errors
from chatbot.web.headers import SafeHeaders
from chatbot.web.house import House
from chatbot.web.limits import Limits
from chatbot.web.routes import routes
from chatbot.web.sockets.operator import RECHECK
from chatbot.work import timetable
from chatbot.work.handlers import all_handlers
from chatbot.work.runner import Runner
from chatbot.work.supervisor import Supervisor
from chatbot.work.timetable import Every

OTHERS_WROTE = 0.4
"""Seconds between two looks at whether another process has written."""
TIDY = 60.0
"""Seconds between two rounds over the search index."""
SETTLE = 30.0
"""Seconds between two freezes of what has come to stay, which spares the collector the walk through it."""


@dataclass(frozen=True)
class Parts:
    """What `build` has made and the lifespan starts and ends."""

    house: House
    agent: Agent
    runner: Runner
    lock: FolderLock


def provider_for(config: Config) -> Provider:
    """Claude where there is a key, else the answerer that needs none."""
    if config.anthropic_key:
        return Claude(config.anthropic_key, config.model, base_url=config.anthropic_url or None)
    return Embedded()


async def build(config: Config, *, clock: Clock = now, provider: Provider | None = None) -> Parts:
    """Opens the database and puts every part in its place. Tests call it with other ends."""
    lock = FolderLock(config.data_dir)
    hub, presence, supervisor = Hub(), Presence(), Supervisor()
    try:
        db = await Database.open(config.data_dir, hub, clock)
    except BaseException:
        lock.release()
        raise
    drafts = Drafts(lambda tenant, delta: hub.publish((tenant, f"draft:{delta.conversation}"), delta))
    agent = Agent(db, drafts, presence, provider or provider_for(config), wall=clock)
    runner = Runner(db, hub, clock, supervisor, all_handlers(db, agent, presence))
    house = House(
        config, clock, db, hub, drafts, presence, Directory(db), Passwords(), Renderer({}, {}),
        Limits(config.limit_scale, monotonic), supervisor,
    )  # fmt: skip
    _wire(house, agent)
    return Parts(house, agent, runner, lock)


def _wire(house: House, agent: Agent) -> None:
    """Who hears what inside the house."""

    def fence(fenced: Fenced) -> None:
        house.drafts.drop(fenced.tenant, fenced.conversation)
        if fenced.cut:
            agent.cut(fenced.tenant, fenced.conversation)

    house.hub.subscribe(FENCES, fence)
    house.hub.subscribe(workspaces.CHANGED, lambda _: house.directory.forget())
    house.presence.changed = lambda tenant, reachable: house.hub.publish((tenant, TOPIC), Reach(reachable))


async def start(parts: Parts) -> None:
    """Takes up what the last run left, then begins to work."""
    await parts.runner.recover()
    house = parts.house
    house.supervisor.start(parts.agent.warm(), "warm")
    house.supervisor.keep(parts.runner.run, "runner")
    timetable.start(
        house.supervisor,
        [
            Every(OTHERS_WROTE, _notice_others(house), "others wrote"),
            Every(SETTLE, _settle, "settle"),
            Every(TIDY, _tidy(house), "tidy"),
        ],
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


async def stop(parts: Parts) -> None:
    """Ends work in the order that loses nothing: no new jobs, then the database, then the lock. Twice is harmless."""
    await parts.house.supervisor.stop()
    await parts.agent.close()
    await parts.house.db.close()
    parts.lock.release()


def _notice_others(house: House) -> Callable[[], Awaitable[None]]:
    """Commands write beside the server: when one has, what is kept in memory is dropped and rights are checked."""
    seen: int | None = None

    async def look() -> None:
        nonlocal seen
        version = await house.db.data_version()
        if seen not in (None, version):
            house.directory.forget()
            house.hub.publish(RECHECK, None)
        seen = version

    return look


async def _settle() -> None:
    gc.freeze()


def _tidy(house: House) -> Callable[[], Awaitable[None]]:
    """Deleted words leave the search index for good, a little at a time so that nobody waits."""

    async def tidy() -> None:
        everywhere = house.db.across_tenants()
        while await everywhere.write(knowledge.tidy):
            pass

    return tidy


def application(parts: Parts) -> Starlette:
    """The ASGI application over the built parts."""
    house = parts.house
    errors = Errors(house.render)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await start(parts)
        try:
            yield
        finally:
            await stop(parts)

    return Starlette(
        routes=routes(house),
        lifespan=lifespan,
        middleware=[
            Middleware(SafeHeaders, framed=house.config.demo, secure=house.config.secure),
            Middleware(SameOrigin, config=house.config),
        ],
        exception_handlers={Refusal: errors.refused, HTTPException: errors.http, Exception: errors.broken},
    )
