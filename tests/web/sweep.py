"""What the sweeps share: Acme furnished with canaries, a way to visit every route, and rows before and after."""
# ruff: noqa: E501 - a case stands whole on its line

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from chatbot.domain import access, library, workspaces
from chatbot.domain.access import Role
from chatbot.storage import users
from chatbot.storage.scope import WideScope
from chatbot.web.routes import routes
from chatbot.web.sessions import set_cookie
from tests.parties import HASH, Operator, Place, Visitor

CANARY = "canary-8c4f"
"""Stands in every text of Acme's that a stranger must not see."""
PEOPLE = {
    Role.VIEWER: "vic@acme.example", Role.AGENT: "bob@acme.example", Role.ADMIN: "ada@acme.example",
    Role.OWNER: "anna@acme.example",
}  # fmt: skip
FORM = {
    "email": "anna@acme.example", "password": "guessed wrongly", "title": "Typed", "body": "Typed by the sweep.",
    "url": "", "enabled": "off", "sites": "", "theme": "dark",
}  # fmt: skip
"""Fields for every form there is; a handler takes those it knows."""


@dataclass(frozen=True)
class Ids:
    """What names things in addresses and frames. `missing` has the same shapes and names nothing."""

    conversation: str
    article: str
    turn: str
    token: str
    secret: str
    message: str = "00000000-0000-4000-8000-000000000001"
    hash: str = "0123456789ab"
    slug: str = "privacy"


MISSING = Ids(
    "c_zzzzzzzzzzzzzzzzzzzz", "a_zzzzzzzzzzzzzzzzzzzz", "t_zzzzzzzzzzzzzzzzzzzz", "wt_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "z" * 43, slug="nothing",
)  # fmt: skip
NAMES = {
    "/app/conversations/{id}": "conversation", "/app/conversations/{id}/answers/{turn}": "turn",
    "/app/knowledge/{id}": "article", "/chat/{token}": "token", "/widget/panel.{hash}": "hash",
    "/demo/shop/{slug}": "slug",
}  # fmt: skip
"""Which id stands at which place of a path. A route with a place that is not here fails the sweep until it is."""


def table(place: Place) -> list[BaseRoute]:
    """Every route of the running server."""
    return routes(place.parts.house)


def http_routes(place: Place) -> list[tuple[str, str, BaseRoute]]:
    """(method, path, route) of everything that answers HTTP. An unknown kind of route fails the sweep."""
    found = []
    for route in table(place):
        if isinstance(route, Route):
            found += [(method, route.path, route) for method in sorted((route.methods or set()) - {"HEAD"})]
        elif isinstance(route, Mount):
            found.append(("GET", f"{route.path}/css/app.css", route))
        else:
            assert isinstance(route, WebSocketRoute), f"the sweep does not know how to visit {route!r}"
    return found


def address(path: str, ids: Ids) -> str:
    """The path with its places filled; fails where nobody has said what belongs there."""

    def fill(match: re.Match[str]) -> str:
        key = re.sub(r":\w+}", "}", path[: match.end()])
        assert key in NAMES, f"teach tests/web/sweep.py what stands at the end of {key}"
        return str(getattr(ids, NAMES[key]))

    return re.sub(r"{[^}]+}", fill, path)


def bears_ids(path: str) -> bool:
    """True where the path names something of one workspace: a conversation, an answer, an article."""
    return any(f"{{{name}" in path for name in ("id", "turn"))


def least_role(route: BaseRoute) -> Role | None:
    """The least role that a route is for; None where it is for anyone."""
    word: str = route.who.split()[0]  # type: ignore[attr-defined]
    return None if word == "anyone:" else Role[word.upper()]


