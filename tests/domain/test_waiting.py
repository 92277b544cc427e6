"""Waiting for a person: the first wait, the deadline and its timer, and who can be promised."""

import pytest

from chatbot.domain import handoff
from chatbot.domain.handoff import Event, State
from chatbot.storage import memberships
from chatbot.storage.database import Database
from tests.conftest import HandClock
from tests.domain import moving
from tests.domain.moving import VERBS, Acme, bring, everything, get, timer_fits, timers, writes

acme, db, hub = moving.acme, moving.db, moving.hub
"""The fixtures."""


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
    timer_fits(again, await everything(db))


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
