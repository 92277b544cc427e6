"""Answers made of whole sentences: nothing is invented, and what does not fit is left out."""

import pytest

from chatbot.ai.extract import SENTENCES, USABLE, answer, sentences
from chatbot.ai.providers.base import Quote

RETURNS = Quote(
    1,
    "You can send something back within 30 days of the day it arrived. You don't need to give a reason. "
    "Wheels built to measure cannot be returned. The shop keeps your parcel for a week.",
    "Returns and refunds · How long you have",
    80,
)
REFUND = Quote(
    2,
    "We refund the money within 5 working days. It goes back the way it came.",
    "Returns and refunds · Your money",
    60,
)
HOURS = Quote(3, "The shop is open from Monday to Friday. On Sunday we are closed.", "Opening hours", 20)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("One here. Two there! Three?", ["One here.", "Two there!", "Three?"]),
        ("It costs 24.95 € a pair. Nr. 5 fits.", ["It costs 24.95 € a pair.", "Nr. 5 fits."]),
        ("Offen ab 24. Dezember. Danach nicht.", ["Offen ab 24. Dezember.", "Danach nicht."]),
        ("Das gilt z. B. Montags. Sonst nicht.", ["Das gilt z. B. Montags.", "Sonst nicht."]),
        (
            "## Head\nA line.\n\n- **One** thing\n- Two things\n3. Three",
            ["Head A line.", "One thing", "Two things", "Three"],
        ),
        ("Die Frist läuft. Über 75 € ist es frei.", ["Die Frist läuft.", "Über 75 € ist es frei."]),
        ("---\n\n***", []),
        ("", []),
    ],
)
def test_a_passage_parts_into_sentences(text: str, split: list[str]) -> None:
    assert sentences(text) == split


def test_every_sentence_of_an_answer_stands_in_a_passage() -> None:
    for sentence in answer("How long do I have to send something back and when do I get my money?", [RETURNS, REFUND]):
        assert sentence.text in sentence.quote.text


def test_an_answer_is_two_to_four_sentences() -> None:
    found = answer("How long do I have to send something back?", [RETURNS, REFUND, HOURS])
    assert found[0].text == "You can send something back within 30 days of the day it arrived."
    assert 2 <= len(found) <= SENTENCES


def test_two_questions_are_answered_in_the_order_they_were_asked() -> None:
    first = answer("How long can I send it back, and when is the money refunded?", [RETURNS, REFUND])
    second = answer("When is the money refunded, and how long can I send it back?", [RETURNS, REFUND])
    assert first[0].quote.number == 1
    assert second[0].quote.number == 2
    assert {one.quote.number for one in first} == {one.quote.number for one in second} == {1, 2}


def test_sentences_of_one_passage_stay_in_its_order() -> None:
    places = [one.place for one in answer("returned wheels built to measure, send back days", [RETURNS])]
    assert places == sorted(places)


def test_a_passage_below_the_threshold_is_never_quoted() -> None:
    low = Quote(1, RETURNS.text, RETURNS.heading, USABLE - 1)
    assert answer("How long do I have to send something back?", [low]) == []


def test_a_question_of_other_words_gets_nothing() -> None:
    assert answer("Do you sell tents?", [RETURNS]) == []


def test_nothing_given_gives_nothing() -> None:
    assert answer("How long?", []) == []
