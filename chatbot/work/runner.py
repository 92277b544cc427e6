"""Runs jobs when they are due, each under a lease. Guarantee: at least once, also across a kill.

Timers are jobs that are due later: a heap in memory, rebuilt from the rows at start; overdue ones run at once.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from chatbot.kit.clock import Clock, seconds
from chatbot.kit.errors import NotSaved, Unavailable
from chatbot.kit.hub import Hub
from chatbot.kit.ids import random_id
from chatbot.storage import jobs
from chatbot.storage.database import Database
from chatbot.storage.jobs import Job, JobDue
from chatbot.storage.scope import JOBS
from chatbot.work.supervisor import Supervisor

log = logging.getLogger(__name__)
Result = TypeVar("Result")
LEASE = seconds(300)
AGAIN = 5.0
"""Seconds until another try of what has no delays of its own."""
LONGEST_SLEEP = 1.0
"""Seconds after which the clock is read again, however far the next job: the clock may have been set."""


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done. `run` may be called twice for one job. `delays` are seconds before each further
    try; after the last one `give_up` has the final word and the job is kept, dead and visible. A database that could
    not write is nobody's failure and is waited for."""

    run: Callable[[Job], Awaitable[None]]
    delays: tuple[float, ...]
    give_up: Callable[[Job], Awaitable[None]]


class Runner:
    """Takes jobs off the heap as they fall due; each runs as a task of its own."""

    def __init__(
        self, db: Database, hub: Hub, clock: Clock, supervisor: Supervisor, handlers: Mapping[str, Handler]
    ) -> None:
        self._db = db
        self._clock = clock
        self._supervisor = supervisor
        self._handlers = handlers
        self._heap: list[tuple[int, int, JobDue]] = []
        self._count = 0
        self._woken = asyncio.Event()
        hub.subscribe(JOBS, self._add)

    async def recover(self) -> None:
        """At start, under the folder's lock: every older lease is void, everything owed is on the heap again."""
        everywhere = self._db.across_tenants()
        await everywhere.write(jobs.void_leases)
        for due in await everywhere.read(jobs.list_open):
            self._add(due)

    async def run(self) -> None:
        """For ever: sleeps until the next job is due or a new one is left."""
        while True:
            self._woken.clear()
            self._start_what_is_due()
            wait = LONGEST_SLEEP
            if self._heap:
                wait = min(wait, max(0.0, (self._heap[0][0] - self._clock()) / 1000))
            try:
                await asyncio.wait_for(self._woken.wait(), wait)
            except TimeoutError:
                continue

    def _add(self, due: JobDue) -> None:
        self._count += 1
        heapq.heappush(self._heap, (due.due, self._count, due))
        self._woken.set()

    def _start_what_is_due(self) -> None:
        now = self._clock()
        while self._heap and self._heap[0][0] <= now:
            due = heapq.heappop(self._heap)[2]
            self._supervisor.start(self._attempt(due), f"job {due.kind}")

    async def _attempt(self, due: JobDue) -> None:
        until = self._clock() + LEASE
        job = await self._insist(self._db.jot, due.tenant, jobs.lease, due.job, random_id("l"), until)
        if job is None:
            return
        handler = self._handlers[job.kind]
        try:
            await handler.run(job)
        except Exception as error:
            await self._later(handler, job, error)
        else:
            await self._insist(self._db.jot, job.tenant, jobs.settle, job)

    async def _later(self, handler: Handler, job: Job, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.warning(
            "a job failed",
            extra={"kind": job.kind, "job": job.id, "attempt": job.attempts, "error": type(error).__name__},
            exc_info=error,
        )
        if job.attempts <= len(handler.delays) or isinstance(error, NotSaved):
            await self._postpone(handler, job, reason)
        else:
            await self._give_up(handler, job, reason)

    async def _give_up(self, handler: Handler, job: Job, reason: str) -> None:
        """A last word that fails is owed like any other: nobody else would say it."""
        try:
            await handler.give_up(job)
        except Exception:
            log.exception("a last word failed", extra={"kind": job.kind, "job": job.id})
            await self._postpone(handler, job, reason)
        else:
            await self._insist(self._db.write, job.tenant, jobs.bury, job, reason)

    async def _postpone(self, handler: Handler, job: Job, reason: str) -> None:
        """Frees the job until its next delay is over; past the last one, that one again."""
        delays = handler.delays or (AGAIN,)
        due = self._clock() + seconds(delays[min(job.attempts, len(delays)) - 1])
        await self._insist(self._db.write, job.tenant, jobs.postpone, job, due, reason)

    async def _insist(
        self, keep: Callable[..., Awaitable[Result]], tenant: int, function: Callable[..., Result], *args: Any
    ) -> Result:
        """Writes until it is kept: a full disk delays a job, and never loses it."""
        while True:
            try:
                return await keep(tenant, function, *args)
            except Unavailable:
                await asyncio.sleep(LONGEST_SLEEP)
