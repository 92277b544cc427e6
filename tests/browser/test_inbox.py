"""The inbox in a real browser: calls, talk in both directions, rows that hold still."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from chatbot.ai.providers.embedded import Embedded
from tests.browser.desk import LIVE, PHONE, QUESTION, desk, waiting
from tests.conftest import running
from tests.parties import Operator, Place, Visitor

pytestmark = pytest.mark.browser


async def test_a_call_shows_in_list_counts_and_title_and_rings(browser: Browser, place: Place) -> None:
    bob = await desk(browser, place)
    await bob.context.add_init_script(
        "window.notes = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); };"
    )
    await bob.open()
    await expect(bob.page.get_by_text("Nobody is waiting. When Foyer calls, it rings here.")).to_be_visible()
    await bob.page.locator(".list-head").click()
    vera = await waiting(place)
    await expect(bob.row(vera)).to_contain_text("Visitor 1")
    await expect(bob.row(vera).locator(".clock-text")).to_have_text(re.compile(r"0:0\d"))
    await expect(bob.page.locator(".rail [data-count=waiting]")).to_have_text("1")
    await expect(bob.page).to_have_title("(1) Waiting · Foyer")
    assert await bob.page.evaluate("window.notes") == 2
    await bob.leave()


async def test_a_muted_browser_stays_silent(browser: Browser, place: Place) -> None:
    bob = await desk(browser, place)
    await bob.context.add_init_script(
        "window.notes = 0; OscillatorNode.prototype.start = function () { window.notes += 1; };"
    )
    await bob.open()
    await bob.page.get_by_role("button", name="Ring for calls").click()
    await bob.page.reload()
    await bob.page.wait_for_function(LIVE)
    await bob.page.locator(".list-head").click()
    vera = await waiting(place)
    await expect(bob.row(vera)).to_be_visible()
    assert await bob.page.evaluate("window.notes") == 0
    await bob.leave()


async def test_who_is_away_is_not_promised_to_anybody(browser: Browser, place: Place) -> None:
    bob = await (await desk(browser, place)).open()
    await bob.page.locator(".presence").click()
    await expect(bob.page.locator(".presence-word").first).to_have_text("Away")
    vera = await Visitor(place).come()
    await vera.ask(QUESTION)
    await vera.client.send(type="ask_human")
    await vera.client.until("entry", entry__kind="notice")
    await bob.page.goto(f"{place.url}/app/conversations/{vera.conversation}")
    await expect(bob.page.locator(".hairline")).to_contain_text("Nobody could be called: asked for a person")
    await expect(bob.page.locator(".presence-word").first).to_have_text("Away")
    await bob.leave()


async def test_claim_talk_and_read_in_both_directions(browser: Browser, place: Place) -> None:
    bob = await (await desk(browser, place)).open()
    vera = await waiting(place)
    await bob.open_row(vera)
    await bob.claim()
    await expect(bob.page.locator(".hairline", has_text="You took over after 0:0")).to_be_visible()
    await bob.say("Hello Vera,\nBob here.")
    said = await vera.client.until("entry", entry__author__role="operator", entry__kind="message")
    assert said["entry"]["text"] == "Hello Vera,\nBob here."
    await expect(bob.entry("Bob here.").locator(".receipt")).to_have_text("Sent")
    await vera.client.send(type="read", seq=said["entry"]["seq"])
    await expect(bob.entry("Bob here.").locator(".receipt")).to_have_text("Read")
    await vera.client.send(type="typing")
    await expect(bob.page.locator(".typing")).to_contain_text("Visitor 1 is typing")
    await vera.say("Thank you, Bob")
    await expect(bob.entry("Thank you, Bob")).to_be_visible()
    await expect(bob.page.locator(".typing")).to_be_hidden()
    await vera.client.until("read", seq=said["entry"]["seq"] + 1)
    await expect(bob.page.locator(".entry")).to_have_count(6)
    await bob.leave()
    await vera.leave()


async def test_an_answer_streams_as_text_and_becomes_markup_with_its_reasons(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Embedded(lambda seconds: asyncio.sleep(0.05))) as place:
        bob = await (await desk(browser, place)).open("/app?queue=ai")
        vera = await Visitor(place).come()
        await vera.ask("What are your opening hours?")
        await bob.open_row(vera)
        await vera.say(QUESTION)
        await expect(bob.page.locator(".draft .cursor")).to_be_visible()
        answer = bob.page.locator(".entry-ai[data-seq='4']")
        await expect(answer).to_contain_text("5 working days")
        await expect(bob.page.locator(".draft")).to_have_count(0)
        await expect(bob.page.locator(".drawer")).to_contain_text("Returns and refunds")
        await answer.locator("summary").click()
        await expect(answer.locator(".reasons")).to_contain_text("Returns and refunds")
        await expect(answer.locator(".reasons")).to_contain_text("Whole answer")
        await bob.leave()
        await vera.leave()


async def test_rows_hold_still_under_the_pointer(browser: Browser, place: Place) -> None:
    bob = await (await desk(browser, place)).open()
    first = await waiting(place)
    await expect(bob.row(first)).to_be_visible()
    await bob.row(first).hover()
    second = await waiting(place)
    await expect(bob.page.locator(".list-pill")).to_have_text("1 new")
    await expect(bob.row(second)).to_have_count(0)
    carla = await Operator(place, "carla@acme.example").come()
    await carla.watch(first.conversation or "")
    await carla.claim(first.conversation or "")
    await expect(bob.row(first).locator(".state")).to_have_text("With Carla")
    assert await bob.row(first).evaluate("row => row.parentElement.dataset.place") == "main"
    await bob.page.mouse.move(900, 400)
    await expect(bob.row(second)).to_be_visible()
    await expect(bob.page.locator(".list-pill")).to_be_hidden()
    assert await bob.row(first).evaluate("row => row.parentElement.dataset.place") == "people"
    await bob.leave()


async def test_moving_about_keeps_the_socket_and_the_address(browser: Browser, place: Place) -> None:
    bob = await desk(browser, place)
    opened: list[object] = []
    bob.page.on("websocket", lambda socket: opened.append(socket))
    await bob.open()
    vera = await waiting(place)
    await bob.open_row(vera)
    await expect(bob.page).to_have_url(re.compile(rf"/app/conversations/{vera.conversation}\?queue=waiting$"))
    await bob.page.locator(".rail").get_by_role("link", name="Knowledge").click()
    await expect(bob.page.get_by_role("heading", name="Knowledge")).to_be_visible()
    await expect(bob.page).to_have_title("(1) Knowledge · Foyer")
    await bob.page.locator(".rail").get_by_role("link", name="All").click()
    await expect(bob.row(vera)).to_be_visible()
    await bob.page.go_back()
    await expect(bob.page.get_by_role("heading", name="Knowledge")).to_be_visible()
    await bob.page.go_back()
    await expect(bob.page.locator("open-conversation")).to_be_visible()
    assert len(opened) == 1
    await bob.leave()


async def test_the_list_is_worked_by_keys_which_can_be_turned_off(browser: Browser, place: Place) -> None:
    bob = await (await desk(browser, place)).open()
    vera = await waiting(place)
    await expect(bob.row(vera)).to_be_visible()
    await bob.page.keyboard.press("j")
    await bob.page.keyboard.press("Enter")
    await expect(bob.page.locator("open-conversation")).to_be_visible()
    await bob.page.keyboard.press("c")
    await expect(bob.page.get_by_placeholder("Write a reply")).to_be_focused()
    await bob.page.keyboard.type("jjj")
    await expect(bob.page.get_by_placeholder("Write a reply")).to_have_value("jjj")
    await bob.page.goto(place.url + "/app/account")
    await bob.page.get_by_label("Single keys").uncheck()
    await bob.open()
    await bob.page.keyboard.press("j")
    assert await bob.page.evaluate("document.activeElement === document.body")
    await bob.leave()


async def test_what_strangers_write_is_text_in_list_and_conversation(browser: Browser, place: Place) -> None:
    bob = await (await desk(browser, place)).open("/app?queue=all")
    vera = await Visitor(place).come()
    nasty = '<img src=x onerror="document.title=1"> **bold** [x](javascript:alert(1)) <b>'
    await vera.ask(nasty)
    await bob.open_row(vera)
    await expect(bob.page.locator(".entry-visitor .bubble")).to_have_text(nasty)
    assert await bob.page.locator("open-conversation img, .row img, .entry-visitor a").count() == 0
    await bob.leave()


async def test_on_a_phone_there_is_one_pane_and_claim_is_under_the_thumb(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await (await desk(browser, place, size=PHONE)).open()
    await expect(bob.page.locator(".tabs")).to_be_visible()
    await bob.row(vera).locator("a").tap()
    await expect(bob.page.locator(".list")).to_be_hidden()
    await expect(bob.page.locator(".tabs")).to_be_hidden()
    box = await bob.page.locator("[data-move=claim]:visible").bounding_box()
    assert box is not None and (box["height"], box["width"]) == (56, 390 - 32)
    await bob.claim()
    await bob.page.get_by_placeholder("Write a reply").fill("On my way")
    await bob.page.get_by_role("button", name="Send").tap()
    await vera.client.until("entry", entry__text="On my way")
    await bob.page.get_by_role("button", name="More", exact=True).tap()
    await bob.page.get_by_role("button", name="Hand to AI").tap()
    await expect(bob.page.locator(".head-state")).to_have_text("AI")
    await bob.page.get_by_role("link", name="Back to Waiting").tap()
    await expect(bob.page.locator(".list")).to_be_visible()
    assert await bob.page.evaluate("document.documentElement.scrollWidth") == 390
    await bob.leave()


async def test_earlier_messages_are_fetched_without_losing_the_place(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await (await desk(browser, place)).open(f"/app/conversations/{vera.conversation}")
    await bob.claim()
    for number in range(60):
        await vera.say(f"Message number {number}")
    await bob.page.reload()
    await expect(bob.page.locator(".entry")).to_have_count(50)
    await bob.page.get_by_role("link", name="Earlier messages").click()
    await expect(bob.page.locator(".entry")).to_have_count(64)
    shown = await bob.page.locator(".entry").evaluate_all(
        "entries => entries.map((entry) => Number(entry.dataset.seq))"
    )
    assert shown == list(range(1, 65))
    await expect(bob.page.get_by_role("link", name="Earlier messages")).to_have_count(0)
    await bob.leave()
