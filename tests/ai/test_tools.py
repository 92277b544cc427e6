"""A model's use of tools: arguments are checked, and no mistake of a model ends the run."""

from typing import Any

import pytest

from chatbot.ai.providers.base import ToolCall
from chatbot.ai.tools import ARGUMENTS, TOOLS, AskHuman, BusinessHours, Search, use


async def search(arguments: Search) -> str:
    return f"{arguments.query}|{'+'.join(arguments.keywords)}"


async def ask(arguments: AskHuman) -> str:
    return arguments.reason


async def hours(arguments: BusinessHours) -> str:
    return "open"


DOERS = {"search_knowledge": search, "ask_human": ask, "business_hours": hours}


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("search_knowledge", {"query": "returns", "keywords": ["refund", "money"]}, "returns|refund+money"),
        ("search_knowledge", {"query": "returns"}, "returns|"),
        ("ask_human", {"reason": "broken on arrival"}, "broken on arrival"),
        ("business_hours", {}, "open"),
    ],
)
async def test_a_good_call_is_carried_out(name: str, arguments: dict[str, Any], said: str) -> None:
    result = await use(ToolCall("t1", name, arguments), DOERS)
    assert (result.id, result.text, result.failed) == ("t1", said, False)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("delete_everything", {}),
        ("search_knowledge", None),
        ("search_knowledge", {}),
        ("search_knowledge", {"query": ""}),
        ("search_knowledge", {"query": 5}),
        ("search_knowledge", {"query": "x" * 401}),
        ("search_knowledge", {"query": "x", "keywords": "refund"}),
        ("search_knowledge", {"query": "x", "keywords": ["y"] * 9}),
        ("search_knowledge", {"query": "x", "tenant": 2}),
        ("ask_human", {"reason": "x", "conversation": "c_other"}),
        ("business_hours", {"at": "noon"}),
    ],
)
async def test_a_bad_call_is_an_error_for_the_model_to_read(name: str, arguments: dict[str, Any] | None) -> None:
    result = await use(ToolCall("t1", name, arguments), DOERS)
    assert result.failed
    assert result.text


def test_every_tool_that_is_offered_has_checked_arguments() -> None:
    assert {tool.name for tool in TOOLS} == set(ARGUMENTS)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_schema_names_exactly_the_arguments_that_are_taken(tool: Any) -> None:
    assert set(tool.schema["properties"]) == set(ARGUMENTS[tool.name].__struct_fields__)
    assert tool.schema["additionalProperties"] is False
