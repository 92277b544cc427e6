"""The spine through its front doors: a visitor asks, the AI answers, a person takes over."""

import uuid
from pathlib import Path

import pytest
import websockets

from tests.conftest import HandClock, running
from tests.parties import Client, Operator, Place, Visitor


async def test_a_visitor_is_answered_from_the_workspaces_knowledge_with_its_source(place: Place) -> None:
    vera = await Visitor(place).come()
    assert vera.welcome["conversation"] is None
    entry = await vera.ask("When do you refund my payment?")
    assert "5 working days" in entry["text"]
    assert entry["sources"] == [{"title": "Returns and refunds", "url": "https://acme.example/refunds"}]
    assert entry["flags"] == []
    deltas = [frame for frame in vera.client.of("delta") if frame["turn"] == entry["turn"]]
    assert len(deltas) >= 3
    assert [frame["n"] for frame in deltas] == list(range(1, len(deltas) + 1))
    await vera.leave()


async def test_the_ack_comes_before_the_entry_and_deltas_before_the_answer(place: Place) -> None:
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    types = [frame["type"] for frame in vera.client.frames if frame["type"] in ("ack", "entry", "delta")]
    assert types[:2] == ["ack", "entry"]
    assert set(types[2:-1]) == {"delta"}
    assert types[-1] == "entry"
    assert [frame["entry"]["seq"] for frame in vera.client.of("entry")] == [1, 2]
    await vera.leave()


