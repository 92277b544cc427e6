"""The widget in a real browser, on a page of another origin than the server: Vera asks, waits and talks to Bob."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, Route, WebSocketRoute, async_playwright, expect

from chatbot.ai.providers.embedded import Embedded
from tests.conftest import running
from tests.parties import Operator, Place

pytestmark = pytest.mark.browser
CHROMIUM = next((path for path in ("/usr/bin/chromium",) if os.path.exists(path)), None)
"""Debian's, else Playwright's own."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUESTION = "When do you refund my payment?"
ANSWER = "within 5 working days"
COLUMN = """() => [...document.querySelector('foyer-chat').shadowRoot.querySelectorAll('.list .bubble')].map(
    bubble => bubble.textContent)"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield opened
        await opened.close()


class Shop:
    """A tab with a page of the shop. What the page complains of is kept, and what it asks for."""

    def __init__(self, place: Place, page: Page, address: str) -> None:
        self.place = place
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))

    @property
    def launcher(self) -> Locator:
        return self.page.locator("foyer-chat .foyer > button")

    @property
    def panel(self) -> Locator:
        return self.page.locator("foyer-chat dialog")

    @property
    def field(self) -> Locator:
        return self.panel.get_by_role("textbox")

    def bubble(self, text: str) -> Locator:
        return self.panel.locator(".list .bubble", has_text=text)

    def hairline(self, text: str) -> Locator:
        return self.panel.locator(".hairline", has_text=text)

    async def open(self) -> "Shop":
        await self.launcher.click()
        await expect(self.panel).to_be_visible()
        return self

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str = QUESTION, answer: str = ANSWER) -> None:
        await self.say(text)
        await expect(self.bubble(answer).last).to_be_visible()
        await expect(self.panel.locator(".draft")).to_have_count(0)

    async def column(self) -> list[str]:
        """The texts of all bubbles, from top to bottom."""
        found: list[str] = await self.page.evaluate(COLUMN)
        return found

    async def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.page.evaluate("JSON.stringify(localStorage)"))
        return found


@asynccontextmanager
async def host(html: str, policy: str) -> AsyncIterator[str]:
    """The shop's own server, another origin than ours, with one page; its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # a connection opened ahead and not used
            await reader.readuntil(b"\r\n\r\n")
        body = html.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        head += f"Content-Security-Policy: {policy}\r\n" if policy else ""
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


Visit = Callable[..., Awaitable[Shop]]


@pytest.fixture
async def shop(browser: Browser) -> AsyncIterator[Visit]:
    """Opens tabs of the shop with the widget's tag."""
    async with AsyncExitStack() as stack:

        async def visit(
            place: Place, *, attributes: str = "", head: str = "", body: str = "", policy: str = "",
            size: dict[str, int] = DESK, dark: bool = False, locale: str = "en", beside: Shop | None = None,
        ) -> Shop:  # fmt: skip
            if beside is not None:
                context, address = beside.page.context, beside.address
            else:
                context = await browser.new_context(
                    viewport=size, color_scheme="dark" if dark else "light", locale=locale,  # type: ignore[arg-type]
                    has_touch=size is PHONE, is_mobile=size is PHONE, reduced_motion="reduce",
                )  # fmt: skip
                address = await stack.enter_async_context(host(page_of(place, attributes, head, body), policy))
            opened = Shop(place, await context.new_page(), address)
            await opened.page.goto(address)
            return opened

        yield visit


def page_of(place: Place, attributes: str, head: str, body: str) -> str:
    """A page of the shop."""
    tag = f'<script async src="{place.url}/widget.js" data-token="{place.acme.workspace.token}" {attributes}></script>'
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>{head}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><h1>Rear wheel</h1>{body}{tag}</body></html>"
    )


