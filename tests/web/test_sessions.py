"""Who may open a socket, from which page, and how soon a lost right closes it."""
# ruff: noqa: E501 - a case stands whole on its line

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import websockets

from chatbot.domain import workspaces
from tests.conftest import running
from tests.parties import Client, Operator, Place, Shop, Visitor, sign_in
from tests.web.sweep import foreign_origins, session, visit
from tests.web.test_commands import folder_of, run

pytestmark = pytest.mark.asyncio(loop_scope="module")
SITE = "https://shop.globex.example"
SOON = 1.2
"""Seconds: a second, and what a busy machine needs to notice."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Globex lists its sites, Acme does not."""
    async with running(tmp_path_factory.mktemp("sessions")) as place:
        sites = workspaces.checked_sites(f"{SITE}\nhttp://localhost:9999")
        await place.db.across_tenants().write(workspaces.set_sites, place.globex.workspace.id, sites)
        place.parts.house.directory.forget()
        yield place


async def come_from(place: Place, shop: Shop, origin: str | None) -> Client:
    """A visitor's window on a page of `origin`."""
    headers = {} if origin is None else {"Origin": origin}
    client = Client(await websockets.connect(place.socket("/ws/visitor"), compression=None, additional_headers=headers))
    await client.send(type="hello", token=shop.workspace.token)
    return client


async def test_a_listed_site_and_our_own_pages_may_show_the_widget(place: Place) -> None:
    port = place.url.rsplit(":", 1)[1]
    for origin in (SITE, "http://localhost:9999", place.url, f"http://localhost:{port}", f"http://[::1]:{port}"):
        client = await come_from(place, place.globex, origin)
        await client.until("welcome")
        await client.close()


FOREIGN = (
    "https://evil.example", "null", None, "", f"{SITE}.evil.example", f"{SITE}:8443", "http://shop.globex.example",
    "https://globex.example", "https://xshop.globex.example", "https://evil.example@shop.globex.example", f"{SITE}/",
    "https://www.shop.globex.example", "https://shop.globex.example\\.evil.example", "http://localhost", "http://[::1", "*",
)  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
async def test_any_other_site_is_closed_with_4403_and_told_nothing(place: Place, origin: str | None) -> None:
    client = await come_from(place, place.globex, origin)
    assert await client.until_closed() == 4403
    assert client.frames == []


async def test_where_no_site_is_listed_any_site_may_show_the_widget(place: Place) -> None:
    for origin in FOREIGN:
        client = await come_from(place, place.acme, origin)
        await client.until("welcome")
        await client.close()


async def test_the_operators_socket_is_refused_before_the_handshake_on_foreign_pages(place: Place) -> None:
    cookie = await session(place, "bob@acme.example")
    for name, headers in foreign_origins(place).items():
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(place.socket("/ws/operator"), additional_headers={"Cookie": cookie, **headers})
        assert refused.value.response.status_code == 403, name


async def test_a_loopback_name_may_stand_for_another_on_loopback(place: Place) -> None:
    port = place.url.rsplit(":", 1)[1]
    for origin in (place.url, f"http://localhost:{port}", f"http://[::1]:{port}"):
        client = await window(place, await session(place, "bob@acme.example"), origin)
        await client.until("welcome")
        await client.close()


async def window(place: Place, cookie: str, origin: str | None = None) -> Client:
    """An operator's window with this cookie."""
    return Client(
        await websockets.connect(
            place.socket("/ws/operator"), compression=None,
            additional_headers={"Origin": origin or place.url, **({"Cookie": cookie} if cookie else {})},
        )
    )  # fmt: skip


async def test_without_a_good_session_the_socket_closes_with_4401_and_says_nothing(place: Place) -> None:
    good = await session(place, "bob@acme.example")
    over = await session(place, "bob@acme.example")
    value = good.partition("=")[2]
    beside(place, "UPDATE sessions SET expires_at = 1 WHERE rowid = (SELECT max(rowid) FROM sessions)")
    cookies = (
        "", "foyer=", "foyer=x", f"foyer={value[:-1]}", f"foyer={value}x", f"__Host-foyer={value}", f"other={value}",
        f"foyer={value.partition('.')[0]}", f"foyer={'z' * 43}", f"foyer={'z' * 5000}", over, 'foyer="',
    )  # fmt: skip
    for cookie in cookies:
        client = await window(place, cookie)
        assert await client.until_closed() == 4401, cookie
        assert client.frames == []
    client = await window(place, good)
    await client.until("welcome")
    await client.close()


def beside(place: Place, sql: str, *values: Any) -> None:
    """A change to the server's database by a connection that is not the server's, as another process makes it."""
    with sqlite3.connect(folder_of(place) / "foyer.sqlite3") as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        assert raw.execute(sql, values).rowcount > 0, sql
    raw.close()


async def closes_soon(client: Client, code: int = 4401) -> None:
    start = time.monotonic()
    assert await client.until_closed() == code
    assert time.monotonic() - start < SOON


