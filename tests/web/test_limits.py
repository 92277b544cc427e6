"""How much a stranger may do: guessing, flooding, and who counts as whom behind a proxy."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from chatbot.kit.errors import TooMany
from chatbot.web.limits import LIMITS, MOST_KEYS, Limits
from tests.conftest import running
from tests.parties import PASSWORD, Place, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Ticks:
    """A monotonic clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A server with the limits as they are shipped, behind a proxy on this machine."""
    folder = tmp_path_factory.mktemp("limits")
    async with running(folder, CHATBOT_LIMIT_SCALE="1", CHATBOT_TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8") as place:
        yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bare(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A server with the limits as they are shipped and no proxy that it trusts."""
    async with running(tmp_path_factory.mktemp("bare"), CHATBOT_LIMIT_SCALE="1") as place:
        yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


async def sign_in(
    place: Place, browser: httpx2.AsyncClient, email: str, password: str, forwarded: str = "", page: bool = True
) -> httpx2.Response:
    headers = {"Origin": place.url, "Accept": "text/html" if page else "application/json"}
    if forwarded:
        headers["X-Forwarded-For"] = forwarded
    return await browser.post(f"{place.url}/login", data={"email": email, "password": password}, headers=headers)


async def test_guessing_one_account_ends_and_its_owner_comes_in_from_elsewhere(
    strict: Place, browser: httpx2.AsyncClient
) -> None:
    at, bad = "203.0.113.5", [f"guess number {n}" for n in range(14)]
    answers = [await sign_in(strict, browser, "Anna@acme.example", each, at) for each in bad]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:10] == [401] * 10 and set(statuses[10:]) == {429}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert (await sign_in(strict, browser, " anna@ACME.example ", PASSWORD, at)).status_code == 429
    program = await sign_in(strict, browser, "anna@acme.example", PASSWORD, at, page=False)
    assert program.status_code == 429 and program.json()["error"]["code"] == "rate_limited"
    assert "retry-after" in program.headers
    assert (await sign_in(strict, browser, "bob@acme.example", PASSWORD, at)).status_code == 303
    assert (await sign_in(strict, browser, "anna@acme.example", PASSWORD, "198.51.100.7")).status_code == 303


async def test_guessing_many_accounts_from_one_address_ends(strict: Place, browser: httpx2.AsyncClient) -> None:
    at = "203.0.113.77"
    statuses = [(await sign_in(strict, browser, f"p{n}@acme.example", "12345678", at)).status_code for n in range(33)]
    assert statuses[:30] == [401] * 30 and statuses[-1] == 429
    assert (await sign_in(strict, browser, "carla@acme.example", PASSWORD, "203.0.113.78")).status_code == 303


async def test_a_header_does_not_make_another_caller_of_one_who_is_no_proxy(
    bare: Place, browser: httpx2.AsyncClient
) -> None:
    statuses = [
        (await sign_in(bare, browser, "anna@acme.example", "guess", f"198.51.100.{n}")).status_code for n in range(12)
    ]
    assert statuses[:10] == [401] * 10 and statuses[-1] == 429


async def test_behind_proxies_the_rightmost_hop_that_is_none_of_them_is_the_caller(
    strict: Place, browser: httpx2.AsyncClient
) -> None:
    email, statuses = "ada@acme.example", []
    for n in range(12):
        hops = f"8.8.8.{n}, 198.51.100.99, 10.1.2.{n}"
        statuses.append((await sign_in(strict, browser, email, "guess", hops)).status_code)
    assert statuses[-1] == 429
    assert (await sign_in(strict, browser, email, PASSWORD, "198.51.100.98, 10.1.2.3")).status_code == 303


async def test_nobody_can_tell_an_unknown_person_from_a_wrong_password(
    strict: Place, browser: httpx2.AsyncClient
) -> None:
    took: dict[str, list[float]] = {"vic@acme.example": [], "nic@acme.example": []}
    shown = set()
    for n in range(7):
        for email, times in took.items():
            start = time.perf_counter()
            answer = await sign_in(strict, browser, email, "a wrong password", f"192.0.2.{n}")
            times.append(time.perf_counter() - start)
            shown.add((answer.status_code, answer.text.replace(email, "EMAIL"), str(sorted(answer.headers))))
    assert len(shown) == 1
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.4 < unknown / known < 2.5, took


