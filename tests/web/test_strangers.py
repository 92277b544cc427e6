"""Mallory owns Globex and knows every id of Acme's. She finds nothing, changes nothing, and cannot tell "not yours"
from "not there": over every route, every frame, every field that bears an id."""
# ruff: noqa: E501 - a case stands whole on its line

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import websockets

from tests.conftest import running
from tests.parties import Operator, Place, Visitor
from tests.web.sweep import (
    CANARY,
    MISSING,
    PEOPLE,
    Ids,
    address,
    bears_ids,
    furnish_acme,
    http_routes,
    least_role,
    rows_of,
    session,
    visit,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
MALLORY = "mallory@globex.example"


@dataclass
class Scene:
    """Acme with its canaries; what names them; a client."""

    place: Place
    acme: Ids
    browser: httpx2.AsyncClient

    def acmes_rows(self) -> dict[str, list[Any]]:
        return rows_of(self.place, self.place.acme.workspace.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with running(tmp_path_factory.mktemp("strangers")) as place, httpx2.AsyncClient(trust_env=False) as browser:
        yield Scene(place, await furnish_acme(place), browser)


def shape(answer: httpx2.Response, ids: Ids) -> tuple[int, str, str]:
    """What a stranger can tell two answers apart by, the id itself left out."""
    text = answer.text
    for id in (ids.conversation, ids.article, ids.turn):
        text = text.replace(id, "ID")
    return answer.status_code, answer.headers.get("content-type", ""), text


async def test_the_sweep_can_find_what_it_looks_for(scene: Scene) -> None:
    """Anna finds the canaries on Acme's own pages; otherwise the sweeps below would prove nothing."""
    found = set()
    for method, path, route in http_routes(scene.place):
        if method == "GET" and least_role(route) is not None:
            cookie = await session(scene.place, PEOPLE[max(PEOPLE)])
            answer = await visit(scene.place, scene.browser, "GET", address(path, scene.acme), cookie=cookie, page=True)
            assert answer.status_code in (200, 303), (path, answer.status_code)
            found |= {path} if CANARY in answer.text else set()
    pages = {path for _, path, _ in http_routes(scene.place) if "{id}" in path}
    assert pages <= found | {path for method, path, _ in http_routes(scene.place) if method == "POST"}
    anna = await Operator(scene.place, "anna@acme.example").come()
    assert CANARY in json.dumps(await anna.watch(scene.acme.conversation))
    await anna.leave()
    vera = await Visitor(scene.place, secret=scene.acme.secret).come()
    assert CANARY in json.dumps(vera.welcome)
    await vera.leave()


@pytest.mark.parametrize("page", [False, True], ids=["program", "browser"])
async def test_mallory_finds_nothing_of_acme_on_any_route(scene: Scene, page: bool) -> None:
    before = scene.acmes_rows()
    for method, path, route in http_routes(scene.place):
        cookie = await session(scene.place, MALLORY)
        named = {"conversation": scene.acme.conversation, "id": scene.acme.article, "before": "99", "queue": "all"}
        answer = await visit(
            scene.place, scene.browser, method, address(path, scene.acme), cookie=cookie, page=page, query=named
        )
        assert CANARY not in answer.text + str(answer.headers), (method, path)
        assert answer.status_code < 500, (method, path, answer.text[:200])
        if bears_ids(path):
            assert answer.status_code == 404, (method, path, answer.status_code)
            cookie = await session(scene.place, MALLORY)
            other = await visit(
                scene.place, scene.browser, method, address(path, MISSING), cookie=cookie, page=page, query=named
            )
            assert shape(answer, scene.acme) == shape(other, MISSING), (method, path)
        elif least_role(route) is not None:
            assert answer.status_code in (200, 303, 400), (method, path, answer.status_code)
    assert scene.acmes_rows() == before


async def test_a_leaf_of_acmes_below_a_parent_of_globexs_is_not_found(scene: Scene) -> None:
    """Her own conversation with Acme's answer, and Acme's conversation with hers."""
    mallory = await Visitor(scene.place, scene.place.globex).come()
    own = (await mallory.ask("Secret plan, please"))["turn"]
    mixed = (
        replace(scene.acme, conversation=str(mallory.conversation)),
        replace(scene.acme, turn=own),
    )
    cookie = await session(scene.place, MALLORY)
    for method, path, _ in http_routes(scene.place):
        if path.count("{") > 1:
            for ids in mixed:
                answer = await visit(scene.place, scene.browser, method, address(path, ids), cookie=cookie)
                assert answer.status_code == 404 and CANARY not in answer.text, (method, path)
    await mallory.leave()


@pytest.mark.parametrize(
    "cookie", ["", "foyer=", "foyer=" + "z" * 43, "foyer=\x7f;;=;foyer", "__Host-foyer=" + "z" * 43]
)
async def test_whoever_is_not_signed_in_finds_nothing_of_acme(scene: Scene, cookie: str) -> None:
    before = scene.acmes_rows()
    for method, path, route in http_routes(scene.place):
        for page in (False, True):
            answer = await visit(
                scene.place, scene.browser, method, address(path, scene.acme), cookie=cookie, page=page
            )
            assert CANARY not in answer.text + str(answer.headers), (method, path)
            if least_role(route) is not None:
                to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
                assert answer.status_code == 401 or to_login, (method, path, answer.status_code)
    assert scene.acmes_rows() == before


async def test_a_visitors_secret_opens_no_page_of_the_app(scene: Scene) -> None:
    for secret in (scene.acme.secret, scene.acme.token):
        for headers in ({"Cookie": f"foyer={secret}"}, {"Authorization": f"Bearer {secret}"}, {"X-Api-Key": secret}):
            for method, path, route in http_routes(scene.place):
                if least_role(route) is not None:
                    answer = await visit(scene.place, scene.browser, method, address(path, scene.acme), **headers)
                    assert answer.status_code == 401, (method, path)


HEADERS = {
    "X-Request-From": "internal", "X-Forwarded-User": "anna@acme.example", "X-Remote-User": "anna@acme.example",
    "X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=localhost",
    "X-Original-Url": "/healthz", "X-Rewrite-Url": "/healthz", "X-Forwarded-Prefix": "/", "X-Http-Method-Override": "GET",
    "X-Tenant-Id": "1", "X-Workspace": "1", "X-Role": "owner", "X-User-Id": "1", "X-Internal": "1", "X-Admin": "true",
    "Authorization": "Basic YW5uYTphbm5h", "Sec-Fetch-Site": "same-origin", "Accept": "application/json",
}  # fmt: skip


async def test_no_header_gives_any_right(scene: Scene) -> None:
    for method, path, route in http_routes(scene.place):
        if least_role(route) is not None:
            plain = address(path, scene.acme)
            assert (await visit(scene.place, scene.browser, method, plain, **HEADERS)).status_code == 401, path
            if bears_ids(path):
                cookie = await session(scene.place, MALLORY)
                answer = await visit(scene.place, scene.browser, method, plain, cookie=cookie, **HEADERS)
                assert answer.status_code == 404, path


def variants(path: str) -> list[str]:
    """The same address as somebody writes it who hopes that the guard and the router read differently."""
    inner = path.strip("/")
    return [
        f"//{inner}", f"/{inner}/", f"/./{inner}", f"/x/../{inner}", f"/%2e/{inner}", f"/static/../{inner}",
        f"/static/..%2f{inner}", f"/{inner}%00", f"/{inner}%20", f"/{inner};x=1", f"/{inner}%3f", f"/{inner}.json",
        f"/{inner.upper()}", f"/{inner.replace('/', '//')}", f"/{inner.replace('/', '%2f')}", f"\\{inner}",
        f"/healthz/../{inner}", f"/login/..;/{inner}", f"/{inner}#/healthz",
    ]  # fmt: skip


async def test_no_way_of_writing_an_address_widens_access(scene: Scene) -> None:
    for method, path, route in http_routes(scene.place):
        if least_role(route) is None:
            continue
        for written in variants(address(path, scene.acme)):
            answer = await raw_request(scene.place, method, written)
            assert answer[0] in (303, 307, 400, 401, 404, 405), (method, written, answer[0])
            assert CANARY not in answer[1], written
            if answer[0] in (303, 307):
                assert "/login" in answer[1] or written.endswith("/"), (written, answer[1][:300])


async def raw_request(place: Place, method: str, target: str) -> tuple[int, str]:
    """A request line exactly as written, which no client library would send; (status, everything received)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(place.url.rsplit(":", 1)[1]))
    head = f"{method} {target} HTTP/1.1\r\nHost: {place.url[7:]}\r\nOrigin: {place.url}\r\nAccept: text/html\r\n"
    writer.write(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1"))
    received = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    await writer.wait_closed()
    return int(received.split(" ", 2)[1]), received


COMMANDS: dict[str, dict[str, Any]] = {
    "watch": {}, "unwatch": {}, "claim": {}, "release": {}, "hand_back": {}, "resolve": {}, "reopen": {},
    "message": {"text": "Mallory was here"}, "typing": {}, "read": {"seq": 1},
}  # fmt: skip
"""Every frame of an operator that names a conversation, with its other fields."""


async def test_every_operator_frame_about_a_conversation_is_in_the_sweep(scene: Scene) -> None:
    """A command that is not known here answers anything but unknown_type, and must be added above."""
    mallory = await Operator(scene.place, MALLORY).come()
    commands = (
        "note", "transfer", "assign", "tag", "delete", "edit", "export", "block", "summary", "draft", "suggest", "rate",
    )  # fmt: skip
    for command in commands:
        await mallory.do(command, scene.acme.conversation, id="x", text="x", to_user="x")
        assert (await mallory.client.until("error"))["code"] == "unknown_type", f"add {command} to COMMANDS"
    await mallory.leave()


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_operator_command_about_acmes_conversation_is_not_found(scene: Scene, command: str) -> None:
    before = scene.acmes_rows()
    vera = await Visitor(scene.place, secret=scene.acme.secret).come()
    mallory = await Operator(scene.place, MALLORY).come()
    answers = []
    for conversation in (scene.acme.conversation, MISSING.conversation):
        start = len(mallory.client.frames)
        await mallory.do(command, conversation, id=scene.acme.message, **COMMANDS[command])
        await mallory.client.send(type="no_such", id=f"end-{conversation}")
        await mallory.client.until("error", ref=f"end-{conversation}")
        answers.append(json.dumps(mallory.client.frames[start:-1]).replace(conversation, "ID"))
    assert answers[0] == answers[1]
    assert command == "unwatch" or json.loads(answers[0])[0]["code"] == "not_found"
    assert CANARY not in json.dumps(mallory.client.frames)
    assert {each["type"] for each in vera.client.frames} <= {"welcome", "status"}  # Acme's own people come and go
    assert scene.acmes_rows() == before
    for each in (vera, mallory):
        await each.leave()


async def test_mallorys_windows_hear_nothing_of_acme(scene: Scene) -> None:
    """While Acme talks, waits, claims and closes, her inbox and her visitor's window stay silent."""
    mallory = await Operator(scene.place, MALLORY).come()
    await mallory.do("watch", scene.acme.conversation)
    await mallory.client.until("error")
    guest = await Visitor(scene.place, scene.place.globex).come(
        visitor=scene.acme.secret, conversation=scene.acme.conversation
    )
    heard = len(mallory.client.frames), len(guest.client.frames)
    anna = await Operator(scene.place, "anna@acme.example").come()
    vera = await Visitor(scene.place).come()
    await vera.ask(f"What of {CANARY} and 30 days?")
    await vera.want_person()
    await anna.watch(str(vera.conversation))
    await anna.claim(str(vera.conversation))
    await anna.say(str(vera.conversation), f"{CANARY} again")
    await anna.do("typing", str(vera.conversation))
    await anna.do("resolve", str(vera.conversation))
    await vera.client.until("status", status="resolved")
    await mallory.client.send(type="no_such", id="end")
    await mallory.client.until("error", ref="end")
    await guest.client.send(type="no_such", id="end")
    await guest.client.until("error", ref="end")
    assert [each["type"] for each in mallory.client.frames[heard[0] :]] == ["error"]
    assert [each["type"] for each in guest.client.frames[heard[1] :]] == ["error"]
    assert mallory.welcome["counts"] == {"waiting": 0, "mine": 0, "all": 0, "ai": 0} or CANARY not in str(
        mallory.welcome
    )
    for each in (mallory, guest, anna, vera):
        await each.leave()


async def test_acmes_secret_and_conversation_open_nothing_at_globex(scene: Scene) -> None:
    before = scene.acmes_rows()
    for conversation in (scene.acme.conversation, MISSING.conversation, None):
        for secret in (scene.acme.secret, MISSING.secret, None):
            guest = await Visitor(scene.place, scene.place.globex).come(
                visitor=secret, conversation=conversation, after=0, epoch=1
            )
            assert guest.welcome["conversation"] is None and guest.welcome["entries"] == []
            assert guest.welcome["visitor"] not in (scene.acme.secret, MISSING.secret)
            assert CANARY not in json.dumps(guest.welcome)
            await guest.leave()
    assert scene.acmes_rows() == before


@pytest.mark.parametrize("shop", ["acme", "globex"])
async def test_a_visitor_who_is_known_cannot_enter_veras_conversation(scene: Scene, shop: str) -> None:
    wim = await Visitor(scene.place, getattr(scene.place, shop)).come()
    await wim.ask("Secret plan, please, within 30 days")
    await wim.leave()
    before = scene.acmes_rows()
    again = await Visitor(scene.place, wim.shop, wim.secret).come(conversation=scene.acme.conversation, after=0)
    missing = await Visitor(scene.place, wim.shop, wim.secret).come(conversation=MISSING.conversation, after=0)
    for each in (again, missing):
        assert each.welcome["visitor"] == wim.secret
        assert each.welcome["conversation"] is None and each.welcome["entries"] == []
        for frame in ({"type": "history", "before": 99}, {"type": "read", "seq": 1}, {"type": "cancel_wait"}):
            await each.client.send(**frame, conversation=scene.acme.conversation)
            assert (await each.client.until("error"))["code"] == "not_found"
        await each.leave()
    assert scene.acmes_rows() == before
    assert CANARY not in json.dumps(again.client.frames)


async def test_a_visitor_nobody_knows_cannot_enter_veras_conversation(scene: Scene) -> None:
    before = scene.acmes_rows()
    wim = await Visitor(scene.place).come(conversation=scene.acme.conversation)
    assert wim.welcome["conversation"] is None and wim.welcome["entries"] == []
    for frame in ({"type": "history", "before": 99}, {"type": "read", "seq": 1}, {"type": "cancel_wait"}):
        await wim.client.send(**frame, conversation=scene.acme.conversation)
        assert (await wim.client.until("error"))["code"] == "not_found"
    for frame in ({"type": "typing"}, {"type": "stop"}, {"type": "context", "page": {"url": "https://x.example/"}}):
        await wim.client.send(**frame, conversation=scene.acme.conversation)
    assert scene.acmes_rows() == before
    await wim.client.send(
        type="message", id=scene.acme.message, text="Mine", conversation=scene.acme.conversation,
        visitor=scene.acme.secret,
    )  # fmt: skip
    ack = await wim.client.until("ack")
    assert ack["conversation"] != scene.acme.conversation and ack["seq"] == 1
    entry = (await wim.client.until("entry"))["entry"]
    assert entry["text"] == "Mine"
    await wim.leave()


async def test_the_same_visitor_secret_is_two_visitors_in_two_workspaces(scene: Scene) -> None:
    guest = await Visitor(scene.place, scene.place.globex).come(visitor=scene.acme.secret)
    await guest.say("Hello Globex", scene.acme.message)
    assert guest.secret != scene.acme.secret and guest.conversation != scene.acme.conversation
    await guest.leave()


async def test_no_secret_is_stored_or_told_to_operators(scene: Scene) -> None:
    told = json.dumps(scene.acmes_rows())
    assert scene.acme.secret not in told
    anna = await Operator(scene.place, "anna@acme.example").come()
    await anna.watch(scene.acme.conversation)
    assert scene.acme.secret not in json.dumps(anna.client.frames)
    await anna.leave()


async def test_a_file_above_the_static_folder_is_not_served(scene: Scene) -> None:
    for path in (
        "../chatbot/config.py", "..%2fchatbot%2fconfig.py", "%2e%2e/pyproject.toml", "css/../../pyproject.toml",
        "....//pyproject.toml", "..\\pyproject.toml", "/etc/passwd", "%2fetc%2fpasswd", "css%00.css", "css", "", "x" * 3000,
    ):  # fmt: skip
        status, received = await raw_request(scene.place, "GET", f"/static/{path}")
        assert status in (400, 404), (path, status)
        assert "import" not in received and "[project]" not in received and "root:" not in received


async def test_the_sockets_answer_no_plain_request_and_pages_no_socket(scene: Scene) -> None:
    for path in ("/ws/visitor", "/ws/operator"):
        assert (await visit(scene.place, scene.browser, "GET", path)).status_code == 404
    for path in ("/login", "/app", "/ws/", "/ws/admin", "/ws/operator/", "//ws/operator"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(scene.place.socket(path), origin=scene.place.url)  # type: ignore[arg-type]
        assert refused.value.response.status_code in (403, 404, 307), path
