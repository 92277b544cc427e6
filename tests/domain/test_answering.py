"""What is kept of an answer, and what made it."""

import pytest

from chatbot.domain import answering, handoff, talk, workspaces
from chatbot.domain.answering import Answer
from chatbot.domain.talk import Guest, Said
from chatbot.kit.drafts import Shown
from chatbot.kit.ids import fingerprint
from chatbot.storage import entries, memberships, runs
from chatbot.storage.database import Database
from chatbot.storage.scope import Scope, WideScope

VERA = Guest("v_vera", fingerprint("vera"), "en")
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
async def acme(db: Database) -> int:
    def make(scope: WideScope) -> int:
        return workspaces.create(scope, "Acme", "anna@acme.example", "Anna", "hash")[0].id

    return await db.across_tenants().write(make)


def claimed_in_mid_answer(scope: Scope, shown: str) -> tuple[str, str | None]:
    """A claim while an answer has shown this much: (conversation, outcome of the run kept beside it)."""
    id = talk.visitor_says(scope, VERA, None, Said("m1", "How long do I have?"), "s", None)
    look = answering.look(scope, id, NOBODY)
    assert look is not None
    anna = memberships.list_members(scope)[0]
    handoff.claim(scope, id, anna, Shown("t1", bool(shown), shown))
    answering.note_cut(scope, look, Answer("t1", shown, provider="test", model="m"))
    answering.note_cut(scope, look, Answer("t1", shown, provider="test", model="m"))
    kept = runs.of_conversation(scope, id)
    assert len(kept) <= 1
    if kept:
        [entry] = [each for each in entries.after(scope, id, 0) if each.turn == "t1"]
        assert kept[0].behind == entry.seq
        assert entry.flags == ("interrupted",)
    return id, kept[0].outcome if kept else None


async def test_what_made_an_answer_that_was_cut_is_kept_beside_it_once(db: Database, acme: int) -> None:
    _, outcome = await db.write(acme, claimed_in_mid_answer, "You have thirty")
    assert outcome == "interrupted"


async def test_nothing_is_kept_of_an_answer_of_which_nothing_was_shown(db: Database, acme: int) -> None:
    _, outcome = await db.write(acme, claimed_in_mid_answer, "")
    assert outcome is None


async def test_a_last_word_reads_less_than_what_broke_and_is_said_once(db: Database, acme: int) -> None:
    def give_up(scope: Scope) -> list[tuple[str, str]]:
        id = talk.visitor_says(scope, VERA, None, Said("m1", "How long do I have?"), "s", None)
        assert answering.give_up(scope, id, "t1", "it failed again and again", NOBODY)
        assert not answering.give_up(scope, id, "t2", "it failed again and again", NOBODY)
        return [(entry.kind, entry.text) for entry in entries.after(scope, id, 1)]

    said = await db.write(acme, give_up)
    assert [kind for kind, _ in said] == ["notice"]
    assert "couldn't answer" in said[0][1]
