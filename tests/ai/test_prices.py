"""What a call costs, in micro-dollars."""

import pytest

from chatbot.ai.providers.base import Usage
from chatbot.ai.providers.prices import cost


@pytest.mark.parametrize(
    ("model", "usage", "micro"),
    [
        ("claude-haiku-5-5", Usage(input=1000, output=200), 200),
        ("claude-haiku-5-5", Usage(input=1000, output=200, cache_read=2000, cache_write=800), 320),
        ("claude-haiku-5-5", Usage(input=100_000, output=100), 10_050),
        ("claude-haiku-5-5", Usage(input=100_001, output=100), 50_250),
        ("claude-sonnet-5-5", Usage(input=1000, output=100, cache_read=1000, cache_write=1000), 5600),
        ("claude-opus-5-5", Usage(input=1000, output=100, cache_read=1000), 6200),
        ("claude-haiku-4-5-20251001", Usage(input=1000, output=100), 1500),
        ("claude-haiku-6", Usage(input=1000), None),
        ("claude-sonnet-5-6", Usage(input=1000), None),
        ("gpt-of-somebody", Usage(input=1000), None),
        ("quotes", Usage(), 0),
    ],
)
def test_a_call_costs_what_the_list_says_and_an_unknown_model_is_not_free(
    model: str, usage: Usage, micro: int | None
) -> None:
    assert cost(model, usage) == micro


def test_usage_adds_up() -> None:
    assert Usage(1, 2, 3, 4) + Usage(10, 20, 30, 40) == Usage(11, 22, 33, 44)