async def test_the_whole_way_to_a_person_and_back(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    status = await vera.want_person()
    assert status["wait"]["position"] == 1
    assert status["reachable"] is True
    call = await bob.client.until("inbox", status="waiting", conversation=vera.conversation)
    assert call["counts"]["waiting"] == 1
    assert "Vera" not in call["html"] and vera.conversation in call["html"]
    shown = await bob.watch(vera.conversation)
    assert [entry["kind"] for entry in shown["entries"]] == ["message", "message", "handoff"]
    await bob.claim(vera.conversation)
    joined = (await vera.client.until("entry", entry__kind="joined"))["entry"]
    assert joined["author"]["name"] == "Bob"
    assert (await vera.client.until("status", status="human"))["operator"]["name"] == "Bob"
    await bob.say(vera.conversation, "Hello Vera, Bob here.")
    assert (await vera.client.until("entry", entry__author__role="operator", entry__kind="message"))["entry"][
        "text"
    ] == "Hello Vera, Bob here."
    await vera.say("Thank you, Bob")
    seen = await bob.client.until("entry", entry__author__role="visitor", entry__text="Thank you, Bob")
    assert "Thank you, Bob" in seen["entry"]["html"]
    await bob.do("hand_back", vera.conversation)
    await vera.client.until("status", status="ai")
    assert "30 days" in (await vera.ask("How long do I have to send something back?"))["text"]
    await bob.do("resolve", vera.conversation)
    await vera.client.until("status", status="resolved")
    again = await vera.say("One more thing: what are your opening hours?")
    assert again["conversation"] == vera.conversation
    assert "9:00" in (await vera.client.until("entry", entry__author__role="ai"))["entry"]["text"]
    await bob.leave()
    await vera.leave()


async def test_nothing_of_the_ai_is_heard_while_a_person_is_there(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.say("When do you refund my payment?")
    await bob.watch(vera.conversation)
    await bob.claim(vera.conversation)
    joined = (await vera.client.until("entry", entry__kind="joined"))["entry"]
    for n in range(5):
        await vera.say(f"Are you there? {n}")
    await bob.say(vera.conversation, "Yes")
    await vera.client.until("entry", entry__text="Yes")
    kinds = [
        frame["entry"]["author"]["role"] for frame in vera.client.of("entry") if frame["entry"]["seq"] > joined["seq"]
    ]
    assert "ai" not in kinds
    place_of_join = vera.client.frames.index(next(f for f in vera.client.of("entry") if f["entry"]["kind"] == "joined"))
    assert not [frame for frame in vera.client.frames[place_of_join:] if frame["type"] == "delta"]
    await bob.leave()
    await vera.leave()


async def test_nobody_is_promised_where_nobody_is_there(place: Place) -> None:
    vera = await Visitor(place).come()
    assert vera.welcome["config"]["reachable"] is False
    await vera.client.send(type="ask_human")
    notice = (await vera.client.until("entry", entry__kind="notice"))["entry"]
    assert "Nobody can come right now" in notice["text"]
    assert (await vera.client.until("status"))["status"] == "ai"
    assert "30 days" in (await vera.ask("How long do I have to send something back?"))["text"]
    await vera.leave()


async def test_a_phrase_calls_a_person_without_the_model(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place, locale="de").come()
    await vera.say("Ich möchte bitte mit einem Menschen sprechen")
    entry = (await vera.client.until("entry", entry__kind="handoff"))["entry"]
    assert "gerufen" in entry["text"]
    await vera.client.until("status", status="waiting")
    assert not [frame for frame in vera.client.of("entry") if frame["entry"]["author"]["role"] == "ai"]
    await bob.leave()
    await vera.leave()


async def test_waiting_can_be_stopped_and_the_ai_answers_meanwhile(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.say("Hello")
    await vera.want_person()
    assert "30 days" in (await vera.ask("How long do I have to send something back?"))["text"]
    await vera.client.send(type="cancel_wait")
    await vera.client.until("status", status="ai")
    await vera.client.send(type="cancel_wait")
    assert (await vera.client.until("error"))["code"] == "conflict"
    await bob.leave()
    await vera.leave()


async def test_release_keeps_the_first_waiting_time(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.say("Hello")
    first = (await vera.want_person())["wait"]["since"]
    await bob.watch(vera.conversation)
    await bob.claim(vera.conversation)
    await bob.do("release", vera.conversation)
    again = await vera.client.until("status", status="waiting")
    assert again["wait"]["since"] == first
    await bob.leave()
    await vera.leave()


async def test_the_winner_is_named_to_the_loser(place: Place) -> None:
    bob = await Operator(place).come()
    carla = await Operator(place, "carla@acme.example").come()
    vera = await Visitor(place).come()
    await vera.say("Hello")
    await vera.want_person()
    await bob.watch(vera.conversation)
    await bob.claim(vera.conversation)
    await carla.do("claim", vera.conversation)
    lost = await carla.client.until("error")
    assert lost["code"] == "conflict" and "Bob" in lost["message"] and lost["conversation"] == vera.conversation
    await carla.do("message", vera.conversation, id=str(uuid.uuid4()), text="me too")
    assert (await carla.client.until("error"))["code"] == "conflict"
    for each in (bob, carla, vera):
        await each.leave()


@pytest.mark.parametrize("queue", ["two windows"])
async def test_two_windows_show_the_same_in_the_same_order(place: Place, queue: str) -> None:
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    second = await Visitor(place, secret=vera.secret).come()
    assert [entry["seq"] for entry in second.welcome["entries"]] == [1, 2]
    await second.ask("And how long do I have to send something back?")
    await vera.client.until("entry", entry__seq=4)
    assert [f["entry"] for f in vera.client.of("entry")][2:] == [f["entry"] for f in second.client.of("entry")]
    await second.leave()
    await vera.leave()


async def test_whoever_comes_back_finds_the_closed_conversation_while_it_can_go_on(tmp_path: Path) -> None:
    clock = HandClock()
    async with running(tmp_path, clock=clock) as place:
        bob = await Operator(place).come()
        vera = await Visitor(place).come()
        await vera.ask("When do you refund my payment?")
        await bob.do("resolve", str(vera.conversation))
        await vera.client.until("status", status="resolved")
        await vera.leave()
        clock.forward(86_400)
        assert await _found_on_return(place, vera) == (vera.conversation, "resolved")
        clock.forward(7 * 86_400)
        assert await _found_on_return(place, vera) == (None, None)
        again = await Visitor(place, secret=vera.secret).come()
        assert (await again.say("Hello again"))["conversation"] != vera.conversation
        await again.leave()
        await bob.leave()


async def _found_on_return(place: Place, vera: Visitor) -> tuple[str | None, str | None]:
    """What a window finds that does not name a conversation: (id, status)."""
    client = Client(await websockets.connect(place.socket("/ws/visitor"), compression=None))
    await client.send(type="hello", token=place.acme.workspace.token, visitor=vera.secret)
    found = (await client.until("welcome"))["conversation"]
    await client.close()
    return (found["id"], found["status"]) if found else (None, None)


async def test_a_burst_gets_one_answer_that_speaks_of_every_question(place: Place) -> None:
    vera = await Visitor(place).come()
    for text in ("When do you refund my payment?", "And what are your opening hours?"):
        await vera.client.send(type="message", id=str(uuid.uuid4()), text=text)
    entry = (await vera.client.until("entry", entry__author__role="ai", entry__flags=[]))["entry"]
    assert "5 working days" in entry["text"]
    assert "9:00" in entry["text"]
    assert [source["title"] for source in entry["sources"]] == ["Returns and refunds", "Opening hours"]
    await vera.leave()


async def test_whoever_claims_without_watching_is_told_that_it_worked(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.say("Hello")
    await vera.want_person()
    await bob.do("claim", str(vera.conversation))
    won = await bob.client.until("status", conversation=vera.conversation)
    assert (won["status"], won["operator"]["name"]) == ("human", "Bob")
    assert "id" not in (await vera.client.until("status", status="human"))["operator"]
    await bob.leave()
    await vera.leave()
