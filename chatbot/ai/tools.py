"""What a model may ask for: a search, a person, the hours. Arguments are checked; an error goes back to the model."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from chatbot.ai.providers.base import Tool, ToolCall, ToolResult

MOST_KEYWORDS = 8
ROUNDS = 5
"""How often a run may come back with tools' results before it is given up."""


class Search(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of `search_knowledge`."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    keywords: Annotated[list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(max_length=MOST_KEYWORDS)] = []


class AskHuman(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of `ask_human`."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class BusinessHours(msgspec.Struct, forbid_unknown_fields=True):
    """`business_hours` takes nothing."""


_STRING = {"type": "string"}
TOOLS: tuple[Tool, ...] = (
    Tool(
        "search_knowledge",
        "Searches what the business has written down: articles, products, prices, rules. Use it whenever the passages "
        "you were given don't fully answer the question, before saying that you don't know. It finds by words, not by "
        "meaning: the query is a short question in the words the business would use, the keywords are two to five "
        "other words for the same thing, in the language of the articles. Gives numbered passages to cite.",
        {
            "type": "object",
            "properties": {
                "query": {
                    **_STRING,
                    "description": "A short question in the words of the business.",
                },
                "keywords": {
                    "type": "array",
                    "items": _STRING,
                    "maxItems": MOST_KEYWORDS,
                    "description": "Synonyms and technical terms.",
                },
            },
            "required": ["query", "keywords"],
            "additionalProperties": False,
        },
    ),
    Tool(
        "ask_human",
        "Calls a person of the team into this chat. The result says whether anybody was called; nobody may be promised "
        "otherwise. Use it when the visitor asks for a person or is upset, when something went wrong that only people "
        "can put right, or when you can't help.",
        {
            "type": "object",
            "properties": {
                "reason": {
                    **_STRING,
                    "description": "Why, in at most ten words and in the visitor's language. The visitor can read it.",
                }
            },
            "required": ["reason"],
            "additionalProperties": False,
        },
    ),
    Tool(
        "business_hours",
        "Says whether people of the team can be reached in this chat now, and when they are back if that is known.",
        {"type": "object", "properties": {}, "additionalProperties": False},
    ),
)
ARGUMENTS: Mapping[str, type[msgspec.Struct]] = {
    "search_knowledge": Search,
    "ask_human": AskHuman,
    "business_hours": BusinessHours,
}


@dataclass(frozen=True)
class Used:
    """One use of a tool, as kept with the answer: never the visitor's text."""

    name: str
    failed: bool

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {"name": self.name, "failed": self.failed}


Doer = Callable[[Any], Awaitable[str]]
"""Carries out one tool with its checked arguments; gives words for the model."""


async def use(call: ToolCall, doers: Mapping[str, Doer]) -> ToolResult:
    """The result of a call. An unknown tool or unfit arguments give a failed result: the run goes on."""
    shape = ARGUMENTS.get(call.name)
    if shape is None or call.name not in doers:
        return ToolResult(call.id, f"There is no such tool. There are: {', '.join(doers)}.", failed=True)
    if call.arguments is None:
        return ToolResult(call.id, "The arguments were not a JSON object.", failed=True)
    try:
        arguments = msgspec.convert(call.arguments, shape)
    except msgspec.ValidationError as wrong:
        return ToolResult(call.id, f"The arguments don't fit: {wrong}", failed=True)
    return ToolResult(call.id, await doers[call.name](arguments))