async def test_signing_out_closes_every_window_of_that_session_and_no_other(place: Place) -> None:
    cookie, other = await sign_in(place, "bob@acme.example"), await sign_in(place, "bob@acme.example")
    first, second = await window(place, cookie), await window(place, cookie)
    third = await Operator(place, "bob@acme.example", other).come()
    anna = await Operator(place, "anna@acme.example").come()
    for client in (first, second):
        await client.until("welcome")
    async with httpx2.AsyncClient(trust_env=False) as browser:
        answer = await visit(place, browser, "POST", "/logout", cookie=cookie)
        assert answer.status_code == 303
        for client in (first, second):
            await closes_soon(client)
        assert (await visit(place, browser, "GET", "/app/account", cookie=cookie)).status_code == 401
        assert (await visit(place, browser, "GET", "/app/account", cookie=other)).status_code == 200
    heard = len(first.frames)
    vera = await Visitor(place).come()
    await vera.say("Said after the sign-out")
    for still in (third, anna):
        await still.client.until("inbox", conversation=vera.conversation)
        await still.leave()
    assert len(first.frames) == heard
    await vera.leave()


async def test_a_command_that_was_on_its_way_when_the_session_ended_does_nothing(place: Place) -> None:
    vera = await Visitor(place).come()
    await vera.say("Hello")
    async with httpx2.AsyncClient(trust_env=False) as browser:
        bob = await Operator(place).come()
        answered = asyncio.create_task(visit(place, browser, "POST", "/logout", cookie=bob.cookie))
        await bob.client.until_closed()
        await answered
    with pytest.raises(websockets.ConnectionClosed):
        await bob.do("claim", str(vera.conversation))
    again = await Operator(place, "anna@acme.example").come()
    assert (await again.watch(str(vera.conversation)))["conversation"]["status"] == "ai"
    for each in (again, vera):
        await each.leave()


async def test_a_new_password_by_command_closes_all_windows_of_that_person(place: Place) -> None:
    carla, second = (
        await Operator(place, "carla@acme.example").come(),
        await Operator(place, "carla@acme.example").come(),
    )
    anna = await Operator(place, "anna@acme.example").come()
    answer = await run(folder_of(place), "user", "password", "carla@acme.example", "--password-stdin")
    assert answer[0] == 0, answer
    for each in (carla, second):
        await closes_soon(each.client)
    heard = len(carla.client.frames)
    vera = await Visitor(place).come()
    await vera.say("Said after the new password")
    await anna.client.until("inbox", conversation=vera.conversation)
    assert len(carla.client.frames) == heard
    stale = await window(place, carla.cookie)
    assert await stale.until_closed() == 4401
    for each in (anna, vera):
        await each.leave()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE memberships SET role = 'viewer' WHERE user_id = ?", "UPDATE memberships SET role = 'owner' WHERE user_id = ?",
        "DELETE FROM sessions WHERE user_id = ?", "DELETE FROM memberships WHERE user_id = ?",
    ],
)  # fmt: skip
async def test_a_right_that_another_process_takes_or_changes_closes_within_a_second(place: Place, change: str) -> None:
    email = f"p{abs(hash(change))}@acme.example"
    answer = await run(
        folder_of(place), "user", "create", place.acme.workspace.public_id, email, "--role", "agent", "--password-stdin"
    )
    assert answer[0] == 0, answer
    anna = await Operator(place, "anna@acme.example").come()
    person = await Operator(place, email, await session(place, email)).come()
    beside(place, change, person.welcome["user"]["id"])
    await closes_soon(person.client)
    heard = len(person.client.frames)
    vera = await Visitor(place).come()
    await vera.say("Said after the change")
    await anna.client.until("inbox", conversation=vera.conversation)
    assert len(person.client.frames) == heard
    for each in (anna, vera):
        await each.leave()


async def test_a_change_that_concerns_nobody_here_closes_nobody(place: Place) -> None:
    anna, vera = await Operator(place, "anna@acme.example").come(), await Visitor(place).come()
    for _ in range(2):
        beside(place, "UPDATE house SET created_at = created_at + 1")
        await asyncio.sleep(0.5)
    await vera.say("Still here")
    await anna.client.until("inbox", conversation=vera.conversation)
    for each in (anna, vera):
        await each.leave()


async def test_signing_out_while_windows_open_leaves_none_behind(place: Place) -> None:
    """Twenty windows of one session open while it ends: each is closed, whichever came first."""
    async with httpx2.AsyncClient(trust_env=False) as browser:
        for _ in range(3):
            cookie = await session(place, "ada@acme.example")
            opening = [asyncio.create_task(window(place, cookie)) for _ in range(20)]
            await asyncio.sleep(0)
            ended = asyncio.create_task(visit(place, browser, "POST", "/logout", cookie=cookie))
            windows = [await each for each in opening]
            await ended
            assert [await each.until_closed() for each in windows] == [4401] * 20
