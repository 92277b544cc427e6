"""A person's own page: who they are here, how this device looks and sounds, the way out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatbot.domain.access import SignedIn
from chatbot.web.dashboard.forms import field, read_form
from chatbot.web.dashboard.frame import THEME, THEMES, page
from chatbot.web.house import House

YEAR = 365 * 86_400


async def account(request: Request, person: SignedIn, house: House) -> Response:
    """The page."""
    return await page(request, person, house, "dashboard/account.html")


async def change_theme(request: Request, person: SignedIn, house: House) -> Response:
    """Keeps this device's theme: the field `theme` is system, light or dark."""
    chosen = field(await read_form(request), "theme")
    response = RedirectResponse("/app/account", 303)
    if chosen in THEMES:
        response.set_cookie(THEME, chosen, max_age=YEAR, samesite="lax", secure=house.config.secure, httponly=True)
    return response
