"""Signing in and out."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chatbot.domain import access
from chatbot.domain.access import SignedIn
from chatbot.kit.errors import Refusal, TooMany, Unauthorised
from chatbot.kit.text import one_line
from chatbot.web.addresses import client_address
from chatbot.web.errors import wants_page
from chatbot.web.house import House
from chatbot.web.sessions import clear_cookie, current, set_cookie

WRONG = "That address and password don't fit together."


async def login_page(request: Request, house: House) -> Response:
    """`GET /login`: the form; whoever is signed in goes on to the app."""
    try:
        await current(request, house)
    except Refusal:
        return _form(house, None, "", request.query_params.get("next", ""))
    return RedirectResponse("/app", 303)


async def login(request: Request, house: House) -> Response:
    """`POST /login` with `email` and `password`: 303 with the cookie; 401 where they don't fit, with the form
    again for browsers."""
    form = await request.form(max_fields=10, max_files=0)
    typed = form.get("password")
    email, password = _field(form.get("email"), 254), typed[:1000] if isinstance(typed, str) else ""
    address = client_address(request.scope, house.config)
    next_page = _field(form.get("next"), 200)
    try:
        _count(house, address, email.lower())
        credential = await _sign_in(house, email, password)
    except (Unauthorised, TooMany) as refusal:
        if not wants_page(request):
            raise
        return _refused(house, refusal, email, next_page)
    response = RedirectResponse(next_page if _is_ours(next_page) else "/app", 303)
    set_cookie(response, house.config, credential)
    return response


async def _sign_in(house: House, email: str, password: str) -> str:
    found = await house.db.across_tenants().read(access.find_login, email)
    if not await house.passwords.fits(password, found[0].password if found else None) or found is None:
        raise Unauthorised(WRONG)
    return await house.db.write(found[1], access.sign_in, found[0].id)


def _count(house: House, address: str, email: str) -> None:
    house.limits.take("sign-in from address", address)
    house.limits.take("sign-in to account from address", f"{address} {email}")
    house.limits.take("sign-in to account", email)


async def logout(request: Request, person: SignedIn, house: House) -> Response:
    """`POST /logout`: ends this session, and with it every window it has open."""
    await house.db.write(person.tenant, access.sign_out, person)
    response = RedirectResponse("/login", 303)
    clear_cookie(response, house.config)
    return response


def _refused(house: House, refusal: Unauthorised | TooMany, email: str, next_page: str) -> Response:
    if isinstance(refusal, TooMany):
        text = f"Too many tries. Please wait {refusal.retry_after} seconds."
        response = _form(house, text, email, next_page, 429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return _form(house, refusal.message, email, next_page, 401)


def _form(house: House, error: str | None, email: str, next_page: str, status: int = 200) -> HTMLResponse:
    kept = next_page if _is_ours(next_page) else ""
    page = house.render("site/login.html", title="Sign in · Foyer", error=error, email=email, next=kept)
    return HTMLResponse(page, status)


def _field(value: object, longest: int) -> str:
    return one_line(value, longest) if isinstance(value, str) else ""


def _is_ours(path: str) -> bool:
    """Only a path of the app, never another host's address (`//evil`, `/\\evil`)."""
    return path == "/app" or path.startswith(("/app/", "/app?"))
