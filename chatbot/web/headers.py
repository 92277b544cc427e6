"""What every answer carries: what a page may load, who may frame it, and that private things are not kept."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self';"
    " object-src 'none'; frame-ancestors {ancestors}"
)


def safe_headers(*, framed: bool, secure: bool) -> dict[str, str]:
    """The headers by name. `framed`: our own pages may frame one another; `secure`: the base address is HTTPS."""
    headers = {
        "Content-Security-Policy": POLICY.format(ancestors="'self'" if framed else "'none'"),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    return {**headers, "Strict-Transport-Security": "max-age=31536000"} if secure else headers


class SafeHeaders:
    """Adds the headers to every response. `framed`: our own pages may frame one another (the two-sided demo)."""

    def __init__(self, app: ASGIApp, *, framed: bool, secure: bool) -> None:
        self._app = app
        self._headers = safe_headers(framed=framed, secure=secure)

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
        for name, value in self._headers.items():
            headers.setdefault(name, value)
