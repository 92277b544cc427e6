"""A statement that forgets the workspace does not run, whatever its shape."""

import pytest

from chatbot.kit.errors import NotFound
from chatbot.storage import conversations, tenants, users, visitors
from chatbot.storage.database import Database
from chatbot.storage.guard import Leak
from chatbot.storage.scope import Scope, WideScope

LEAKS = {
    "no clause": "SELECT id FROM conversations",
    "no clause, one column of the index": "SELECT tenant_id FROM conversations",
    "a count": "SELECT count(*) FROM conversations",
    "a greatest": "SELECT max(last_at) FROM conversations",
    "half-scoped join": "SELECT e.text FROM conversations c JOIN entries e ON e.conversation_id = c.id"
    " WHERE c.tenant_id = :tenant",
    "half-scoped left join": "SELECT e.text FROM conversations c LEFT JOIN entries e ON e.conversation_id = c.id"
    " WHERE c.tenant_id = :tenant",
    "half-scoped self-join": "SELECT b.id FROM conversations a JOIN conversations b ON b.visitor_id = a.visitor_id"
    " WHERE a.tenant_id = :tenant",
    "open branch of a union": "SELECT id FROM conversations WHERE tenant_id = :tenant"
    " UNION ALL SELECT id FROM conversations",
    "open subquery": "SELECT id, (SELECT count(*) FROM entries) AS n FROM conversations WHERE tenant_id = :tenant",
    "open subquery in a condition": "SELECT id FROM conversations WHERE tenant_id = :tenant"
    " AND id IN (SELECT conversation_id FROM entries)",
    "open table expression": "WITH every AS (SELECT id FROM conversations) SELECT id FROM every",
    "or": "SELECT id FROM conversations WHERE tenant_id = :tenant OR 1 = 1",
    "or null": "SELECT id FROM conversations WHERE tenant_id = :tenant OR owner_id IS NULL",
    "another number": "SELECT id FROM conversations WHERE tenant_id = 2",
    "another value": "SELECT id FROM conversations WHERE tenant_id = :other",
    "arithmetic": "SELECT id FROM conversations WHERE tenant_id = :tenant + 1",
    "a list": "SELECT id FROM conversations WHERE tenant_id IN (1, 2)",
    "a range": "SELECT id FROM conversations WHERE tenant_id >= :tenant",
    "a difference": "SELECT id FROM conversations WHERE tenant_id <> :tenant",
    "the value first": "SELECT id FROM conversations WHERE :other = tenant_id",
    "a row value": "SELECT id FROM conversations WHERE (tenant_id, id) IN (VALUES (2, 'c'))",
    "a function over the column": "SELECT id FROM conversations WHERE abs(tenant_id) = :tenant",
    "update everywhere": "UPDATE conversations SET title = 'x'",
    "update by id alone": "UPDATE conversations SET title = 'x' WHERE id = 'c'",
    "moving a row": "UPDATE conversations SET tenant_id = 2 WHERE tenant_id = :tenant",
    "delete everything": "DELETE FROM conversations",
    "delete by id alone": "DELETE FROM conversations WHERE id = 'c'",
    "insert for another": "INSERT INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)"
    " VALUES (2, 'j', 'k', 'x', '{}', 1, 1)",
    "a second row for another": "INSERT INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)"
    " VALUES (:tenant, 'j', 'k', 'x', '{}', 1, 1), (2, 'j', 'k', 'x', '{}', 1, 1)",
    "insert without the column first": "INSERT INTO jobs (id, tenant_id, kind, key, args, due_at, created_at)"
    " VALUES ('j', 2, 'k', 'x', '{}', 1, 1)",
    "insert from everywhere": "INSERT INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)"
    " SELECT :tenant, id, kind, key, args, due_at, created_at FROM jobs",
    "replace": "INSERT OR REPLACE INTO jobs (tenant_id, id, kind, key, args, due_at, created_at)"
    " VALUES (:tenant, 'j', 'k', 'x', '{}', 1, 1)",
    "conflict on another key": "INSERT INTO visitors (tenant_id, id, number, fingerprint, locale, created_at)"
    " VALUES (:tenant, 'v', 1, x'00', 'en', 1) ON CONFLICT DO UPDATE SET locale = 'x'",
    "all people": "SELECT email FROM users",
    "a person by address": "SELECT id FROM users WHERE name = 'Anna'",
    "all workspaces": "SELECT name FROM tenants",
    "another workspace": "SELECT name FROM tenants WHERE id = 2",
    "a workspace by token": "SELECT name FROM tenants WHERE token = 'wt_globex'",
    "writing people": "UPDATE users SET name = 'x' WHERE id = 'u'",
    "another schema": "ATTACH DATABASE ':memory:' AS other",
    "a pragma": "PRAGMA journal_mode = DELETE",
    "the schema": "SELECT sql FROM sqlite_master",
}


