"""The pages beside the inbox in a real browser, and what all pages promise."""

import gzip
import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Route, expect

from tests.browser.desk import desk, waiting
from tests.parties import Place, Visitor

pytestmark = pytest.mark.browser
LARGEST_LOAD = 60 * 1024
"""Bytes that the app may take to load the first time, compressed."""


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
