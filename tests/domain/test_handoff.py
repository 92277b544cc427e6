"""Who holds a conversation: every state times every event, through the real functions over a real database."""

import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from chatbot.domain import handoff, talk
from chatbot.domain.handoff import MOVES, Actor, Event, State
from chatbot.domain.news import Added, Changed, Standing
from chatbot.domain.talk import Guest, Said
from chatbot.kit.errors import Conflict
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


@pytest.mark.parametrize(("state", "event"), NOT_IN_THE_TABLE)
async def test_a_move_that_is_not_in_the_table_is_a_conflict_and_changes_nothing(
    db: Database, acme: Acme, state: State, event: Event
) -> None:
    id = await bring(db, acme, state)
    before = await everything(db)

    def move(scope: Scope) -> None:
        handoff.move(scope, conversations.get(scope, id), event, handoff.SYSTEM)

    with pytest.raises(Conflict):
        await db.write(acme.tenant, move)
    assert await everything(db) == before


@pytest.mark.parametrize(("state", "event"), [pair for pair in NOT_IN_THE_TABLE if pair[1] is not Event.VISITOR_WRITES])
async def test_whoever_asks_for_it_changes_nothing_and_no_screen_hears_of_it(
    db: Database, hub: Hub, acme: Acme, state: State, event: Event
) -> None:
    id = await bring(db, acme, state)
    before, heard = await everything(db), listen(hub, acme)
    harmless = {
        **{(each, Event.TIMEOUT): False for each in State},  # a timer may come late
        **{(each, Event.ASK_HUMAN): "already" for each in (State.WAITING, State.HUMAN)},  # asked twice is asked once
    }
    if (state, event) in harmless:
        assert await db.write(acme.tenant, VERBS[event], acme, id) == harmless[state, event]
    else:
        with pytest.raises(Conflict):
            await db.write(acme.tenant, VERBS[event], acme, id)
    assert await everything(db) == before
    assert heard == []


async def test_nobody_is_called_to_a_closed_conversation_also_when_nobody_could_come(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.RESOLVED)
    before = await everything(db)
    with pytest.raises(Conflict):
        await db.write(acme.tenant, handoff.ask_human, id, handoff.SYSTEM, "why", frozenset())
    assert await everything(db) == before


@pytest.mark.parametrize("state", [State.AI, State.WAITING, State.HUMAN])
async def test_what_a_visitor_writes_into_an_open_conversation_moves_nothing(
    db: Database, acme: Acme, state: State
) -> None:
    id = await bring(db, acme, state)
    before = await get(db, acme, id)
    await db.write(acme.tenant, writes, acme, id)
    after = await get(db, acme, id)
    assert (after.state, after.stretch, after.floor, after.owner_id) == (
        before.state, before.stretch, before.floor, before.owner_id,
    )  # fmt: skip
    assert after.last_seq == before.last_seq + 1


def listen(hub: Hub, acme: Acme) -> list[Any]:
    """What the visitor's windows and the operators' inbox are told from now on."""
    heard: list[Any] = []
    for topic in (f"visitor:{acme.vera.id}", "inbox"):
        hub.subscribe((acme.tenant, topic), heard.append)
    return heard


@pytest.mark.parametrize(("state", "event"), MOVES)
async def test_a_move_changes_row_entry_event_job_and_screens_together(
    db: Database, hub: Hub, acme: Acme, clock: HandClock, state: State, event: Event
) -> None:
    id = await bring(db, acme, state)
    before, old, heard = await everything(db), await get(db, acme, id), listen(hub, acme)
    clock.forward(7)
    await db.write(acme.tenant, VERBS[event], acme, id)
    after, row = await everything(db), await get(db, acme, id)
    assert row.state == MOVES[state, event]
    assert row.stretch == old.stretch + 1
    _one_entry(event, new(after, before, "entries"))
    _one_event(acme, event, old, row, new(after, before, "events"))
    _timer_fits(row, after)
    _screens(heard, row)


