"""Frames from clients: read, decoded and checked, with an answer for each that cannot be used."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.types import Receive

from chatbot.kit.errors import Invalid
from chatbot.kit.text import clean, is_blank
from chatbot.web import frames

Shape = TypeVar("Shape")


class Gone(Exception):
    """The client has closed."""


async def next_text(receive: Receive) -> str | None:
    """The next text frame; None for a binary one. Gone when the client has closed."""
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise Gone
    found = message.get("text")
    return found if isinstance(found, str) else None


def kind_of(raw: str | None) -> str:
    """The frame's type, or Invalid."""
    return _decoded(raw, frames.Kind).type


def decoded(raw: str | None, shape: type[Shape]) -> Shape:
    """The frame in its shape, or Invalid with the place of what is wrong."""
    return _decoded(raw, shape)


def _decoded(raw: str | None, shape: type[Shape]) -> Shape:
    if raw is None:
        raise Invalid("Frames are JSON text.", "bad_frame")
    try:
        return msgspec.json.decode(raw.encode("utf-8", "surrogatepass"), type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeError, ValueError) as error:
        raise Invalid(f"That frame could not be read: {str(error)[:200]}", "bad_frame") from error


def message_text(text: str, longest: int, words: Mapping[str, str]) -> str:
    """The cleaned text of a message; Invalid where nothing is in it or too much."""
    cleaned = clean(text).strip()
    if not cleaned or is_blank(cleaned):
        raise Invalid(words["empty"], "empty")
    if len(cleaned) > longest:
        raise Invalid(words["too_long"], "too_long")
    return cleaned


def reference(raw: str | None) -> str | None:
    """The id that an unusable frame carried, if it can be told."""
    try:
        found: Any = msgspec.json.decode(raw or "null")
    except (msgspec.DecodeError, RecursionError, UnicodeError, ValueError):
        return None
    id = found.get("id") if isinstance(found, dict) else None
    return id if isinstance(id, str) and len(id) <= 100 else None
