"""Confidence follows its one rule."""

import pytest

from chatbot.ai.confidence import confidence


@pytest.mark.parametrize(
    ("cited", "given", "stop", "sure"),
    [
        ([82.0], [82.0, 40.0], "end_turn", 82),
        ([60.0, 82.0], [82.0, 60.0], "end_turn", 87),
        ([99.0, 98.0], [99.0], "end_turn", 100),
        ([], [80.0, 20.0], "end_turn", 40),
        ([], [], "end_turn", 25),
        ([82.0], [82.0], "max_tokens", 40),
        ([10.0], [10.0], "max_tokens", 10),
        ([82.4], [82.4], "stop_sequence", 82),
    ],
)
def test_an_answer_is_as_sure_as_what_it_cites(cited: list[float], given: list[float], stop: str, sure: int) -> None:
    assert confidence(cited, given, stop) == sure
