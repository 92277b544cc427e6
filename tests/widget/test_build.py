"""What is served is what the sources say, and it is small."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "static" / "widget"
DIST = SOURCES / "dist"
LANGUAGES = sorted(SOURCES.glob("words.*.json"))
WORD = re.compile(r'\bword\(\s*(.*?["\w]+)\s*[,)]')


def builder() -> ModuleType:
    """The build script as a module."""
    spec = importlib.util.spec_from_file_location("build_widget", ROOT / "scripts" / "build_widget.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sizes() -> dict[str, dict[str, int]]:
    """Bytes of the files as committed, by name and form."""
    return {
        path.name: {suffix: path.with_name(path.name + suffix).stat().st_size for suffix in ("", ".br", ".gz")}
        for path in DIST.glob("*.js")
    }


def panel_name() -> str:
    """The panel's file, as the loader names it."""
    found = re.search(r"panel\.[0-9a-f]{12}\.js", (DIST / "widget.js").read_text("utf-8"))
    assert found
    return found[0]


def sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in [SOURCES / "loader.js", *(SOURCES / "panel").glob("*.js")]}


def test_the_committed_files_are_what_the_sources_make_today(tmp_path: Path) -> None:
    builder().build(SOURCES, tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in DIST.iterdir()}, "run `make widget` and commit dist/"


def test_the_loader_is_at_most_1280_bytes_on_the_wire(sizes: dict[str, dict[str, int]]) -> None:
    assert sizes["widget.js"][".br"] <= 1280
    assert sizes["widget.js"][".gz"] <= 1500


def test_loader_and_panel_are_at_most_8192_bytes_on_the_wire(sizes: dict[str, dict[str, int]]) -> None:
    both = [sizes["widget.js"], sizes[panel_name()]]
    assert sum(forms[".br"] for forms in both) <= 8192
    assert sum(forms[""] for forms in both) <= 22000


def test_the_loader_names_the_panel_and_the_panel_the_part_that_comes_later() -> None:
    panel = (DIST / panel_name()).read_text("utf-8")
    later = re.search(r"panel\.wait-[0-9a-f]{12}\.js", panel)
    assert later and (DIST / later[0]).exists()
    assert len(list(DIST.glob("panel.*.js"))) == 2


@pytest.mark.parametrize(
    "forbidden", ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "Function("]
)
def test_nothing_makes_markup_or_code_from_text(forbidden: str) -> None:
    for name, text in {**sources(), **{path.name: path.read_text("utf-8") for path in DIST.glob("*.js")}}.items():
        assert forbidden not in text, name


def test_two_modules_with_one_name_stop_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "panel"
    folder.mkdir()
    for path in (SOURCES / "panel").iterdir():
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    with (folder / "live.js").open("a", encoding="utf-8") as live:
        live.write("\nconst state = 1;\n")
    with pytest.raises(ValueError, match="state"):
        builder().panel_text(folder)


def test_every_module_of_the_panel_is_built() -> None:
    build = builder()
    assert {path.stem for path in (SOURCES / "panel").glob("*.js")} == {*build.PANEL, build.WAIT}


def test_every_language_has_the_same_words_and_places_for_values() -> None:
    english = json.loads((SOURCES / "words.en.json").read_text("utf-8"))
    for path in LANGUAGES:
        words = json.loads(path.read_text("utf-8"))
        assert words.keys() == english.keys(), path.name
        assert words["lang"] == path.name.split(".")[1]
        assert words["dir"] in ("ltr", "rtl")
        for key, text in words.items():
            assert text.strip() == text != "", key
            assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", english[key]), key


def test_every_word_that_the_code_says_is_there_and_none_is_left_over() -> None:
    english = json.loads((SOURCES / "words.en.json").read_text("utf-8"))
    code = "\n".join(sources().values())
    said = {text for call in WORD.findall(code) for text in re.findall(r'"(\w+)"', call)}
    assert said - {"line_"} <= english.keys()
    spoken_otherwise = {"lang", "dir", "line_1", "line_2", "line_3"}
    assert english.keys() - said == spoken_otherwise
