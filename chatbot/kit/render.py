"""Pages and parts: Jinja templates, escaped always, strict about missing values, with hashed addresses of assets."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"


class Renderer:
    """Renders templates; the same part serves first paint and live update."""

    def __init__(self, globals: Mapping[str, Any], filters: Mapping[str, Any]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(ROOT / "templates"),
            autoescape=select_autoescape(("html",), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=200,
        )
        self._environment.globals.update(asset=asset, **globals)
        self._environment.filters.update(filters)

    def __call__(self, template: str, **context: Any) -> str:
        """The rendered template, e.g. `render("dashboard/inbox.html", rows=…)`."""
        return self._environment.get_template(template).render(**context)

    def names(self) -> list[str]:
        """Every template there is."""
        return self._environment.list_templates()


@cache
def asset(path: str) -> str:
    """The address of a static file with a mark of its content, so that it may be kept for ever."""
    mark = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={mark}"


def paragraphs(text: str) -> Markup:
    """Plain text as escaped HTML, a line break for each line."""
    return Markup("<br>").join(text.split("\n"))
