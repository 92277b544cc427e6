"""Promises to be kept: rows with leases. Guarantee: at least once; a handler may run twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.storage.scope import HOUSE, JOBS, JobDue, Scope, WideScope

__all__ = ["HOUSE", "JOBS", "Job", "JobDue"]


@dataclass(frozen=True)
class Job:
    """A job that this process holds by `lease`. `attempts` counts this one."""

    tenant: int
    id: str
    kind: str
    key: str
    args: Mapping[str, Any]
    attempts: int
    lease: str


def void_leases(scope: WideScope) -> int:
    """At start, when the folder's lock proves every older lease dead."""
    return scope.run("UPDATE jobs SET lease = NULL, leased_until = NULL WHERE lease IS NOT NULL")


def list_open(scope: WideScope) -> list[JobDue]:
    """Everything still owed and held by nobody."""
    rows = scope.all("SELECT tenant_id, id, kind, due_at FROM jobs WHERE dead_at IS NULL AND lease IS NULL")
    return [JobDue(row["tenant_id"], row["id"], row["kind"], row["due_at"]) for row in rows]


def lease(scope: Scope, id: str, lease: str, until: int) -> Job | None:
    """Takes a job that is due and free; None where it is gone, replaced, held or not yet due."""
    row = scope.find(
        "UPDATE jobs SET lease = :lease, leased_until = :until, attempts = attempts + 1"
        " WHERE tenant_id = :tenant AND id = :id AND lease IS NULL AND dead_at IS NULL AND due_at <= :now"
        " RETURNING kind, key, args, attempts",
        id=id, lease=lease, until=until, now=scope.now,
    )  # fmt: skip
    if row is None:
        return None
    return Job(scope.tenant, id, row["kind"], row["key"], json.loads(row["args"]), row["attempts"], lease)


def settle(scope: Scope, job: Job) -> bool:
    """Done: forgets the job, if the lease is still held."""
    return _held(scope, "DELETE FROM jobs WHERE tenant_id = :tenant AND id = :id AND lease = :lease", job)


def postpone(scope: Scope, job: Job, due: int, error: str) -> None:
    """Not now: frees the job for another try at `due`, if the lease is still held."""
    held = _held(
        scope,
        "UPDATE jobs SET lease = NULL, leased_until = NULL, due_at = :due, error = :error"
        " WHERE tenant_id = :tenant AND id = :id AND lease = :lease",
        job, due=due, error=error[:500],
    )  # fmt: skip
    if held:
        scope.wake_runner(job.id, job.kind, due)


def bury(scope: Scope, job: Job, error: str) -> None:
    """Given up: stays to be seen, and to be tried again by hand."""
    _held(
        scope,
        "UPDATE jobs SET lease = NULL, leased_until = NULL, dead_at = :now, error = :error"
        " WHERE tenant_id = :tenant AND id = :id AND lease = :lease",
        job, now=scope.now, error=error[:500],
    )  # fmt: skip


def cancel(scope: Scope, kind: str, key: str) -> None:
    """The promise no longer holds, e.g. the timer of a wait that is over."""
    scope.run("DELETE FROM jobs WHERE tenant_id = :tenant AND kind = :kind AND key = :key", kind=kind, key=key)


def _held(scope: Scope, sql: str, job: Job, **values: Any) -> bool:
    return scope.run(sql, id=job.id, lease=job.lease, **values) == 1
