"""Taking the floor from the AI: freeze what it is saying, change the state, then let it fall silent or go on."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from chatbot.kit.drafts import Draft, Drafts
from chatbot.storage.database import Database
from chatbot.storage.scope import FENCES, Fenced

__all__ = ["FENCES", "Fenced", "take"]

Result = TypeVar("Result")


async def take(
    db: Database, drafts: Drafts, tenant: int, conversation: str | None, function: Callable[..., Result], *args: Any
) -> Result:
    """Runs `function(scope, *args, shown)` while the conversation's answer in the making is frozen.

    `shown` is what the visitor has seen of it (None without one). A function that takes the floor keeps that text as
    an interrupted entry and calls `scope.fence(conversation)`; the draft then ends with the commit, before anything
    else is published. In every other case it goes on where it was. A caller who is cancelled changes nothing of this.
    """
    draft = None if conversation is None else drafts.find(tenant, conversation)
    if draft is None:
        return await db.write(tenant, function, *args, None)
    draft.freeze()
    try:
        heard = db.send(tenant, function, *args, draft.shown())
    except BaseException:
        draft.thaw()
        raise
    heard.add_done_callback(lambda _: _end(draft))
    return await asyncio.shield(heard)


def _end(draft: Draft) -> None:
    draft.thaw()
