"""Claude through its SDK, against somebody else's server: whole answers, tools, and everything that goes wrong."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chatbot.ai.providers.anthropic import Claude
from chatbot.ai.providers.base import (
    Event,
    Finished,
    Prompt,
    ProviderFailed,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    Usage,
)
from tests.ai.conftest import Mock, Scripted

MODEL = "claude-haiku-5-5"
SEARCH = Tool("search_knowledge", "Searches.", {"type": "object", "properties": {"query": {"type": "string"}}})
ANSWER = "You can send it back within thirty days."


def prompt(question: str, *more: Turn) -> Prompt:
    """Every test asks another question, so that the server can tell its calls apart."""
    return Prompt("You help at Acme.", "It is Monday.", (Turn("visitor", question), *more), (SEARCH,))


class Pauses:
    """Remembers how long the provider wanted to wait, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def claude() -> AsyncIterator[Callable[..., Claude]]:
    made: list[Claude] = []

    def make(base_url: str, **options: Any) -> Claude:
        made.append(Claude("sk-test", options.pop("model", MODEL), base_url, **{"pause": Pauses(), **options}))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def collect(provider: Claude, asked: Prompt) -> list[Event]:
    return [event async for event in provider.stream(asked)]


async def failing(provider: Claude, asked: Prompt) -> tuple[str, ProviderFailed]:
    """What was said before it failed, and how it failed."""
    said = ""
    with pytest.raises(ProviderFailed) as caught:
        async for event in provider.stream(asked):
            assert isinstance(event, Text), event
            said += event.text
    return said, caught.value


def said(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


# Against llmock.


async def test_an_answer_streams_and_is_counted(claude: Callable[..., Claude], mock: Mock) -> None:
    mock.expect({"type": "reply", "text": ANSWER})
    events = await collect(claude(mock.base_url), prompt("streams"))
    assert said(events) == ANSWER
    assert len(events) > 5
    assert finished(events).stop == "end_turn"
    assert finished(events).usage.input > 0 and finished(events).usage.output > 0


async def test_a_tool_call_arrives_whole(claude: Callable[..., Claude], mock: Mock) -> None:
    arguments = {"query": "How long may I take to send something back?", "keywords": ["returns", "Rückgabe"]}
    mock.expect({"type": "reply", "tool_calls": [{"name": "search_knowledge", "arguments": arguments}]})
    events = await collect(claude(mock.base_url), prompt("calls a tool"))
    call = next(event for event in events if isinstance(event, ToolCall))
    assert (call.name, call.arguments) == ("search_knowledge", arguments)
    assert finished(events).stop == "tool_use"


async def test_the_tools_result_goes_back_and_the_answer_comes(claude: Callable[..., Claude], mock: Mock) -> None:
    provider, asked = claude(mock.base_url), prompt("needs a tool")
    mock.expect({"type": "reply", "tool_calls": [{"name": "search_knowledge", "arguments": {"query": "x"}}]})
    first = await collect(provider, asked)
    call = next(event for event in first if isinstance(event, ToolCall))
    results = Turn("visitor", results=(ToolResult(call.id, "[1] Thirty days."),))
    mock.expect({"type": "reply", "text": ANSWER})
    assert said(await collect(provider, prompt("needs a tool", finished(first).turn, results))) == ANSWER
    assert mock.findings() == []


@pytest.mark.parametrize("status", [429, 529, 503, 500])
async def test_what_passes_is_tried_again_as_long_as_it_asks(
    claude: Callable[..., Claude], mock: Mock, status: int
) -> None:
    pauses = Pauses()
    mock.expect({"type": "fail", "status": status, "retry_after": 0.25, "times": 2}, {"type": "reply", "text": ANSWER})
    events = await collect(claude(mock.base_url, pause=pauses), prompt(f"after two {status}"))
    assert said(events) == ANSWER
    assert pauses.seconds == [0.25, 0.25]
    assert len(mock.requests()) == 3


async def test_a_third_overload_is_the_last(claude: Callable[..., Claude], mock: Mock) -> None:
    mock.expect({"type": "fail", "status": 529, "retry_after": 0, "times": 5})
    _, failure = await failing(claude(mock.base_url), prompt("overloaded for good"))
    assert failure.reason == "Claude is overloaded"
    assert len(mock.requests()) == 3


async def test_a_wait_longer_than_the_run_is_not_waited(claude: Callable[..., Claude], mock: Mock) -> None:
    pauses = Pauses()
    mock.expect({"type": "fail", "status": 429, "retry_after": 300, "times": 3})
    _, failure = await failing(claude(mock.base_url, pause=pauses), prompt("come back later"))
    assert failure.reason == "Claude's rate limit is reached"
    assert (pauses.seconds, len(mock.requests())) == ([], 1)


@pytest.mark.parametrize(
    ("status", "word"), [(400, "request"), (401, "key"), (402, "billing"), (403, "model"), (404, "model")]
)
async def test_what_no_retry_can_mend_is_asked_once(
    claude: Callable[..., Claude], mock: Mock, status: int, word: str
) -> None:
    mock.expect({"type": "fail", "status": status, "times": 3})
    _, failure = await failing(claude(mock.base_url), prompt(f"never {status}"))
    assert word in failure.reason
    assert len(mock.requests()) == 1
    assert mock.findings() == []


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("disconnect", "The connection to Claude broke"),
        ("truncate", "The answer ended in the middle"),
        ("malformed", "Claude's answer was garbled"),
    ],
)
async def test_a_broken_stream_fails_and_is_never_begun_again_once_a_word_was_shown(
    claude: Callable[..., Claude], mock: Mock, kind: str, reason: str
) -> None:
    mock.expect({"type": "reply", "text": ANSWER}, {"type": "stream_fault", "kind": kind, "after_chunks": 6})
    shown, failure = await failing(claude(mock.base_url), prompt(f"breaks by {kind}"))
    assert shown and ANSWER.startswith(shown) and shown != ANSWER
    assert failure.reason == reason
    assert len(mock.requests()) == 1


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
async def test_a_stream_that_breaks_before_the_first_word_is_tried_again(
    claude: Callable[..., Claude], mock: Mock, kind: str
) -> None:
    mock.expect(
        {"type": "reply", "text": ANSWER, "times": 2}, {"type": "stream_fault", "kind": kind, "after_chunks": 1}
    )
    assert said(await collect(claude(mock.base_url), prompt(f"breaks at once by {kind}"))) == ANSWER
    assert len(mock.requests()) == 2


