"""What the pages in docs/ say is what the program does."""

import re
from pathlib import Path

import pytest

from chatbot import config

ROOT = Path(__file__).parent.parent
SETTINGS_PAGE = ROOT / "docs" / "settings.md"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def rows() -> dict[str, list[str]]:
    """Cells of the settings table by name of the setting."""
    lines = [line.strip("| ").split(" | ") for line in SETTINGS_PAGE.read_text().splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells[1:] for cells in lines}


def test_the_settings_page_names_every_setting_and_no_other() -> None:
    assert list(rows()) == list(config.SETTINGS)


@pytest.mark.parametrize("name", config.SETTINGS)
def test_the_settings_page_gives_the_true_default_and_example(name: str) -> None:
    default, _, example = config.SETTINGS[name]
    shown_default, shown_example, meaning = rows()[name]
    if default:
        assert shown_default == f"`{default}`"
    assert shown_example.replace("`", "") == example.replace(": ", " ")
    assert len(meaning) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_setting_that_does_not_exist(page: Path) -> None:
    named = set(re.findall(r"\b(?:CHATBOT|ANTHROPIC)_[A-Z_]+\b", page.read_text()))
    assert named <= set(config.SETTINGS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith("docs/images/"):  # pictures are made by a script
            assert (page.parent / target).exists(), target