@pytest.mark.parametrize("password", ["", " ", "x" * 2000, "\x00", PASSWORD + " ", PASSWORD.upper(), "pässwörd"])
async def test_a_wrong_password_is_401_whatever_it_is(
    strict: Place, browser: httpx2.AsyncClient, password: str
) -> None:
    at = f"192.0.2.{100 + len(password) % 100}"
    answer = await sign_in(strict, browser, "vic@acme.example", password, at)
    assert answer.status_code == 401 and "set-cookie" not in answer.headers
    assert PASSWORD not in answer.text
    program = await sign_in(strict, browser, "vic@acme.example", password, at, page=False)
    assert program.status_code == 401 and program.json()["error"]["code"] == "unauthorised"


async def test_a_flood_of_messages_is_answered_with_how_long_to_wait(strict: Place) -> None:
    vera, wim = await Visitor(strict).come(), await Visitor(strict).come()
    for n in range(20):
        await vera.client.send(type="message", id=f"flood-{n}", text=f"Hello {n}")
    for n in range(20):
        await vera.client.until("ack", id=f"flood-{n}")
    for n in range(20, 30):
        await vera.client.send(type="message", id=f"flood-{n}", text=f"Hello {n}")
    refused = [await vera.client.until("error", ref=f"flood-{n}") for n in range(20, 30)]
    assert {each["code"] for each in refused} == {"rate_limited"}
    assert all(1 <= each["retry_after"] <= 60 and str(each["retry_after"]) in each["message"] for each in refused)
    await vera.client.send(type="history", before=3)
    assert [each["seq"] for each in (await vera.client.until("entries"))["entries"]] == [1, 2]
    again = await Visitor(strict, secret=vera.secret).come()
    await again.client.send(type="message", id="flood-31", text="From another window")
    assert (await again.client.until("error"))["code"] == "rate_limited"
    await wim.say("I am somebody else")
    assert not wim.client.of("error")
    for each in (vera, wim, again):
        await each.leave()


async def test_a_flood_of_frames_is_slowed_and_the_socket_lives(strict: Place) -> None:
    vera = await Visitor(strict).come()
    for _ in range(260):
        await vera.client.send(type="typing")
    error = await vera.client.until("error")
    assert error["code"] == "rate_limited" and error["retry_after"] >= 1
    await asyncio.sleep(error["retry_after"])  # as long as it was told to
    await vera.client.send(type="no_such", id="again")
    assert (await vera.client.until("error", ref="again"))["code"] == "unknown_type"
    await vera.leave()


async def test_a_bucket_gives_what_it_holds_and_refills_with_time() -> None:
    ticks = Ticks()
    limits = Limits(1, ticks)
    for _ in range(20):
        limits.take("visitor message", "v")
    with pytest.raises(TooMany) as refused:
        limits.take("visitor message", "v")
    assert refused.value.retry_after == 3
    limits.take("visitor message", "another")
    ticks.now += 2.9
    with pytest.raises(TooMany):
        limits.take("visitor message", "v")
    ticks.now += 0.2
    limits.take("visitor message", "v")
    ticks.now += 10_000
    for _ in range(20):
        limits.take("visitor message", "v")
    with pytest.raises(TooMany):
        limits.take("visitor message", "v")


@pytest.mark.parametrize("limit", LIMITS)
async def test_the_scale_multiplies_every_limit(limit: str) -> None:
    def taken(scale: float) -> int:
        limits, count = Limits(scale, Ticks()), 0
        while count < 5000:
            try:
                limits.take(limit, "key")
            except TooMany:
                break
            count += 1
        return count

    assert taken(2) == 2 * taken(1) == 2 * LIMITS[limit][0]


async def test_strangers_cannot_fill_the_memory_with_keys() -> None:
    limits = Limits(1, Ticks())
    for n in range(MOST_KEYS + 100):
        limits.take("address socket", f"192.0.2.{n}")
    assert len(limits._buckets) == MOST_KEYS
