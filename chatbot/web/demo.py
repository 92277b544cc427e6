"""`/demo`: a made-up shop with the real widget beside the real operator's app. Only where the demo runs."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chatbot.domain import access, showroom
from chatbot.domain.showroom import Help
from chatbot.kit.errors import NotFound
from chatbot.kit.render import ROOT
from chatbot.web.dashboard.markdown import markdown
from chatbot.web.house import House
from chatbot.web.sessions import set_cookie

ARTICLES = ROOT / "demo" / "articles"


def articles() -> list[Path]:
    """The shop's help pages, as Markdown files."""
    return sorted(ARTICLES.glob("*.md"))


def help_pages(base_url: str) -> list[Help]:
    """The same, as knowledge with the address each is read at."""
    return [Help(path.read_text("utf-8"), f"{base_url}/demo/shop/{path.stem}") for path in articles()]


async def stage(request: Request, house: House) -> Response:
    """`/demo`: both sides at once."""
    return HTMLResponse(house.render("demo/page.html", title="Demo · Foyer"))


async def shop(request: Request, house: House) -> Response:
    """`/demo/shop`: the product page."""
    return await _shop(house, None)


async def shop_help(request: Request, house: House) -> Response:
    """`/demo/shop/{slug}`: one of the help pages, which the AI cites."""
    slug = request.path_params["slug"]
    path = next((each for each in articles() if each.stem == slug), None)
    if path is None:
        raise NotFound("The shop has no such page.")
    heading, _, body = path.read_text("utf-8").partition("\n")
    return await _shop(house, {"slug": slug, "title": heading.lstrip("# "), "html": markdown(body)})


async def _shop(house: House, page: dict[str, object] | None) -> Response:
    workspace = await house.db.across_tenants().read(showroom.workspace)
    html = house.render("demo/shop.html", token=workspace.token, base_url=house.config.base_url, page=page)
    return HTMLResponse(html)


async def phone(request: Request, house: House) -> Response:
    """`/demo/phone`: signs the demo's operator in, and goes on to the app."""
    found = await house.db.across_tenants().read(access.find_login, showroom.OPERATOR)
    if found is None:
        raise NotFound("The demo has not been set up here.")
    credential = await house.db.write(found[1], access.sign_in, found[0].id)
    response = RedirectResponse("/app", 303)
    set_cookie(response, house.config, credential)
    return response