async def test_a_stream_that_falls_silent_fails_after_the_idle_time(claude: Callable[..., Claude], mock: Mock) -> None:
    mock.expect(
        {"type": "reply", "text": ANSWER},
        {"type": "stream_fault", "kind": "stall", "after_chunks": 6, "stall_seconds": 30},
    )
    began = time.monotonic()
    shown, failure = await failing(claude(mock.base_url, idle=0.3), prompt("falls silent"))
    assert shown and failure.reason == "Claude fell silent"
    assert time.monotonic() - began < 5


async def test_a_slow_first_word_is_waited_for(claude: Callable[..., Claude], mock: Mock) -> None:
    mock.expect({"type": "reply", "text": ANSWER}, {"type": "slow_first_token", "seconds": 0.3})
    assert said(await collect(claude(mock.base_url, idle=2), prompt("slow at first"))) == ANSWER


async def test_no_first_word_within_the_idle_time_fails_without_another_try(
    claude: Callable[..., Claude], mock: Mock
) -> None:
    mock.expect({"type": "reply", "text": ANSWER}, {"type": "slow_first_token", "seconds": 30})
    _, failure = await failing(claude(mock.base_url, idle=0.3), prompt("never begins"))
    assert failure.reason == "Claude fell silent"


async def test_a_server_that_is_not_there_fails_in_words(claude: Callable[..., Claude]) -> None:
    _, failure = await failing(claude("http://127.0.0.1:9"), prompt("nobody there"))
    assert failure.reason == "The connection to Claude broke"


# Against the scripted server: what llmock cannot say.


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
