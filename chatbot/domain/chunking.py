"""Markdown cut into passages: each about one thing, long enough to answer from, short enough to quote. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST = 180
"""Words of a passage, at the most; a passage never reaches across a heading."""
LEAST = 60
"""A shorter rest of a section goes with the passage before it."""
KEPT_WHOLE = 400
"""Words up to which a table or a block of code stays in one passage."""
PATH = " › "
"""Between the headings above a passage."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE = re.compile(r"(?<=[.!?…؟])\s+|(?<=[。！？])")


@dataclass(frozen=True)
class Chunk:
    """A passage: its Markdown, and the headings above it below the article's own title, outermost first."""

    heading: str
    text: str


@dataclass(frozen=True)
class Piece:
    """What is not cut further. `gap` stands before it when it follows another."""

    text: str
    gap: str
    size: int


def first_heading(body: str) -> str:
    """The text of the first heading without its marks, or an empty string."""
    tokens = _blocks(body)
    return next((_plain(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"), "")


def chunks(body: str, title: str = "") -> list[Chunk]:
    """The passages of an article in their order. Code and tables stay whole where they can; a heading that only repeats
    the title, and one with nothing below it but further headings, makes no passage."""
    return [
        Chunk(PATH.join(path), text)
        for path, blocks in _sections(body, title)
        for text in _packed(piece for block in blocks for piece in block)
        if text.strip()
    ]


def size(text: str) -> int:
    """How many words a text is worth: two signs of a script without spaces count as one, twelve letters are enough."""
    return max(len(text.split()) + len(_UNSPACED.findall(text)) // 2, len(text) // 12)


def _sections(body: str, title: str) -> Iterator[tuple[list[str], list[list[Piece]]]]:
    lines = body.split("\n")
    tokens = _blocks(body)
    path: list[tuple[int, str]] = []
    found: list[list[Piece]] = []
    open_heading = False  # a heading whose own text has not come yet
    for at, token in enumerate(tokens):
        if token.level or token.nesting < 0 or token.map is None:
            continue
        if token.type != "heading_open":
            found.append(_pieces(tokens, at, lines))
            continue
        depth, text = int(token.tag[1]), _plain(tokens[at + 1])
        if found or (open_heading and path and depth <= path[-1][0]):
            yield _section(path, found, title)
        path, found, open_heading = [*((d, t) for d, t in path if d < depth), (depth, text)], [], bool(text)
    if found or open_heading:
        yield _section(path, found, title)


def _section(path: list[tuple[int, str]], found: list[list[Piece]], title: str) -> tuple[list[str], list[list[Piece]]]:
    headings = [text for _, text in path if text]
    if not found:  # a heading that is all there is says it itself
        found = [[_piece(headings[-1])]]
    if headings and headings[0].casefold() == title.casefold():
        headings = headings[1:]
    return headings, found


def _pieces(tokens: "list[Token]", at: int, lines: list[str]) -> list[Piece]:
    token = tokens[at]
    text = _lines_of(token, lines)
    if token.type == "table_open":
        return _by_rows(text.split("\n"), 2, "")
    if token.type == "fence":
        marks = token.markup
        return _by_rows(text.split("\n"), 1, "\n" + marks if text.rstrip().endswith(marks) else "")
    if token.type == "code_block":
        return _by_rows(text.split("\n"), 0, "")
    if token.type.endswith("_list_open"):
        items = [text for item in _items(tokens, at) if (text := _lines_of(item, lines))]
        return _glued([piece for item in items for piece in _prose(item)], "\n") if items else [_piece(text)]
    return _prose(text)


def _lines_of(token: "Token", lines: list[str]) -> str:
    begin, end = token.map or (0, 0)
    return "\n".join(lines[begin:end]).strip("\n").rstrip()


def _items(tokens: "list[Token]", at: int) -> "Iterator[Token]":
    for token in tokens[at + 1 :]:
        if token.level == 0:
            return
        if token.level == 1 and token.type == "list_item_open":
            yield token


def _by_rows(rows: list[str], head: int, tail: str) -> list[Piece]:
    """One piece, or several that repeat the first `head` lines and end with `tail`."""
    whole = "\n".join(rows)
    if size(whole) <= KEPT_WHOLE:
        return [_piece(whole)]
    top, rest = rows[:head], rows[head:-1] if tail else rows[head:]
    room = max(1, KEPT_WHOLE - size("\n".join(top)))
    bodies = _packed(_glued([piece for row in rest for piece in _prose(row)], "\n"), room)
    return [_piece("\n".join([*top, body]) + tail) for body in bodies]


def _prose(text: str) -> list[Piece]:
    """The text whole, or as sentences, or as runs of words, or as bare slices: the first that is small enough."""
    if size(text) <= MOST:
        return [_piece(text)]
    ways: list[tuple[Callable[[str], Iterable[str]], str]] = [(_SENTENCE.split, " "), (_runs, " "), (_slices, "")]
    parts, gap = [text], "\n\n"
    for way, between in ways:
        if all(size(part) <= MOST for part in parts):
            break
        parts = [short for part in parts for short in ([part] if size(part) <= MOST else way(part))]
        gap = between
    return _glued([_piece(part) for part in parts if part.strip()], gap)


def _runs(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + MOST]) for at in range(0, len(words), MOST)]


def _slices(text: str) -> list[str]:
    length = MOST * 2
    return [text[at : at + length] for at in range(0, len(text), length)]


def _packed(pieces: Iterable[Piece], most: int = MOST) -> list[str]:
    """Neighbours put together up to `most` words; a short rest goes with the one before it."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _sum(groups[-1]) + piece.size <= most:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if len(groups) > 1 and _sum(groups[-1]) < LEAST and _sum(groups[-2]) <= most:
        groups[-2:] = [groups[-2] + groups[-1]]
    return [group[0].text + "".join(piece.gap + piece.text for piece in group[1:]) for group in groups]


def _sum(group: list[Piece]) -> int:
    return sum(piece.size for piece in group)


def _piece(text: str) -> Piece:
    return Piece(text, "\n\n", size(text))


def _glued(pieces: list[Piece], gap: str) -> list[Piece]:
    """The first keeps what stands before it; the others follow after `gap`."""
    return [*pieces[:1], *(Piece(piece.text, gap, piece.size) for piece in pieces[1:])]


def _blocks(body: str) -> "list[Token]":
    return _parser().parse(body)


def _plain(heading: "Token") -> str:
    """The words of a heading without emphasis, code marks and addresses of links."""
    parser = _parser()
    inline: list[Token] = []
    parser.inline.parse(heading.content, parser, {}, inline)
    return " ".join("".join(token.content for token in inline).split())


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 2.6 MB: only for who writes articles

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
