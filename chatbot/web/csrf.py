"""No other site's page can act with a person's cookie.

Browsers say where a request comes from: `Sec-Fetch-Site`, and `Origin` on every unsafe method. A request that changes
something and says neither, or names another origin, is refused.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.config import Config
from chatbot.kit.errors import NotAllowed, Refusal
from chatbot.web.addresses import header, is_own_origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Lets unsafe requests through only from our own pages. Addresses in `open_paths` carry no cookie."""

    def __init__(self, app: ASGIApp, config: Config, open_paths: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._config = config
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 403 as the application answers every refusal."""
        if scope["type"] == "http" and not self._may_pass(scope):
            request = Request(scope)
            answered = request.app.exception_handlers[Refusal]
            response = await answered(request, NotAllowed("This request did not come from our own page."))
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        return scope["method"] in SAFE or scope["path"] in self._open or self._is_ours(scope)

    def _is_ours(self, scope: Scope) -> bool:
        site, origin = header(scope, b"sec-fetch-site"), header(scope, b"origin")
        if origin:
            return is_own_origin(origin, self._config)
        return site == "same-origin"
