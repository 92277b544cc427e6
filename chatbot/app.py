"""The composition root: the only file that sees every room."""

import gc
from collections.abc import AsyncIterator
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
from chatbot.storage.database import Database
from chatbot.storage.lock import FolderLock
from chatbot.storage.scope import FENCES, Fenced
from chatbot.web.csrf import SameOrigin
from chatbot.web.errors import Errors
from chatbot.web.headers import SafeHeaders
from chatbot.web.house import House
from chatbot.web.limits import Limits
from chatbot.web.routes import routes
from chatbot.work import rounds, timetable
from chatbot.work.handlers import all_handlers
from chatbot.work.runner import Runner
from chatbot.work.supervisor import Supervisor


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
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    timetable.start(house.supervisor, rounds.table(house.db, house.hub, house.directory))


async def stop(parts: Parts) -> None:
    """Ends work in the order that loses nothing: no new jobs, then the database, then the lock. Twice is harmless."""
    await parts.house.supervisor.stop()
    await parts.agent.close()
    await parts.house.db.close()
    parts.lock.release()


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

    served = Starlette(
        routes=routes(house),
        lifespan=lifespan,
        middleware=[
            Middleware(SafeHeaders, framed=house.config.demo, secure=house.config.secure),
            Middleware(SameOrigin, config=house.config),
        ],
        exception_handlers={Refusal: errors.refused, HTTPException: errors.http, Exception: errors.broken},
    )
    # An address with a slash too many is unknown: redirecting it would trust the Host header.
    served.router.redirect_slashes = False
    return served
