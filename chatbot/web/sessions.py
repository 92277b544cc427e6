"""The cookie of a signed-in person."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from chatbot.config import Config
from chatbot.domain import access
from chatbot.domain.access import SignedIn
from chatbot.kit.errors import Unauthorised
from chatbot.web.house import House


def cookie_name(config: Config) -> str:
    """With HTTPS bound to this host (`__Host-`), without it a plain name: browsers refuse the prefix there."""
    return "__Host-foyer" if config.secure else "foyer"


async def current(connection: HTTPConnection, house: House) -> SignedIn:
    """The person behind the request, with their role as it is now; Unauthorised where there is none."""
    credential = connection.cookies.get(cookie_name(house.config), "")
    if not 20 <= len(credential) <= 100:
        raise Unauthorised("Please sign in.")
    return await house.db.across_tenants().read(access.who, credential)


def set_cookie(response: Response, config: Config, credential: str) -> None:
    """Hands the session's secret to the browser."""
    response.set_cookie(
        cookie_name(config), credential, max_age=access.STAYS_SIGNED_IN // 1000, path="/",
        httponly=True, secure=config.secure, samesite="lax",
    )  # fmt: skip


def clear_cookie(response: Response, config: Config) -> None:
    """Takes it back."""
    response.delete_cookie(cookie_name(config), path="/", httponly=True, secure=config.secure, samesite="lax")
