"""Articles cut into passages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.domain.chunking import KEPT_WHOLE, LEAST, MOST, Chunk, chunks, first_heading, size

WORDS = st.lists(st.from_regex("[a-z]{2,9}", fullmatch=True), min_size=1, max_size=400)
SENTENCE = "The parcel arrives on the next working day when you order before noon. "


def test_each_heading_makes_a_passage_with_the_path_of_headings_above_it() -> None:
    body = "# Returns\n\nWe take things back.\n\n## Money\n\n### When\n\nIn five days.\n\n## Label *free*\n\nBy e-mail."
    assert chunks(body, "Returns") == [
        Chunk("", "We take things back."),
        Chunk("Money › When", "In five days."),
        Chunk("Label free", "By e-mail."),
    ]


def test_a_heading_that_is_not_the_title_stays_in_the_path() -> None:
    assert chunks("# Returns\n\nYes.", "Help") == [Chunk("Returns", "Yes.")]


def test_a_heading_with_nothing_below_it_says_it_itself_unless_others_follow() -> None:
    found = chunks("# Where we send\n\n## We do not ship to the moon\n\n## Nor to Mars\n", "Where we send")
    assert [chunk.text for chunk in found] == ["We do not ship to the moon", "Nor to Mars"]


def test_the_first_heading_is_read_without_its_marks() -> None:
    assert first_heading("Hello.\n\n## **Our** [returns](https://a.example) `now`\n") == "Our returns now"
    assert first_heading("Title\n=====\n") == "Title"
    assert first_heading("No heading.\n\n```\n# a comment\n```\n") == ""


def test_a_long_section_is_cut_between_sentences() -> None:
    found = chunks("## Delivery\n\n" + SENTENCE * 60)
    assert len(found) > 2
    assert all(chunk.heading == "Delivery" and chunk.text.endswith("noon.") for chunk in found)
    assert all(LEAST <= size(chunk.text) <= MOST + LEAST for chunk in found)


def test_a_short_rest_goes_with_the_passage_before_it() -> None:
    found = chunks("\n\n".join([SENTENCE * 12, "Thank you."]))
    assert len(found) == 1


def test_items_of_a_long_list_are_not_torn() -> None:
    items = [f"- item {n}: {SENTENCE.strip()}" for n in range(40)]
    found = chunks("\n".join(items))
    assert len(found) > 1
    assert [line for chunk in found for line in chunk.text.split("\n")] == items


def test_code_stays_whole_with_its_fences() -> None:
    code = "```python\n# not a heading\n\nprint('hello')\n```"
    found = chunks(f"{SENTENCE * 13}\n\n{code}\n\n{SENTENCE * 13}")
    assert sum(code in chunk.text for chunk in found) == 1


def test_a_table_stays_whole_and_one_that_cannot_repeats_its_head() -> None:
    head = "| place | costs |\n|---|---|"
    small = head + "".join(f"\n| town {n} | {n} € |" for n in range(40))
    assert chunks(small) == [Chunk("", small)]
    large = head + "".join(f"\n| {SENTENCE}| {n} € |" for n in range(60))
    found = chunks(large)
    assert len(found) > 1
    assert all(chunk.text.startswith(head) and size(chunk.text) <= KEPT_WHOLE + LEAST for chunk in found)
    assert "\n".join(chunk.text.removeprefix(head + "\n") for chunk in found) == large.removeprefix(head + "\n")


def test_long_code_is_closed_and_opened_again() -> None:
    found = chunks("```sh\n" + "echo one two three four\n" * 200 + "```")
    assert len(found) > 1
    assert all(chunk.text.startswith("```sh\n") and chunk.text.endswith("\n```") for chunk in found)


@pytest.mark.parametrize("text", ["返品できますか。" * 2000, "คืนเงิน" * 3000, "x" * 50_000, "a" * 9_000 + " b"])
def test_text_without_spaces_is_cut_too(text: str) -> None:
    found = chunks(text)
    assert all(size(chunk.text) <= MOST + LEAST for chunk in found)
    assert "".join(chunk.text for chunk in found).replace(" ", "") == text.replace(" ", "")


@settings(deadline=None)
@given(st.lists(WORDS, max_size=8), st.integers(0, 6))
def test_no_word_is_lost_and_no_passage_is_too_long(paragraphs: list[list[str]], headings: int) -> None:
    blocks = [" ".join(words) for words in paragraphs]
    for place in range(headings):
        blocks.insert(place * 2, f"## Part {place}")
    found = chunks("\n\n".join(blocks))
    said = [word for chunk in found for word in chunk.text.split()]
    assert [word for word in said if word != "Part" and not word.isdigit()] == [
        w for words in paragraphs for w in words
    ]
    assert all(size(chunk.text) <= MOST + LEAST for chunk in found)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab \n#-*`|>[]()!.1\t\\<&_~=+") | st.characters(codec="utf-8"), max_size=300))
def test_no_text_is_an_error_and_no_passage_is_empty(text: str) -> None:
    assert all(chunk.text.strip() for chunk in chunks(text, text[:10]))
