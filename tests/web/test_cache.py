"""What is kept in memory about a workspace is right within a second of any change, and never another's."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
import websockets

from chatbot.domain import workspaces
from chatbot.domain.access import RECHECK
from chatbot.domain.directory import MOST_MISSES
from tests.conftest import running
from tests.parties import Client, Place, Visitor
from tests.web.sweep import session
from tests.web.test_sessions import beside

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOON = 1.2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with running(tmp_path_factory.mktemp("cache")) as place:
        await first_look(place)
        yield place


async def first_look(place: Place) -> None:
    """Returns when the server has noticed that somebody else writes to its database."""
    noticed = asyncio.Event()
    leave = place.parts.house.hub.subscribe(RECHECK, lambda _: noticed.set())
    while not noticed.is_set():
        beside(place, "UPDATE house SET created_at = created_at + 1")
        await asyncio.wait({asyncio.create_task(noticed.wait())}, timeout=0.1)
    leave()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


async def hello(place: Place, token: str, origin: str = "https://shop.example") -> int | None:
    """The close code that a visitor from `origin` meets, or None where there is a welcome."""
    headers = {"Origin": origin}
    client = Client(await websockets.connect(place.socket("/ws/visitor"), compression=None, additional_headers=headers))
    await client.send(type="hello", token=token)
    try:
        await client.until("welcome")
    except AssertionError:
        return client.closed
    await client.close()
    return None


async def comes_true(question: Callable[[], Awaitable[bool]]) -> None:
    """Asks until the answer is yes; fails after a second and a little."""
    start = time.monotonic()
    while not await question():
        assert time.monotonic() - start < SOON, "not within a second"
        await asyncio.sleep(0.02)


async def test_sites_that_another_process_lists_count_within_a_second(place: Place) -> None:
    token = place.acme.workspace.token
    assert await hello(place, token) is None
    beside(place, "UPDATE tenants SET sites = ? WHERE token = ?", json.dumps(["https://other.example"]), token)
    await comes_true(lambda: closed_with(4403, hello(place, token)))
    assert await hello(place, token, "https://other.example") is None
    beside(place, "UPDATE tenants SET sites = '[]' WHERE token = ?", token)
    await comes_true(lambda: closed_with(None, hello(place, token)))


async def closed_with(code: int | None, met: Awaitable[int | None]) -> bool:
    return await met == code


async def test_a_change_in_the_servers_first_moments_is_noticed_too(tmp_path: Path) -> None:
    async with running(tmp_path) as new:
        assert await hello(new, new.acme.workspace.token) is None
        beside(new, """UPDATE tenants SET sites = '["https://other.example"]'""")
        await comes_true(lambda: closed_with(4403, hello(new, new.acme.workspace.token)))


async def test_a_token_that_is_replaced_is_refused_within_a_second_and_the_new_one_works(
    place: Place, browser: httpx2.AsyncClient
) -> None:
    old, new = place.globex.workspace.token, "wt_replacedreplacedreplaced22"
    assert await hello(place, old) is None and await hello(place, new) == 4401
    beside(place, "UPDATE tenants SET token = ? WHERE token = ?", new, old)
    await comes_true(lambda: closed_with(4401, hello(place, old)))
    await comes_true(lambda: closed_with(None, hello(place, new)))
    for path in (f"/chat/{old}", f"/widget/config?token={old}"):
        assert (await browser.get(place.url + path)).status_code == 404
    beside(place, "UPDATE tenants SET token = ? WHERE token = ?", old, new)
    await comes_true(lambda: closed_with(None, hello(place, old)))


async def test_sites_that_the_apps_own_form_lists_count_at_once(place: Place, browser: httpx2.AsyncClient) -> None:
    token = place.acme.workspace.token
    assert await hello(place, token) is None
    headers = {"Cookie": await session(place, "anna@acme.example"), "Origin": place.url}
    for sites, code in (("https://only.example", 4403), ("", None)):
        answer = await browser.post(f"{place.url}/app/widget", data={"sites": sites}, headers=headers)
        assert answer.status_code == 303
        assert await hello(place, token) == code


async def test_an_address_that_changes_reaches_the_widgets_configuration(
    place: Place, browser: httpx2.AsyncClient
) -> None:
    address = f"{place.url}/widget/config?token={place.acme.workspace.token}&lang=en"
    before = await browser.get(address)
    assert (await browser.get(address, headers={"If-None-Match": before.headers["etag"]})).status_code == 304
    beside(place, "UPDATE tenants SET greeting = 'Hello from beside' WHERE token = ?", place.acme.workspace.token)

    async def is_new() -> bool:
        answer = await browser.get(address, headers={"If-None-Match": before.headers["etag"]})
        return answer.status_code == 200 and answer.json()["greeting"] == "Hello from beside"

    await comes_true(is_new)
    assert before.headers["cache-control"] == "no-cache"


async def test_the_public_configuration_is_these_fields_and_no_more(place: Place, browser: httpx2.AsyncClient) -> None:
    answer = await browser.get(f"{place.url}/widget/config", params={"token": place.acme.workspace.token})
    assert set(answer.json()) == {
        "name", "look", "greeting", "suggestions", "words", "reachable", "opens_at", "consent", "language",
    }  # fmt: skip
    assert set(answer.json()["look"]) == {"accent", "position", "launcher", "badge", "logo"}
    for hidden in (place.acme.workspace.public_id, "anna@acme.example", str(place.parts.house.config.data_dir)):
        assert hidden not in answer.text


async def test_two_workspaces_asked_at_once_are_never_mixed_up(place: Place, browser: httpx2.AsyncClient) -> None:
    async def ask(shop: str, token: str, n: int) -> None:
        answer = await browser.get(f"{place.url}/widget/config", params={"token": token, "lang": ("en", "de")[n % 2]})
        assert answer.json()["name"] == shop and ("Globex" in answer.text) == (shop == "Globex")

    shops = [("Acme", place.acme.workspace.token), ("Globex", place.globex.workspace.token)]

    async def forget() -> None:
        for _ in range(20):
            place.parts.house.directory.forget()
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(*shops[n % 2], n) for n in range(60)), forget())


async def test_guessing_tokens_does_not_fill_the_memory(place: Place) -> None:
    directory = place.parts.house.directory
    for n in range(MOST_MISSES + 50):
        assert await directory.find(f"wt_guess{n}") is None
    assert len(directory._unknown) <= MOST_MISSES
    assert await directory.find(place.acme.workspace.token) is not None
    assert await directory.find("w" * 101) is None


async def test_windows_on_a_site_that_is_taken_off_the_list_are_closed(tmp_path: Path) -> None:
    async with running(tmp_path) as new:
        vera = await Visitor(new).come()
        await new.db.across_tenants().write(workspaces.set_sites, new.acme.workspace.id, ("https://shop.example",))
        assert await vera.client.until_closed() == 4403


async def test_a_look_up_that_was_under_way_does_not_bring_the_old_settings_back(tmp_path: Path) -> None:
    async with running(tmp_path) as new:
        directory, token = new.parts.house.directory, new.acme.workspace.token
        directory.forget()
        looking = asyncio.ensure_future(directory.find(token))
        await asyncio.sleep(0)
        await new.db.across_tenants().write(workspaces.set_sites, new.acme.workspace.id, ("https://shop.example",))
        await looking
        found = await directory.find(token)
        assert found is not None
        assert found.sites == ("https://shop.example",)
