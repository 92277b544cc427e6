"""Changes of hands in a real browser, two people at once, and a line that breaks."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, WebSocketRoute, expect

from chatbot.ai.providers.embedded import Embedded
from tests.browser.desk import QUESTION, desk, waiting
from tests.conftest import running
from tests.parties import Operator, Place, Visitor

pytestmark = pytest.mark.browser


async def test_a_claim_in_mid_answer_leaves_what_was_shown_marked_as_cut(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Embedded(lambda seconds: asyncio.sleep(0.2))) as place:
        bob = await (await desk(browser, place)).open("/app?queue=ai")
        vera = await Visitor(place).come()
        await vera.say(QUESTION)
        await bob.open_row(vera)
        await expect(bob.page.locator(".draft")).to_be_visible()
        await bob.claim()
        cut = bob.page.locator(".entry-ai")
        await expect(cut).to_have_count(1)
        await expect(cut).to_contain_text("cut short")
        await expect(bob.page.locator(".draft")).to_have_count(0)
        await bob.leave()
        await vera.leave()


async def test_of_two_who_claim_the_slower_one_reads_who_was_first(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await (await desk(browser, place)).open(f"/app/conversations/{vera.conversation}")
    carla = await desk(browser, place, "carla@acme.example")
    held: list[str] = []

    def hold_claims(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda text: held.append(str(text)) if "claim" in text else server.send(text))
        carla.server = server  # type: ignore[attr-defined]

    await carla.page.route_web_socket("**/ws/operator", hold_claims)
    await carla.open(f"/app/conversations/{vera.conversation}")
    claim = carla.page.locator("[data-move=claim]:visible")
    await claim.click()
    await expect(claim).to_have_text("Claiming…")
    await bob.claim()
    await expect(carla.page.locator(".dock-theirs")).to_contain_text("Bob has this conversation")
    carla.server.send(held[0])  # type: ignore[attr-defined]
    await expect(carla.page.locator(".dock-word")).to_contain_text("Bob took this")
    await expect(carla.page.locator(".head-state")).to_have_text("With Bob")
    await expect(bob.page.locator(".head-state")).to_have_text("With you")
    await expect(carla.page.locator(".composer")).to_be_hidden()
    await bob.leave()
    await carla.leave()


async def test_every_move_is_offered_where_it_is_possible_and_resolving_can_be_undone(
    browser: Browser, place: Place
) -> None:
    bob = await (await desk(browser, place)).open()
    vera = await waiting(place)
    await bob.open_row(vera)
    await bob.claim()
    for name, state in (("Back to queue", "Waiting"), ("Hand to AI", "AI"), ("Resolve", "Resolved")):
        await bob.page.get_by_role("button", name=name).click()
        await expect(bob.page.locator(".head-state")).to_have_text(state)
        if name != "Resolve":
            await bob.claim()
    await bob.page.get_by_role("button", name="Undo").click()
    await expect(bob.page.locator(".head-state")).to_have_text("With you")
    await bob.page.get_by_role("button", name="Resolve").click()
    await bob.page.get_by_role("button", name="Reopen for the AI").click()
    await expect(bob.page.locator(".head-state")).to_have_text("AI")
    await bob.leave()


async def test_a_message_lost_on_the_way_is_sent_again_and_drawn_once(browser: Browser, place: Place) -> None:
    bob = await desk(browser, place)
    lines: list[WebSocketRoute] = []
    tasks: list[asyncio.Task[None]] = []
    gone = asyncio.Event()

    def close(socket: WebSocketRoute) -> None:
        tasks.append(asyncio.get_running_loop().create_task(socket.close(code=1012)))

    def line(socket: WebSocketRoute) -> None:
        lines.append(socket)
        if gone.is_set():
            return close(socket)
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            if '"message"' in str(text) and not gone.is_set() and len(lines) == 1:
                gone.set()
                close(socket)
            else:
                server.send(text)

        return socket.on_message(pass_on)

    await bob.page.route_web_socket("**/ws/operator", line)
    vera = await waiting(place)
    await bob.open(f"/app/conversations/{vera.conversation}")
    await bob.claim()
    await bob.say("First try")
    await expect(bob.page.locator(".pending", has_text="First try")).to_be_visible()
    await expect(bob.page.locator(".conversation .strip")).to_contain_text("drafts are kept")
    await bob.say("Second try")
    await expect(bob.page.locator(".pending")).to_have_count(2)
    await bob.page.get_by_placeholder("Write a reply").fill("Not sent yet")
    await vera.say("Are you still there?")
    gone.clear()
    await expect(bob.page.locator(".pending")).to_have_count(0, timeout=15_000)
    await expect(bob.entry("First try")).to_have_count(1)
    await expect(bob.entry("Are you still there?")).to_have_count(1)
    await expect(bob.page.locator(".conversation .strip")).to_be_hidden()
    assert len(lines) >= 2
    await vera.client.until("entry", entry__text="First try")
    await vera.client.until("entry", entry__text="Second try")
    await bob.page.reload()
    await expect(bob.entry("First try")).to_have_count(1)
    await expect(bob.page.get_by_placeholder("Write a reply")).to_have_value("Not sent yet")
    await bob.leave()


async def test_a_refused_message_stays_and_can_be_discarded(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await desk(browser, place)

    def without_status(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda text: None if held.is_set() and '"status"' in str(text) else socket.send(text))

    held = asyncio.Event()
    await bob.page.route_web_socket("**/ws/operator", without_status)
    await bob.open(f"/app/conversations/{vera.conversation}")
    await bob.claim()
    held.set()
    other = await Operator(place).come()
    await other.watch(vera.conversation or "")
    await other.do("release", vera.conversation or "")
    await other.client.until("status", status="waiting")
    await bob.say("Too late")
    refused = bob.page.locator(".refused", has_text="Too late")
    await expect(refused).to_contain_text("Claim this conversation before you write")
    await refused.get_by_role("button", name="Discard").click()
    await expect(refused).to_have_count(0)
    await bob.page.reload()
    await expect(bob.entry("Too late")).to_have_count(0)
    await bob.leave()
