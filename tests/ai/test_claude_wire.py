"""Claude's wire format in detail: what is sent, and answers that only a scripted server gives."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from chatbot.ai.providers.anthropic import Claude
from chatbot.ai.providers.base import Text, ToolCall, ToolResult, Turn, Usage
from tests.ai.asking import ANSWER, MODEL, SEARCH, collect, failing, finished, prompt, said
from tests.ai.conftest import Scripted


def start(**usage: int) -> dict[str, Any]:
    counts = {"input_tokens": 10, "output_tokens": 1, **usage}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": MODEL, "usage": counts}
    return {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}}


def block(index: int, content: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    pieces = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    begun = {"type": "content_block_start", "index": index, "content_block": content}
    return [begun, *pieces, {"type": "content_block_stop", "index": index}]


def text(words: str, index: int = 0) -> list[dict[str, Any]]:
    return block(index, {"type": "text", "text": ""}, {"type": "text_delta", "text": words})


def tool(arguments: str, index: int = 0) -> list[dict[str, Any]]:
    content = {"type": "tool_use", "id": "toolu_1", "name": "search_knowledge", "input": {}}
    return block(index, content, {"type": "input_json_delta", "partial_json": arguments})


def end(stop: str, **usage: int) -> list[dict[str, Any]]:
    delta = {"stop_reason": stop, "stop_sequence": None}
    counts = {"output_tokens": 7, **usage}
    return [{"type": "message_delta", "delta": delta, "usage": counts}, {"type": "message_stop"}]


async def test_what_is_sent_begins_with_the_cached_prefix(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.answer(start(), *text(ANSWER), *end("end_turn"))
    await collect(claude(scripted.base_url), prompt("what is sent"))
    body = scripted.bodies[0]
    assert body["system"] == [
        {"type": "text", "text": "You help at Acme.", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "It is Monday."},
    ]
    assert body["tools"] == [{"name": SEARCH.name, "description": SEARCH.description, "input_schema": SEARCH.schema}]
    assert body["messages"] == [{"role": "user", "content": "what is sent"}]
    assert body["output_config"] == {"effort": "low"}
    assert (body["model"], body["stream"]) == (MODEL, True)
    assert not {"temperature", "top_p", "top_k"} & set(body)


async def test_a_model_without_effort_is_not_asked_for_it(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.answer(start(), *text(ANSWER), *end("end_turn"))
    await collect(claude(scripted.base_url, model="claude-haiku-4-5"), prompt("no effort"))
    assert "output_config" not in scripted.bodies[0]


async def test_cached_tokens_are_counted_apart(claude: Callable[..., Claude], scripted: Scripted) -> None:
    counts = {"cache_read_input_tokens": 900, "cache_creation_input_tokens": 50}
    scripted.answer(start(**counts), *text(ANSWER), *end("end_turn", output_tokens=12))
    events = await collect(claude(scripted.base_url), prompt("cached"))
    assert finished(events).usage == Usage(10, 12, 900, 50)


async def test_thinking_is_not_shown_and_goes_back_untouched(claude: Callable[..., Claude], scripted: Scripted) -> None:
    thinking = block(
        0, {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": "Hm."}, {"type": "signature_delta", "signature": "c2ln"},
    )  # fmt: skip
    scripted.answer(start(), *thinking, *text("Let me look.", 1), *tool('{"query": "returns"}', 2), *end("tool_use"))
    provider = claude(scripted.base_url)
    events = await collect(provider, prompt("thinks"))
    assert said(events) == "Let me look."
    scripted.answer(start(), *text(ANSWER), *end("end_turn"))
    results = Turn("visitor", results=(ToolResult("toolu_1", "[1] Thirty days."), ToolResult("t2", "No.", failed=True)))
    await collect(provider, prompt("thinks", finished(events).turn, results))
    assert scripted.bodies[1]["messages"][1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                {"type": "text", "text": "Let me look."},
                {"type": "tool_use", "id": "toolu_1", "name": "search_knowledge", "input": {"query": "returns"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "[1] Thirty days.", "is_error": False},
                {"type": "tool_result", "tool_use_id": "t2", "content": "No.", "is_error": True},
            ],
        },
    ]


@pytest.mark.parametrize("arguments", ['{"query": ', "[1, 2]", "null", "[" * 100_000])
async def test_arguments_that_are_no_object_are_told_apart(
    claude: Callable[..., Claude], scripted: Scripted, arguments: str
) -> None:
    scripted.answer(start(), *tool(arguments), *end("tool_use"))
    events = await collect(claude(scripted.base_url), prompt("bad arguments"))
    assert ToolCall("toolu_1", "search_knowledge", None) in events


@pytest.mark.parametrize(
    "stop", ["end_turn", "max_tokens", "refusal", "pause_turn", "model_context_window_exceeded", "never_heard_of"]
)
async def test_the_reason_for_stopping_is_passed_on(
    claude: Callable[..., Claude], scripted: Scripted, stop: str
) -> None:
    scripted.answer(start(), *text(ANSWER), *end(stop))
    assert finished(await collect(claude(scripted.base_url), prompt(stop))).stop == stop


async def test_an_answer_of_no_words_is_an_answer_of_no_words(
    claude: Callable[..., Claude], scripted: Scripted
) -> None:
    scripted.answer(start(), *end("end_turn"))
    events = await collect(claude(scripted.base_url), prompt("empty"))
    assert len(events) == 1 and finished(events).turn.raw == []


async def test_an_overload_inside_the_stream_fails_with_what_was_shown(
    claude: Callable[..., Claude], scripted: Scripted
) -> None:
    overload = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    scripted.answer(start(), *text("You can ")[:2], overload)
    shown, failure = await failing(claude(scripted.base_url), prompt("overload inside"))
    assert (shown, failure.reason) == ("You can ", "Claude is overloaded")
    assert len(scripted.bodies) == 1


async def test_an_overload_inside_the_stream_before_any_word_is_tried_again(
    claude: Callable[..., Claude], scripted: Scripted
) -> None:
    scripted.answer(start(), {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
    scripted.answer(start(), *text(ANSWER), *end("end_turn"))
    assert said(await collect(claude(scripted.base_url), prompt("overload before"))) == ANSWER


async def test_a_spent_budget_is_not_asked_again(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.refuse(429, "rate_limit_error", details={"error_code": "enforced_spend_limit_reached"})
    _, failure = await failing(claude(scripted.base_url), prompt("budget"))
    assert failure.reason == "Claude's spend limit is reached"
    assert len(scripted.bodies) == 1


async def test_unknown_events_are_passed_over(claude: Callable[..., Claude], scripted: Scripted) -> None:
    unknown = [{"type": "weather", "sun": True}, b": a comment\n\n", b"event: ping\ndata: {}\n\n"]
    scripted.answer(start(), *unknown, *text(ANSWER), *end("end_turn"))
    assert said(await collect(claude(scripted.base_url), prompt("unknown events"))) == ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<h1>Hello</h1",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
        b"not even HTTP",
    ],
    ids=["empty", "html", "json", "noise"],
)
async def test_what_is_no_stream_fails(claude: Callable[..., Claude], scripted: Scripted, answer: bytes) -> None:
    for _ in range(3):
        scripted.raw(answer)
    _, failure = await failing(claude(scripted.base_url), prompt("no stream"))
    assert failure.reason


async def test_a_reason_never_carries_the_other_sides_words(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.refuse(418, "teapot_error")
    _, failure = await failing(claude(scripted.base_url), prompt("words"))
    assert failure.reason == "Claude answered with status 418"


async def test_closing_the_stream_hangs_up(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.answer(start(), *text("You can ")[:2], stay=True)
    events = claude(scripted.base_url).stream(prompt("hangs up"))
    assert await anext(events) == Text("You can ")
    await events.aclose()
    await asyncio.wait_for(scripted.hung_up.wait(), 5)


async def test_a_cancelled_reader_hangs_up(claude: Callable[..., Claude], scripted: Scripted) -> None:
    scripted.answer(start(), *text("You can ")[:2], stay=True)
    first = asyncio.Event()

    async def read() -> None:
        async for _ in claude(scripted.base_url).stream(prompt("is cancelled")):
            first.set()

    task = asyncio.create_task(read())
    await asyncio.wait_for(first.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(scripted.hung_up.wait(), 5)


def test_the_sdk_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from chatbot.ai.providers.anthropic import Claude; Claude('sk-test');"
        "sys.exit(bool({'anthropic', 'httpx2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
