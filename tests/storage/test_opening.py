"""Opening the file: migrations, the lock, and what is refused."""

import sqlite3
from pathlib import Path

import pytest

from chatbot.kit.hub import Hub
from chatbot.storage import migrations
from chatbot.storage.database import FILE, Database
from chatbot.storage.lock import AlreadyRunning, FolderLock
from chatbot.storage.migrations import NewerDatabase
from tests.conftest import HandClock


def test_a_second_server_is_kept_off_and_may_come_when_the_first_has_gone(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(AlreadyRunning, match="stop it first"):
        FolderLock(tmp_path)
    first.release()
    FolderLock(tmp_path).release()


async def test_an_older_program_refuses_a_newer_file(tmp_path: Path, clock: HandClock) -> None:
    await (await Database.open(tmp_path, Hub(), clock)).close()
    raw = sqlite3.connect(tmp_path / FILE)
    raw.execute("PRAGMA user_version = 9999")
    raw.close()
    with pytest.raises(NewerDatabase, match="upgrade the program"):
        await Database.open(tmp_path, Hub(), clock)


def test_a_migration_that_breaks_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "x", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrations._apply(raw, 1, "CREATE TABLE good (a);\nCREATE TABLE bad (;\n")
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    assert raw.execute("PRAGMA user_version").fetchone() == (0,)
    raw.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _, _ in migrations.scripts()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_trigger_is_one_statement() -> None:
    sql = "CREATE TABLE t (a);\nCREATE TRIGGER r AFTER INSERT ON t BEGIN\n  DELETE FROM t;\nEND;\n"
    assert len(list(migrations.statements(sql))) == 2
