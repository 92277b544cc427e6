"""The operator's app in a real browser: Bob and Carla at work, Vera at the other end of the line."""

import asyncio
import gzip
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, WebSocketRoute, async_playwright, expect

from chatbot.ai.providers.embedded import Embedded
from tests.conftest import running
from tests.parties import Operator, Place, Visitor, sign_in

pytestmark = pytest.mark.browser
CHROMIUM = next((path for path in ("/usr/bin/chromium",) if os.path.exists(path)), None)
"""Debian's, else Playwright's own."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUESTION = "When do you refund my payment?"
LARGEST_LOAD = 60 * 1024
"""Bytes that the app may take to load the first time, compressed."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


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
    await bob.page.get_by_placeholder("Write a reply").fill("Not sent yet")
    await vera.say("Are you still there?")
    gone.clear()
    await expect(bob.page.locator(".pending")).to_have_count(0, timeout=15_000)
    await expect(bob.entry("First try")).to_have_count(1)
    await expect(bob.entry("Are you still there?")).to_have_count(1)
    await expect(bob.page.locator(".conversation .strip")).to_be_hidden()
    assert len(lines) >= 2
    await vera.client.until("entry", entry__text="First try")
    await bob.page.reload()
    await expect(bob.entry("First try")).to_have_count(1)
    await expect(bob.page.get_by_placeholder("Write a reply")).to_have_value("Not sent yet")
    await bob.leave()


async def test_a_refused_message_stays_and_can_be_discarded(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await (await desk(browser, place)).open(f"/app/conversations/{vera.conversation}")
    await bob.claim()
    other = await Operator(place).come()
    await bob.page.evaluate("document.querySelector('.composer').dataset.when = 'mine waiting ai'")
    await other.do("release", vera.conversation or "")
    await expect(bob.page.locator(".head-state")).to_have_text("Waiting")
    await bob.say("Too late")
    refused = bob.page.locator(".refused", has_text="Too late")
    await expect(refused).to_contain_text("Claim this conversation before you write")
    await refused.get_by_role("button", name="Discard").click()
    await expect(refused).to_have_count(0)
    await bob.page.reload()
    await expect(bob.entry("Too late")).to_have_count(0)
    await bob.leave()


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


async def test_an_article_is_written_used_switched_off_and_removed(browser: Browser, place: Place) -> None:
    anna = await (await desk(browser, place, "anna@acme.example")).open("/app/knowledge")
    await anna.page.get_by_role("link", name="New article").click()
    await anna.page.get_by_role("button", name="Add article").click()
    await expect(anna.page.get_by_role("alert")).not_to_be_empty()
    await anna.page.get_by_label("Title").fill("Gift wrapping")
    await anna.page.get_by_label("Text").fill(
        "## Paper\n\nWe wrap presents in *blue* paper. ![a photo](https://x.example/p.png)"
    )
    await anna.page.get_by_role("button", name="Add article").click()
    await expect(anna.page.get_by_role("link", name="Gift wrapping")).to_be_visible()
    vera = await Visitor(place).come()
    assert "blue" in (await vera.ask("In which paper do you wrap presents?"))["text"]
    await anna.page.get_by_role("switch", name="Gift wrapping").click()
    await expect(anna.page.get_by_role("switch", name="Gift wrapping")).not_to_be_checked()
    assert "blue" not in (await vera.ask("Which paper do you wrap presents in?"))["text"]
    await anna.page.get_by_role("link", name="Gift wrapping").click()
    await expect(anna.page.locator(".reading em")).to_have_text("blue")
    assert await anna.page.locator(".reading img").count() == 0
    await anna.page.get_by_role("button", name="Remove", exact=True).click()
    await anna.page.get_by_role("button", name="Remove it").click()
    await expect(anna.page.get_by_role("link", name="Returns and refunds")).to_be_visible()
    await expect(anna.page.get_by_role("link", name="Gift wrapping")).to_have_count(0)
    await anna.leave()


async def test_the_tag_is_copied_and_the_sites_are_checked(browser: Browser, place: Place) -> None:
    anna = await (await desk(browser, place, "anna@acme.example")).open("/app/widget")
    await anna.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await anna.page.get_by_role("button", name="Copy").click()
    await expect(anna.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await anna.page.evaluate("navigator.clipboard.readText()")
    assert copied == f'<script async src="{place.url}/widget.js" data-token="{place.acme.workspace.token}"></script>'
    sites = anna.page.get_by_label("Sites that may show the widget")
    await sites.fill("https://acme.example\nftp://acme.example")
    await anna.page.get_by_role("button", name="Save sites").click()
    await expect(anna.page.get_by_role("alert")).to_contain_text("ftp://acme.example")
    await sites.fill("https://acme.example/shop")
    await anna.page.get_by_role("button", name="Save sites").click()
    await expect(sites).to_have_value("https://acme.example")
    await anna.leave()


async def test_signing_out_closes_every_window_of_the_session_and_forgets_drafts(
    browser: Browser, place: Place
) -> None:
    vera = await waiting(place)
    bob = await (await desk(browser, place)).open(f"/app/conversations/{vera.conversation}")
    await bob.claim()
    await bob.page.get_by_placeholder("Write a reply").fill("A draft")
    other = await bob.context.new_page()
    await other.goto(place.url + "/app/account")
    await other.get_by_role("button", name="Sign out").click()
    await expect(other).to_have_url(place.url + "/login")
    await expect(bob.page).to_have_url(place.url + "/login")
    assert await other.evaluate("Object.keys(localStorage)") == []
    await bob.leave()


async def test_a_viewer_reads_the_knowledge_and_nothing_of_visitors(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    vic = await (await desk(browser, place, "vic@acme.example")).open("/app")
    await expect(vic.page).to_have_url(place.url + "/app/knowledge")
    assert await vic.page.locator("[data-nav=waiting], [data-nav=widget]").count() == 0
    await vic.page.get_by_role("link", name="Returns and refunds").click()
    await expect(vic.page.locator(".prose")).to_contain_text("5 working days")
    assert await vic.page.locator("form").count() == 0
    assert (await vic.page.request.get(f"{place.url}/app/conversations/{vera.conversation}")).status == 403
    await vic.leave()


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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_page_is_accessible(browser: Browser, place: Place, dark: bool) -> None:
    vera = await waiting(place)
    anna = await desk(browser, place, "anna@acme.example", dark=dark)
    article = re.compile(r'href="(/app/knowledge/a[^"]+)"')
    await anna.open("/app/knowledge")
    found = article.search(await anna.page.content())
    assert found is not None
    paths = [
        "/app",
        f"/app/conversations/{vera.conversation}",
        "/app/knowledge",
        found[1],
        "/app/widget",
        "/app/account",
    ]
    for path in paths:
        await anna.open(path)
        result = await Axe().run(anna.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert len(result.response["passes"]) >= 15, path
        assert result.response["violations"] == [], f"{path}: {result.generate_report()}"
    await anna.leave()


async def test_the_first_load_is_small_and_asks_nobody_else(browser: Browser, place: Place) -> None:
    vera = await waiting(place)
    bob = await desk(browser, place)
    loaded: dict[str, bytes] = {}

    async def fetch(route: Route) -> None:
        answer = await route.fetch()
        loaded[route.request.url] = await answer.body()
        await route.fulfill(response=answer)

    await bob.page.route("**/*", fetch)
    await bob.open(f"/app/conversations/{vera.conversation}")
    assert all(url.startswith(place.url) for url in loaded)
    assert len(loaded) > 20
    assert sum(len(gzip.compress(body)) for body in loaded.values()) <= LARGEST_LOAD
    await bob.leave()
