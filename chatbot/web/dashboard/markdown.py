"""Markdown of answers and articles as safe HTML: transformed first, sanitised last, no images, no raw HTML."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = frozenset({
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
})  # fmt: skip
SCHEMES = frozenset({"http", "https", "mailto"})


def markdown(text: str, below: int = 2) -> Markup:
    """Safe HTML: links only to http, https and mailto, in a window of their own; an image is its description.

    Headings come `below` levels lower than written: they stand under the page's own.
    """
    import nh3  # with the parser it takes 2.6 MB: only a server that shows Markdown pays them

    html = _parser().render(text, {"below": below})
    return Markup(  # noqa: S704 - sanitised here
        nh3.clean(
            html, tags=set(TAGS), attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=set(SCHEMES),
            link_rel="noopener nofollow", set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )  # fmt: skip


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("js-default", {"html": False})
    parser.add_render_rule("image", _description)
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _description(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _environment: Any) -> str:
    return str(escape(tokens[index].content))


def _lower_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + state.env['below'])}"
