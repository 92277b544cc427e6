"""What the business knows: articles written, revised, switched off and on, and searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import urlsplit

from chatbot.domain.chunking import chunks, first_heading
from chatbot.kit.errors import Invalid
from chatbot.kit.text import clean, is_blank, one_line
from chatbot.kit.words import asked, language_of
from chatbot.storage import knowledge, sources, tenants
from chatbot.storage.knowledge import Passage
from chatbot.storage.scope import Scope
from chatbot.storage.sources import Listed, Source

LONGEST_TITLE = 200
LONGEST_BODY = 200_000
LONGEST_ADDRESS = 2000
MOST_ARTICLES = 2000
MOST_PASSAGES = 2000


@dataclass(frozen=True)
class Article(Source):
    """An article with the number of passages it is found by: 0 while it is switched off."""

    passages: int


def add(
    scope: Scope, title: str, body: str, url: str | None = None, language: str | None = None, author: str | None = None
) -> Article:
    """Keeps a new article, used from the next message on. Without a title the first heading is it; without a language
    (ISO 639-1) it is judged by its words, else the workspace's. Raises Invalid."""
    title, body, url = _checked(title, body, url)
    if sources.count(scope) >= MOST_ARTICLES:
        raise Invalid(f"There are {MOST_ARTICLES:,} articles already; remove one first.", "over_limit")
    spoken = language or language_of(f"{title}\n{body}") or tenants.get(scope).language
    source = sources.insert(scope, title, body, url, spoken, author)
    return _filed(scope, source)


def revise(scope: Scope, id: str, title: str, body: str, url: str | None = None) -> Article:
    """Replaces what an article says; its passages stay as they are where title and text have not changed. Raises
    NotFound and Invalid."""
    before = sources.get(scope, id)
    title, body, url = _checked(title, body, url)
    same = (title, body) == (before.title, before.body)
    spoken = before.language if same else language_of(f"{title}\n{body}") or before.language
    source = sources.change(scope, id, title, body, url, spoken)
    return _counted(scope, source) if same else _filed(scope, source)


def switch(scope: Scope, id: str, enabled: bool) -> Article:
    """Takes an article out of all answers, or back in. Switching twice changes nothing. Raises NotFound."""
    before = sources.get(scope, id)
    if before.enabled == enabled:
        return _counted(scope, before)
    return _filed(scope, sources.switch(scope, id, enabled))


def remove(scope: Scope, id: str) -> None:
    """Deletes an article, its passages and their words. Raises NotFound."""
    sources.get(scope, id)
    sources.remove(scope, id)


def get(scope: Scope, id: str) -> Article:
    """The article, or NotFound."""
    return _counted(scope, sources.get(scope, id))


def list_articles(scope: Scope) -> list[Listed]:
    """Every article without its text, by title."""
    return sources.list_all(scope)


def search(scope: Scope, text: str, keywords: Sequence[str] = (), limit: int = 5) -> list[Passage]:
    """The passages of articles switched on that speak of what `text` asks, best first; empty where none does.

    `keywords` are words the answer may stand under: they lift what they find and cost nothing where they find nothing.
    Any text is a question, never an error.
    """
    languages = sources.languages(scope)
    words = asked(text, languages)
    more = [word for word in asked(" ".join(keywords), languages) if word not in words]
    return knowledge.search(scope, words, more, limit)


def _filed(scope: Scope, source: Source) -> Article:
    knowledge.empty(scope, source.id)
    if not source.enabled:
        return _counted(scope, source)
    passages = [(chunk.heading, chunk.text) for chunk in chunks(source.body, source.title)]
    if len(passages) > MOST_PASSAGES:
        raise Invalid(f"The article has more than {MOST_PASSAGES:,} sections; split it into several.", "too_long")
    knowledge.fill(scope, source.id, source.title, source.language, passages)
    return _counted(scope, source)


def _counted(scope: Scope, source: Source) -> Article:
    return Article(**vars(source), passages=knowledge.count(scope, source.id))


def _checked(title: str, body: str, url: str | None) -> tuple[str, str, str | None]:
    body = clean(body).strip("\n")
    if is_blank(body):
        raise Invalid("An article needs a text.", "empty")
    length = len(normalize("NFKC", body))  # one sign may stand for a whole phrase of eighteen
    if length > LONGEST_BODY:
        raise Invalid(f"The text has {length:,} characters; {LONGEST_BODY:,} is the most.", "too_long")
    title = one_line(title, LONGEST_TITLE + 1) or one_line(first_heading(body), LONGEST_TITLE)
    if is_blank(title):
        raise Invalid("An article needs a title, or a heading to take it from.", "empty")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"The title is longer than {LONGEST_TITLE} characters.", "too_long")
    return title, body, _address(url)


def _address(url: str | None) -> str | None:
    flat = one_line(url or "", LONGEST_ADDRESS + 1)
    if not flat:
        return None
    try:
        parts = urlsplit(flat)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in flat
    except ValueError:
        fine = False
    if not fine or len(flat) > LONGEST_ADDRESS:
        raise Invalid(
            "The address of an article begins with https:// or http://, for example https://example.com/returns."
        )
    return flat
