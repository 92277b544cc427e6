"""What the pages in docs/ say is what the program does."""

import ast
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


def commands(socket: str) -> set[str]:
    """The types of frames that a socket obeys: the keys of its table of commands."""
    tree = ast.parse((ROOT / "chatbot" / "web" / "sockets" / f"{socket}.py").read_text())
    tables = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)
    ]
    return {str(key.value) for table in tables for key in table.keys if isinstance(key, ast.Constant)}


def documented(heading: str) -> set[str]:
    """The types of frames in the table under a heading of the protocol's page."""
    section = (ROOT / "docs" / "protocol.md").read_text().partition(f"### {heading}\n")[2].partition("\n#")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize(("socket", "heading"), [("visitor", "From the visitor"), ("operator", "From the operator")])
def test_the_protocol_page_names_every_frame_that_a_client_may_send_and_no_other(socket: str, heading: str) -> None:
    assert len(commands(socket)) > 5
    assert documented(heading) - {"hello"} == commands(socket)
