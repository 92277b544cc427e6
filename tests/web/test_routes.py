"""The table of routes as an audit: every address says whom it is for, and means it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest
import pytest_asyncio
import websockets
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute

from chatbot.app import application
from chatbot.domain.access import Role
from tests.conftest import running
from tests.parties import Place
from tests.web.sweep import MISSING, PEOPLE, address, http_routes, least_role, session, table, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = (401, 403)
MEMBERS = """
GET  /app                                    viewer and above
GET  /app/account                            viewer and above
GET  /app/conversations/{id}                 agent and above
GET  /app/conversations/{id}/answers/{turn}  agent and above
GET  /app/conversations/{id}/drawer          agent and above
GET  /app/knowledge                          viewer and above
GET  /app/knowledge/new                      admin and above
GET  /app/knowledge/{id}                     viewer and above
GET  /app/widget                             admin and above
POST /app/account/theme                      viewer and above
POST /app/knowledge                          admin and above
POST /app/knowledge/{id}                     admin and above
POST /app/knowledge/{id}/remove              admin and above
POST /app/knowledge/{id}/switch              admin and above
POST /app/widget                             admin and above
POST /logout                                 viewer and above
WS   /ws/operator                            agent and above, from our own pages
"""
"""Who may do what, written down a second time: whoever widens a right says so here as well."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A server with every route there is, those of the demo included."""
    async with running(tmp_path_factory.mktemp("routes")) as place:
        house = replace(place.parts.house, config=replace(place.parts.house.config, demo=True))
        yield replace(place, parts=replace(place.parts, house=house))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(demo: Place) -> AsyncIterator[httpx2.AsyncClient]:
    """Speaks to the application itself: the same server, and the demo's pages, which only `demo` serves."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(application(demo.parts)), trust_env=False) as client:
        yield client


def lines(place: Place) -> list[str]:
    """The table as one reads it: method, address, audience."""
    return [f"{_methods(route):5}{route.path:40}{route.who}" for route in table(place)]  # type: ignore[attr-defined]


def _methods(route: BaseRoute) -> str:
    if isinstance(route, Route):
        return ",".join(sorted((route.methods or set()) - {"HEAD"}))
    assert isinstance(route, Mount | WebSocketRoute), route
    return "GET" if isinstance(route, Mount) else "WS"


async def test_every_route_says_whom_it_is_for_and_why(demo: Place) -> None:
    for route in table(demo):
        who = getattr(route, "who", "")
        first, _, reason = who.partition(": ")
        assert who, f"{route!r} says nothing"
        assert (first == "anyone" and len(reason) > 10) or least_role(route) in Role, who


async def test_the_table_reads_the_same_each_time_and_names_nothing_twice(demo: Place) -> None:
    assert lines(demo) == lines(demo)
    named = [line[:45] for line in lines(demo)]
    assert len(named) == len(set(named))


async def test_nobody_has_more_rights_than_the_audit_says(demo: Place) -> None:
    assert sorted(line for line in lines(demo) if " anyone: " not in line) == MEMBERS.strip().splitlines()


async def test_the_server_serves_the_table_and_nothing_beside_it(demo: Place) -> None:
    served = [(route.path, _methods(route)) for route in application(demo.parts).routes]  # type: ignore[attr-defined]
    assert served == [(route.path, _methods(route)) for route in table(demo)]  # type: ignore[attr-defined]


async def test_whatever_is_not_for_anyone_stands_under_the_app_or_ends_a_session(demo: Place) -> None:
    for route in table(demo):
        if least_role(route) is not None:
            assert route.path in ("/app", "/logout", "/ws/operator") or route.path.startswith("/app/"), route  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
async def test_a_role_reaches_exactly_what_the_table_gives_it(
    demo: Place, browser: httpx2.AsyncClient, role: Role
) -> None:
    for method, path, route in http_routes(demo):
        cookie = await session(demo, PEOPLE[role])
        answer = await visit(demo, browser, method, address(path, MISSING), cookie=cookie)
        least = least_role(route)
        if least is None and path != "/login":
            assert answer.status_code not in NOBODY, (method, path, answer.status_code)
        elif least is not None:
            refused = answer.status_code in NOBODY
            assert refused == (role < least), (method, path, role.name, answer.status_code)
            assert not refused or answer.status_code == 403
        assert answer.status_code < 500, (method, path, answer.text[:200])


async def test_without_signing_in_only_what_is_for_anyone_answers(demo: Place, browser: httpx2.AsyncClient) -> None:
    for method, path, route in http_routes(demo):
        for page in (False, True):
            answer = await visit(demo, browser, method, address(path, MISSING), page=page)
            if least_role(route) is None:
                assert answer.status_code not in NOBODY or path == "/login", (method, path)
            elif page and method == "GET":
                assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), path
            else:
                assert answer.status_code == 401, (method, path, answer.status_code)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
async def test_the_operators_socket_is_for_agents_and_above(demo: Place, role: Role) -> None:
    cookie = await session(demo, PEOPLE[role])
    connection = await websockets.connect(
        demo.socket("/ws/operator"), origin=demo.url, additional_headers={"Cookie": cookie}, compression=None
    )
    try:
        first = await connection.recv()
        assert role >= Role.AGENT and '"welcome"' in str(first)
    except websockets.ConnectionClosed:
        assert role < Role.AGENT and connection.close_code == 4403
    await connection.close()


async def test_another_method_is_405_and_says_which_ones_there_are(demo: Place, browser: httpx2.AsyncClient) -> None:
    for path in {address(path, MISSING) for _, path, _ in http_routes(demo)}:
        known = {method for method, _, route in http_routes(demo) if serves(route, path)}
        for method in sorted({"GET", "POST", "PUT", "DELETE", "PATCH"} - known):
            answer = await visit(demo, browser, method, path)
            assert answer.status_code == 405, (method, path, answer.status_code)
            assert known <= set(answer.headers["allow"].split(", ")), (path, answer.headers["allow"])


def serves(route: BaseRoute, path: str) -> bool:
    """True where the route answers this path, with whatever method."""
    scope = {"type": "http", "path": path, "method": "GET", "root_path": ""}
    return route.matches(scope)[0] is not Match.NONE