def _one_entry(event: Event, entries: list[Row]) -> None:
    assert [(entry["kind"], entry["role"]) for entry in entries] == [MARKS[event]]


def _one_event(acme: Acme, event: Event, old: Conversation, row: Conversation, events: list[Row]) -> None:
    moves = [each for each in events if each["kind"] == f"conversation.{event}"]
    assert len(moves) == 1
    assert [each["kind"] for each in events if each not in moves] in ([], ["message.created"])
    role = ACTORS.get(event, "operator")
    ids = {"visitor": acme.vera.id, "operator": acme.bob.user, "system": None}
    assert (moves[0]["actor_role"], moves[0]["actor_id"]) == (role, ids[role])
    for fact in (f'"before": "{old.state}"', f'"after": "{row.state}"', f'"stretch": {row.stretch}'):
        assert fact in moves[0]["facts"]


def _timer_fits(row: Conversation, rows: dict[str, list[Row]]) -> None:
    """A timer stands exactly where somebody waits, for this wait and its deadline."""
    found = [(timer["due_at"], timer["args"]) for timer in timers(rows)]
    assert found == ([(row.wait_deadline, f'{{"stretch": {row.stretch}}}')] if row.state == State.WAITING else [])


def _screens(heard: list[Any], row: Conversation) -> None:
    assert any(isinstance(each, Added) for each in heard)
    assert [each.status for each in heard if isinstance(each, Standing)] == [row.state]
    lines = [each for each in heard if isinstance(each, Changed)]
    assert lines[-1].conversation == row
    assert lines[-1].counts is not None


async def test_a_row_holds_only_what_its_state_allows(db: Database, acme: Acme) -> None:
    for state in State:
        id = await bring(db, acme, state)
        row = await get(db, acme, id)
        held = (row.owner_id, row.owner_since, row.waiting_since, row.wait_deadline, row.resolved_at)
        assert [value is not None for value in held] == [
            state is State.HUMAN, state is State.HUMAN, state is State.WAITING, state is State.WAITING,
            state is State.RESOLVED,
        ]  # fmt: skip
        if state is not State.RESOLVED:
            await db.write(acme.tenant, handoff.resolve, id, acme.bob, None)


WRONG_ROWS = [
    "state = 'human', owner_id = NULL",
    "state = 'ai', owner_id = :bob",
    "state = 'waiting', waiting_since = NULL, wait_deadline = 5",
    "state = 'waiting', waiting_since = 5, wait_deadline = NULL",
    "state = 'ai', waiting_since = 5",
    "state = 'ai', wait_deadline = 5",
    "state = 'resolved', resolved_at = NULL",
    "state = 'ai', resolved_at = 5",
    "state = 'lost'",
    "priority = 4",
    "state = 'human', owner_id = 'u_nobody'",
    "state = 'human', owner_id = :mallory",
    "visitor_id = 'v_nobody'",
]


@pytest.mark.parametrize("wrong", WRONG_ROWS)
async def test_the_schema_refuses_a_row_that_cannot_be(db: Database, acme: Acme, wrong: str) -> None:
    id = await bring(db, acme, State.AI)

    def change(scope: WideScope) -> None:
        mallory = scope.one("SELECT id FROM users WHERE email = 'mallory@globex.example'")["id"]
        scope.run(f"UPDATE conversations SET {wrong} WHERE id = :id", id=id, bob=acme.bob.user, mallory=mallory)

    with pytest.raises(sqlite3.IntegrityError):
        await db.across_tenants().write(change)


async def test_the_schema_refuses_a_second_open_conversation(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.RESOLVED)

    def second(scope: Scope) -> None:
        conversations.insert(scope, "c_second", acme.vera.id, "en", "", ("", "", ""))
        conversations.insert(scope, "c_third", acme.vera.id, "en", "", ("", "", ""))

    with pytest.raises(sqlite3.IntegrityError):
        await db.write(acme.tenant, second)
    assert [row["id"] for row in (await everything(db))["conversations"]] == [id]