async def bob_claims(place: Place, shop: Shop) -> tuple[Operator, str]:
    """Bob, who has claimed what waits, and the conversation."""
    bob = await Operator(place).come()
    await bob.client.send(type="presence", state="available")
    await shop.panel.get_by_role("button", name="Talk to a person").click()
    await expect(shop.panel.locator(".card")).to_be_visible()
    call = await bob.client.until("inbox", status="waiting")
    await bob.watch(call["conversation"])
    await bob.claim(call["conversation"])
    return bob, call["conversation"]


async def test_before_the_first_open_only_the_loader_is_fetched_and_nothing_is_stored(
    shop: Visit, place: Place
) -> None:
    vera = await shop(place)
    await expect(vera.launcher).to_be_visible()
    assert [url for url in vera.requests if url.startswith(place.url)] == [f"{place.url}/widget.js"]
    await vera.open()
    await expect(vera.panel.get_by_text("I'm the AI of Acme")).to_be_visible()
    assert await vera.stored() == {}
    assert await vera.page.context.cookies() == []
    await vera.ask()
    assert [key.startswith("foyer:") for key in await vera.stored()] == [True]
    assert vera.complaints == []


async def test_a_question_is_answered_in_the_stream_with_its_source(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    await expect(vera.field).to_be_focused()
    await vera.ask()
    answer = vera.panel.locator(".message.ai", has_text=ANSWER)
    source = answer.get_by_role("link", name="Returns and refunds")
    await expect(source).to_have_attribute("href", "https://acme.example/refunds")
    await expect(source).to_have_attribute("rel", "noopener nofollow")
    await expect(answer.locator(".label")).to_have_text("AI")
    await expect(vera.panel.get_by_role("log")).to_contain_text(ANSWER)
    heard = await vera.panel.get_by_role("log").text_content() or ""
    assert heard.count(ANSWER) == 1
    assert vera.complaints == []


async def test_a_reload_in_mid_answer_goes_on_where_it_stood(shop: Visit, tmp_path: Path) -> None:
    async with running(tmp_path, Embedded(lambda seconds: asyncio.sleep(0.15))) as place:
        vera = await (await shop(place)).open()
        await vera.say(QUESTION)
        draft = vera.panel.locator(".draft .bubble")
        await expect(draft).to_contain_text(re.compile(r"\w+ \w+"))
        shown = await draft.inner_text()
        await vera.page.reload()
        await expect(vera.panel).to_be_visible()
        await expect(draft).to_have_text(re.compile("^" + re.escape(shown)))
        await expect(vera.bubble(ANSWER)).to_be_visible()
        await expect(vera.panel.locator(".draft")).to_have_count(0)
        column = await vera.column()
        assert column[0] == QUESTION and len(column) == 2


async def test_stop_keeps_what_was_said_and_marks_it(shop: Visit, tmp_path: Path) -> None:
    async with running(tmp_path, Embedded(lambda seconds: asyncio.sleep(0.2))) as place:
        vera = await (await shop(place)).open()
        await vera.say(QUESTION)
        await expect(vera.panel.locator(".draft .bubble")).to_contain_text(re.compile(r"\w+ \w+"))
        await vera.panel.get_by_role("button", name="Stop the answer").click()
        await expect(vera.panel.locator(".note", has_text="Stopped here")).to_be_visible()
        await expect(vera.panel.get_by_role("button", name="Send")).to_be_visible()
        assert ANSWER not in (await vera.column())[-1]


async def test_a_line_lost_on_send_delivers_the_message_once(shop: Visit, place: Place) -> None:
    vera = await shop(place)
    sent: list[str] = []

    def lose_the_first(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            server.send(text)
            if json.loads(text)["type"] == "message":
                sent.append(json.loads(text)["id"])
                if len(sent) == 1:
                    server.on_message(lambda text: None)
                    asyncio.get_running_loop().create_task(socket.close(code=1012))

        socket.on_message(pass_on)

    await vera.page.route_web_socket("**/ws/visitor", lose_the_first)
    await vera.open()
    await vera.say(QUESTION)
    await expect(vera.bubble(ANSWER)).to_be_visible()
    await expect(vera.panel.locator(".pending")).to_have_count(0)
    assert len(sent) == 2 and sent[0] == sent[1]
    assert (await vera.column()).count(QUESTION) == 1


async def test_a_message_written_without_a_line_waits_says_so_and_survives_a_reload(shop: Visit, place: Place) -> None:
    vera = await shop(place)
    down = True

    def refuse_at_first(socket: WebSocketRoute) -> None:
        if down:
            asyncio.get_running_loop().create_task(socket.close(code=1013))
        else:
            socket.connect_to_server()

    await vera.page.route_web_socket("**/ws/visitor", refuse_at_first)
    await vera.open()
    await vera.say(QUESTION)
    await expect(vera.panel.get_by_text("That message didn’t reach us. Sending again…")).to_be_visible()
    await expect(vera.panel.get_by_role("status")).to_contain_text("No connection")
    await vera.page.reload()
    down = False
    await vera.open()
    await expect(vera.bubble(ANSWER)).to_be_visible()
    await expect(vera.panel.get_by_role("status")).to_be_hidden()
    assert (await vera.column()).count(QUESTION) == 1
    assert list((await vera.stored()).keys()) == [f"foyer:{place.acme.workspace.token}:"]


async def test_a_message_that_came_too_fast_is_sent_again_by_itself(shop: Visit, place: Place) -> None:
    vera = await shop(place)
    refused: list[str] = []

    def refuse_once(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "message" and not refused:
                refused.append(frame["id"])
                words = "That is a lot at once. Please wait 2 seconds."
                error = {
                    "type": "error",
                    "code": "rate_limited",
                    "message": words,
                    "ref": frame["id"],
                    "retry_after": 2,
                }
                socket.send(json.dumps(error))
            else:
                server.send(text)

        socket.on_message(pass_on)

    await vera.page.route_web_socket("**/ws/visitor", refuse_once)
    await vera.open()
    await vera.say(QUESTION)
    await expect(vera.panel.get_by_text("Please wait 2 seconds.")).to_be_visible()
    await expect(vera.panel.get_by_role("button", name="Try again")).to_be_visible()
    await expect(vera.bubble(ANSWER)).to_be_visible()
    await expect(vera.panel.get_by_text("Please wait 2 seconds.")).to_have_count(0)


async def test_two_tabs_are_one_visitor_from_the_first_message_on(shop: Visit, place: Place) -> None:
    first = await (await shop(place)).open()
    second = await (await shop(place, beside=first)).open()
    await first.ask()
    await expect(second.bubble(ANSWER)).to_be_visible()
    await second.ask("What are your opening hours?", "Tuesday to Saturday")
    await expect(first.bubble("Tuesday to Saturday")).to_be_visible()
    assert await first.column() == await second.column()
    assert len(await first.column()) == 4


async def test_waiting_talking_and_going_back_to_the_ai_are_never_ambiguous(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    await vera.ask()
    bob = await Operator(place).come()
    await bob.client.send(type="presence", state="available")
    await vera.panel.get_by_role("button", name="Talk to a person").click()
    await expect(vera.panel.get_by_text("You’re next in line")).to_be_visible()
    await expect(vera.panel.locator("header")).to_contain_text("AI answers meanwhile")
    await expect(vera.panel.locator(".talk")).to_be_hidden()
    await expect(vera.panel.get_by_role("img", name="Waiting: 0 min")).to_contain_text(re.compile(r"0:0\d"))
    await vera.ask("What are your opening hours?", "Tuesday to Saturday")
    call = (await bob.client.until("inbox", status="waiting"))["conversation"]
    await bob.watch(call)
    await bob.claim(call)
    await expect(vera.panel.locator("header")).to_contain_text("You’re talking to a person")
    await expect(vera.panel.get_by_role("heading", name="Bob")).to_be_visible()
    await expect(vera.panel.locator(".card")).to_have_count(0)
    await expect(vera.hairline("The AI has stopped")).to_be_visible()
    await bob.do("typing", call)
    await expect(vera.panel.get_by_text("Bob is writing")).to_be_visible()
    said = await bob.say(call, "Hello Vera, Bob here.")
    await expect(vera.panel.locator(".message.operator .label", has_text="Bob")).to_be_visible()
    await bob.client.until("read", seq=said["seq"])
    await vera.say("Thank you")
    await expect(vera.panel.locator(".fate:visible")).to_have_text("Sent")
    mine = await bob.client.until("entry", entry__text="Thank you")
    await bob.do("read", call, seq=mine["entry"]["seq"])
    await expect(vera.panel.locator(".fate:visible")).to_have_text("Read")
    await bob.do("hand_back", call)
    await expect(vera.panel.locator("header")).to_contain_text("AI answers")
    await expect(vera.panel.get_by_role("button", name="Talk to a person")).to_be_visible()
    assert vera.complaints == []
    await bob.leave()


async def test_whoever_stops_waiting_is_with_the_ai_again(shop: Visit, place: Place) -> None:
    bob = await Operator(place).come()
    await bob.client.send(type="presence", state="available")
    vera = await (await shop(place)).open()
    await vera.panel.get_by_role("button", name="Talk to a person").click()
    await expect(vera.panel.locator(".card")).to_be_visible()
    await vera.page.reload()
    await expect(vera.panel).to_be_visible()
    await vera.panel.get_by_role("button", name="Stop waiting").click()
    await expect(vera.hairline("You stopped waiting")).to_be_visible()
    await expect(vera.panel.locator(".card")).to_have_count(0)
    await expect(vera.panel.get_by_role("button", name="Talk to a person")).to_be_visible()
    await bob.leave()


async def test_what_comes_while_the_panel_is_closed_is_counted_on_the_button(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    await vera.ask()
    bob, call = await bob_claims(place, vera)
    await vera.field.press("Escape")
    await expect(vera.panel).to_be_hidden()
    await expect(vera.launcher).to_be_focused()
    await bob.say(call, "Are you there?")
    await expect(vera.launcher).to_have_attribute("aria-label", "Open chat, new messages: 1")
    await vera.open()
    await expect(vera.launcher).to_have_attribute("aria-label", "Close chat")
    await bob.client.until("read")
    await bob.leave()


async def test_whoever_goes_to_another_page_keeps_her_panel_and_hears_of_news(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    await vera.ask()
    bob = await Operator(place).come()
    await vera.panel.get_by_role("button", name="Talk to a person").click()
    await expect(vera.panel.locator(".card")).to_be_visible()
    await vera.page.goto(f"{vera.address}/another")
    await expect(vera.panel.locator(".card")).to_be_visible()
    await vera.panel.get_by_role("button", name="Close").click()
    await vera.page.goto(f"{vera.address}/a-third")
    await expect(vera.launcher).to_be_visible()
    await expect(vera.panel).to_be_hidden()
    call = bob.client.of("inbox")[-1]["conversation"]
    await bob.watch(call)
    await bob.claim(call)
    await bob.say(call, "Here I am.")
    await expect(vera.launcher).to_have_attribute("aria-label", re.compile("new messages"))
    await bob.leave()


async def test_a_page_that_comes_back_from_the_cache_resumes_once(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    await vera.ask()
    await vera.page.evaluate("window.addEventListener('pageshow', event => (window.cached = event.persisted))")
    await vera.page.goto(f"{place.url}/login")
    await vera.page.go_back(wait_until="commit")
    assert await vera.page.evaluate("window.cached") is True
    await vera.ask("What are your opening hours?", "Tuesday to Saturday")
    assert len(await vera.column()) == 4


STRICT = "default-src 'none'; script-src {0}; connect-src {0} {1}; require-trusted-types-for 'script'"


async def test_it_works_under_a_strict_policy_with_trusted_types(shop: Visit, place: Place) -> None:
    policy = STRICT.format(place.url, place.url.replace("http", "ws"))
    vera = await (await shop(place, policy=policy)).open()
    await vera.ask()
    box = await vera.panel.bounding_box()
    assert box and (box["width"], box["height"]) == (380, 640)
    assert vera.complaints == []


async def test_a_policy_without_the_server_leaves_a_plain_link_to_the_chat(shop: Visit, place: Place) -> None:
    vera = await shop(place, policy=f"default-src 'none'; script-src {place.url}")
    await vera.launcher.click()
    link = vera.page.get_by_role("link", name="Open it in a new window")
    await expect(link).to_have_attribute("href", f"{place.url}/chat/{place.acme.workspace.token}")


async def test_a_policy_without_sockets_says_so_and_offers_the_chat_elsewhere(shop: Visit, place: Place) -> None:
    policy = f"default-src 'none'; script-src {place.url}; connect-src {place.url}/widget/"
    vera = await (await shop(place, policy=policy)).open()
    await expect(vera.panel.get_by_role("link", name="Open the chat in a new window")).to_be_visible()


async def test_a_refused_site_is_told_once_and_not_asked_again(shop: Visit, place: Place) -> None:
    vera = await shop(place)
    opened: list[str] = []
    tried_again = asyncio.Event()

    def refuse(socket: WebSocketRoute) -> None:
        opened.append(socket.url)
        if len(opened) > 1:
            tried_again.set()
        asyncio.get_running_loop().create_task(socket.close(code=4403))

    await vera.page.route_web_socket("**/ws/visitor", refuse)
    await vera.open()
    await expect(vera.panel.get_by_role("status")).to_have_text("This chat is not available here.")
    await vera.page.evaluate("window.dispatchEvent(new Event('online'))")
    await vera.launcher.click()
    await vera.open()  # opening again by hand is the only other try
    await asyncio.wait_for(tried_again.wait(), 5)
    assert len(opened) == 2


async def test_the_pages_own_styles_do_not_reach_in(shop: Visit, place: Place) -> None:
    vera = await (await shop(place, head="<style>* { all: unset !important }</style>")).open()
    await expect(vera.panel).to_have_css("position", "fixed")
    box = await vera.launcher.bounding_box()
    assert box and (box["x"] + box["width"], box["y"] + box["height"]) == (1256, 776)


async def test_a_tag_that_stands_twice_makes_one_widget_and_a_module_finds_itself(shop: Visit, place: Place) -> None:
    again = f'<script type="module" src="{place.url}/widget.js" data-token="{place.acme.workspace.token}"></script>'
    vera = await (await shop(place, body=again)).open()
    await expect(vera.page.locator("foyer-chat")).to_have_count(1)
    await vera.ask()


EARLY = """<script>
window.Foyer = (...call) => (Foyer.q ||= []).push(call);
Foyer("on", "open", () => (window.told = 1));
Foyer("open");
</script>"""


async def test_commands_given_before_the_widget_has_loaded_are_kept(shop: Visit, place: Place) -> None:
    vera = await shop(place, head=EARLY)
    await expect(vera.panel).to_be_visible()
    assert await vera.page.evaluate("window.told") == 1
    await vera.page.evaluate("Foyer('close')")
    await expect(vera.panel).to_be_hidden()


async def test_the_page_does_not_hear_what_is_typed(shop: Visit, place: Place) -> None:
    shortcut = (
        "<script>addEventListener('keydown', event => (window.heard = (window.heard || '') + event.key))</script>"
    )
    vera = await (await shop(place, head=shortcut)).open()
    await vera.field.press_sequentially("abc")
    assert await vera.page.evaluate("window.heard") is None


TAGS = """() => [...document.querySelector('foyer-chat').shadowRoot.querySelectorAll('.list .bubble *')].map(
    made => made.tagName)"""
HOSTILE = [
    "<img src=x onerror=alert(1)>", "![x](https://collector.example/x.png)", "[x](javascript:alert(1))",
    "<script>alert(1)</script>", "[x](data:text/html,<script>alert(1)</script>)", "**<b>bold</b>**", "`<i>`",
    "[a](https://ok.example/\" onclick=\"alert(1))", "<svg/onload=alert(1)>",
]  # fmt: skip


async def test_no_text_becomes_markup_or_is_fetched(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    bob, call = await bob_claims(place, vera)
    await bob.say(call, "\n\n".join(HOSTILE))
    await vera.say("<img src=x onerror=alert(1)> **mine**")
    await expect(vera.bubble("**mine**")).to_be_visible()
    tags = await vera.page.evaluate(TAGS)
    assert set(tags) <= {"P", "B", "CODE", "A", "UL", "OL", "LI", "PRE"}
    links = await vera.panel.locator(".list .bubble a").evaluate_all("links => links.map(link => link.href)")
    assert all(link.startswith("https://ok.example/") for link in links)
    assert not any("collector" in url for url in vera.requests)
    await bob.leave()


MARKDOWN = """### Two steps

1. **Turn** it
2. Look at https://acme.example/a_b.

```
x = 1

y
```

- [guide](mailto:help@acme.example)"""


async def test_lists_code_and_links_are_drawn(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    bob, call = await bob_claims(place, vera)
    await bob.say(call, MARKDOWN)
    bubble = vera.panel.locator(".operator .bubble").last
    await expect(bubble.locator("ol li")).to_have_count(2)
    await expect(bubble.locator("ol b")).to_have_text("Turn")
    await expect(bubble.locator("p b")).to_have_text("Two steps")
    await expect(bubble.locator("pre code")).to_have_text("x = 1\n\ny")
    await expect(bubble.locator("ul a")).to_have_attribute("href", "mailto:help@acme.example")
    await bob.leave()


async def test_earlier_messages_come_when_asked_for(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    bob, call = await bob_claims(place, vera)
    for number in range(60):
        await bob.say(call, f"Line {number}.")
    await vera.page.reload()
    await expect(vera.panel).to_be_visible()
    await expect(vera.bubble("Line 59.")).to_be_visible()
    await expect(vera.bubble("Line 1.")).to_have_count(0)
    await vera.panel.get_by_role("button", name="Show earlier messages").click()
    await expect(vera.bubble("Line 1.")).to_have_count(1)
    column = await vera.column()
    assert column == [f"Line {number}." for number in range(60)]
    await expect(vera.panel.get_by_role("button", name="Show earlier messages")).to_be_hidden()
    await bob.leave()


async def test_who_reads_further_up_is_not_moved_but_told(shop: Visit, place: Place) -> None:
    vera = await (await shop(place)).open()
    bob, call = await bob_claims(place, vera)
    for number in range(20):
        await bob.say(call, f"Line {number}.")
    await expect(vera.bubble("Line 19.")).to_be_in_viewport()
    await vera.panel.locator("main").evaluate("main => main.scrollTop = 0")
    await expect(vera.bubble("Line 19.")).not_to_be_in_viewport()
    pill = vera.panel.get_by_role("button", name="New answer")
    await vera.field.press_sequentially("a")
    await expect(pill).to_be_hidden()
    await bob.say(call, "One more.")
    await expect(pill).to_be_visible()
    await expect(vera.bubble("One more.")).not_to_be_in_viewport()
    await pill.click()
    await expect(vera.bubble("One more.")).to_be_in_viewport()
    await expect(pill).to_be_hidden()
    await bob.leave()


async def test_a_phone_gets_the_whole_screen_and_gives_it_back(shop: Visit, place: Place) -> None:
    vera = await (await shop(place, size=PHONE)).open()
    box = await vera.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await expect(vera.launcher).to_be_hidden()
    await vera.ask()
    await vera.panel.get_by_role("button", name="Close chat").click()
    await expect(vera.panel).to_be_hidden()
    await expect(vera.launcher).to_be_visible()


async def test_germans_read_german(shop: Visit, place: Place) -> None:
    vera = await (await shop(place, locale="de-AT")).open()
    await expect(vera.panel.get_by_role("button", name="Mensch rufen")).to_be_visible()
    await expect(vera.field).to_have_attribute("placeholder", "Nachricht schreiben")
    await expect(vera.page.locator("foyer-chat .foyer")).to_have_attribute("lang", "de")


async def test_the_chat_page_fills_the_window_and_has_no_button(browser: Browser, place: Place) -> None:
    page = await (await browser.new_context(viewport=DESK)).new_page()  # type: ignore[arg-type]
    await page.goto(f"{place.url}/chat/{place.acme.workspace.token}")
    vera = Shop(place, page, page.url)
    await expect(vera.panel).to_be_visible()
    await expect(vera.launcher).to_be_hidden()
    await vera.ask()
    await vera.field.press("Escape")
    await expect(vera.panel).to_be_visible()
    box = await vera.panel.bounding_box()
    assert box and box["height"] == 800


PALE = """() => {
    const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d');
    const paint = colour => { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); };
    const light = () => [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255)
        .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [.2126, .7152, .0722][index], 0);
    const layers = node => !node || !node.tagName ? ['white'] :
        [...layers(node.parentNode.host ? null : node.parentNode), getComputedStyle(node).backgroundColor];
    const found = [];
    for (const node of document.querySelector('foyer-chat').shadowRoot.querySelectorAll('.foyer *')) {
        const own = [...node.childNodes].some(child => child.nodeType == 3 && child.data.trim()) || node.placeholder;
        if (!own || !node.checkVisibility() || node.closest('.heard')) continue;
        layers(node).forEach(paint);
        const ground = light();
        paint(node.placeholder ? getComputedStyle(node, '::placeholder').color : getComputedStyle(node).color);
        const [more, less] = [ground, light()].sort((one, other) => other - one);
        found.push([(more + .05) / (less + .05), node.textContent || node.placeholder]);
    }
    return found;
}"""
"""The contrast of every text with all the grounds beneath it (WCAG 2.2, 1.4.3), as the browser mixes them."""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("accent", ["#105b75", "#e2001a", "#ffd500", "#777777", "#00a651"])
async def test_every_text_can_be_read_on_its_ground_whatever_the_brand(
    shop: Visit, place: Place, dark: bool, accent: str
) -> None:
    vera = await shop(place, dark=dark)

    async def paint(route: Route) -> None:
        answer = await route.fetch()
        config = await answer.json()
        config["look"]["accent"] = accent
        config["suggestions"] = ["Where is my order?"]
        await route.fulfill(response=answer, json=config)

    await vera.page.route("**/widget/config*", paint)
    bob = await Operator(place).come()
    await bob.client.send(type="presence", state="available")
    await vera.open()
    await vera.ask()
    await vera.panel.get_by_role("button", name="Talk to a person").click()
    await expect(vera.panel.locator(".card")).to_be_visible()
    found = await vera.page.evaluate(PALE)
    assert len(found) > 15
    assert [pair for pair in found if pair[0] < 4.5] == []
    await bob.leave()


@pytest.mark.parametrize("dark", [False, True])
async def test_nothing_keeps_people_out(shop: Visit, place: Place, dark: bool) -> None:
    vera = await (await shop(place, dark=dark)).open()
    await vera.ask()
    bob = await Operator(place).come()
    await bob.client.send(type="presence", state="available")
    await vera.panel.get_by_role("button", name="Talk to a person").click()
    await expect(vera.panel.locator(".card")).to_be_visible()
    found = await Axe().run(
        vera.page, context="foyer-chat", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    )
    assert found.response["violations"] == []
    assert len(found.response["passes"]) + len(found.response["inapplicable"]) > 20
    await bob.leave()
