"""The answer in the making, as a window that opens in the middle of it is shown it."""

from collections.abc import Iterable
from typing import Any

from chatbot.storage.entries import Entry
from chatbot.web import frames
from chatbot.web.house import House


def draft(house: House, tenant: int, conversation: str, entries: Iterable[Entry]) -> dict[str, Any] | None:
    """The draft for a window that shows `entries`; None where there is none, or where its entry is among them: an
    answer that is on disk a moment before the hub hears of it is not in the making any more."""
    made = house.drafts.find(tenant, conversation)
    if made is None or made.turn in {entry.turn for entry in entries}:
        return None
    return frames.draft(made)