@pytest.mark.parametrize("event", [Event.CLAIM, Event.REOPEN])
async def test_a_closed_conversation_stays_closed_beside_an_open_one(db: Database, acme: Acme, event: Event) -> None:
    closed = await bring(db, acme, State.RESOLVED)
    await db.across_tenants().write(lambda scope: scope.run("UPDATE tenants SET reopen_days = -1"))
    opened = await db.write(acme.tenant, writes, acme, None)
    assert opened != closed
    before = await everything(db)
    with pytest.raises(Conflict, match="another open conversation"):
        await db.write(acme.tenant, VERBS[event], acme, closed)
    assert await everything(db) == before


async def test_who_reopens_an_open_conversation_is_not_told_of_another_one(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.AI)
    with pytest.raises(Conflict) as refused:
        await db.write(acme.tenant, handoff.reopen, id, acme.bob)
    assert "another" not in refused.value.message


@pytest.mark.parametrize("event", [Event.RELEASE, Event.HAND_BACK, Event.RESOLVE, Event.CLAIM])
async def test_only_the_owner_acts_and_everybody_else_is_told_the_owners_name(
    db: Database, acme: Acme, event: Event
) -> None:
    id = await bring(db, acme, State.HUMAN)
    carla = Acme(acme.shop, {**acme.people, "Bob": acme.people["Carla"]}, acme.vera)
    before = await everything(db)
    with pytest.raises(Conflict, match="Bob took this conversation"):
        await db.write(acme.tenant, VERBS[event], carla, id)
    assert await everything(db) == before


async def test_a_stranger_finds_no_conversation_to_move(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.WAITING)
    globex = (await db.across_tenants().read(lambda scope: scope.one("SELECT id FROM tenants WHERE name = 'Globex'")))[
        "id"
    ]
    before = await everything(db)
    for verb in VERBS.values():
        if verb is not writes:
            with pytest.raises(Exception, match="no such thing"):
                await db.write(globex, verb, acme, id)
    assert await everything(db) == before


async def test_release_keeps_the_first_wait_and_starts_a_new_deadline(
    db: Database, acme: Acme, clock: HandClock
) -> None:
    id = await bring(db, acme, State.WAITING)
    first = await get(db, acme, id)
    clock.forward(60)
    await db.write(acme.tenant, VERBS[Event.CLAIM], acme, id)
    clock.forward(60)
    await db.write(acme.tenant, VERBS[Event.RELEASE], acme, id)
    again = await get(db, acme, id)
    assert again.first_wait == first.first_wait
    assert (again.waiting_since, again.wait_deadline) == (clock.now, clock.now + 180_000)
    _timer_fits(again, await everything(db))


@pytest.mark.parametrize("event", [Event.CANCEL_WAIT, Event.TIMEOUT, Event.RESOLVE])
async def test_a_new_wait_after_the_old_one_ended_begins_from_nothing(
    db: Database, acme: Acme, clock: HandClock, event: Event
) -> None:
    id = await bring(db, acme, State.WAITING)
    await db.write(acme.tenant, VERBS[event], acme, id)
    clock.forward(60)
    await db.write(acme.tenant, writes, acme, id)
    await db.write(acme.tenant, VERBS[Event.ASK_HUMAN], acme, id)
    assert (await get(db, acme, id)).first_wait == clock.now


@pytest.mark.parametrize("ending", [Event.CLAIM, Event.CANCEL_WAIT, Event.RESOLVE, Event.TIMEOUT])
async def test_the_timer_of_a_wait_that_is_over_does_nothing(db: Database, acme: Acme, ending: Event) -> None:
    id = await bring(db, acme, State.WAITING)
    stale = (await get(db, acme, id)).stretch
    await db.write(acme.tenant, VERBS[ending], acme, id)
    before = await everything(db)
    assert await db.write(acme.tenant, handoff.timeout, id, stale) is False
    assert await everything(db) == before


