"""The whole server with Claude's provider, against somebody else's server that speaks Claude's protocol."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets

from chatbot.ai.providers.anthropic import Claude
from chatbot.storage import runs
from chatbot.storage.runs import Run
from tests.ai.conftest import Mock, llmock_process, mock  # noqa: F401 - fixtures
from tests.conftest import no_pause, running
from tests.faults.server import serving, until
from tests.parties import Client, Operator, Place, Visitor

MODEL = "claude-haiku-5-5"
ANSWER = "We refund to the same payment method within 5 working days after the parcel reaches our workshop."
IDLE = 0.4
"""Seconds of silence after which these tests' provider gives up a stream."""


@dataclass
class Shop:
    """The server, Claude's stand-in behind it, and Vera in front of it."""

    place: Place
    mock: Mock
    vera: Visitor

    async def runs(self) -> list[Run]:
        return await self.place.db.read(self.place.acme.workspace.id, runs.of_conversation, str(self.vera.conversation))

    def entries(self) -> list[dict[str, Any]]:
        return [frame["entry"] for frame in self.vera.client.of("entry")]

    def told(self) -> list[tuple[str, str]]:
        """(kind, role) of everything that followed Vera's first message."""
        return [(entry["kind"], entry["author"]["role"]) for entry in self.entries()[1:]]


@pytest.fixture
async def shop(tmp_path: Path, mock: Mock) -> AsyncIterator[Shop]:  # noqa: F811
    provider = Claude("sk-test", MODEL, mock.base_url, idle=IDLE, pause=no_pause)
    async with running(tmp_path, provider=provider) as place:
        vera = await Visitor(place).come()
        yield Shop(place, mock, vera)
        await vera.leave()
    await provider.close()


def reply(text: str) -> dict[str, Any]:
    return {"type": "reply", "text": text}


def calls(name: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "reply", "tool_calls": [{"name": name, "arguments": arguments}]}


async def test_an_answer_streams_into_one_entry_and_what_made_it_is_kept(shop: Shop) -> None:
    bob = await Operator(shop.place).come()
    shop.mock.expect(reply(ANSWER))
    entry = await shop.vera.ask("When is my payment refunded?")
    deltas = [frame for frame in shop.vera.client.of("delta") if frame["turn"] == entry["turn"]]
    assert len(deltas) >= 3
    assert "".join(frame["text"] for frame in deltas) == entry["text"] == ANSWER
    assert shop.told() == [("message", "ai")]
    made = (await shop.runs())[0]
    assert (made.turn, made.outcome, made.provider, made.model) == (entry["turn"], "whole", "anthropic", MODEL)
    assert made.input_tokens > 0 and made.output_tokens > 0 and made.cost_micro is not None
    assert made.prompt_version
    reasons = (await bob.watch(str(shop.vera.conversation)))["reasons"]
    assert [(each["behind"], each["model"], each["tokens"]["output"]) for each in reasons] == [
        (entry["seq"], MODEL, made.output_tokens)
    ]
    assert shop.mock.findings() == []
    await bob.leave()


async def test_the_sources_are_those_that_the_answer_cites(shop: Shop) -> None:
    shop.mock.expect(reply("You get it back within 5 working days [1]. Fake [7]."))
    entry = await shop.vera.ask("How long does a refund of my payment take?")
    assert entry["sources"] == [{"title": "Returns and refunds", "url": "https://acme.example/refunds"}]
    assert "[" not in entry["text"]


async def test_a_search_goes_round_once_and_its_passages_can_be_cited(shop: Shop) -> None:
    query = calls("search_knowledge", query="When is the shop open?", keywords=["opening hours"])
    shop.mock.expect(query, reply("From Tuesday to Saturday [1]."))
    entry = await shop.vera.ask("Wann kann ich kommen?")
    assert entry["text"].startswith("From Tuesday to Saturday")
    assert [source["title"] for source in entry["sources"]] == ["Opening hours"]
    assert [dict(tool) for tool in (await shop.runs())[0].tools] == [{"name": "search_knowledge", "failed": False}]
    first, second = shop.mock.requests()
    assert "search_knowledge" in [tool["name"] for tool in first["body"]["tools"]]
    result = second["body"]["messages"][-1]["content"][0]
    assert result["type"] == "tool_result" and "Tuesday to Saturday" in str(result["content"])
    assert shop.mock.findings() == []


