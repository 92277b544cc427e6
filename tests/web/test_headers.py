"""What every answer carries and what every request must: headers, cookies, origins, sizes, and errors of one shape."""
# ruff: noqa: E501 - a case stands whole on its line

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
import pytest_asyncio

from chatbot.app import Parts, application
from chatbot.domain.directory import Directory
from chatbot.kit import errors
from chatbot.web.errors import ANSWERS
from chatbot.web.guard import LARGEST_FORM
from tests.conftest import running
from tests.parties import PASSWORD, Place
from tests.web.sweep import (
    Ids,
    address,
    foreign_origins,
    furnish_acme,
    http_routes,
    least_role,
    rows_of,
    session,
    visit,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANNA = "anna@acme.example"
CROSS_SITE_SCRIPTS = ("/widget.js", "/widget/panel.{hash}.js", "/widget/config")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with running(tmp_path_factory.mktemp("headers")) as place:
        yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def acme(place: Place) -> Ids:
    return await furnish_acme(place)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


def speaking_to(parts: Parts) -> httpx2.AsyncClient:
    """A client of an application over other parts, in this process."""
    transport = httpx2.ASGITransport(application(parts), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, trust_env=False, base_url=parts.house.config.base_url)


def behind_https(place: Place) -> Parts:
    """The same parts as a server whose base address is https://chat.shop.example."""
    house = place.parts.house
    return replace(
        place.parts, house=replace(house, config=replace(house.config, base_url="https://chat.shop.example"))
    )


class Failing(Directory):
    """A directory whose every look-up fails in the way that is asked for."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def find(self, token: str) -> Any:
        raise self._error


def failing(place: Place, error: Exception) -> Parts:
    return replace(place.parts, house=replace(place.parts.house, directory=Failing(error)))


def check(answer: httpx2.Response, why: object) -> None:
    """The headers that nothing goes without."""
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, why
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY", why
    assert headers["referrer-policy"] == "same-origin", why
    assert "server" not in headers and "access-control-allow-credentials" not in headers, why


async def test_every_answer_carries_the_headers_and_only_public_things_may_be_kept(
    place: Place, acme: Ids, browser: httpx2.AsyncClient
) -> None:
    for method, path, route in http_routes(place):
        for cookie in ("", await session(place, ANNA)):
            for page in (True, False):
                if method == "POST" and cookie:
                    continue
                answer = await visit(place, browser, method, address(path, acme), cookie=cookie, page=page)
                check(answer, (method, path, cookie))
                crosses = answer.headers.get("access-control-allow-origin")
                assert crosses is None or (crosses == "*" and path in CROSS_SITE_SCRIPTS), path
                if path not in CROSS_SITE_SCRIPTS and not path.startswith("/static"):
                    assert answer.headers["cache-control"] == "no-store", path
                else:
                    assert "set-cookie" not in answer.headers, path
                if least_role(route) is not None and "set-cookie" in answer.headers:
                    assert path in ("/logout", "/app/account/theme"), path


async def test_no_page_holds_inline_script_or_style(place: Place, acme: Ids, browser: httpx2.AsyncClient) -> None:
    cookie, seen = await session(place, ANNA), 0
    for method, path, _ in http_routes(place):
        if method == "GET":
            answer = await visit(place, browser, "GET", address(path, acme), cookie=cookie, page=True)
            if answer.headers.get("content-type", "").startswith("text/html"):
                seen += 1
                assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>|<style|<[^>]+\s(style|on\w+)=", answer.text), path
                for source in re.findall(r"<(?:script|link|img)[^>]*\s(?:src|href)=\"([^\"]+)\"", answer.text):
                    assert urlsplit(urljoin(place.url, source)).netloc == place.url[7:], (path, source)
    assert seen > 5


async def test_a_read_changes_nothing(place: Place, acme: Ids, browser: httpx2.AsyncClient) -> None:
    before = rows_of(place, place.acme.workspace.id)
    for method, path, _ in http_routes(place):
        if method == "GET":
            for verb in ("GET", "HEAD"):
                cookie = await session(place, ANNA)
                await visit(place, browser, verb, address(path, acme), cookie=cookie, query={"enabled": "off"})
    assert rows_of(place, place.acme.workspace.id) == before


ERRORS = {
    400: ("POST", "/login", {}), 401: ("GET", "/app/account", {}), 403: ("POST", "/login", {"Origin": "https://evil.example"}),
    404: ("GET", "/no/such/page", {}), 405: ("PUT", "/login", {}), 413: ("POST", "/login", {}),
}  # fmt: skip


@pytest.mark.parametrize("status", ERRORS)
async def test_errors_of_the_framework_have_one_shape_for_programs_and_a_page_for_people(
    place: Place, browser: httpx2.AsyncClient, status: int
) -> None:
    method, path, headers = ERRORS[status]
    body: dict[str, Any] = {
        400: {"data": {f"field{n}": "x" for n in range(50)}}, 413: {"data": {"email": "x" * LARGEST_FORM}}
    }.get(status, {})  # fmt: skip
    for accept in ("application/json", "*/*", ""):
        sent = {"Origin": place.url, "Accept": accept, **headers}
        answer = await browser.request(method, place.url + path, headers=sent, **body)
        check_program(answer, status)
    sent = {"Origin": place.url, "Accept": "text/html,*/*;q=0.8", **headers}
    answer = await browser.request(method, place.url + path, headers=sent, **body)
    if status == 401:
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login")
    else:
        check_person(answer, status)


def check_program(answer: httpx2.Response, status: int, code: str | None = None) -> None:
    assert answer.status_code == status, answer.text[:200]
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}, body
    assert all(isinstance(each, str) and each for each in body["error"].values()), body
    assert code is None or body["error"]["code"] == code
    check(answer, status)


def check_person(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status, answer.text[:200]
    assert answer.headers["content-type"].startswith("text/html") and "<h1" in answer.text
    assert "Traceback" not in answer.text
    check(answer, status)


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
async def test_every_refusal_of_the_domain_has_its_status_its_code_and_its_page(
    place: Place, kind: type[errors.Refusal]
) -> None:
    async with speaking_to(failing(place, kind("In so many words."))) as client:
        program = await client.get("/chat/wt_x")
        check_program(program, ANSWERS[kind], kind.code)
        assert program.json()["error"]["message"] == "In so many words."
        if ANSWERS[kind] != 401:
            person = await client.get("/chat/wt_x", headers={"Accept": "text/html"})
            check_person(person, ANSWERS[kind])
            assert "In so many words." in person.text
        assert ("retry-after" in program.headers) == (kind is errors.TooMany)


async def test_a_defect_of_ours_is_500_without_a_word_of_its_cause(place: Place) -> None:
    async with speaking_to(failing(place, RuntimeError("the secret cause"))) as client:
        check_program(await client.get("/chat/wt_x"), 500, "unavailable")
        person = await client.get("/chat/wt_x", headers={"Accept": "text/html"})
        check_person(person, 500)
        assert "secret" not in person.text
        assert person.headers["cache-control"] == "no-store"


async def test_every_refusal_there_is_has_a_status() -> None:
    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    assert below(errors.Refusal) - {errors.Refusal} <= set(ANSWERS)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/json", "multipart/form-data; boundary=x"]
)
async def test_no_other_site_can_act_with_a_persons_cookie(
    place: Place, browser: httpx2.AsyncClient, kind: str
) -> None:
    cookie = await session(place, ANNA)
    before = rows_of(place, place.acme.workspace.id)
    for method, path, _ in http_routes(place):
        if method != "GET":
            for name, headers in foreign_origins(place).items():
                answer = await browser.request(
                    method, place.url + address(path, Ids("c", "a", "t", "t", "s")), content=b"title=x&body=x",
                    headers={"Cookie": cookie, "Content-Type": kind, **headers},
                )  # fmt: skip
                assert answer.status_code == 403, (path, name, answer.status_code)
    assert rows_of(place, place.acme.workspace.id) == before
    assert (await visit(place, browser, "GET", "/app/account", cookie=cookie)).status_code == 200


async def test_our_own_pages_can(place: Place, browser: httpx2.AsyncClient) -> None:
    port = place.url.rsplit(":", 1)[1]
    for headers in (
        {"Origin": place.url}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": f"http://localhost:{port}"},
        {"Origin": f"http://[::1]:{port}"},
    ):  # fmt: skip
        cookie = await session(place, ANNA)
        answer = await browser.post(f"{place.url}/logout", headers={"Cookie": cookie, **headers})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), headers
        assert (await visit(place, browser, "GET", "/app/account", cookie=cookie)).status_code == 401


async def test_behind_https_another_name_of_this_machine_is_another_site(place: Place) -> None:
    async with speaking_to(behind_https(place)) as client:
        for origin in (
            "http://localhost",
            "https://localhost",
            "http://chat.shop.example",
            "https://chat.shop.example:8443",
        ):
            answer = await client.post("/login", data={"email": ANNA, "password": PASSWORD}, headers={"Origin": origin})
            assert answer.status_code == 403, origin


EVIL = (
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/app/..//evil.example", "/apple",
    "javascript:alert(1)", " //evil.example", "/app\n//evil.example", "/app\r\nSet-Cookie: a=b", "http:evil.example",
    "/app@evil.example", "///evil.example", "/%2f/evil.example", "/app/../../\\evil.example", "\x00//evil.example", "/app/?\t//e",
)  # fmt: skip


@pytest.mark.parametrize("next_page", EVIL)
async def test_signing_in_leads_nowhere_but_into_the_app(
    place: Place, browser: httpx2.AsyncClient, next_page: str
) -> None:
    form = {"email": ANNA, "password": PASSWORD, "next": next_page}
    answer = await browser.post(f"{place.url}/login", data=form, headers={"Origin": place.url})
    assert answer.status_code == 303 and "a=b" not in str(answer.headers.get_list("set-cookie"))
    assert urlsplit(urljoin(f"{place.url}/login", answer.headers["location"])).netloc == place.url[7:]
    shown = await browser.get(f"{place.url}/login", params={"next": next_page})
    kept = re.search(r'name="next" value="([^"]*)"', shown.text)
    assert kept is None or kept[1] == "" or kept[1].startswith("/app")


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(place: Place, browser: httpx2.AsyncClient) -> None:
    form = {"email": ANNA, "password": PASSWORD, "next": "/app/knowledge?x=1"}
    answer = await browser.post(f"{place.url}/login", data=form, headers={"Origin": place.url})
    assert answer.headers["location"] == "/app/knowledge?x=1"


async def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(
    place: Place, browser: httpx2.AsyncClient
) -> None:
    form = {"email": ANNA, "password": PASSWORD}
    plain = await browser.post(f"{place.url}/login", data=form, headers={"Origin": place.url})
    async with speaking_to(behind_https(place)) as client:
        safe = await client.post("/login", data=form, headers={"Origin": "https://chat.shop.example"})
        assert "strict-transport-security" in safe.headers and "strict-transport-security" not in plain.headers
        out = await client.post(
            "/logout",
            headers={"Origin": "https://chat.shop.example", "Cookie": safe.headers["set-cookie"].split(";")[0]},
        )
    for answer, name, secure in ((plain, "foyer", False), (safe, "__Host-foyer", True), (out, "__Host-foyer", True)):
        value, *rest = answer.headers["set-cookie"].split("; ")
        flags = {flag.split("=")[0].lower(): flag.partition("=")[2] for flag in rest}
        assert value.startswith(f"{name}=") and "httponly" in flags and flags["samesite"] == "lax"
        assert flags["path"] == "/" and "domain" not in flags and ("secure" in flags) is secure


async def test_each_sign_in_has_a_secret_of_its_own(place: Place, browser: httpx2.AsyncClient) -> None:
    form, fixed = {"email": ANNA, "password": PASSWORD}, "foyer=" + "f" * 43
    made = set()
    for _ in range(3):
        answer = await browser.post(f"{place.url}/login", data=form, headers={"Origin": place.url, "Cookie": fixed})
        made.add(answer.headers["set-cookie"].split(";")[0])
    assert len(made) == 3 and all(len(each) >= 6 + 43 for each in made) and fixed not in made


async def pieces(many: int) -> AsyncIterator[bytes]:
    for _ in range(many):
        yield b"x" * 65_536


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_more_than_the_largest_form_is_413_whether_its_length_is_said_or_not(
    place: Place, browser: httpx2.AsyncClient, kind: str
) -> None:
    before = rows_of(place, place.acme.workspace.id)
    for method, path, _ in http_routes(place):
        if method == "POST":
            cookie = await session(place, ANNA)
            for said, body in ((True, b"x=" + b"x" * LARGEST_FORM), (False, pieces(LARGEST_FORM // (1 << 16) + 1))):
                answer = await browser.post(
                    place.url + address(path, Ids("c", "a_x", "t", "t", "s")), content=body,
                    headers={"Origin": place.url, "Cookie": cookie, "Content-Type": kind},
                )  # fmt: skip
                unread = not said and path in ("/logout", "/app/knowledge/{id}/remove")
                assert answer.status_code in ((303, 404) if unread else (400, 413)), (path, said, answer.status_code)
                if said:
                    check_program(answer, 413, "too_long")
    assert rows_of(place, place.acme.workspace.id) == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1@evil.example", "[::1", "", "a" * 300])
async def test_the_host_header_changes_no_address_we_give(place: Place, browser: httpx2.AsyncClient, host: str) -> None:
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "Accept": "text/html"}
    cookie = await session(place, ANNA)
    for method, path, _ in http_routes(place):
        if method == "GET":
            for signed_in in ("", cookie):
                sent = {**headers, "Cookie": signed_in} if signed_in else headers
                answer = await browser.get(place.url + address(path, Ids("c", "a", "t", "t", "s")), headers=sent)
                assert answer.status_code < 500, (path, answer.status_code)
                assert "evil.example" not in answer.text + str(answer.headers), path


async def test_a_slash_at_the_end_redirects_to_no_other_host(place: Place, browser: httpx2.AsyncClient) -> None:
    answer = await browser.get(f"{place.url}/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 404 or "evil.example" not in answer.headers["location"]
