"""The cookie of a signed-in person."""

from itsdangerous import BadSignature, Signer
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
    cookie = connection.cookies.get(cookie_name(house.config), "")
    try:
        credential = _signer(house.config).unsign(cookie[:200]).decode("ascii")
    except (BadSignature, UnicodeError) as wrong:
        raise Unauthorised("Please sign in.") from wrong
    return await house.db.across_tenants().read(access.who, credential)


def _signer(config: Config) -> Signer:
    """Signs the cookie with the server's key: a made-up one is refused without asking the database, and a new key
    signs everybody out. The session itself is a row, which can be ended."""
    return Signer(config.secret_key, salt="session")


def set_cookie(response: Response, config: Config, credential: str) -> None:
    """Hands the session's secret to the browser."""
    signed = _signer(config).sign(credential).decode("ascii")
    response.set_cookie(
        cookie_name(config), signed, max_age=access.STAYS_SIGNED_IN // 1000, path="/",
        httponly=True, secure=config.secure, samesite="lax",
    )  # fmt: skip


def clear_cookie(response: Response, config: Config) -> None:
    """Takes it back."""
    response.delete_cookie(cookie_name(config), path="/", httponly=True, secure=config.secure, samesite="lax")
