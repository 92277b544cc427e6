"""The operator's app as its server draws it: who sees what, plain words for what was typed wrongly, safe markup."""

import json
import subprocess
import sys
from typing import Any

import httpx2
import pytest
from markupsafe import Markup

from chatbot.kit.render import Renderer
from chatbot.storage.entries import Entry
from chatbot.web.dashboard.markdown import markdown
from chatbot.web.dashboard.parts import entry_html
from tests.parties import Operator, Place, Visitor, sign_in

NOON = 1_790_000_000_000
RENDER = Renderer({}, {})


async def as_person(place: Place, email: str) -> httpx2.AsyncClient:
    headers = {"Cookie": await sign_in(place, email), "Accept": "text/html", "Origin": place.url}
    return httpx2.AsyncClient(base_url=place.url, headers=headers, trust_env=False)


def drawn(kind: str = "message", role: str = "visitor", text: str = "", **more: Any) -> str:
    fields: dict[str, Any] = {
        "author_id": "u_1", "author_name": "Noor", "turn": None, "flags": (), "sources": (), "facts": {}, **more
    }  # fmt: skip
    return entry_html(RENDER, Entry(seq=3, kind=kind, at=NOON, role=role, text=text, **fields), "c_1")


def words(html: str) -> str:
    return " ".join(Markup(html).striptags().split())  # noqa: S704 - our own part


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("![a <photo>](https://x.example/p.png)", "<p>a &lt;photo&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,1)", "<p>[x](data:text/html,1)</p>\n"),
        ("[x](ftp://a.example)", '<p><a target="_blank" rel="noopener nofollow">x</a></p>\n'),
        (
            '[x](https://a.example/ "t")',
            '<p><a href="https://a.example/" title="t" target="_blank" rel="noopener nofollow">x</a></p>\n',
        ),
        ("# One\n\n##### Five", "<h3>One</h3>\n<h6>Five</h6>\n"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("", ""),
    ],
)
def test_markdown_becomes_only_what_is_safe(typed: str, html: str) -> None:
    assert markdown(typed) == html


def test_headings_can_keep_their_place() -> None:
    assert markdown("## Two", below=0) == "<h2>Two</h2>\n"


@pytest.mark.parametrize(
    ("facts", "role", "said"),
    [
        ({"move": "called", "reason": "asked for a <b>person</b>"}, "system", "Foyer called a person: asked for a"),
        ({"move": "claimed", "waited": 102_000}, "operator", "Noor took over after 1:42 · "),
        ({"move": "claimed", "waited": None}, "operator", "Noor took over · "),
        ({"move": "released"}, "operator", "Noor put it back in the queue"),
        ({"move": "handed_back"}, "operator", "Noor handed it to the AI"),
        ({"move": "resolved"}, "operator", "Noor resolved it"),
        ({"move": "cancelled"}, "system", "The visitor stopped waiting. The AI goes on"),
        ({"move": "timeout"}, "system", "Nobody came in time. The AI goes on"),
        ({"move": "nobody", "reason": "asked for a person"}, "system", "Nobody could be called: asked for a person"),
        ({"move": "failed", "reason": "timeout"}, "system", "The AI couldn’t answer: timeout"),
        ({"move": "of later"}, "system", "In the visitor’s words"),
        ({}, "system", "In the visitor’s words"),
    ],
)
def test_a_change_of_hands_is_told_in_the_operators_words(facts: dict[str, Any], role: str, said: str) -> None:
    html = drawn("joined", role, "In the visitor’s words", facts=facts)
    assert words(html).startswith(said)
    assert "<b>" not in html


@pytest.mark.parametrize(("confidence", "level"), [(None, ""), (0, "low"), (49, "low"), (50, "middle"), (75, "high")])
def test_an_answer_carries_its_confidence_and_sources(confidence: int | None, level: str) -> None:
    sources = (("Returns", "https://a.example"), ("Hours", None))
    html = drawn(role="ai", text="**Yes**", turn="t_1", facts={"confidence": confidence}, sources=sources)
    assert f'data-level="{level}"' in html
    assert "<strong>Yes</strong>" in html and "2 sources" in html
    assert ("cut short" in html) is False
    assert "cut short" in drawn(role="ai", text="Yes", turn="t_1", flags=("interrupted",))


@pytest.mark.parametrize("role", ["visitor", "operator"])
def test_what_people_write_stays_text(role: str) -> None:
    html = drawn(role=role, text='**no** <script>alert("1")</script> & [x](https://a.example)\nnext')
    assert (
        "**no** &lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; [x](https://a.example)\nnext</long-text>" in html
    )


def test_a_part_names_people_by_id_so_that_each_browser_can_say_you() -> None:
    assert 'data-user="u_1" data-you="You"><bdi>Noor</bdi>' in drawn(role="operator", text="Hello")


def test_markdown_costs_nothing_before_it_is_needed() -> None:
    code = "import sys, chatbot.app; print(int('markdown_it' in sys.modules or 'nh3' in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "0"


