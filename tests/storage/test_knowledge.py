"""The search over passages: the workspace's own words only, the same beside any number of strangers."""

import random
import re
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.domain import library
from chatbot.kit.hub import Hub
from chatbot.storage import knowledge, sources, tenants
from chatbot.storage.database import FILE, Database
from chatbot.storage.knowledge import Passage
from chatbot.storage.scope import Scope, WideScope

ARTICLES = Path(__file__).parents[2] / "demo" / "articles"
WRITTEN = [path.read_text("utf-8") for path in sorted(ARTICLES.glob("*.md"))]
SENTENCES = [part for text in WRITTEN for part in re.split(r"(?<=[.!?])\s+|\n+", text) if len(part) > 20]
HEADINGS = [line[3:] for text in WRITTEN for line in text.split("\n") if line.startswith("## ")]
QUESTIONS = [heading.rstrip("?") for heading in HEADINGS] + [
    "who pays the postage when I send goods back", "does the Nexus 8 hub fit a 135mm frame?", "do you ship to England",
    "my gears keep skipping when I pedal hard", "can I pay in monthly installments", "refund", "wheel",
    "order delivery",
]  # fmt: skip
HOSTILE = [
    "tenant_id:2", "t2xrefund", '" OR *', 'NEAR("t2xrefund" "t2xcanary", 10)', "title:canary", "{title body} : refund",
    "refund* OR t2xrefund*", "' UNION SELECT * FROM chunks --", "^refund", "refund NOT t1xrefund", "AND", "OR NOT", "*",
    "t2xcanary t1xcanary", "x canary", "c++ -x a@b", "(((((", "\x00t2xcanary", "\ud800", "%", "term = 't2xcanary'",
    "[\"t2xcanary\"]", "canary\u0000t2x",
]  # fmt: skip

SIGNS = [
    "canary",
    "t2xcanary",
    "tenant_id",
    ":",
    '"',
    "*",
    "OR",
    "AND",
    "NOT",
    "NEAR(",
    ")",
    "{",
    "}",
    "^",
    "'",
    "--",
    "\x00",
]


@pytest.fixture
async def acme(db: Database) -> int:
    return await db.across_tenants().write(tenants.insert, "w_acme", "wt_acme", "Acme")


@pytest.fixture
async def globex(db: Database, acme: int) -> int:
    return await db.across_tenants().write(tenants.insert, "w_globex", "wt_globex", "Globex")