async def furnish_acme(place: Place) -> Ids:
    """Acme with a canary in every text: article, its address, a person's name, and Vera's talk with its page."""
    tenant = place.acme.workspace.id

    def write(scope: WideScope) -> str:
        inner = scope.within(tenant)
        workspaces.add_user(scope, inner, f"{CANARY}@acme.example", f"{CANARY} Smith", HASH, "agent")
        text = f"# {CANARY} returns\n\nWe take {CANARY} things back within 30 days."
        return library.add(inner, "", text, url=f"https://acme.example/{CANARY}").id

    article = await place.db.across_tenants().write(write)
    vera = await Visitor(place).come(page={"url": f"https://acme.example/{CANARY}", "title": f"{CANARY} page"})
    page = {"url": f"https://acme.example/{CANARY}", "title": f"{CANARY} page"}
    await vera.client.send(type="message", id=Ids.message, text=f"Is {CANARY} back within 30 days?", page=page)
    vera.conversation = (await vera.client.until("ack"))["conversation"]
    turn = (await vera.client.until("entry", entry__author__role="ai"))["entry"]["turn"]
    carla = await Operator(place, f"{CANARY}@acme.example").come()
    await carla.watch(str(vera.conversation))
    await carla.claim(str(vera.conversation))
    await carla.say(str(vera.conversation), f"{CANARY} from a person")
    await carla.leave()
    await vera.leave()
    return Ids(str(vera.conversation), article, turn, place.acme.workspace.token, str(vera.secret))


async def session(place: Place, email: str) -> str:
    """A fresh sign-in, as the value of the Cookie header."""

    def begin(scope: WideScope) -> tuple[str, int]:
        user = users.find_by_email(scope, email)
        found = access.find_login(scope, email)
        assert user and found, email
        return user.id, found[1]

    user, tenant = await place.db.across_tenants().read(begin)
    response = Response()
    set_cookie(response, place.parts.house.config, await place.db.write(tenant, access.sign_in, user))
    return response.headers["set-cookie"].split(";")[0]


async def visit(
    place: Place, browser: httpx2.AsyncClient, method: str, path: str, *, cookie: str = "", page: bool = False,
    query: dict[str, str] | None = None, **headers: str,
) -> httpx2.Response:  # fmt: skip
    """One request as a browser (`page`) or a program makes it; redirects are not followed."""
    sent = {"Origin": place.url, "Accept": "text/html" if page else "application/json"}
    if cookie:
        sent["Cookie"] = cookie
    form = FORM if method not in ("GET", "HEAD") else None
    return await browser.request(
        method, place.url + path, data=form, params=query, headers={**sent, **headers}, follow_redirects=False
    )


def rows_of(place: Place, tenant: int) -> dict[str, list[Any]]:
    """Every row of a workspace, by table, read past the server; sessions and what the clock moves left out."""
    file = next(Path(place.parts.house.config.data_dir).glob("*.sqlite3"))
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as raw:
        names = [
            name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL")
        ]
        found = {}
        for name in names:
            columns = [column[1] for column in raw.execute(f"PRAGMA table_info({name})")]
            if "tenant_id" in columns and name != "sessions":
                found[name] = sorted(map(repr, raw.execute(f"SELECT * FROM {name} WHERE tenant_id = ?", (tenant,))))
    raw.close()
    assert len(found) > 5
    return found


def foreign_origins(place: Place) -> dict[str, dict[str, str]]:
    """Who may not act with a person's cookie, by what the browser or a program says of itself."""
    own, port = place.url, place.url.rsplit(":", 1)[1]
    return {
        "another site": {"Origin": "https://evil.example"}, "null": {"Origin": "null"}, "empty": {"Origin": ""},
        "nothing said": {}, "look-alike host": {"Origin": f"{own}.evil.example"}, "userinfo": {"Origin": f"{own}@evil.example"},
        "as userinfo": {"Origin": f"http://evil.example@127.0.0.1:{port}"}, "another port": {"Origin": f"http://127.0.0.1:{int(port) ^ 1}"},
        "no port": {"Origin": "http://127.0.0.1"}, "another scheme": {"Origin": own.replace("http", "https")},
        "a path": {"Origin": f"{own}/"}, "another address of this machine": {"Origin": f"http://127.0.0.2:{port}"},
        "subdomain": {"Origin": f"http://x.localhost:{port}"}, "two": {"Origin": f"{own}, https://evil.example"},
        "broken": {"Origin": "http://[::1"}, "broken port": {"Origin": "http://localhost:port"}, "no host": {"Origin": "http://"},
        "cross-site": {"Sec-Fetch-Site": "cross-site"}, "same-site": {"Sec-Fetch-Site": "same-site"},
        "typed": {"Sec-Fetch-Site": "none"}, "said twice": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        "referrer only": {"Referer": f"{own}/app"},
    }  # fmt: skip