async def two_workspaces(db: Database) -> None:
    def make(scope: WideScope) -> None:
        for name in ("acme", "globex"):
            tenant = tenants.insert(scope, f"w_{name}", f"wt_{name}", name)
            inner = scope.within(tenant)
            visitors.ensure(inner, f"v_{name}", name.encode(), "en")
            conversations.insert(inner, f"c_{name}", f"v_{name}", "en", "", ("", "", ""))
        users.insert(scope, "u", "anna@acme.example", "Anna", "hash")

    await db.across_tenants().write(make)


@pytest.mark.parametrize("kind", LEAKS)
async def test_a_leaking_statement_does_not_run(db: Database, kind: str) -> None:
    await two_workspaces(db)

    def leak(scope: Scope) -> None:
        scope.all(LEAKS[kind], other=2)

    with pytest.raises(Leak):
        await db.write(1, leak)


async def test_what_names_its_workspace_runs(db: Database) -> None:
    await two_workspaces(db)
    assert (await db.read(1, conversations.get, "c_acme")).id == "c_acme"
    with pytest.raises(NotFound):
        await db.read(1, conversations.get, "c_globex")
    with pytest.raises(NotFound):
        await db.read(2, conversations.get, "c_acme")


async def test_a_join_scoped_on_both_sides_runs(db: Database) -> None:
    await two_workspaces(db)

    def both(scope: Scope) -> list[str]:
        rows = scope.all(
            "SELECT c.id FROM conversations c JOIN visitors v ON v.tenant_id = c.tenant_id AND v.id = c.visitor_id"
            " WHERE c.tenant_id = :tenant"
        )
        return [row["id"] for row in rows]

    assert await db.read(1, both) == ["c_acme"]
    assert await db.read(2, both) == ["c_globex"]


async def test_the_schema_refuses_a_link_across_workspaces(db: Database) -> None:
    await two_workspaces(db)

    def steal(scope: Scope) -> None:
        conversations.insert(scope, "c_stolen", "v_globex", "en", "", ("", "", ""))

    with pytest.raises(Exception, match="FOREIGN KEY"):
        await db.write(1, steal)


async def test_a_caller_cannot_bind_another_workspace(db: Database) -> None:
    await two_workspaces(db)

    def bind(scope: Scope) -> list[str]:
        rows = scope.all("SELECT id FROM conversations WHERE tenant_id = :tenant", tenant=2)
        return [row["id"] for row in rows]

    assert await db.read(1, bind) == ["c_acme"]


@pytest.mark.parametrize("term", ["t2xrefund", "t2x", "t1", "", "refund", "t11xrefund"])
async def test_a_word_of_another_workspace_is_not_searched_for(db: Database, term: str) -> None:
    await two_workspaces(db)

    def search(scope: Scope) -> None:
        scope.all("SELECT o.doc FROM places AS o WHERE o.term = :term", term=term)

    with pytest.raises(Leak, match="prefix"):
        await db.read(1, search)
