"""Every colour people read or look for has the contrast that WCAG 2.2 asks, in the light and in the dark."""

import itertools
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
THEMES = ("light", "dark")

GROUNDS = ("canvas", "surface", "raised", "sunken", "bubble", "hover", "selected")
STATES = ("ai", "waiting", "human", "resolved", "trouble")
TINTS = tuple(f"{state}-tint" for state in STATES)

# A state's word stands on rows, cards and its own tint; nothing else is written on the sunken ground in colour.
TEXT = [
    *itertools.product(("ink", "ink-2", "ink-3"), GROUNDS),
    *itertools.product(("ink", "ink-2"), TINTS),
    *itertools.product(STATES, ("canvas", "surface", "raised", "hover", "selected")),
    *((state, f"{state}-tint") for state in STATES),
    *itertools.product(("accent", "accent-hover"), ("canvas", "surface", "raised", "bubble", "hover", "accent-tint")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("ink", "accent-tint"),
    ("ink", "note"),
    ("note-ink", "note"),
]
MARKS = [
    *itertools.product((f"{state}-solid" for state in STATES), ("canvas", "surface", "raised", "hover")),
    *((f"{state}-solid", f"{state}-tint") for state in STATES),
    *itertools.product(("field",), ("canvas", "surface", "raised")),
    *itertools.product(("focus",), GROUNDS),
    *itertools.product(("accent",), GROUNDS),
]


def colours(theme: str) -> dict[str, str]:
    return {name: pair[THEMES.index(theme)] for name, *pair in PAIR.findall(TOKENS.read_text())}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, of `#rrggbb` (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(pairs: list[tuple[str, str]], theme: str, least: float) -> list[str]:
    named = colours(theme)
    ratios = [(over, under, contrast(named[over], named[under])) for over, under in pairs]
    return [f"{over} on {under}: {ratio:.2f}" for over, under, ratio in ratios if ratio < least]


def test_the_measure_itself_knows_black_on_white_and_a_known_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground_it_stands_on(theme: str) -> None:
    assert too_faint(TEXT, theme, 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_marks_can_be_told_from_their_ground(theme: str) -> None:
    assert too_faint(MARKS, theme, 3) == []


@pytest.mark.parametrize("theme", THEMES)
def test_no_state_looks_like_another(theme: str) -> None:
    solids = [colours(theme)[f"{state}-solid"] for state in STATES]
    assert len(set(solids)) == len(STATES)


def test_style_sheets_use_only_tokens_that_exist() -> None:
    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", TOKENS.read_text()))
    for sheet in TOKENS.parent.glob("*.css"):
        text = sheet.read_text()
        used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
        own = set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
        assert used <= known | own, f"{sheet.name} uses {used - known - own}"


def test_only_the_tokens_and_the_made_up_shop_name_colours() -> None:
    for sheet in set(TOKENS.parent.glob("*.css")) - {TOKENS, TOKENS.parent / "shop.css"}:
        loose = re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\()", sheet.read_text())
        assert loose == [], f"{sheet.name} has colours of its own"
