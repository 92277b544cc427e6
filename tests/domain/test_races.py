"""Who comes first: claims, timers, messages and answers at the same instant, many times over."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chatbot.domain import floor, handoff, talk, workspaces
from chatbot.domain.answering import Answer, Look, look, speak
from chatbot.domain.handoff import Actor
from chatbot.domain.talk import Guest, Said
from chatbot.kit.drafts import Delta, Drafts
from chatbot.kit.errors import Conflict
from chatbot.kit.hub import Hub
from chatbot.kit.ids import random_id
from chatbot.storage import conversations, entries, memberships
from chatbot.storage.database import Database
from chatbot.storage.entries import Entry
from chatbot.storage.memberships import Member
from chatbot.storage.scope import FENCES, Fenced, Scope, WideScope
from tests.conftest import HandClock
from tests.parties import HASH, furnish

CROWD = 50


@dataclass
class House:
    """The parts that a race needs, put together as the server does it, with the deltas that left."""

    db: Database
    hub: Hub
    tenant: int
    crowd: list[Member]
    shown: list[Delta] = field(default_factory=list)
    drafts: Drafts = field(init=False)

    def __post_init__(self) -> None:
        self.drafts = Drafts(lambda tenant, delta: self.shown.append(delta))

        def fence(fenced: Fenced) -> None:
            self.drafts.drop(fenced.tenant, fenced.conversation)

        self.hub.subscribe(FENCES, fence)

    def claim(self, id: str, member: Member) -> Awaitable[Any]:
        return floor.take(self.db, self.drafts, self.tenant, id, handoff.claim, id, member)

    async def entries(self, id: str) -> list[Entry]:
        return await self.db.read(self.tenant, entries.after, id, 0)

    async def ask(self, *, waiting: bool = False) -> str:
        """A new visitor's conversation with one open question."""
        guest = Guest(random_id("v"), random_id("f").encode(), "en")

        def open_it(scope: Scope) -> str:
            id = talk.visitor_says(scope, guest, None, Said(random_id("m"), "Hello"), "socket", None)
            if waiting:
                anybody = frozenset({self.crowd[0].user})
                assert handoff.ask_human(scope, id, Actor("visitor", guest.id), "asked", anybody) == "called"
            return id

        return await self.db.write(self.tenant, open_it)


async def add_crowd(db: Database, tenant: int) -> list[Member]:
    def add(scope: WideScope) -> None:
        for n in range(CROWD):
            workspaces.add_user(scope, scope.within(tenant), f"agent{n}@acme.example", f"Agent{n:02}", HASH, "agent")

    await db.across_tenants().write(add)
    members = await db.read(tenant, memberships.list_members)
    return [member for member in members if member.name.startswith("Agent")]


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    hub = Hub()
    db = await Database.open(tmp_path, hub, clock)
    acme, _ = await furnish(db)
    yield House(db, hub, acme.workspace.id, await add_crowd(db, acme.workspace.id))
    await db.close()


async def test_of_fifty_claims_one_wins_and_all_others_hear_its_name(house: House) -> None:
    chance = random.Random(1)
    for _ in range(100):
        id = await house.ask(waiting=chance.random() < 0.5)
        chance.shuffle(house.crowd)
        outcomes = await asyncio.gather(*(house.claim(id, member) for member in house.crowd), return_exceptions=True)
        winners = [member for member, outcome in zip(house.crowd, outcomes, strict=True) if not _lost(outcome)]
        assert len(winners) == 1
        words = {outcome.message for outcome in outcomes if _lost(outcome)}
        assert words == {f"{winners[0].name} took this conversation."}
        joined = [entry for entry in await house.entries(id) if entry.kind == "joined"]
        assert [entry.author_id for entry in joined] == [winners[0].user]


def _lost(outcome: Any) -> bool:
    if isinstance(outcome, BaseException) and not isinstance(outcome, Conflict):
        raise outcome
    return isinstance(outcome, Conflict)


async def test_a_wait_ends_once_when_the_timer_and_a_person_come_together(house: House) -> None:
    chance, first = random.Random(2), Counter[str]()
    for _ in range(200):
        id = await house.ask(waiting=True)
        wait = await house.db.read(house.tenant, conversations.get, id)
        both = [
            house.claim(id, chance.choice(house.crowd)),
            house.db.write(house.tenant, handoff.timeout, id, wait.stretch),
        ]
        chance.shuffle(both)
        await asyncio.gather(*both)
        moves = [entry.facts["move"] for entry in (await house.entries(id))[2:]]
        first[moves[0]] += 1
        # A person may come to a conversation that the timer gave back; the timer never comes after the person.
        assert moves in (["claimed"], ["timeout", "claimed"])
        ends = await house.db.across_tenants().read(_ends_of_wait, id)
        assert len(ends) == 1
        assert await house.db.across_tenants().read(_timers, id) == 0
    assert set(first) == {"claimed", "timeout"}, "one of the two always came first: the race was not run"


