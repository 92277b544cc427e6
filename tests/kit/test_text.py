"""Text of strangers: tables of what is kept, and properties over any text at all."""
# ruff: noqa: E501 - a case stands whole on its line

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatbot.kit.text import address_without_secrets, clean, initials, is_blank, one_line

anything = some.text(some.characters(codec=None, categories=None)) | some.text(
    "\r\n\t\x00\x85\u2028\ud800a ", max_size=12
)
"""Lone surrogates included: JSON of other languages can carry them."""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Hello", "Hello"), ("a\x00b", "ab"), ("a\x1b[31mb", "a[31mb"), ("a\x9b31mb", "a31mb"), ("a\x7fb", "ab"),
        ("a\tb", "a\tb"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\n\rb", "a\n\nb"), ("a\x85b", "a\nb"), ("\ud800", "\ufffd"),
        ("a\udfffb", "a\ufffdb"), ("\U0001f600", "\U0001f600"), ("  a  ", "  a  "), ("é", "é"), ("e\u0301", "e\u0301"),
        ("👩‍👩‍👧", "👩‍👩‍👧"), ("שלום", "שלום"), ("", ""),
    ],
)  # fmt: skip
def test_clean_leaves_out_what_no_keyboard_types(sent: str, kept: str) -> None:
    assert clean(sent) == kept


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Wheel 28 inch", "Wheel 28 inch"), ("a\nb\tc", "a b c"), ("  a   b ", "a b"), ("a\u2028b\u2029c", "a b c"),
        ("evil\u202egpj.exe", "evilgpj.exe"), ("\u2066a\u2069", "a"), ("a\u00a0b", "a b"), ("x" * 21, "x" * 19 + "…"),
        ("x" * 20, "x" * 20), ("x" * 18 + " yy", "x" * 18 + "…"), ("", ""), ("\x00\n", ""),
    ],
)  # fmt: skip
def test_one_line_is_one_line(sent: str, shown: str) -> None:
    assert one_line(sent, 20) == shown


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True), (" \n\t", True), ("\u00a0\u3000", True), ("\u200b\u200d\u200e\ufeff", True), ("\u00ad", True),
        ("\u2060", True), ("\u202e", True), ("\x00\x1b", True), ("\u2800", True), ("\u3164\u115f\u1160\uffa0", True),
        ("\ufe0f", True), ("\U000e0041", True), ("a", False), (".", False), ("👍", False), ("é", False), ("0", False),
        ("\U0001fae8", False), ("\U0001f979", False), ("\uf8ff", False), ("\ufffd", False), (" a ", False), ("한", False),
        ("\u0301", False), ("👩‍👧", False), ("❤\ufe0f", False),
    ],
)  # fmt: skip
def test_blank_is_what_nobody_can_see(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Noor de Wit", "NW"), ("Bob", "B"), ("anna berg", "AB"), ("", ""), ("  ", ""), ("(Bob) Smith", "S"), ("—", ""),
        ("Łukasz Żak", "ŁŻ"), ("李 小龙", "李小"), ("7 of 9", "79"), ("ßina ßohn", "SS"), ("👍 Ann", "A"),
    ],
)  # fmt: skip
def test_initials_are_one_or_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://shop.example/wheels", "https://shop.example/wheels"), ("https://shop.example/a?token=1#x", "https://shop.example/a"),
        ("https://shop.example/a#token=1?b", "https://shop.example/a"), ("http://shop.example", "http://shop.example"),
        ("https://anna:secret@shop.example/a", "https://shop.example/a"), ("https://anna@shop.example", "https://shop.example"),
        ("https://a@b@shop.example/x@y", "https://shop.example/x@y"), ("javascript:alert(1)", ""), ("data:text/html,x", ""),
        ("file:///etc/passwd", ""), ("//shop.example/a", ""), ("/a", ""), ("", ""), ("HTTPS://x", ""), (" https://x.example/ ", "https://x.example/"),
        ("https://x.example/\n<b>", "https://x.example/ <b>"), ("java\nscript:x", ""), ("http\x00s://x.example", "https://x.example"),
    ],
)  # fmt: skip
def test_an_address_is_kept_without_what_carries_tokens(address: str, kept: str) -> None:
    assert address_without_secrets(address) == kept


@given(anything)
def test_clean_text_can_be_stored_and_cleaned_again(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert not [sign for sign in cleaned if unicodedata.category(sign) == "Cc" and sign not in "\n\t"]


@given(anything, some.integers(1, 40))
def test_one_line_keeps_to_its_limit_and_one_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit and len(line.splitlines()) <= 1 and line == line.strip()
    assert one_line(line, limit) == line
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(line)


@given(anything)
def test_whatever_has_a_letter_is_not_blank(text: str) -> None:
    assert not is_blank(f"{text}a") and (not is_blank(text) or is_blank(clean(text)))


@given(anything)
def test_initials_never_exceed_two_letters(text: str) -> None:
    assert len(initials(text)) <= 2


@given(some.text(max_size=300) | some.text("https:/?#@.a", max_size=60), some.integers(20, 300))
def test_a_kept_address_has_no_query_and_no_fragment(text: str, limit: int) -> None:
    for address in (text, f"https://{text}", f"http://a:b@{text}?token=1"):
        kept = address_without_secrets(address, limit)
        assert len(kept) <= limit and not {"?", "#"} & set(kept)
        assert kept == "" or kept.startswith(("http://", "https://"))
        assert "@" not in kept.split("://", 1)[-1].split("/", 1)[0]
