"""What every answer carries: what a page may load, who may frame it, and that private things are not kept."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self';"
    " object-src 'none'; frame-ancestors {ancestors}"
)


class SafeHeaders:
    """Adds the headers to every response. `framed`: our own pages may frame one another (the two-sided demo)."""

    def __init__(self, app: ASGIApp, *, framed: bool, secure: bool) -> None:
        self._app = app
        self._policy = POLICY.format(ancestors="'self'" if framed else "'none'")
        self._frames = "SAMEORIGIN" if framed else "DENY"
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and completes its answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, complete)

    def _complete(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", self._policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", self._frames)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if self._secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