def fill(scope: Scope, passages: int, seed: int, extra: str = "") -> None:
    """So many passages of the demo shop's sentences, shuffled."""
    chance = random.Random(seed)
    for _ in range(passages // 50):
        title = chance.choice(HEADINGS)
        source = sources.insert(scope, title, "Text.", None, "en", None)
        made = [(chance.choice(HEADINGS), " ".join([*chance.choices(SENTENCES, k=6), extra])) for _ in range(50)]
        knowledge.fill(scope, source.id, title, "en", made)


def answers(scope: Scope) -> list[list[Passage]]:
    return [library.search(scope, question) for question in QUESTIONS]


async def all_terms(db: Database) -> list[str]:
    def look(scope: WideScope) -> list[str]:
        return [row["term"] for row in scope.all("SELECT term FROM passage_counts")]

    return await db.across_tenants().read(look)


async def test_two_thousand_passages_of_a_stranger_change_not_one_byte(db: Database, acme: int, globex: int) -> None:
    await db.write(globex, fill, 50, 9)
    await db.write(acme, fill, 500, 1)
    alone = repr(await db.read(acme, answers)).encode()
    assert alone.count(b"Passage(") > 3 * len(QUESTIONS)
    await db.write(globex, fill, 2000, 2, "canary")
    assert repr(await db.read(acme, answers)).encode() == alone
    assert b"canary" not in alone
    for listed in (await db.read(globex, sources.list_all))[::2]:
        await db.write(globex, library.remove, listed.id)
    assert repr(await db.read(acme, answers)).encode() == alone


async def test_an_empty_workspace_finds_nothing_beside_a_full_one(db: Database, acme: int, globex: int) -> None:
    await db.write(globex, fill, 500, 1)
    assert await db.read(acme, answers) == [[] for _ in QUESTIONS]


@pytest.mark.parametrize("query", HOSTILE)
async def test_no_query_reaches_a_strangers_words(db: Database, acme: int, globex: int, query: str) -> None:
    assert (acme, globex) == (1, 2)
    await db.write(acme, library.add, "Refunds", "We refund within 5 working days.")
    await db.write(globex, library.add, "Canary", "The canary sings. Refund t1xrefund t2xrefund t2xcanary chunks term.")
    for found in (await db.read(acme, library.search, query), await db.read(acme, library.search, "", [query])):
        assert {passage.title for passage in found} <= {"Refunds"}


async def test_no_mixture_of_words_and_signs_is_an_error_or_a_way_in(db: Database, acme: int, globex: int) -> None:
    await db.write(acme, library.add, "Refunds", "We refund within 5 working days.")
    await db.write(globex, library.add, "Canary", "The canary sings. Refund t1xrefund t2xrefund t2xcanary chunks term.")

    def try_all(scope: Scope) -> None:
        @settings(deadline=None, max_examples=150)
        @given(st.lists(st.sampled_from(SIGNS) | st.text(st.characters(), max_size=8), max_size=12))
        def attempt(parts: list[str]) -> None:
            found = library.search(scope, " ".join(parts)) + library.search(scope, "refund", parts)
            assert {passage.title for passage in found} == {"Refunds"}

        attempt()

    await db.read(acme, try_all)


async def test_every_word_in_the_index_has_its_workspace_in_front(db: Database, acme: int, globex: int) -> None:
    await db.write(acme, library.add, "", WRITTEN[0])
    await db.write(globex, library.add, "C++ & C#", "Übergröße 135mm: 返品 t1xrefund e-bike 'quoted' \"words\".")
    terms = await all_terms(db)
    assert {term.split("x", 1)[0] for term in terms} == {f"t{acme}", f"t{globex}"}
    assert {"c++", "c#", "135", "mm", "返品", "1", "xrefund"} <= {term.removeprefix(f"t{globex}x") for term in terms}


async def test_a_passage_is_replaced_never_updated(db: Database, acme: int) -> None:
    await db.write(acme, library.add, "Refunds", "We refund.")
    with pytest.raises(sqlite3.IntegrityError, match="replaced, never updated"):
        await db.write(acme, lambda scope: scope.run("UPDATE chunks SET text = 'x' WHERE tenant_id = :tenant"))


async def test_after_any_history_the_search_is_that_of_a_fresh_workspace(db: Database, acme: int, globex: int) -> None:
    chance = random.Random(5)

    def live(scope: Scope) -> None:
        for _ in range(120):
            ids = [listed.id for listed in sources.list_all(scope)]
            deed = chance.choice(["add", "add", "revise", "switch", "remove"])
            if deed == "add" or not ids:
                library.add(scope, "", chance.choice(WRITTEN))
            elif deed == "revise":
                library.revise(scope, chance.choice(ids), chance.choice(HEADINGS), chance.choice(WRITTEN))
            elif deed == "switch":
                library.switch(scope, chance.choice(ids), chance.random() < 0.5)
            else:
                library.remove(scope, chance.choice(ids))

    def copy(scope: Scope, articles: list[sources.Source]) -> None:
        for one in articles:
            made = sources.insert(scope, one.title, one.body, one.url, one.language, one.author)
            library.switch(scope, made.id, False)
            library.switch(scope, made.id, one.enabled)

    def kept(scope: Scope) -> list[sources.Source]:
        return [sources.get(scope, listed.id) for listed in sources.list_all(scope)]

    def scores(scope: Scope) -> list[list[float]]:
        return [[passage.score for passage in library.search(scope, question)] for question in QUESTIONS]

    await db.write(acme, live)
    await db.write(globex, copy, await db.read(acme, kept))
    assert await db.read(acme, scores) == await db.read(globex, scores)
    assert any(len(found) == 5 for found in await db.read(acme, scores))
    await db.across_tenants().write(check_index)


def check_index(scope: WideScope) -> None:
    """Raises where the index and the passages disagree."""
    scope.run("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")


async def test_deleting_a_workspace_leaves_none_of_its_words(db: Database, acme: int, globex: int) -> None:
    await db.write(acme, fill, 100, 1)
    await db.write(globex, fill, 100, 1)
    await db.across_tenants().write(lambda scope: scope.run("DELETE FROM tenants WHERE id = :id", id=acme))
    assert {term.split("x", 1)[0] for term in await all_terms(db)} == {f"t{globex}"}
    await db.across_tenants().write(check_index)


async def test_deleted_words_leave_the_file_once_the_index_is_tidied(tmp_path: Path) -> None:
    db = await Database.open(tmp_path, Hub(), lambda: 1)
    acme = await db.across_tenants().write(tenants.insert, "w_acme", "wt_acme", "Acme")
    for text in WRITTEN:
        await db.write(acme, library.add, "", text)
    secret = await db.write(acme, library.add, "Secret", "The password of the safe is xylophonequartz.")
    await db.close()
    assert b"ophonequartz" in (tmp_path / FILE).read_bytes()

    db = await Database.open(tmp_path, Hub(), lambda: 1)
    await db.write(acme, library.remove, secret.id)
    while await db.across_tenants().write(knowledge.tidy):
        pass
    found = await db.read(acme, library.search, "refund")
    await db.close()
    assert found
    assert b"ophonequartz" not in (tmp_path / FILE).read_bytes()


async def test_a_search_stays_quick_among_many_workspaces(db: Database, acme: int) -> None:
    """1,500 passages of one workspace beside 6,000 of four others, in milliseconds of processor time."""

    def time_it(scope: Scope) -> float:
        spent = []
        for question in QUESTIONS:
            begun = time.thread_time()
            library.search(scope, question)
            spent.append((time.thread_time() - begun) * 1000)
        return sorted(spent)[int(len(spent) * 0.95)]

    await db.write(acme, fill, 1500, 1)
    alone = min([await db.read(acme, time_it) for _ in range(4)])
    for number in range(4):
        other = await db.across_tenants().write(tenants.insert, f"w_{number}", f"wt_{number}", "Globex")
        await db.write(other, fill, 1500, number)
    beside = min([await db.read(acme, time_it) for _ in range(4)])
    print(f"p95 of {len(QUESTIONS)} searches: alone {alone:.1f} ms, beside four like it {beside:.1f} ms")
    assert beside <= 5.0
    assert beside <= 2 * alone + 0.5
