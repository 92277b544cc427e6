"""One table from the domain's words for trouble to status codes and bodies."""

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Match, Route

from chatbot.kit import errors
from chatbot.kit.render import Renderer
from chatbot.web.headers import safe_headers

log = logging.getLogger(__name__)

ANSWERS: Mapping[type[errors.Refusal], int] = {
    errors.Invalid: 400,
    errors.Unauthorised: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.NotSaved: 503,
}
TITLES: Mapping[int, tuple[str, str]] = {
    400: ("That could not be used", "Something in the request is not as it should be."),
    401: ("Please sign in", "You are not signed in, or no longer."),
    403: ("Not for you", "You are signed in, and this is not part of your role."),
    404: ("Nothing here", "There is no such page, or it is not yours."),
    405: ("Not like this", "This address exists and does something else."),
    409: ("Somebody was first", "The state has moved on meanwhile."),
    413: ("Too large", "That is more than this address takes."),
    429: ("A lot at once", "Please wait a moment and try again."),
    500: ("Something broke", "This is our fault, not yours. It has been noted."),
    503: ("Not just now", "That cannot be done at the moment. Please try again soon."),
}
CODES: Mapping[int, str] = {404: "not_found", 405: "not_allowed", 413: "too_long", 500: "unavailable"}


def plain_error(request: Request, status: int, code: str, message: str) -> Response:
    """The one shape of an error for programs: {"error": {"code", "message"}}."""
    return JSONResponse({"error": {"code": code, "message": message}}, status)


class Errors:
    """Answers for exceptions: a page for people, the one JSON shape for programs."""

    def __init__(self, render: Renderer) -> None:
        self._render = render

    async def refused(self, request: Request, error: Exception) -> Response:
        """A Refusal of the domain."""
        if not isinstance(error, errors.Refusal):
            raise error
        status = next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), 500)
        if status == 401 and wants_page(request) and request.method == "GET":
            return RedirectResponse("/login", 303)
        response = self._answer(request, status, error.code, error.message)
        if isinstance(error, errors.TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    async def http(self, request: Request, error: Exception) -> Response:
        """What the framework itself refuses: unknown address, wrong method, too large."""
        if not isinstance(error, HTTPException):
            raise error
        response = self._answer(request, error.status_code, CODES.get(error.status_code, "bad_frame"), "")
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = _methods_of(request)
        return response

    async def broken(self, request: Request, error: Exception) -> Response:
        """A defect of ours; the framework raises it again for the log."""
        response = self._answer(request, 500, "unavailable", "")
        response.headers.update(safe_headers(framed=False, secure=False))  # no middleware stands around this answer
        return response

    def _answer(self, request: Request, status: int, code: str, message: str) -> Response:
        title, words = TITLES.get(status, TITLES[500])
        if not wants_page(request):
            return plain_error(request, status, code, message or words)
        page = self._render("site/error.html", status=status, title=title, text=message or words)
        return HTMLResponse(page, status)


def _methods_of(request: Request) -> str:
    """Every method of the address: one path may have a route for each, and the framework names the first one's only.
    What has no route of its own is a file."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    here = [route.methods or set() for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted(set().union(*here) or {"GET", "HEAD"}))


def wants_page(request: Request) -> bool:
    """True for a browser on its way to a page, False for a program."""
    return "text/html" in request.headers.get("accept", "")
