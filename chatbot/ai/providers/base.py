"""The one protocol of everything that can write an answer, and the values that pass through it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class Tool:
    """Something the model may ask for; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Text:
    """The next piece of the answer, as the model wrote it."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """The model asks for a tool. `arguments` is None where what it wrote is no JSON object."""

    id: str
    name: str
    arguments: dict[str, Any] | None


@dataclass(frozen=True)
class ToolResult:
    """What a tool answered, in words for the model."""

    id: str
    text: str
    failed: bool = False


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, or of a whole run when added up. `input` counts neither cached kind."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
        )


@dataclass(frozen=True)
class Turn:
    """One message of the prompt. `raw` is a provider's own form of a turn it made, to be sent back untouched."""

    role: Literal["visitor", "ai"]
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()
    raw: Any = None


@dataclass(frozen=True)
class Finished:
    """The end of one call: why it stopped, what it cost, and the model's turn to append if the run goes on."""

    stop: str
    usage: Usage
    turn: Turn


Event = Text | ToolCall | Finished


@dataclass(frozen=True)
class Quote:
    """A passage as the embedded answerer reads it. `number` is what a citation names; `score` is 0–100."""

    number: int
    text: str
    heading: str
    score: float


@dataclass(frozen=True)
class Brief:
    """The same situation in values, for an answerer that reads no prose."""

    workspace: str = ""
    question: str = ""
    earlier: str = ""
    """The AI's own last words before the question."""
    locale: str = "en"
    reachable: bool = False
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """What is asked. `system` never changes within a workspace (cached); `situation` holds the server's own facts."""

    system: str
    situation: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    brief: Brief = field(default_factory=Brief)


class ProviderFailed(Exception):
    """Whatever kept a provider from a whole answer. `reason` is for operators, without secrets or people's text."""

    def __init__(self, reason: str, *, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        """Whether another try of the same call could succeed; only a call of which nothing was shown may be retried."""
        self.retry_after = retry_after
        """Seconds that the other side asked to wait."""


class Provider(Protocol):
    """Writes answers. A stream ends with exactly one `Finished`, or raises `ProviderFailed`."""

    @property
    def name(self) -> str:
        """Who it is, as kept with each answer."""

    @property
    def model(self) -> str:
        """Which model, as kept with each answer."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """The answer in pieces; closing the generator ends the call at the other side too."""

    async def warm(self) -> None:
        """Loads what the first answer would have to wait for."""

    async def close(self) -> None:
        """Lets go of connections."""
