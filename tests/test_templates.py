"""What every template promises: nothing inline, only icons that exist, and a first comment that names what it needs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
JINJA = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)
INLINE = re.compile(r"<style\b|<script\b(?![^>]*\bsrc=)|\s(?:style|on[a-z]+)\s*=\s*[\"']", re.IGNORECASE)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT / "templates")) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_no_script_and_no_style_of_its_own(path: Path) -> None:
    found = INLINE.search(JINJA.sub("", path.read_text()))
    assert found is None, f"{path.name} has {found and found.group()!r}; the content security policy would block it"


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_says_what_it_needs(path: Path) -> None:
    opening = path.read_text().lstrip()
    assert opening.startswith("{#")
    assert re.search(r"\bneeds\b", opening.partition("#}")[0], re.IGNORECASE)


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text()))
    for path in TEMPLATES:
        asked = set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", path.read_text()))
        assert asked <= known, f"{path.name} asks for {asked - known}"


def test_the_shop_links_only_to_help_pages_that_are_written() -> None:
    shop = (ROOT / "templates" / "demo" / "shop.html").read_text()
    linked = set(re.findall(r"""address\(["']([a-z0-9-]+)["']\)""", shop)) | set(
        re.findall(r', "([a-z0-9-]+)"\)', shop)
    )
    written = {path.stem for path in (ROOT / "demo" / "articles").glob("*.md")}
    assert len(linked) > 5
    assert linked <= written


@pytest.mark.parametrize("path", sorted((ROOT / "demo" / "articles").glob("*.md")), ids=lambda path: path.stem)
def test_an_article_of_the_demo_has_one_title_and_sections_with_text(path: Path) -> None:
    title, *sections = re.split(r"^## .+\n", path.read_text(), flags=re.MULTILINE)
    assert re.fullmatch(r"# \S.*\n\n", title)
    assert len(sections) >= 3
    assert all(10 < len(section.split()) < 140 for section in sections)
