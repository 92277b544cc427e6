"""Claude through its SDK, against somebody else's server that misbehaves on demand."""

import time
from collections.abc import Callable

import pytest

from chatbot.ai.providers.anthropic import Claude
from chatbot.ai.providers.base import ToolCall, ToolResult, Turn
from tests.ai.asking import ANSWER, Pauses, collect, failing, finished, prompt, said
from tests.ai.conftest import Mock


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