async def test_the_row_of_the_list_and_the_row_of_the_socket_are_one_part(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    await vera.want_person()
    live = (await bob.client.until("inbox", status="waiting"))["html"]
    async with await as_person(place, bob.email) as browser:
        page = (await browser.get("/app")).text
    without_clock = [line for line in live.strip().splitlines() if "wait-clock" not in line]
    assert len(without_clock) > 10
    assert all(line in page for line in without_clock)


async def test_the_entry_of_the_page_and_the_entry_of_the_socket_are_one_part(place: Place) -> None:
    bob = await Operator(place).come()
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    told = await bob.watch(vera.conversation or "")
    async with await as_person(place, bob.email) as browser:
        page = (await browser.get(f"/app/conversations/{vera.conversation}")).text
    assert len(told["entries"]) == 2
    assert all(entry["html"].strip() in page for entry in told["entries"])


async def test_a_conversation_is_shown_beside_the_queue_it_is_in(place: Place) -> None:
    vera = await Visitor(place).come()
    await vera.ask("When do you refund my payment?")
    async with await as_person(place, "bob@acme.example") as browser:
        beside = (await browser.get(f"/app/conversations/{vera.conversation}")).text
        asked = (await browser.get(f"/app/conversations/{vera.conversation}?queue=all")).text
        odd = (await browser.get(f"/app/conversations/{vera.conversation}?queue=%00&before=-1")).text
    assert 'id="list" data-queue="ai"' in beside and 'id="list" data-queue="all"' in asked
    assert 'id="list" data-queue="ai"' in odd and 'data-last-seq="2"' in odd


async def test_why_an_answer_came_about_is_a_page_of_its_own(place: Place) -> None:
    vera = await Visitor(place).come()
    entry = await vera.ask("When do you refund my payment?")
    async with await as_person(place, "bob@acme.example") as browser:
        why = await browser.get(f"/app/conversations/{vera.conversation}/answers/{entry['turn']}")
        none = await browser.get(f"/app/conversations/{vera.conversation}/answers/t_unknown")
    assert "Returns and refunds" in why.text and "Whole answer" in why.text
    assert none.status_code == 404


async def test_an_article_that_cannot_be_kept_comes_back_as_typed_with_one_sentence(place: Place) -> None:
    typed = {"title": "Gifts <b>", "body": "Wrapped", "url": "javascript:alert(1)"}
    async with await as_person(place, "anna@acme.example") as browser:
        refused = await browser.post("/app/knowledge", data=typed)
        kept = await browser.post("/app/knowledge", data={**typed, "url": ""})
        listed = (await browser.get("/app/knowledge")).text
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text and 'value="Gifts &lt;b&gt;"' in refused.text and "Wrapped" in refused.text
    assert (kept.status_code, kept.headers["location"]) == (303, "/app/knowledge")
    assert "Gifts &lt;b&gt;" in listed


async def test_a_long_article_in_any_script_fits_through_the_form(place: Place) -> None:
    async with await as_person(place, "anna@acme.example") as browser:
        body = "हाथी " * 39_000
        answer = await browser.post("/app/knowledge", files={"title": (None, "Long"), "body": (None, body)})
    assert answer.status_code == 303


async def test_the_theme_is_kept_for_the_device_and_only_a_known_one(place: Place) -> None:
    async with await as_person(place, "vic@acme.example") as browser:
        assert "data-theme" not in (await browser.get("/app/account")).text
        kept = await browser.post("/app/account/theme", data={"theme": "dark"})
        assert kept.cookies["foyer-theme"] == "dark"
        browser.headers["Cookie"] += "; foyer-theme=dark"
        assert '<html lang="en" data-theme="dark">' in (await browser.get("/app/account")).text
        odd = await browser.post("/app/account/theme", data={"theme": "<script>"})
        assert odd.status_code == 303 and not odd.cookies


async def test_an_agent_reads_articles_and_is_offered_no_form_to_change_them(place: Place) -> None:
    async with await as_person(place, "bob@acme.example") as browser:
        page = (await browser.get("/app/knowledge")).text
        refused = await browser.post("/app/knowledge", data={"title": "T", "body": "B"})
    assert "Returns and refunds" in page and '/switch"' not in page and "/app/knowledge/new" not in page
    assert refused.status_code == 403


async def test_sites_are_kept_as_browsers_send_them(place: Place) -> None:
    async with await as_person(place, "anna@acme.example") as browser:
        answer = await browser.post("/app/widget", data={"sites": "Shop.example\nhttp://localhost:3000/x\n\n"})
        page = (await browser.get("/app/widget")).text
    assert answer.status_code == 303
    assert "https://shop.example\nhttp://localhost:3000</textarea>" in page


async def test_every_module_the_page_preloads_is_there_and_no_other_is_loaded(place: Place) -> None:
    async with await as_person(place, "bob@acme.example") as browser:
        page = (await browser.get("/app")).text
        preloaded = {part.split('"')[0] for part in page.split('rel="modulepreload" href="')[1:]}
        sources = {path: (await browser.get(path)).text for path in preloaded}
    named = {
        json.loads(f'"{line.split(chr(34))[1]}"').rsplit("/", 1)[1]
        for text in sources.values()
        for line in text.splitlines()
        if line.startswith("import ")
    }
    assert len(preloaded) > 20
    assert all(sources.values())
    assert named <= {path.rsplit("/", 1)[1] for path in preloaded}
