"""For the host: is it alive, can it serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chatbot.kit.errors import Refusal
from chatbot.storage import house as house_rows
from chatbot.web.house import House


async def alive(request: Request, house: House) -> Response:
    """`/healthz`: the process answers."""
    return JSONResponse({"status": "alive"})


async def ready(request: Request, house: House) -> Response:
    """`/readyz`: the database takes a write and gives an answer; 503 where it does not."""
    try:
        await house.db.across_tenants().write(house_rows.touch)
    except Refusal as refusal:
        return JSONResponse({"status": "not ready", "reason": refusal.message}, 503)
    return JSONResponse({"status": "ready"})