def _ends_of_wait(scope: WideScope, id: str) -> list[Any]:
    return scope.all(
        "SELECT kind FROM events WHERE conversation_id = :id AND json_extract(facts, '$.before') = 'waiting'", id=id
    )


def _timers(scope: WideScope, id: str) -> int:
    row = scope.one("SELECT count(*) AS n FROM jobs WHERE key = :id AND kind = :kind", id=id, kind=handoff.TIMEOUT_JOB)
    return int(row["n"])


async def test_fifty_first_messages_of_one_visitor_make_one_conversation(house: House) -> None:
    guest = Guest("v_vera", b"vera", "en")
    said = [Said(random_id("m"), f"Message {n}") for n in range(CROWD)]
    ids = await asyncio.gather(
        *(
            floor.take(house.db, house.drafts, house.tenant, None, talk.visitor_says, guest, None, each, "socket")
            for each in said
        )
    )
    assert len(set(ids)) == 1
    found = await house.entries(ids[0])
    assert [entry.seq for entry in found] == list(range(1, CROWD + 1))
    assert {entry.text for entry in found} == {each.text for each in said}


async def test_one_message_sent_fifty_times_at_once_is_kept_once(house: House) -> None:
    guest, said = Guest("v_vera", b"vera", "en"), Said(random_id("m"), "Only once")
    ids = await asyncio.gather(
        *(house.db.write(house.tenant, talk.visitor_says, guest, None, said, "socket", None) for _ in range(CROWD))
    )
    assert [entry.text for entry in await house.entries(ids[0])] == ["Only once"]


# Between the moment a claim is on its way and the moment it is on disk.


async def test_an_answer_that_begins_while_a_claim_is_on_its_way_shows_nothing(house: House) -> None:
    id = await house.ask()
    claim = asyncio.ensure_future(house.claim(id, house.crowd[0]))
    await asyncio.sleep(0)
    draft = house.drafts.begin(house.tenant, id, 1)
    draft.say("Too ")
    draft.say("late")
    await claim
    assert house.shown == []
    assert draft.say("still") is False
    assert [entry.kind for entry in await house.entries(id)] == ["message", "joined"]


async def test_an_answer_that_begins_while_a_claim_is_refused_is_shown_afterwards(house: House) -> None:
    id = await house.ask()
    await house.db.write(house.tenant, handoff.claim, id, house.crowd[0], None)
    await house.db.write(house.tenant, handoff.hand_back, id, house.crowd[0])
    claim = asyncio.ensure_future(floor.take(house.db, house.drafts, house.tenant, id, _refuse))
    await asyncio.sleep(0)
    draft = house.drafts.begin(house.tenant, id, 3)
    draft.say("In ")
    draft.say("time")
    assert house.shown == []
    with pytest.raises(Conflict):
        await claim
    assert [(delta.n, delta.text) for delta in house.shown] == [(1, "In "), (2, "time")]


def _refuse(scope: Scope, shown: Any) -> None:
    raise Conflict("No.")


async def test_no_delta_follows_an_answer_that_was_kept_beside_a_refused_claim(house: House) -> None:
    id = await house.ask()
    asked = await house.db.read(house.tenant, look, id, frozenset())
    assert isinstance(asked, Look)
    draft = house.drafts.begin(house.tenant, id, asked.floor)
    draft.say("The whole ")
    kept: list[int] = []
    house.hub.subscribe((house.tenant, f"watch:{id}"), lambda news: kept.append(len(house.shown)))
    house.db.send(house.tenant, conversations.get, id)  # keeps the writer busy, so that the next two share a commit
    refused = asyncio.ensure_future(floor.take(house.db, house.drafts, house.tenant, id, _refuse))
    await asyncio.sleep(0)
    draft.say("answer.")  # held back while the claim is on its way
    assert await house.db.write(house.tenant, speak, asked, Answer(draft.turn, "The whole answer."))
    with pytest.raises(Conflict):
        await refused
    await asyncio.sleep(0)
    assert len(house.shown) == kept[0], "a piece was shown after the entry of its turn"
