"""The schema holds the workspaces apart by itself."""

from chatbot.storage import conversations, tenants, users, visitors
from chatbot.storage.database import Database
from chatbot.storage.scope import WideScope

SHARED = {"house", "tenants", "users"}
"""Tables that belong to no workspace."""


def tables(scope: WideScope) -> dict[str, list[str]]:
    made = scope.all("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    virtual = [row["name"] for row in made if row["sql"].startswith("CREATE VIRTUAL")]
    shadows = {f"{name}{part}" for name in virtual for part in ("", "_data", "_idx", "_content", "_docsize", "_config")}
    names = [row["name"] for row in made if row["name"] not in shadows]
    return {name: [c["name"] for c in scope.all(f"SELECT name FROM pragma_table_info('{name}')")] for name in names}


async def test_every_table_belongs_to_a_workspace_or_is_known_to_be_shared(db: Database) -> None:
    found = await db.across_tenants().read(tables)
    loose = {name for name, columns in found.items() if "tenant_id" not in columns}
    assert loose == SHARED


async def test_every_key_and_index_of_a_workspaces_table_begins_with_tenant_id(db: Database) -> None:
    lookups = {"sessions": {"fingerprint"}, "memberships": {"user_id"}}

    def look(scope: WideScope) -> None:
        for name, columns in tables(scope).items():
            if "tenant_id" not in columns:
                continue
            for index in scope.all(f"SELECT name FROM pragma_index_list('{name}')"):
                first = scope.one(f"SELECT name FROM pragma_index_info('{index['name']}') WHERE seqno = 0")["name"]
                assert first == "tenant_id" or first in lookups.get(name, set()), (name, index["name"])

    await db.across_tenants().read(look)


async def test_every_child_refers_to_its_parent_within_the_workspace(db: Database) -> None:
    def look(scope: WideScope) -> None:
        found = tables(scope)
        for name, columns in found.items():
            keys: dict[int, list[tuple[str, str]]] = {}
            for row in scope.all(f"SELECT * FROM pragma_foreign_key_list('{name}')"):
                keys.setdefault(row["id"], []).append((row["table"], row["from"]))
            if "tenant_id" in columns:
                assert keys, f"{name} refers to nothing"
            for parts in keys.values():
                parent = parts[0][0]
                if "tenant_id" in found[parent]:
                    assert "tenant_id" in [column for _, column in parts], f"{name} → {parent} leaves the workspace"

    await db.across_tenants().read(look)


async def test_deleting_a_workspace_leaves_no_row_in_any_table(db: Database) -> None:
    def fill(scope: WideScope) -> None:
        tenant = tenants.insert(scope, "w_acme", "wt_acme", "Acme")
        inner = scope.within(tenant)
        users.insert(scope, "u", "anna@acme.example", "Anna", "hash")
        visitors.ensure(inner, "v", b"v", "en")
        conversations.insert(inner, "c", "v", "en", "", ("", "", ""))
        scope.run("INSERT INTO memberships VALUES (1, 'u', 'owner', 0, 1)")
        scope.run("INSERT INTO sessions VALUES (1, 'u', x'00', 1, 1, 1)")
        for name, columns in tables(scope).items():
            if "tenant_id" in columns and not scope.find(f"SELECT 1 FROM {name}"):
                _fill_anyhow(scope, name)

    def empty(scope: WideScope) -> dict[str, int]:
        scope.run("DELETE FROM tenants WHERE id = 1")
        return {name: scope.one(f"SELECT count(*) AS n FROM {name}")["n"] for name in tables(scope)}

    everywhere = db.across_tenants()
    await everywhere.write(fill)
    left = await everywhere.write(empty)
    assert {name: n for name, n in left.items() if n} == {"house": 1, "users": 1}


def _fill_anyhow(scope: WideScope, name: str) -> None:
    """One row with the parents made above, and anything in the other columns."""
    known = {"tenant_id": "1", "conversation_id": "'c'", "kind": "'message'", "role": "'visitor'", "outcome": "'whole'"}
    columns = scope.all(f"SELECT name, type FROM pragma_table_info('{name}')")
    parents = {row["from"]: row for row in scope.all(f"SELECT * FROM pragma_foreign_key_list('{name}')")}
    values = []
    for column in columns:
        row = parents.get(column["name"])
        if column["name"] in known:
            values.append(known[column["name"]])
        elif row is not None and row["table"] not in ("tenants",):
            values.append(f"(SELECT {row['to']} FROM {row['table']} LIMIT 1)")
        else:
            values.append({"TEXT": "'[]'", "INTEGER": "1", "BLOB": "x'00'", "REAL": "1.0"}[column["type"]])
    names = ", ".join(column["name"] for column in columns)
    scope.run(f"INSERT INTO {name} ({names}) VALUES ({', '.join(values)})")
