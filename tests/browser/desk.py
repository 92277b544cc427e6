"""A person's browser with the operator's app open."""

import os

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.parties import Operator, Place, Visitor, sign_in

CHROMIUM = next((path for path in ("/usr/bin/chromium",) if os.path.exists(path)), None)
"""Debian's, else Playwright's own."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUESTION = "When do you refund my payment?"


class Desk:
    """A person's browser with the app open. Anything a page complains of fails the test."""

    def __init__(self, place: Place, context: BrowserContext, page: Page) -> None:
        self.place = place
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._note(line.type, line.text))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "WebSocket" not in text and "ERR_" not in text and "status of 400" not in text:
            self.complaints.append(text)

    async def open(self, path: str = "/app") -> "Desk":
        await self.page.goto(self.place.url + path)
        if await self.page.locator(".app[data-live=yes]").count():
            await self.page.wait_for_function(LIVE)
        return self

    def row(self, vera: Visitor) -> Locator:
        return self.page.locator(f'.row[data-id="{vera.conversation}"]')

    async def open_row(self, vera: Visitor) -> None:
        await self.row(vera).locator("a").click()
        await expect(self.page.locator(f'open-conversation[data-id="{vera.conversation}"]')).to_be_visible()

    async def claim(self) -> None:
        await self.page.locator("[data-move=claim]:visible").click()
        await expect(self.page.locator(".composer")).to_be_visible()

    async def say(self, text: str) -> None:
        await self.page.get_by_placeholder("Write a reply").fill(text)
        await self.page.keyboard.press("Enter")

    def entry(self, text: str) -> Locator:
        return self.page.locator(".entry", has_text=text)

    async def leave(self) -> None:
        assert self.complaints == []
        await self.context.close()


LIVE = "import('/static/js/lib/connection.js').then(({ connection }) => connection.isOpen)"


async def desk(
    browser: Browser, place: Place, email: str = "bob@acme.example", *, size: dict[str, int] = DESK, dark: bool = False
) -> Desk:
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if dark else "light",  # type: ignore[arg-type]
        has_touch=size is PHONE, is_mobile=size is PHONE, reduced_motion="reduce",
    )  # fmt: skip
    name, _, value = (await sign_in(place, email)).partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": place.url}])
    return Desk(place, context, await context.new_page())


async def waiting(place: Place, text: str = QUESTION) -> Visitor:
    """Vera, who has asked and wants a person. Where nobody has the app open yet, Carla comes."""
    if not place.parts.house.presence.reachable(place.acme.workspace.id):
        await Operator(place, "carla@acme.example").come()
    vera = await Visitor(place).come()
    await vera.ask(text)
    await vera.want_person()
    return vera
