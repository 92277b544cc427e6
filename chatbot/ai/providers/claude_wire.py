"""Claude's wire format: our prompt as a request, its raw events as ours. Knows no network."""

import json
from collections.abc import Iterator
from typing import Any

from chatbot.ai.providers.base import Event, Prompt, Text, ToolCall, Turn, Usage

MAX_TOKENS = 4096
"""Of one call, thinking included; answers are two to four sentences."""
TAKE_EFFORT = ("claude-haiku-5", "claude-sonnet-5", "claude-opus-5", "claude-fable-5", "claude-mythos-5")
"""Models that think by default and whose depth `effort` sets (platform.claude.com, Effort, October 2026); others
answer 400 to it. A visitor waits for the first word, so they are asked for little."""


def request_of(prompt: Prompt, model: str) -> dict[str, Any]:
    """The body of a call. Tools and rules come first and are cached together, up to the mark."""
    request: dict[str, Any] = {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": prompt.situation},
        ],
        "messages": [_message(turn) for turn in prompt.turns],
    }
    if prompt.tools:
        request["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.schema} for tool in prompt.tools
        ]
    if model.startswith(TAKE_EFFORT):
        request["output_config"] = {"effort": "low"}
    return request


def _message(turn: Turn) -> dict[str, Any]:
    if turn.role == "ai":
        return {"role": "assistant", "content": turn.raw or turn.text}
    if turn.results:
        # No text beside results: the model would learn to end its turn there and answer nothing.
        return {"role": "user", "content": [_result(result.id, result.text, result.failed) for result in turn.results]}
    return {"role": "user", "content": turn.text}


def _result(id: str, text: str, failed: bool) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id, "content": text, "is_error": failed}


class Listener:
    """Hears one call's raw events; keeps its blocks (thinking too) as they must be sent back, its stop and usage."""

    def __init__(self) -> None:
        self.stop = ""
        self.stopped = False
        """True once `message_stop` came: without it the answer is not whole, whatever else arrived."""
        self.usage = Usage()
        self._blocks: dict[int, dict[str, Any]] = {}
        self._json: dict[int, list[str]] = {}

    def hear(self, event: Any) -> Iterator[Event]:
        """Our events for one of theirs; unknown kinds are passed over."""
        kind = getattr(event, "type", None)
        if kind == "content_block_delta":
            yield from self._delta(event.index, event.delta)
        elif kind == "content_block_start":
            yield from self._start(event.index, event.content_block)
        elif kind == "content_block_stop":
            yield from self._end(event.index)
        elif kind == "message_start":
            self._count(event.message.usage)
        elif kind == "message_delta":
            self.stop = event.delta.stop_reason or self.stop
            self._count(event.usage)
        elif kind == "message_stop":
            self.stopped = bool(self.stop)

    def turn(self) -> Turn:
        """What was said, as it goes back into the conversation; empty text blocks are refused there and left out."""
        blocks = [block for _, block in sorted(self._blocks.items()) if block.get("type") != "text" or block["text"]]
        text = "".join(block["text"] for block in blocks if block.get("type") == "text")
        return Turn("ai", text, raw=blocks)

    def _start(self, index: int, block: Any) -> Iterator[Event]:
        self._blocks[index] = block.model_dump(mode="json", exclude_none=True)
        if block.type == "tool_use":
            self._json[index] = []
        elif block.type == "text" and block.text:
            yield Text(block.text)

    def _delta(self, index: int, delta: Any) -> Iterator[Event]:
        block = self._blocks.setdefault(index, {"type": "text", "text": ""})
        if delta.type == "text_delta":
            block["text"] = block.get("text", "") + delta.text
            if delta.text:
                yield Text(delta.text)
        elif delta.type == "input_json_delta":
            self._json.setdefault(index, []).append(delta.partial_json)
        elif delta.type == "thinking_delta":
            block["thinking"] = block.get("thinking", "") + delta.thinking
        elif delta.type == "signature_delta":
            block["signature"] = delta.signature

    def _end(self, index: int) -> Iterator[Event]:
        block = self._blocks.get(index, {})
        if block.get("type") == "tool_use":
            arguments = _arguments("".join(self._json.get(index, ())))
            block["input"] = arguments or {}
            yield ToolCall(block["id"], block["name"], arguments)

    def _count(self, usage: Any) -> None:
        """Takes the newest of each count: they are cumulative within one call."""
        new = Usage(
            getattr(usage, "input_tokens", None) or self.usage.input,
            getattr(usage, "output_tokens", None) or self.usage.output,
            getattr(usage, "cache_read_input_tokens", None) or self.usage.cache_read,
            getattr(usage, "cache_creation_input_tokens", None) or self.usage.cache_write,
        )
        self.usage = new


def _arguments(text: str) -> dict[str, Any] | None:
    """The object that a tool is called with; None for what is no JSON object."""
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None