async def test_the_timer_of_an_earlier_wait_does_not_end_a_later_one(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.WAITING)
    stale = (await get(db, acme, id)).stretch
    await db.write(acme.tenant, VERBS[Event.CANCEL_WAIT], acme, id)
    await db.write(acme.tenant, VERBS[Event.ASK_HUMAN], acme, id)
    before = await everything(db)
    assert await db.write(acme.tenant, handoff.timeout, id, stale) is False
    assert await everything(db) == before


async def test_a_person_who_comes_ends_the_open_question_and_its_job(db: Database, acme: Acme) -> None:
    id = await bring(db, acme, State.AI)
    assert [row["kind"] for row in (await everything(db))["jobs"]] == [handoff.REPLY_JOB]
    await db.write(acme.tenant, VERBS[Event.CLAIM], acme, id)
    assert (await everything(db))["jobs"] == []
    row = await get(db, acme, id)
    assert row.answered_seq == row.question_seq == 1


@pytest.mark.parametrize(
    ("who", "away", "reachable"),
    [("Bob", False, True), ("Bob", True, False), ("Vic", False, False), ("Anna", False, True)],
)
async def test_only_people_who_can_come_are_promised(
    db: Database, acme: Acme, who: str, away: bool, reachable: bool
) -> None:
    id = await bring(db, acme, State.AI)
    person = acme.people[who]
    await db.write(acme.tenant, memberships.change_away, person.user, away)
    outcome = await db.write(acme.tenant, handoff.ask_human, id, handoff.SYSTEM, "why", frozenset({person.user}))
    row = await get(db, acme, id)
    assert (outcome, row.state) == (("called", "waiting") if reachable else ("nobody", "ai"))
    rows = await everything(db)
    assert len(timers(rows)) == (1 if reachable else 0)
    assert rows["entries"][-1]["kind"] == ("handoff" if reachable else "notice")


def _walk(seed: int) -> Iterator[Event]:
    chance = random.Random(seed)
    for _ in range(60):
        yield chance.choice(list(Event))


@pytest.mark.parametrize("seed", range(5))
async def test_on_any_way_through_the_table_the_ledger_tells_every_step(
    db: Database, acme: Acme, clock: HandClock, seed: int
) -> None:
    id = await bring(db, acme, State.AI)
    steps: list[tuple[str, str, str]] = []
    for event in _walk(seed):
        clock.forward(1)
        old = await get(db, acme, id)
        try:
            await db.write(acme.tenant, VERBS[event], acme, id)
        except Conflict:
            assert (State(old.state), event) not in MOVES
        row = await get(db, acme, id)
        if (State(old.state), event) in MOVES:
            steps.append((old.state, event, row.state))
        assert row.stretch == 1 + len(steps)
    rows = await everything(db)
    moved = sorted((each for each in rows["events"] if '"stretch"' in each["facts"]), key=lambda each: each["at"])
    assert [each["kind"] for each in moved] == [f"conversation.{event}" for _, event, _ in steps]
    assert [row["seq"] for row in rows["entries"]] == list(range(1, len(rows["entries"]) + 1))
    assert (await get(db, acme, id)).last_seq == len(rows["entries"])
    _timer_fits(await get(db, acme, id), rows)


async def test_a_move_from_what_was_read_long_ago_is_a_conflict_though_the_state_is_the_same(
    db: Database, acme: Acme
) -> None:
    id = await bring(db, acme, State.HUMAN)
    stale = await get(db, acme, id)
    for event in (Event.RELEASE, Event.CLAIM):
        await db.write(acme.tenant, VERBS[event], acme, id)
    before = await everything(db)
    with pytest.raises(Conflict):
        await db.write(acme.tenant, handoff.move, stale, Event.HAND_BACK, handoff.SYSTEM)
    assert await everything(db) == before
