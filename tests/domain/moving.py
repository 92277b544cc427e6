"""Acme's conversation with Vera, brought into any state, and everything that a move may touch."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from chatbot.domain import handoff, talk
from chatbot.domain.handoff import MOVES, Actor, Event, State
from chatbot.domain.talk import Guest, Said
from chatbot.kit.hub import Hub
from chatbot.kit.ids import random_id
from chatbot.storage import conversations, memberships
from chatbot.storage.conversations import Conversation
from chatbot.storage.database import Database
from chatbot.storage.memberships import Member
from chatbot.storage.scope import Scope, WideScope
from tests.conftest import HandClock
from tests.parties import Shop, furnish

Row = dict[str, Any]
Verb = Callable[[Scope, "Acme", str], Any]


@dataclass(frozen=True)
class Acme:
    """A workspace, its people by first name, and Vera who visits it."""

    shop: Shop
    people: dict[str, Member]
    vera: Guest = field(default_factory=lambda: Guest(random_id("v"), random_id("f").encode(), "en"))

    @property
    def tenant(self) -> int:
        return self.shop.workspace.id

    @property
    def bob(self) -> Member:
        return self.people["Bob"]

    @property
    def connected(self) -> frozenset[str]:
        return frozenset({self.bob.user})


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
async def db(tmp_path: Path, hub: Hub, clock: HandClock) -> AsyncIterator[Database]:
    """An empty database whose news can be heard."""
    opened = await Database.open(tmp_path, hub, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def acme(db: Database) -> Acme:
    shop, _ = await furnish(db)
    members = await db.read(shop.workspace.id, memberships.list_members)
    return Acme(shop, {member.first_name: member for member in members})


def writes(scope: Scope, acme: Acme, id: str | None, text: str = "Hello") -> str:
    return talk.visitor_says(scope, acme.vera, id, Said(random_id("m"), text), "socket", None)


def asks(scope: Scope, acme: Acme, id: str) -> str:
    return handoff.ask_human(scope, id, Actor("visitor", acme.vera.id), "asked for a person", acme.connected)


VERBS: dict[Event, Verb] = {
    Event.ASK_HUMAN: asks,
    Event.CLAIM: lambda scope, acme, id: handoff.claim(scope, id, acme.bob, None),
    Event.CANCEL_WAIT: lambda scope, acme, id: handoff.cancel_wait(scope, id),
    Event.TIMEOUT: lambda scope, acme, id: handoff.timeout(scope, id, conversations.get(scope, id).stretch),
    Event.RELEASE: lambda scope, acme, id: handoff.release(scope, id, acme.bob),
    Event.HAND_BACK: lambda scope, acme, id: handoff.hand_back(scope, id, acme.bob),
    Event.RESOLVE: lambda scope, acme, id: handoff.resolve(scope, id, acme.bob, None),
    Event.REOPEN: lambda scope, acme, id: handoff.reopen(scope, id, acme.bob),
    Event.VISITOR_WRITES: writes,
}
ACTORS = {
    Event.ASK_HUMAN: "visitor",
    Event.CANCEL_WAIT: "visitor",
    Event.VISITOR_WRITES: "visitor",
    Event.TIMEOUT: "system",
}
MARKS = {
    Event.ASK_HUMAN: ("handoff", "system"),
    Event.CLAIM: ("joined", "operator"),
    Event.CANCEL_WAIT: ("notice", "system"),
    Event.TIMEOUT: ("notice", "system"),
    Event.RELEASE: ("left", "operator"),
    Event.HAND_BACK: ("left", "operator"),
    Event.RESOLVE: ("notice", "system"),
    Event.REOPEN: ("notice", "system"),
    Event.VISITOR_WRITES: ("message", "visitor"),
}
"""The one entry that each move adds: (kind, role)."""
PATHS: dict[State, tuple[Event, ...]] = {
    State.AI: (),
    State.WAITING: (Event.ASK_HUMAN,),
    State.HUMAN: (Event.ASK_HUMAN, Event.CLAIM),
    State.RESOLVED: (Event.ASK_HUMAN, Event.CLAIM, Event.RESOLVE),
}
NOT_IN_THE_TABLE = [pair for pair in product(State, Event) if pair not in MOVES]


async def bring(db: Database, acme: Acme, state: State) -> str:
    """A conversation of Vera's in this state."""
    id = await db.write(acme.tenant, writes, acme, None)
    for event in PATHS[state]:
        await db.write(acme.tenant, VERBS[event], acme, id)
    return id


async def everything(db: Database) -> dict[str, list[Row]]:
    """Every row that a move may touch."""

    def read(scope: WideScope) -> dict[str, list[Row]]:
        tables = ("conversations", "entries", "events", "jobs", "runs", "visitors")
        return {table: [dict(row) for row in scope.all(f"SELECT * FROM {table}")] for table in tables}

    return await db.across_tenants().read(read)


async def get(db: Database, acme: Acme, id: str) -> Conversation:
    return await db.read(acme.tenant, conversations.get, id)


def new(after: dict[str, list[Row]], before: dict[str, list[Row]], table: str) -> list[Row]:
    return [row for row in after[table] if row not in before[table]]


def timers(rows: dict[str, list[Row]]) -> list[Row]:
    return [row for row in rows["jobs"] if row["kind"] == handoff.TIMEOUT_JOB]


def timer_fits(row: Conversation, rows: dict[str, list[Row]]) -> None:
    """A timer stands exactly where somebody waits, for this wait and its deadline."""
    found = [(timer["due_at"], timer["args"]) for timer in timers(rows)]
    assert found == ([(row.wait_deadline, f'{{"stretch": {row.stretch}}}')] if row.state == State.WAITING else [])
