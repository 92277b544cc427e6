"""A window that opens in the middle of an answer, at the worst moments."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.domain import handoff, talk
from chatbot.domain.answering import Answer, Look, look, speak
from chatbot.domain.talk import Said
from chatbot.kit.clock import now
from chatbot.kit.hub import Hub
from chatbot.storage import memberships
from chatbot.storage.database import Database
from chatbot.storage.scope import Scope
from chatbot.web.sockets.outlet import MOST_BYTES
from tests.conftest import running
from tests.faults.scripted import Call, Stepwise
from tests.faults.server import until
from tests.parties import Operator, Place, Visitor

QUESTION = "How heavy is it?"


@pytest.fixture
def provider() -> Stepwise:
    return Stepwise()


@pytest.fixture
async def place(tmp_path: Path, provider: Stepwise) -> AsyncIterator[Place]:
    async with running(tmp_path, provider=provider) as place:
        yield place


async def _in_the_middle(place: Place, provider: Stepwise) -> tuple[Visitor, Call]:
    vera = await Visitor(place).come()
    await vera.say(QUESTION)
    call = await provider.asked(QUESTION)
    await call.say("It ", "weighs ", "two ")
    while "two" not in "".join(frame["text"] for frame in vera.client.of("delta")):
        await vera.client.until("delta")
    return vera, call


async def test_it_takes_up_the_answer_where_it_is(place: Place, provider: Stepwise) -> None:
    vera, call = await _in_the_middle(place, provider)
    bob = await Operator(place).come()
    second = await Visitor(place, secret=vera.secret).come()
    drafts = [second.welcome["draft"], (await bob.watch(str(vera.conversation)))["draft"]]
    await call.say("kilograms.")
    await call.finish()
    for client, draft in ((second.client, drafts[0]), (bob.client, drafts[1])):
        entry = (await client.until("entry", entry__author__role="ai"))["entry"]
        deltas = client.of("delta")
        assert [frame["n"] for frame in deltas] == list(range(draft["n"] + 1, draft["n"] + 1 + len(deltas)))
        assert draft["text"] + "".join(frame["text"] for frame in deltas) == entry["text"] == "It weighs two kilograms."
    for each in (vera, second, bob):
        await each.leave()


async def test_what_is_shown_while_the_operators_window_is_filled_is_shown_once(
    place: Place, provider: Stepwise
) -> None:
    vera, call = await _in_the_middle(place, provider)
    bob = await Operator(place).come()
    tenant, id, gate = place.acme.workspace.id, str(vera.conversation), threading.Event()

    def hold(scope: Scope) -> None:
        gate.wait(10)

    held = [asyncio.ensure_future(place.db.read(tenant, hold)) for _ in range(2)]  # both readers
    await asyncio.sleep(0)
    await bob.do("watch", id)
    await until(lambda: place.parts.house.hub.audience((tenant, f"watch:{id}")) > 0, 10)
    await call.say("kilograms ", "and ", "more ")
    while "and" not in "".join(frame["text"] for frame in vera.client.of("delta")):
        await vera.client.until("delta")
    gate.set()
    await asyncio.gather(*held)
    draft = (await bob.client.until("conversation"))["draft"]
    await call.finish()
    entry = (await bob.client.until("entry", entry__author__role="ai"))["entry"]
    deltas = bob.client.of("delta")
    assert draft["text"] + "".join(frame["text"] for frame in deltas) == entry["text"]
    assert [frame["n"] for frame in deltas] == list(range(draft["n"] + 1, draft["n"] + 1 + len(deltas)))
    await vera.leave()
    await bob.leave()


async def test_an_answer_that_is_kept_but_not_yet_told_is_not_shown_as_a_draft_too(
    place: Place, provider: Stepwise, tmp_path: Path
) -> None:
    vera, call = await _in_the_middle(place, provider)
    bob = await Operator(place).come()
    tenant, id = place.acme.workspace.id, str(vera.conversation)
    draft = place.parts.house.drafts.find(tenant, id)
    assert draft is not None
    beside = await Database.open(tmp_path, Hub(), now)  # on disk, and this server has not heard of it
    asked = await beside.read(tenant, look, id, frozenset())
    assert isinstance(asked, Look)
    assert await beside.write(tenant, speak, asked, Answer(draft.turn, "It weighs two kilograms."))
    await beside.close()
    second = await Visitor(place, secret=vera.secret).come()
    shown = await bob.watch(id)
    for frame in (second.welcome, shown):
        assert frame["entries"][-1]["turn"] == draft.turn
        assert frame["draft"] is None
    await call.finish()
    for each in (vera, second, bob):
        await each.leave()


# Windows that have much to catch up with.


async def _fill(place: Place, vera: Visitor, count: int, length: int) -> None:
    """Bob takes the conversation and writes `count` messages of `length` characters."""
    tenant, id = place.acme.workspace.id, str(vera.conversation)
    bob = next(one for one in await place.db.read(tenant, memberships.list_members) if one.name == "Bob")

    def write(scope: Scope) -> None:
        handoff.claim(scope, id, bob, None)
        for n in range(count):
            talk.operator_says(scope, id, bob, Said(f"long {n}", f"{n} ".ljust(length, "x")), "socket")

    await place.db.write(tenant, write)


async def test_fifty_of_the_longest_messages_can_be_opened(place: Place) -> None:
    vera = await Visitor(place).come()
    await vera.say(QUESTION)
    await _fill(place, vera, 50, talk.LONGEST_REPLY)
    bob = await Operator(place).come()
    shown = await bob.watch(str(vera.conversation))
    assert len(json.dumps(shown)) > MOST_BYTES
    assert len(shown["entries"]) == 50
    await bob.client.send(type="nothing")
    assert (await bob.client.until("error"))["code"] == "unknown_type"
    await vera.leave()
    await bob.leave()


async def test_an_operator_who_missed_six_hundred_entries_misses_none(place: Place) -> None:
    vera = await Visitor(place).come()
    await vera.say(QUESTION)
    await _fill(place, vera, 600, 10)
    bob = await Operator(place).come()
    shown = await bob.watch(str(vera.conversation), after=1, epoch=bob.welcome["epoch"])
    assert [entry["seq"] for entry in shown["entries"]] == list(range(2, 603))
    await vera.leave()
    await bob.leave()
