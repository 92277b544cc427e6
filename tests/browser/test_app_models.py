"""The app's models, which know no page: each is a table of what comes in and what comes out."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.parties import Place

pytestmark = pytest.mark.browser


async def ask(browser: Browser, place: Place, model: str, expression: str, argument: Any = None) -> Any:
    """The value of an expression in which `m` is the model and `a` the argument."""
    page: Page = await browser.new_page()
    await page.goto(f"{place.url}/login")
    script = f"async (a) => {{ const m = await import('/static/js/models/{model}.js'); return {expression}; }}"
    return await page.evaluate(script, argument)


def row(id: str, state: str, *, owner: str = "", priority: int = 2, first: int = 0, last: int = 0) -> dict[str, Any]:
    return {"id": id, "state": state, "owner": owner, "priority": priority, "firstWait": first, "lastAt": last}


async def test_a_row_belongs_where_its_state_and_owner_say(browser: Browser, place: Place) -> None:
    rows = [
        row("w", "waiting"),
        row("m", "human", owner="me"),
        row("o", "human", owner="you"),
        row("a", "ai"),
        row("r", "resolved"),
    ]
    table = await ask(
        browser, place, "queue",
        "Object.fromEntries(['waiting', 'mine', 'all', 'ai', 'resolved']"
        ".map((queue) => [queue, a.map((row) => m.place(row, queue, 'me'))]))",
        rows,
    )  # fmt: skip
    assert table == {
        "waiting": ["main", "people", "people", None, None],
        "mine": [None, "main", None, None, None],
        "all": ["main"] * 5,
        "ai": [None, None, None, "main", None],
        "resolved": [None, None, None, None, "main"],
    }


async def test_who_waits_is_sorted_by_priority_and_wait_and_all_others_by_newest_word(
    browser: Browser, place: Place
) -> None:
    waiting = [
        row("late", "waiting", first=30),
        row("early", "waiting", first=10),
        row("p1", "waiting", priority=1, first=90),
    ]
    others = [row("old", "ai", last=1), row("new", "human", last=9), row("mid", "resolved", last=5)]
    sort = "a.sort(m.compare).map((row) => row.id)"
    assert await ask(browser, place, "queue", sort, waiting) == ["p1", "early", "late"]
    assert await ask(browser, place, "queue", sort, others) == ["new", "mid", "old"]


async def test_a_wait_is_a_clock_a_colour_and_words(browser: Browser, place: Place) -> None:
    clocks = await ask(browser, place, "waiting", "a.map(m.clock)", [-5, 0, 59_999, 102_000, 3_723_000])
    assert clocks == ["0:00", "0:00", "0:59", "1:42", "1:02:03"]
    tones = await ask(
        browser, place, "waiting", "a.map((now) => m.tone(m.share(0, 100, now)))", [-1, 49, 50, 79, 80, 500]
    )
    assert tones == ["calm", "calm", "amber", "amber", "red", "red"]
    words = await ask(browser, place, "waiting", "a.map(m.words)", [0, 60_000, 250_000])
    assert words == ["waiting less than a minute", "waiting 1 minute", "waiting 4 minutes"]


async def test_entries_and_pieces_are_taken_once_and_in_order(browser: Browser, place: Place) -> None:
    steps = [
        ("add", {"seq": 3}), ("add", {"seq": 3}), ("add", {"seq": 5}), ("say", {"turn": "t", "n": 2, "text": "b"}),
        ("say", {"turn": "t", "n": 1, "text": "a"}), ("say", {"turn": "t", "n": 2, "text": "b"}),
        ("say", {"turn": "t", "n": 2, "text": "b"}), ("say", {"turn": "t", "n": 4, "text": "d"}),
        ("add", {"seq": 4, "turn": "t"}),
    ]  # fmt: skip
    script = (
        "(() => { const thread = new m.Thread(2); const seen = a.map(([what, it]) => thread[what](it));"
        " return [seen, thread.last, thread.draft]; })()"
    )
    seen, last, draft = await ask(browser, place, "thread", script, steps)
    assert seen == ["add", "known", "gap", "gap", "begin", "more", "known", "gap", "add"]
    assert (last, draft) == (4, None)


async def test_the_outbox_keeps_what_is_not_on_disk_and_never_resends_what_was_refused(
    browser: Browser, place: Place
) -> None:
    script = (
        "(() => { let kept; const before = [{ id: 'old', conversation: 'c', text: '0' }];"
        " const box = new m.Outbox(before, (all) => (kept = all));"
        " box.put({ id: 'x', conversation: 'c', text: '1' }); box.put({ id: 'y', conversation: 'd', text: '2' });"
        " box.drop('old'); box.drop('old'); box.refuse('y', 'No'); box.refuse('gone', 'No');"
        " return [kept.map((each) => each.id), box.unsent().map((each) => each.id), box.of('d')[0].refused]; })()"
    )
    assert await ask(browser, place, "outbox", script) == [["x", "y"], ["x"], "No"]


async def test_only_those_who_begin_to_wait_are_a_call(browser: Browser, place: Place) -> None:
    script = (
        "(() => { const calls = new m.Calls(); const first = calls.begin(['a']);"
        " const heard = [['a', 'waiting'], ['b', 'waiting'], ['b', 'waiting'], ['a', 'human'], ['a', 'waiting']]"
        ".map((news) => calls.hear(...news)); return [first, heard, calls.begin(['a', 'c']), calls.size]; })()"
    )
    assert await ask(browser, place, "calls", script) == [[], [False, True, False, False, True], ["c"], 2]


async def test_tries_are_spread_over_half_a_second_to_half_a_minute(browser: Browser, place: Place) -> None:
    longest = await ask(browser, place, "backoff", "a.map((attempt) => m.wait(attempt, () => 1))", [0, 1, 2, 6, 60])
    assert longest == [500, 1000, 2000, 30_000, 30_000]
    assert await ask(browser, place, "backoff", "m.wait(5, () => 0)") == 0


async def test_a_conversation_stands_to_me_as_mine_or_theirs(browser: Browser, place: Place) -> None:
    cases = [["human", "me"], ["human", "you"], ["waiting", ""], ["ai", ""], ["resolved", ""]]
    stands = await ask(browser, place, "standing", "a.map(([state, owner]) => m.standing(state, owner, 'me'))", cases)
    assert stands == ["mine", "theirs", "waiting", "ai", "resolved"]
