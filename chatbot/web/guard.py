"""A route says who may use it, or it cannot exist: the ways to make one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.domain.access import Role, SignedIn
from chatbot.kit.errors import NotAllowed
from chatbot.web.addresses import header
from chatbot.web.house import House
from chatbot.web.sessions import current

MemberHandler = Callable[[Request, SignedIn, House], Awaitable[Response]]
OpenHandler = Callable[[Request, House], Awaitable[Response]]
AnyRoute = TypeVar("AnyRoute", bound=BaseRoute)
LARGEST_FORM = 3 << 20
"""Bytes of a form; an article of 200,000 characters fits, whatever its script (up to 12 bytes a character)."""


def member_route(path: str, handler: MemberHandler, *, allow: Role, method: str = "GET", house: House) -> Route:
    """A route for signed-in people of at least the role `allow`; the handler is given the person."""

    async def endpoint(request: Request) -> Response:
        person = await current(request, house)
        if person.role < allow:
            raise NotAllowed("Your role does not include this.")
        return await handler(request, person, house)

    return _made(path, endpoint, method, f"{allow.name.lower()} and above")


def open_route(path: str, handler: OpenHandler, *, because: str, method: str = "GET", house: House) -> Route:
    """A route for anyone, with the reason why."""

    async def endpoint(request: Request) -> Response:
        return await handler(request, house)

    return _made(path, endpoint, method, f"anyone: {because}")


def _made(path: str, endpoint: Callable[[Request], Awaitable[Response]], method: str, who: str) -> Route:
    route = Route(path, endpoint, methods=[method], max_body_size=LARGEST_FORM)
    route.app = Announced(route.app)
    return declared(route, who)


class Announced:
    """Refuses a body that announces itself as too large. The framework does that too, in a shape of its own; what it
    finds too large while it reads comes back in ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or raises what becomes a 413."""
        if int(header(scope, b"content-length") or 0) > LARGEST_FORM:
            raise HTTPException(413)
        await self._app(scope, receive, send)


def declared(route: AnyRoute, who: str) -> AnyRoute:
    """The route with the words for who may use it, which the test that audits the table reads."""
    route.who = who  # type: ignore[attr-defined]
    return route
