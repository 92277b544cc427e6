"""Promises are kept: leases, retries, the last word, timers, and what a restart finds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chatbot.kit.errors import NotSaved
from chatbot.kit.hub import Hub
from chatbot.storage import jobs
from chatbot.storage.database import Database
from chatbot.storage.jobs import Job
from chatbot.storage.scope import Scope, WideScope
from chatbot.work.runner import Handler, Runner
from chatbot.work.supervisor import Supervisor
from tests.conftest import HandClock
from tests.parties import furnish

Run = Callable[[Job], Awaitable[None]]


@dataclass
class Works:
    """A runner over a real database, with handlers that the test writes."""

    db: Database
    hub: Hub
    clock: HandClock
    tenant: int
    supervisor: Supervisor = field(default_factory=Supervisor)
    handlers: dict[str, Handler] = field(default_factory=dict)
    runs: list[tuple[str, str, int]] = field(default_factory=list)
    """(kind, key, attempt) of every run that began."""
    dead: list[str] = field(default_factory=list)
    """Keys of the jobs that were given up."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def handle(self, kind: str, run: Run, delays: tuple[float, ...] = (), give_up: Run | None = None) -> None:
        async def noted(job: Job) -> None:
            self.runs.append((job.kind, job.key, job.attempts))
            self._news.set()
            await run(job)

        async def last_word(job: Job) -> None:
            self.dead.append(job.key)
            if give_up is not None:
                await give_up(job)

        self.handlers[kind] = Handler(noted, delays, last_word)

    async def start(self) -> Runner:
        """A fresh process: recovers, then works until the test ends."""
        runner = Runner(self.db, self.hub, self.clock, self.supervisor, self.handlers)
        await runner.recover()
        self.supervisor.start(runner.run(), "runner")
        return runner

    async def leave(self, kind: str, key: str = "k", due: int | None = None, **args: Any) -> None:
        await self.db.write(self.tenant, lambda scope: scope.enqueue(kind, key, due=due, **args))

    async def until_run(self, count: int) -> None:
        """Returns when so many runs have begun."""
        async with asyncio.timeout(10):
            while len(self.runs) < count:
                self._news.clear()
                await self._news.wait()

    async def rows(self) -> list[dict[str, Any]]:
        return await self.db.across_tenants().read(lambda scope: [dict(row) for row in scope.all("SELECT * FROM jobs")])

    async def until_rows(self, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        async with asyncio.timeout(10):
            while True:
                rows = await self.rows()
                if fits(rows):
                    return rows
                await asyncio.sleep(0)

    async def until_done(self) -> None:
        await self.until_rows(lambda rows: not rows)


@pytest.fixture
async def works(tmp_path: Path, clock: HandClock) -> AsyncIterator[Works]:
    hub = Hub()
    db = await Database.open(tmp_path, hub, clock)
    acme, _ = await furnish(db)
    made = Works(db, hub, clock, acme.workspace.id)
    yield made
    await made.supervisor.stop()
    await db.close()


async def well(job: Job) -> None:
    """Goes well."""


async def badly(job: Job) -> None:
    raise ValueError("it broke")


class Gate:
    """A handler that waits until the test opens it."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.passed = asyncio.Event()

    async def __call__(self, job: Job) -> None:
        await self.open.wait()
        self.passed.set()


async def test_a_job_is_run_once_and_forgotten(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    await works.leave("greet", "vera", number=7)
    await works.until_done()
    assert works.runs == [("greet", "vera", 1)]


async def test_the_handler_gets_what_was_left_for_it(works: Works) -> None:
    got: list[Job] = []

    async def keep(job: Job) -> None:
        got.append(job)

    works.handle("greet", keep)
    await works.start()
    await works.leave("greet", "vera", number=7)
    await works.until_done()
    assert [(job.tenant, job.kind, job.key, job.args) for job in got] == [
        (works.tenant, "greet", "vera", {"number": 7})
    ]


async def test_while_a_job_runs_its_row_says_so(works: Works) -> None:
    gate = Gate()
    works.handle("greet", gate)
    await works.start()
    await works.leave("greet")
    await works.until_run(1)
    row = (await works.rows())[0]
    assert row["lease"] is not None and row["leased_until"] > works.clock.now
    gate.open.set()
    await works.until_done()


async def test_a_rolled_back_change_leaves_no_work(works: Works) -> None:
    works.handle("greet", well)
    await works.start()

    def fails(scope: Scope) -> None:
        scope.enqueue("greet", "vera")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await works.db.write(works.tenant, fails)
    await works.leave("greet", "bob")
    await works.until_done()
    assert works.runs == [("greet", "bob", 1)]


# Leases.


async def _lease(works: Works, lease: str = "l1") -> Job:
    id = (await works.rows())[0]["id"]
    job = await works.db.write(works.tenant, jobs.lease, id, lease, works.clock.now + 1000)
    assert job is not None
    return job


async def test_a_job_is_leased_to_one(works: Works) -> None:
    await works.leave("greet")
    id = (await works.rows())[0]["id"]
    taken = await asyncio.gather(
        *(works.db.write(works.tenant, jobs.lease, id, f"l{n}", works.clock.now + 1000) for n in range(20))
    )
    assert len([job for job in taken if job is not None]) == 1


async def test_a_job_is_not_leased_before_it_is_due_nor_by_a_stranger(works: Works) -> None:
    await works.leave("greet", due=works.clock.now + 1000)
    id = (await works.rows())[0]["id"]
    assert await works.db.write(works.tenant, jobs.lease, id, "l", works.clock.now) is None
    works.clock.forward(1)
    assert await works.db.write(works.tenant + 1, jobs.lease, id, "l", works.clock.now) is None
    assert await works.db.write(works.tenant, jobs.lease, id, "l", works.clock.now) is not None


@pytest.mark.parametrize(
    "ending",
    [
        lambda scope, job: jobs.settle(scope, job),
        lambda scope, job: jobs.postpone(scope, job, 99, "late"),
        lambda scope, job: jobs.bury(scope, job, "late"),
    ],
    ids=["settle", "postpone", "bury"],
)
async def test_who_has_lost_the_lease_changes_nothing(works: Works, ending: Callable[[Scope, Job], Any]) -> None:
    await works.leave("greet")
    first = await _lease(works, "l1")
    await works.db.across_tenants().write(jobs.void_leases)
    second = await _lease(works, "l2")
    assert second.id == first.id
    before = await works.rows()
    await works.db.write(works.tenant, ending, first)
    assert await works.rows() == before


async def test_a_replaced_job_runs_anew_though_the_older_run_is_still_under_way(works: Works) -> None:
    older, newer = Gate(), Gate()
    gates = [older, newer]

    async def next_gate(job: Job) -> None:
        await gates.pop(0)(job)

    works.handle("greet", next_gate)
    await works.start()
    await works.leave("greet", "vera")
    await works.until_run(1)
    await works.leave("greet", "vera")
    await works.until_run(2)
    older.open.set()
    await asyncio.wait_for(older.passed.wait(), 10)
    await works.db.write(works.tenant, lambda scope: None)  # whatever the older run wanted to write is written
    assert [row["attempts"] for row in await works.rows()] == [1], "the older run has settled the newer job"
    newer.open.set()
    await works.until_done()


async def test_a_cancelled_job_is_not_run(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    await works.leave("greet", "vera", due=works.clock.now + 1000)
    await works.db.write(works.tenant, jobs.cancel, "greet", "vera")
    works.clock.forward(2)
    await works.leave("greet", "bob")
    await works.until_done()
    assert works.runs == [("greet", "bob", 1)]


# Failure.


async def test_a_failing_job_is_tried_again_after_its_delays_then_given_up_and_kept(works: Works) -> None:
    works.handle("greet", badly, (1, 5))
    await works.start()
    await works.leave("greet", "vera")
    for attempt, delay in ((1, 1000), (2, 5000)):
        rows = await works.until_rows(lambda rows: rows[0]["lease"] is None and rows[0]["error"] is not None)
        assert (rows[0]["attempts"], rows[0]["due_at"]) == (attempt, works.clock.now + delay)
        assert rows[0]["error"] == "ValueError: it broke"
        assert works.dead == []
        works.clock.forward(delay / 1000 - 0.001)
        assert (await _wake(works)) == attempt, "tried again too early"
        works.clock.forward(0.001)
        await _wake(works)
        await works.until_run(attempt + 1)
    rows = await works.until_rows(lambda rows: rows[0]["dead_at"] is not None)
    assert (rows[0]["dead_at"], rows[0]["lease"], works.dead) == (works.clock.now, None, ["vera"])
    assert works.runs == [("greet", "vera", 1), ("greet", "vera", 2), ("greet", "vera", 3)]


async def _wake(works: Works) -> int:
    """Lets the runner look at the clock, by work of another kind; how many runs of `greet` there were."""
    if "wake" not in works.handlers:
        works.handle("wake", well)
    await works.leave("wake", "up")
    await works.until_rows(lambda rows: all(row["kind"] != "wake" for row in rows))
    works.runs[:] = [run for run in works.runs if run[0] != "wake"]
    return len(works.runs)


async def test_a_dead_job_stays_dead_after_a_restart_and_lives_again_when_it_is_left_anew(works: Works) -> None:
    works.handle("greet", badly)
    await works.start()
    await works.leave("greet", "vera")
    await works.until_rows(lambda rows: rows[0]["dead_at"] is not None)
    await works.start()
    assert await _wake(works) == 1
    works.handle("greet", well)
    await works.leave("greet", "vera")
    await works.until_done()
    assert works.runs[-1] == ("greet", "vera", 1)


async def test_a_failing_handler_keeps_no_other_job_waiting(works: Works) -> None:
    gate = Gate()
    works.handle("fails", badly, (60,))
    works.handle("hangs", gate)
    works.handle("greet", well)
    await works.start()
    for n in range(10):
        await works.leave("fails", f"f{n}")
        await works.leave("hangs", f"h{n}")
        await works.leave("greet", f"g{n}")
    await works.until_rows(lambda rows: not [row for row in rows if row["kind"] == "greet"])
    gate.open.set()


async def test_a_last_word_that_fails_is_tried_again(works: Works) -> None:
    """Otherwise its row would stay leased, and nobody would hear of it before the next restart."""
    words: list[str] = []

    async def fails_once(job: Job) -> None:
        words.append(job.key)
        if len(words) == 1:
            raise NotSaved("the disk is full")

    works.handle("greet", badly, (), fails_once)
    await works.start()
    await works.leave("greet", "vera")
    rows = await works.until_rows(lambda rows: rows[0]["error"] is not None)
    assert (rows[0]["lease"], rows[0]["dead_at"]) == (None, None)
    assert rows[0]["due_at"] > works.clock.now
    works.clock.forward(60)
    await _wake(works)
    await works.until_rows(lambda rows: rows[0]["dead_at"] is not None)
    assert words == ["vera", "vera"]


async def test_a_full_disk_uses_up_no_attempts(works: Works) -> None:
    full = True

    async def saves(job: Job) -> None:
        if full:
            raise NotSaved("the disk is full")

    works.handle("greet", saves, (1,))
    await works.start()
    await works.leave("greet", "vera")
    for tried in range(1, 6):
        await works.until_run(tried)
        await works.until_rows(lambda rows: rows[0]["lease"] is None)
        works.clock.forward(60)
        await _wake(works)
    full = False
    works.clock.forward(60)
    await _wake(works)
    await works.until_done()
    assert works.dead == []


# Timers and restarts.


async def test_a_timer_does_not_go_off_before_its_time_and_does_then(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    await works.leave("greet", "later", due=works.clock.now + 180_000)
    await works.leave("greet", "now")
    await works.until_rows(lambda rows: len(rows) == 1)
    works.clock.forward(179.999)
    assert await _wake(works) == 1
    works.clock.forward(0.001)
    await _wake(works)
    await works.until_done()
    assert works.runs == [("greet", "now", 1), ("greet", "later", 1)]


async def test_a_clock_that_is_set_forward_is_noticed_though_nobody_wakes_the_runner(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    await works.leave("greet", "later", due=works.clock.now + 180_000)
    await works.leave("greet", "now")
    await works.until_rows(lambda rows: len(rows) == 1)
    works.clock.forward(180)
    await works.until_done()


async def test_timers_go_off_in_the_order_of_their_times(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    for seconds in (30, 10, 20):
        await works.leave("greet", f"after {seconds}", due=works.clock.now + seconds * 1000)
    works.clock.forward(60)
    await _wake(works)
    await works.until_done()
    assert [key for _, key, _ in works.runs] == ["after 10", "after 20", "after 30"]


async def test_a_clock_that_is_set_back_lets_a_timer_go_off_later_and_once(works: Works) -> None:
    works.handle("greet", well)
    await works.start()
    await works.leave("greet", "later", due=works.clock.now + 10_000)
    works.clock.forward(-3600)
    assert await _wake(works) == 0
    works.clock.forward(3610)
    await _wake(works)
    await works.until_done()
    assert works.runs == [("greet", "later", 1)]


async def test_what_a_dead_process_held_is_run_again(works: Works) -> None:
    await works.leave("greet", "vera")
    await _lease(works, "of the dead")
    works.handle("greet", well)
    await works.start()
    await works.until_done()
    assert works.runs == [("greet", "vera", 2)]


async def test_what_fell_due_while_nobody_ran_is_done_at_once_and_what_is_not_due_is_not(works: Works) -> None:
    await works.leave("greet", "overdue", due=works.clock.now + 60_000)
    await works.leave("greet", "later", due=works.clock.now + 600_000)
    works.clock.forward(120)
    works.handle("greet", well)
    await works.start()
    rows = await works.until_rows(lambda rows: len(rows) == 1)
    assert rows[0]["key"] == "later"
    assert works.runs == [("greet", "overdue", 1)]
    works.clock.forward(600)
    await _wake(works)
    await works.until_done()


async def test_the_work_of_all_workspaces_is_found_again(works: Works) -> None:
    def everywhere(scope: WideScope) -> int:
        tenants = scope.all("SELECT id FROM tenants")
        for row in tenants:
            scope.within(row["id"]).enqueue("greet", "k")
        return len(tenants)

    count = await works.db.across_tenants().write(everywhere)
    works.handle("greet", well)
    await works.start()
    await works.until_done()
    assert len(works.runs) == count == 2
