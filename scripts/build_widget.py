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
from pathlib import Path

import brotli
import minify
import rcssmin

SOURCES = Path(__file__).resolve().parent.parent / "static" / "widget"
MODULES = (
    "state", "dom", "store", "markdown", "live", "socket", "thread", "draft", "outbox", "wait", "head", "composer",
    "panel",
)  # fmt: skip
"""In the order in which their constants need each other."""

IMPORT = re.compile(r'^import [^;]+ from "\./[^"]+"(?: with \{[^}]*\})?;\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:const|let) (\w+)", re.MULTILINE)


def joined(folder: Path) -> str:
    """The panel's modules as one, its style sheet among them. ValueError where two modules use one name."""
    texts = [(folder / f"{name}.js").read_text("utf-8") for name in MODULES]
    names = [name for text in texts for name in TOP_LEVEL.findall(text)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Two modules of the panel use one name: {', '.join(twice)}")
    body = "\n".join(EXPORT.sub("", IMPORT.sub("", text)) for text in texts)
    body = body.replace("export default (given) =>", "return ((given) =>").rstrip().removesuffix(";") + ")(options);"
    css = json.dumps(rcssmin.cssmin((folder / "panel.css").read_text("utf-8")))
    return f"export default (options) => {{ const sheet = new CSSStyleSheet(); sheet.replaceSync({css});\n{body}\n}};"


def minified(script: str) -> str:
    """The script without comments and blanks, local names shortened."""
    return minify.string("application/javascript", script)


def build(sources: Path, target: Path) -> dict[str, dict[str, int]]:
    """Writes loader and panel with their compressed copies into an empty `target`; sizes in bytes by file and form."""
    panel = minified(joined(sources / "panel"))
    panel_name = f"panel.{hashlib.sha256(panel.encode()).hexdigest()[:12]}.js"
    css = rcssmin.cssmin((sources / "loader.css").read_text("utf-8"))
    loader = (sources / "loader.js").read_text("utf-8").replace("__CSS__", css).replace("__PANEL__", panel_name)
    return {name: write(target / name, text) for name, text in (("widget.js", minified(loader)), (panel_name, panel))}


def write(path: Path, text: str) -> dict[str, int]:
    """Writes one file three times: as it is, brotli, gzip; the same bytes on every machine."""
    raw = text.encode()
    forms = {"": raw, ".br": brotli.compress(raw, quality=11, lgwin=22), ".gz": gzip.compress(raw, 9, mtime=0)}
    for suffix, content in forms.items():
        path.with_name(path.name + suffix).write_bytes(content)
    return {suffix: len(content) for suffix, content in forms.items()}


def table(sizes: dict[str, dict[str, int]]) -> str:
    """The sizes as a table for people, with their sum."""
    total = {suffix: sum(forms[suffix] for forms in sizes.values()) for suffix in ("", ".br", ".gz")}
    rows = [("file", "raw", "brotli", "gzip")]
    rows += [(name, *(str(forms[s]) for s in ("", ".br", ".gz"))) for name, forms in [*sizes.items(), ("both", total)]]
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
