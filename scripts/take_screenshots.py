"""Takes the pictures of the README from the running demo: `.venv/bin/python scripts/take_screenshots.py`."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Frame, Page, async_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.load.machine import free_port, process  # noqa: E402 - the checkout is put on the path first

IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium" if os.path.exists("/usr/bin/chromium") else None
QUESTION = "My frame is 135 mm at the back. Does this wheel still fit?"


async def both_sides(browser: Browser, address: str) -> None:
    """The shop with an answered question beside the operator who has taken over."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{address}/demo")
    shop, phone = await _frame(page, "/demo/shop"), await _frame(page, "/app")
    await phone.get_by_text("Nobody is waiting").wait_for()
    await shop.locator("foyer-chat textarea").fill(QUESTION)
    await shop.locator("foyer-chat textarea").press("Enter")
    await shop.get_by_text("from:").wait_for()
    await shop.get_by_role("button", name="Talk to a person").click()
    await phone.locator("a[href*='/app/conversations/']").first.click()
    await phone.get_by_role("button", name="Claim").click()
    reply = phone.locator("textarea").first
    await reply.fill("Hi, Noor from the workshop. Yes, it fits. Shall I put one aside for you?")
    await reply.press("Control+Enter")
    await shop.locator("foyer-chat .bubble", has_text="put one aside").wait_for()
    await page.mouse.move(5, 5)
    await page.screenshot(path=IMAGES / "demo.png")
    await page.close()


async def _frame(page: Page, part: str) -> Frame:
    while True:
        found = next((frame for frame in page.frames if part in frame.url), None)
        if found is not None:
            await found.wait_for_load_state()
            return found
        await page.wait_for_event("framenavigated")


async def take(address: str) -> None:
    """All pictures."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        await both_sides(browser, address)
        await browser.close()


def main() -> None:
    """Starts a demo of its own, takes the pictures and ends it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"CHATBOT_DATA_DIR": folder, "CHATBOT_PORT": str(port)}
        with process([sys.executable, "-m", "chatbot", "demo"], port, **settings):
            asyncio.run(take(f"http://127.0.0.1:{port}"))


if __name__ == "__main__":
    main()
