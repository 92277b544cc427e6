"""One writer, group commit: nothing is heard before the disk has it, and one bad change harms no other."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from chatbot.kit.errors import Conflict, NotSaved
from chatbot.kit.hub import Hub
from chatbot.storage import hop, house, tenants
from chatbot.storage.database import FILE, Database
from chatbot.storage.scope import Scope, WideScope
from tests.conftest import HandClock


def job(scope: Scope, key: str) -> str:
    scope.enqueue("test", key)
    return key


def keys(scope: Scope) -> set[str]:
    return {row["key"] for row in scope.all("SELECT key FROM jobs WHERE tenant_id = :tenant")}


@pytest.fixture
async def acme(db: Database) -> int:
    return await db.across_tenants().write(tenants.insert, "w", "wt", "Acme")


async def test_one_bad_change_among_many_is_rolled_back_alone(db: Database, acme: int) -> None:
    def bad(scope: Scope) -> None:
        job(scope, "bad")
        raise Conflict("no")

    changes = [db.write(acme, job, str(n)) for n in range(20)]
    changes.insert(10, db.write(acme, bad))
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(each) for each in outcomes if not isinstance(each, str)] == [Conflict]
    assert await db.read(acme, keys) == {str(n) for n in range(20)}
    assert db.writer.batches < 10, "waiting changes did not share a transaction"


async def test_what_a_failed_change_published_is_never_heard(tmp_path: Path, clock: HandClock) -> None:
    hub = Hub()
    db = await Database.open(tmp_path, hub, clock)
    acme = await db.across_tenants().write(tenants.insert, "w", "wt", "Acme")
    heard: list[str] = []
    hub.subscribe((acme, "news"), heard.append)

    def tell(scope: Scope, word: str, fails: bool) -> None:
        scope.publish("news", word)
        if fails:
            raise Conflict("no")

    await asyncio.gather(
        db.write(acme, tell, "first", False),
        db.write(acme, tell, "never", True),
        db.write(acme, tell, "second", False),
        return_exceptions=True,
    )
    assert heard == ["first", "second"]
    await db.close()


async def test_a_full_disk_fails_the_whole_batch_and_the_next_one_is_unaffected(db: Database, acme: int) -> None:
    def limit(raw: sqlite3.Connection, pages: int) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages}")

    connection = db._write_connection
    used = await hop.submit(connection, lambda raw: raw.execute("PRAGMA page_count").fetchone()[0])
    await hop.submit(connection, lambda raw: limit(raw, used))

    def large(scope: Scope) -> None:
        for n in range(300):
            scope.enqueue("test", f"large {n}", text="x" * 500)

    outcomes = await asyncio.gather(
        db.write(acme, job, "before"), db.write(acme, large), db.write(acme, job, "after"), return_exceptions=True
    )
    assert [type(each) for each in outcomes] in ([NotSaved] * 3, [str, NotSaved, str], [str, NotSaved, NotSaved])
    kept = await db.read(acme, keys)
    assert kept == {each for each in outcomes if isinstance(each, str)}, "heard and stored differ"
    await hop.submit(connection, lambda raw: limit(raw, 100_000))
    await db.write(acme, job, "room again")
    assert "room again" in await db.read(acme, keys)


async def test_an_interrupt_fails_the_whole_batch(db: Database, acme: int) -> None:
    def interrupted(scope: Scope) -> None:
        db._write_connection._conn.set_progress_handler(lambda: 1, 1000)
        scope.run(
            "INSERT INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)"
            " SELECT :tenant, 'i' || n.i, 'k', 'i' || n.i, '{}', 1, 1"
            " FROM (WITH RECURSIVE m(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m WHERE i < 99999) SELECT i FROM m) n"
        )

    outcomes = await asyncio.gather(
        db.write(acme, job, "one"), db.write(acme, interrupted), db.write(acme, job, "two"), return_exceptions=True
    )
    kept = await db.read(acme, keys)
    assert kept == {each for each in outcomes if isinstance(each, str)}, "heard and stored differ"
    assert isinstance(outcomes[1], NotSaved)
    await hop.submit(db._write_connection, lambda raw: raw.set_progress_handler(None, 0))
    await db.write(acme, job, "next")
    assert "next" in await db.read(acme, keys)


async def test_a_cancelled_callers_change_is_kept_and_published(tmp_path: Path, clock: HandClock) -> None:
    hub = Hub()
    db = await Database.open(tmp_path, hub, clock)
    acme = await db.across_tenants().write(tenants.insert, "w", "wt", "Acme")
    heard: list[str] = []
    hub.subscribe((acme, "news"), heard.append)

    def tell(scope: Scope) -> None:
        job(scope, "kept")
        scope.publish("news", "heard")

    caller = asyncio.ensure_future(db.write(acme, tell))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await db.writer.drain()
    assert heard == ["heard"]
    assert await db.read(acme, keys) == {"kept"}
    await db.close()


async def test_a_write_inside_a_write_is_refused(db: Database, acme: int) -> None:
    def nested(scope: Scope) -> None:
        job(scope, "outer")
        coroutine = db.write(acme, job, "inner")
        try:
            coroutine.send(None)
        finally:
            coroutine.close()

    with pytest.raises(RuntimeError, match="inside a transaction"):
        await db.write(acme, nested)
    assert await db.read(acme, keys) == set()


async def test_a_coroutine_function_is_refused(db: Database, acme: int) -> None:
    async def waits(scope: Scope) -> None:
        job(scope, "never")

    with pytest.raises(TypeError, match="waits for nobody"):
        await db.write(acme, waits)
    assert await db.read(acme, keys) == set()


async def test_a_reader_cannot_write(db: Database, acme: int) -> None:
    with pytest.raises(Exception, match=r"just now|readonly"):
        await db.read(acme, job, "never")
    assert await db.read(acme, keys) == set()


async def test_an_answered_write_is_on_disk_for_another_process(db: Database, acme: int, tmp_path: Path) -> None:
    await db.write(acme, job, "kept")
    other = sqlite3.connect(tmp_path / FILE)
    assert other.execute("SELECT key FROM jobs").fetchall() == [("kept",)]
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    assert await hop.submit(db._write_connection, lambda raw: raw.execute("PRAGMA synchronous").fetchone()[0]) == 2


async def test_another_processs_change_is_noticed(db: Database, acme: int, tmp_path: Path) -> None:
    before = await db.data_version()
    await db.write(acme, job, "our own")
    assert await db.data_version() == before
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("UPDATE tenants SET name = 'Renamed'")
    other.close()
    assert await db.data_version() != before


async def test_results_come_back_in_the_order_they_were_sent(db: Database) -> None:
    order: list[int] = []

    async def one(n: int) -> None:
        await hop.submit(db._write_connection, lambda raw: n)
        order.append(n)

    await asyncio.gather(*(one(n) for n in range(50)))
    assert order == list(range(50))


async def test_the_epoch_starts_at_one(db: Database) -> None:
    def look(scope: WideScope) -> int:
        return house.epoch(scope)

    assert await db.across_tenants().read(look) == 1
