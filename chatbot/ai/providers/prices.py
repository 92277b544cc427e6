"""What a call costs: list prices by model, in micro-dollars."""

from dataclasses import dataclass

from chatbot.ai.providers.base import Usage


@dataclass(frozen=True)
class Price:
    """Dollars per million tokens, which is the same as micro-dollars per token."""

    input: float
    output: float
    cache_write: float
    cache_read: float


@dataclass(frozen=True)
class Tariff:
    """A model's price; some have a dearer one for calls whose prompt is longer than `long_from` tokens."""

    price: Price
    long: Price | None = None
    long_from: int = 0


# platform.claude.com/docs/en/about-claude/pricing and the models' own overview pages, as of October 2026; cache writes
# are those of the five-minute cache, the only one used here. Haiku 5.5 has two bands by the length of the prompt.
# Sonnet 5.5 reads its cache at 0.10 since 2026-10-07.
TARIFFS: dict[str, Tariff] = {
    "quotes": Tariff(Price(0, 0, 0, 0)),  # the embedded answerer
    "claude-haiku-5-5": Tariff(Price(0.10, 0.50, 0.125, 0.01), Price(0.50, 2.50, 0.625, 0.05), 100_000),
    "claude-sonnet-5-5": Tariff(Price(2, 10, 2.5, 0.10)),
    "claude-opus-5-5": Tariff(Price(4, 20, 5, 0.20)),
    "claude-sonnet-5": Tariff(Price(2, 10, 2.5, 0.20)),
    "claude-opus-5": Tariff(Price(5, 25, 6.25, 0.50)),
    "claude-haiku-4-5": Tariff(Price(1, 5, 1.25, 0.10)),
    "claude-sonnet-4-6": Tariff(Price(3, 15, 3.75, 0.30)),
    "claude-opus-4-8": Tariff(Price(5, 25, 6.25, 0.50)),
    "claude-opus-4-7": Tariff(Price(5, 25, 6.25, 0.50)),
    "claude-opus-4-6": Tariff(Price(5, 25, 6.25, 0.50)),
    "claude-opus-4-5": Tariff(Price(5, 25, 6.25, 0.50)),
    "claude-fable-5-1": Tariff(Price(10, 50, 12.5, 0.25)),
}


def cost(model: str, usage: Usage) -> int | None:
    """Micro-dollars of one call, rounded; None where the model's price is not known, which is not the same as free."""
    tariff = _tariff(model)
    if tariff is None:
        return None
    prompt = usage.input + usage.cache_read + usage.cache_write
    price = tariff.long if tariff.long and prompt > tariff.long_from else tariff.price
    return round(
        usage.input * price.input
        + usage.output * price.output
        + usage.cache_write * price.cache_write
        + usage.cache_read * price.cache_read
    )


def _tariff(model: str) -> Tariff | None:
    """The tariff of a model, or of its dated version (`claude-haiku-4-5-20251001`): never of another generation."""
    if model in TARIFFS:
        return TARIFFS[model]
    name, _, version = model.rpartition("-")
    return TARIFFS.get(name) if len(version) == 8 and version.isdigit() else None
