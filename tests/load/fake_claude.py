"""A model that answers at once, in the shape of Claude's stream: what is left to measure is our own time."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

WORDS = re.findall(r"\S+", "You can send anything back within thirty days of delivery as long as it is unused.")


def _event(kind: str, **fields: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


async def _stream() -> AsyncIterator[str]:
    usage = {"input_tokens": 10, "output_tokens": 1}
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    yield _event("message_start", message=message)
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for word in WORDS:
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": f"{word} "})
        await asyncio.sleep(0.005)
    yield _event("content_block_stop", index=0)
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event("message_delta", delta=stop, usage={"output_tokens": len(WORDS)})
    yield _event("message_stop")


async def messages(request: Request) -> StreamingResponse:
    await request.body()
    return StreamingResponse(_stream(), media_type="text/event-stream")


app = Starlette(routes=[Route("/v1/messages", messages, methods=["POST"])])
