"""Greetings, thanks and short answers are told from questions."""

import pytest

from chatbot.ai.smalltalk import is_kind

KINDS = ("hello", "thanks", "goodbye", "yes", "no")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hi", "hello"),
        ("hello there!", "hello"),
        ("Good morning", "hello"),
        ("Hallo zusammen", "hello"),
        ("Guten Tag!", "hello"),
        ("Grüß Gott", "hello"),
        ("thanks", "thanks"),
        ("Thank you so much!", "thanks"),
        ("ok great, thanks for your help", "thanks"),
        ("Danke schön", "thanks"),
        ("Vielen Dank für die Hilfe", "thanks"),
        ("Bye", "goodbye"),
        ("Tschüss", "goodbye"),
        ("yes", "yes"),
        ("Yes please.", "yes"),
        ("ok, call someone", "yes"),
        ("Ja, bitte!", "yes"),
        ("gerne", "yes"),
        ("no", "no"),
        ("No thanks", "no"),
        ("Nein danke", "no"),
        ("Nicht nötig", "no"),
    ],
)
def test_a_short_word_is_of_its_kind(text: str, kind: str) -> None:
    assert is_kind(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Hi, how long is delivery?",
        "Thanks, and what does it cost?",
        "yes, but what does it cost",
        "Is it open on Good Friday",
        "no parcel has come",
        "high",
        "",
        "Hi " * 40,
    ],
)
def test_a_question_is_none_of_them(text: str) -> None:
    assert not any(is_kind(text, kind) for kind in KINDS)
