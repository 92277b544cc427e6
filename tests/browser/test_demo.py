"""The demo, both sides at once in one browser: the shop's visitor and the operator's phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Frame, Page, async_playwright, expect

from chatbot.domain import showroom
from chatbot.web.demo import help_pages
from tests.conftest import HandClock, running
from tests.parties import HASH, Place

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DAY = 86_400
QUESTION = "My frame is 135 mm at the back. Does this wheel still fit?"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


async def frame(page: Page, part: str) -> Frame:
    while True:
        found = next((each for each in page.frames if part in each.url), None)
        if found is not None:
            return found
        await page.wait_for_event("framenavigated")


async def furnish(place: Place) -> None:
    pages = help_pages(place.url)
    await place.db.across_tenants().write(showroom.furnish, HASH, pages)


async def test_both_sides_of_one_conversation_until_the_next_day(browser: Browser, tmp_path: Path) -> None:
    clock = HandClock()
    async with running(tmp_path, clock=clock, demo=True) as place:
        await furnish(place)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(f"{place.url}/demo")
        shop, phone = await frame(page, "/demo/shop"), await frame(page, "/app")
        await expect(phone.get_by_text("Nobody is waiting")).to_be_visible()

        await _ask_and_be_answered(shop)
        await _call_and_claim(shop, phone)
        await _talk(shop, phone)
        await _end(shop, phone)

        clock.forward(DAY)
        await page.reload()
        shop, phone = await frame(page, "/demo/shop"), await frame(page, "/app")
        await expect(shop.locator("foyer-chat .bubble", has_text="132 mm wide")).to_be_visible()
        await _write(shop, "How many days do I have to return it?")
        await expect(shop.locator("foyer-chat .bubble", has_text="30 days").last).to_be_visible()
        assert complaints == []


async def _write(shop: Frame, text: str) -> None:
    field = shop.locator("foyer-chat textarea")
    await field.fill(text)
    await field.press("Enter")


async def _ask_and_be_answered(shop: Frame) -> None:
    await _write(shop, QUESTION)
    await expect(shop.locator("foyer-chat .bubble", has_text="132 mm wide")).to_be_visible()
    await expect(shop.get_by_role("link", name="Which hub fits my frame")).to_be_visible()


async def _call_and_claim(shop: Frame, phone: Frame) -> None:
    await shop.get_by_role("button", name="Talk to a person").click()
    await expect(shop.get_by_text("You’re next in line")).to_be_visible()
    await phone.locator("a[href*='/app/conversations/']").first.click()
    await phone.get_by_role("button", name="Claim").click()
    await expect(shop.get_by_text("You’re talking to a person")).to_be_visible()
    await expect(shop.locator("foyer-chat .hairline", has_text="The AI has stopped")).to_be_visible()


async def _talk(shop: Frame, phone: Frame) -> None:
    reply = phone.locator("textarea").first
    await reply.press_sequentially("Hi, Noor ")
    await expect(shop.get_by_text("is writing")).to_be_visible()
    await reply.press_sequentially("from the workshop.")
    await reply.press("Control+Enter")
    await expect(shop.locator("foyer-chat .bubble", has_text="Noor from the workshop")).to_be_visible()
    await _write(shop, "Great, thank you")
    await expect(phone.locator(".bubble", has_text="Great, thank you")).to_be_visible()


async def _end(shop: Frame, phone: Frame) -> None:
    await phone.get_by_role("button", name="More").click()
    await phone.get_by_role("button", name="Hand to AI").click()
    await expect(shop.get_by_text("AI answers", exact=True)).to_be_visible()
    await phone.get_by_role("button", name="Resolve").first.click()
    await expect(shop.locator("foyer-chat .hairline", has_text="closed this conversation")).to_be_visible()
