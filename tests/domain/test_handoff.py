"""Who holds a conversation: every state times every event, through the real functions over a real database."""

import random
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.domain import handoff
from chatbot.domain.handoff import MOVES, Event, State
from chatbot.domain.news import Added, Changed, Standing
from chatbot.kit.errors import Conflict
from chatbot.kit.hub import Hub
from chatbot.storage import conversations
from chatbot.storage.conversations import Conversation
from chatbot.storage.database import Database
from chatbot.storage.scope import Scope, WideScope
from tests.conftest import HandClock
from tests.domain import moving
from tests.domain.moving import (
    ACTORS,
    MARKS,
    NOT_IN_THE_TABLE,
    VERBS,
    Acme,
    Row,
    bring,
    everything,
    get,
    new,
    timer_fits,
    writes,
)

acme, db, hub = moving.acme, moving.db, moving.hub
"""The fixtures."""


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
    timer_fits(row, after)
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
    timer_fits(await get(db, acme, id), rows)


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