async def test_a_person_is_called_when_the_model_asks_for_one(shop: Shop) -> None:
    bob = await Operator(shop.place).come()
    shop.mock.expect(calls("ask_human", reason="a bent frame"), reply("Somebody has been called."))
    await shop.vera.say("My frame is bent, what now?")
    handed = (await shop.vera.client.until("entry", entry__kind="handoff"))["entry"]
    assert "a bent frame" in handed["text"]
    status = await shop.vera.client.until("status", status="waiting")
    assert status["wait"]["position"] == 1
    assert (await shop.vera.client.until("entry", entry__author__role="ai"))["entry"]["flags"] == []
    call = await bob.client.until("inbox", status="waiting", conversation=shop.vera.conversation)
    assert call["wait"]["reason"] == "a bent frame"
    assert shop.told() == [("handoff", "system"), ("message", "ai")]
    await bob.leave()


async def test_nobody_is_promised_when_the_model_asks_for_a_person_and_nobody_is_there(shop: Shop) -> None:
    shop.mock.expect(calls("ask_human", reason="a bent fork"), reply("The team will read this later."))
    await shop.vera.say("My fork is bent, what now?")
    notice = (await shop.vera.client.until("entry", entry__kind="notice"))["entry"]
    assert "Nobody can come right now" in notice["text"]
    await shop.vera.client.until("entry", entry__author__role="ai")
    assert shop.told() == [("notice", "system"), ("message", "ai")]
    assert {frame["status"] for frame in shop.vera.client.of("status")} == {"ai"}
    result = shop.mock.requests()[-1]["body"]["messages"][-1]["content"][0]
    assert "nobody" in str(result["content"])


async def test_words_before_a_tool_stay_and_what_comes_after_it_is_a_paragraph_of_its_own(shop: Shop) -> None:
    both = {**calls("search_knowledge", query="opening", keywords=[]), "text": "Let me look."}
    shop.mock.expect(both, reply("We open at nine."))
    entry = await shop.vera.ask("When do you open in the morning?")
    assert entry["text"] == "Let me look.\n\nWe open at nine."
    assert len([frame for frame in shop.entries() if frame["author"]["role"] == "ai"]) == 1


async def test_what_passes_is_not_noticed(shop: Shop) -> None:
    shop.mock.expect({"type": "fail", "status": 429, "retry_after": 1, "times": 1}, reply(ANSWER))
    entry = await shop.vera.ask("Is a short rate limit noticed?")
    assert (entry["text"], entry["flags"]) == (ANSWER, [])
    assert shop.told() == [("message", "ai")]
    assert len(shop.mock.requests()) == 2


def broken(kind: str, **options: Any) -> list[dict[str, Any]]:
    return [reply(ANSWER), {"type": "stream_fault", "kind": kind, "after_chunks": 8, **options}]


FAULTS: dict[str, tuple[list[dict[str, Any]], bool, str]] = {
    "key refused": ([{"type": "fail", "status": 401, "times": 5}], False, "refuses the API key"),
    "overloaded": ([{"type": "fail", "status": 529, "retry_after": 0, "times": 5}], False, "overloaded"),
    "spend limit": ([{"type": "fail", "status": 429, "retry_after": 3600, "times": 5}], False, "limit"),
    "disconnect": (broken("disconnect"), True, "broke"),
    "clean end": (broken("truncate"), True, "ended in the middle"),
    "malformed": (broken("malformed"), True, "garbled"),
    "stall": (broken("stall", stall_seconds=3), True, "fell silent"),
    "silence": ([reply(ANSWER), {"type": "slow_first_token", "seconds": 3}], False, "fell silent"),
    "no words": ([reply(" ")], False, "answered nothing"),
    "tools for ever": ([calls("business_hours") | {"times": 20}], False, "kept asking for tools"),
}
"""What goes wrong, whether words were shown before it did, and what operators are told."""


