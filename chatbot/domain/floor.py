"""Taking the floor from the AI: freeze what it is saying, change the state, then let it fall silent or go on."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from chatbot.kit.drafts import Drafts
from chatbot.storage.database import Database
from chatbot.storage.scope import FENCES, Fenced

__all__ = ["FENCES", "Fenced", "take"]

Result = TypeVar("Result")


async def take(
    db: Database, drafts: Drafts, tenant: int, conversation: str | None, function: Callable[..., Result], *args: Any
) -> Result:
    """Runs `function(scope, *args, shown)` while nothing more of the conversation's answer is shown.

    `shown` is what the visitor has seen of it (None without one). A function that takes the floor keeps that text as
    an interrupted entry and calls `scope.fence(conversation)`; the draft then ends with the commit, before anything
    else is published. In every other case it goes on where it was. A caller who is cancelled changes nothing of this.
    """
    if conversation is None:
        return await db.write(tenant, function, *args, None)
    shown = drafts.freeze(tenant, conversation)
    try:
        heard = db.send(tenant, function, *args, shown)
    except BaseException:
        drafts.thaw(tenant, conversation)
        raise
    heard.add_done_callback(lambda _: drafts.thaw(tenant, conversation))
    return await asyncio.shield(heard)
