#!/usr/bin/env python3
"""Builds the widget: joins the panel's modules, minifies, compresses, and prints what it weighs. No Node.

The panel becomes one module whose default export is a function around all its parts, so that every name in it is local
and can be shortened. The loader is built last, because it holds the panel's name, which holds the hash of its text.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from string import ascii_letters

import brotli
import minify
import rcssmin

SOURCES = Path(__file__).resolve().parent.parent / "static" / "widget"
PANEL = (
    "state", "dom", "store", "markdown", "live", "socket", "thread", "draft", "outbox", "head", "composer", "panel",
)  # fmt: skip
"""The panel's modules, in the order in which their constants need each other."""
WAIT = "wait"
"""The module that comes later, when somebody waits for a person."""

STYLE = re.compile(r'^import sheet from "\./([^"]+)" with \{[^}]*\};\n', re.MULTILINE)
IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\./[^"]+";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:const|let) (\w+)", re.MULTILINE)
PROPERTY = re.compile(r"--[a-z][a-z-]*")


def module(folder: Path, name: str) -> str:
    """A module's text with its style sheet in it as a constructed one, which no policy on styles concerns."""

    def sheet(match: re.Match[str]) -> str:
        css = rcssmin.cssmin((folder / match[1]).read_text("utf-8"))
        return f"const sheet = new CSSStyleSheet();\nsheet.replaceSync({json.dumps(css)});\n"

    return STYLE.sub(sheet, (folder / f"{name}.js").read_text("utf-8"))


def bare(text: str) -> str:
    """A module's text without what makes it a module."""
    return EXPORT.sub("", IMPORT.sub("", text))


def panel_text(folder: Path) -> str:
    """The panel's modules as one function. ValueError where two of them use one name."""
    texts = [module(folder, name) for name in PANEL]
    names = [name for text in texts for name in TOP_LEVEL.findall(text)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Two modules of the panel use one name: {', '.join(twice)}")
    body = "\n".join(bare(text) for text in texts).replace("export default (given) =>", "return ((given) =>")
    lent = f'import(state.at("widget/__WAIT__")).then((part) => part.default([{", ".join(borrowed(folder))}]))'
    body = body.replace('import("./wait.js")', lent).rstrip().removesuffix(";")
    return f"export default (given) => {{{body})(given)}};"


def borrowed(folder: Path) -> list[str]:
    """What the later module imports from the panel: handed over by place, so that both sides may shorten names."""
    return [name for names in IMPORT.findall(module(folder, WAIT)) for name in names.split(", ")]


def wait_text(folder: Path) -> str:
    """The later module as a function of what it borrows."""
    body = bare(module(folder, WAIT))
    return f"export default ([{', '.join(borrowed(folder))}]) => {{{body}; return {{ showWait }};}};"


def short_names(*scripts: str) -> dict[str, str]:
    """One-letter names for the style sheets' own properties, the same in all scripts; the loader's stay as they are."""
    own = Counter(name for script in scripts for name in PROPERTY.findall(script) if not name.endswith("brand"))
    ranked = sorted(own, key=lambda name: (-own[name], name))
    return {name: f"--{letter}" for name, letter in zip(ranked, ascii_letters, strict=False)}


def minified(script: str, names: dict[str, str]) -> str:
    """The script without comments and blanks, its local names and its properties shortened."""
    short = minify.string("application/javascript", script)
    return PROPERTY.sub(lambda match: names.get(match[0], match[0]), short)


def hashed(name: str, text: str) -> str:
    """The file name that says what is in it."""
    return f"panel.{name}{hashlib.sha256(text.encode()).hexdigest()[:12]}.js"


def build(sources: Path, target: Path) -> dict[str, dict[str, int]]:
    """Writes loader, panel and later module with their compressed copies; sizes in bytes by file and form."""
    parts = wait_text(sources / "panel"), panel_text(sources / "panel")
    names = short_names(*parts)
    wait, panel = (minified(part, names) for part in parts)
    wait_name = hashed("wait-", wait)
    panel = panel.replace("__WAIT__", wait_name)
    panel_name = hashed("", panel)
    css = rcssmin.cssmin((sources / "loader.css").read_text("utf-8"))
    loader = (sources / "loader.js").read_text("utf-8").replace("__CSS__", css).replace("__PANEL__", panel_name)
    files = (("widget.js", minified(loader, {})), (panel_name, panel), (wait_name, wait))
    return {name: write(target / name, text) for name, text in files}


def write(path: Path, text: str) -> dict[str, int]:
    """Writes one file three times: as it is, brotli, gzip; the same bytes on every machine."""
    raw = text.encode()
    forms = {"": raw, ".br": brotli.compress(raw, quality=11, lgwin=22), ".gz": gzip.compress(raw, 9, mtime=0)}
    for suffix, content in forms.items():
        path.with_name(path.name + suffix).write_bytes(content)
    return {suffix: len(content) for suffix, content in forms.items()}


def table(sizes: dict[str, dict[str, int]]) -> str:
    """The sizes as a table for people; loader and panel are what an open chat costs."""
    first = list(sizes.values())[:2]
    together = {suffix: sum(forms[suffix] for forms in first) for suffix in ("", ".br", ".gz")}
    rows = [("file", "raw", "brotli", "gzip")]
    for name, forms in [*sizes.items(), ("loader and panel", together)]:
        rows.append((name, *(str(forms[suffix]) for suffix in ("", ".br", ".gz"))))
    return "\n".join(f"{row[0]:28}" + "".join(f"{cell:>8}" for cell in row[1:]) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=SOURCES / "dist", help="folder to write to")
    target = parser.parse_args().into
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.js*"):
        old.unlink()
    print(table(build(SOURCES, target)))  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