@pytest.mark.parametrize("reachable", [True, False], ids=["somebody is there", "nobody is there"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_has_one_exit(shop: Shop, fault: str, reachable: bool) -> None:
    behaviors, shows, reason = FAULTS[fault]
    bob = await Operator(shop.place).come()
    if not reachable:
        await bob.client.send(type="presence", state="away")
        await _until_away(bob)
    shop.mock.expect(*behaviors)
    await shop.vera.say(f"What becomes of {fault}, {reachable}?")
    await shop.vera.client.until("entry", entry__kind="handoff" if reachable else "notice")
    cut = [("message", "ai")] if shows else []
    called = [("handoff", "system")] if reachable else []
    assert shop.told() == [*cut, ("notice", "system"), *called]
    if shows:
        kept, shown = shop.entries()[1], "".join(frame["text"] for frame in shop.vera.client.of("delta"))
        assert kept["flags"] == ["interrupted"]
        assert kept["text"] == shown.strip() and ANSWER.startswith(kept["text"]) and kept["text"] != ANSWER
    else:
        assert shop.vera.client.of("delta") == []
    made = (await shop.runs())[-1]
    assert made.outcome == "failed" and reason in made.reason
    await _the_next_is_unaffected(shop, fault, reachable)
    await bob.leave()


async def _until_away(bob: Operator) -> None:
    """An error answers what follows `presence` on this socket: then that has been done."""
    await bob.client.send(type="nothing")
    await bob.client.until("error", code="unknown_type")


async def _the_next_is_unaffected(shop: Shop, fault: str, reachable: bool) -> None:
    shop.mock.reset()
    shop.mock.expect(reply("Yes, I am."))
    before = len(shop.entries())
    entry = await shop.vera.ask(f"Are you back after {fault}, {reachable}?")
    assert (entry["text"], entry["flags"]) == ("Yes, I am.", [])
    assert [(each["kind"], each["author"]["role"]) for each in shop.entries()[before:]] == [
        ("message", "visitor"), ("message", "ai"),
    ]  # fmt: skip
    assert len(shop.place.parts.house.drafts) == 0
    window = await Visitor(shop.place, secret=shop.vera.secret).come()
    assert window.welcome["draft"] is None
    assert window.welcome["conversation"]["status"] == ("waiting" if reachable else "ai")
    await window.leave()


async def test_the_settings_alone_make_the_server_ask_claude(tmp_path: Path, mock: Mock) -> None:  # noqa: F811
    mock.expect(reply(ANSWER))
    settings = {
        "ANTHROPIC_API_KEY": "sk-test",
        "ANTHROPIC_BASE_URL": mock.base_url,
        "CHATBOT_MODEL": "claude-sonnet-5-5",
    }
    async with serving(tmp_path, settings) as (server, token):
        window = Client(await websockets.connect(f"ws://127.0.0.1:{server.port}/ws/visitor", compression=None))
        await window.send(type="hello", token=token)
        await window.until("welcome")
        await window.send(type="message", id="m1", text="Do the settings work?")
        entry = (await window.until("entry", entry__author__role="ai"))["entry"]
        assert entry["text"] == ANSWER
        assert server.rows("SELECT provider, model FROM runs") == [("anthropic", "claude-sonnet-5-5")]
        await window.close()


async def test_a_server_killed_while_claude_speaks_answers_whole_and_once_after_the_restart(
    tmp_path: Path,
    mock: Mock,  # noqa: F811
) -> None:
    mock.expect(
        reply(ANSWER), {"type": "stream_fault", "kind": "stall", "after_chunks": 8, "stall_seconds": 3, "times": 1}
    )
    settings = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": mock.base_url}
    async with serving(tmp_path, settings) as (server, token):
        window = Client(await websockets.connect(f"ws://127.0.0.1:{server.port}/ws/visitor", compression=None))
        await window.send(type="hello", token=token)
        await window.until("welcome")
        await window.send(type="message", id="m1", text="What if you die while you speak?")
        await window.until("delta")
        await server.kill()
        mock.reset()
        mock.expect(reply(ANSWER))
        await server.start()
        await until(lambda: any(entry.role == "ai" for entry in server.stored()), 20)
        assert [(each.role, each.text, each.interrupted) for each in server.stored()][1:] == [("ai", ANSWER, False)]
        await window.close()
