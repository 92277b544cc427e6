"""Answers made of whole sentences, as they stand in the passages: nothing is invented. Pure."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.ai.providers.base import Quote
from chatbot.kit.words import Word, asked, language_of, stored

USABLE = 45.0
"""From this score on (0–100, measured within the workspace) a passage is about the question: on the demo shop's
articles, what fits scores 53 and more, what only shares a word 44 and less."""
SENTENCES = 4
"""An answer has at most so many; at least two where the passage has them."""
PASSAGES = 3
IN_HEADING = 0.6
"""What a word of the question is worth in a passage's heading, beside 1 in the sentence itself."""
EARLIER = 0.15
"""How much the first sentence of a passage is ahead of the second: sections say the main thing first."""
CLOSE = 0.5
"""A neighbour of the best sentence must score so much of it …"""
NEW = 0.2
"""… and one from elsewhere, which must say something on a word of the question that nothing says yet, so much."""

_ABBREVIATIONS = ("Nr", "No", "Dr", "St", "Mr", "Ms", "ca", "vs", "bzw", "max", "min", "Tel", "Str", "inkl", "approx")
QUESTIONS = 3
"""How many lines of a burst are answered, the newest ones."""
PER_QUESTION = 2
"""Sentences for each of them."""

_SHORT = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS)
_MONTH = r"(?:Jan|Feb|Mär|Mae|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
_FULL_STOP = rf"(?<!\b[^\W\d_]){_SHORT}[.](?!\s{_MONTH})"
_NEXT = r"(?=[\"“„«(\[]?[A-ZÄÖÜ0-9À-Þ])"
_END = re.compile(rf"(?:{_FULL_STOP}|[!?…])[\"”“»)\]]*\s+{_NEXT}|\n\s*\n|\n(?=\s*(?:[-*+•]|\d+[.)])\s)")
_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+•]\s+|\d+[.)]\s+)|\*\*|__|`", re.MULTILINE)


Hits = dict[int, float]
"""The words of the question, by position, that a text speaks of: 1 where they stand in it, less for their kin."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a passage. `said` are the positions of the question's words that stand in it, `about` also those
    of which only its heading or a word of the same meaning speaks."""

    quote: Quote
    place: int
    text: str
    score: float
    said: frozenset[int]
    about: frozenset[int]


def sentences(text: str) -> list[str]:
    """The sentences and list items of a passage, each on one line and without Markdown's signs."""
    pieces: list[str] = []
    start = 0
    for end in _END.finditer(text):
        pieces.append(text[start : end.end()])
        start = end.end()
    pieces.append(text[start:])
    plain = (" ".join(_MARK.sub("", piece).split()) for piece in pieces)
    return [piece for piece in plain if any(sign.isalpha() for sign in piece)]


def answer(question: str, quotes: Sequence[Quote], most: int = PASSAGES) -> list[Sentence]:
    """The sentences that answer best, in the order in which the question asks; empty where nothing fits. At most the
    `most` best passages are read."""
    usable = sorted((quote for quote in quotes if quote.score >= USABLE), key=lambda quote: -quote.score)[:most]
    rated = _rate(question, usable)
    best = max(rated, key=lambda sentence: sentence.score, default=None)
    if best is None or not best.about:
        return []
    chosen = _around(best, rated)
    for sentence in sorted(rated, key=lambda sentence: -sentence.score):
        adds = sentence.said - frozenset().union(*(one.said for one in chosen))
        if len(chosen) < SENTENCES and adds and sentence.score >= NEW * best.score:
            chosen.append(sentence)
    return _in_order_of_the_question(chosen)


def answer_each(question: str, quotes: Sequence[Quote]) -> list[Sentence]:
    """Like `answer`, for a question of several lines (a burst of messages) line by line, each in its turn."""
    lines = [line for line in question.split("\n") if line.strip()]
    if len(lines) < 2:
        return answer(question, quotes)
    chosen: dict[tuple[int, int], Sentence] = {}
    for line in lines[-QUESTIONS:]:
        for sentence in answer(line, quotes, most=len(quotes))[:PER_QUESTION]:
            chosen.setdefault((sentence.quote.number, sentence.place), sentence)
    return list(chosen.values()) or answer(question, quotes)


def _rate(question: str, quotes: Sequence[Quote]) -> list[Sentence]:
    tongues = {language_of(f"{quote.heading} {quote.text}") or "en" for quote in quotes}
    words = asked(question, tongues)
    split = [(quote, place, text) for quote in quotes for place, text in enumerate(sentences(quote.text))]
    found = [(_hits(words, text, tongues), _hits(words, quote.heading, tongues)) for quote, _, text in split]
    spread = Counter(word for hits, heading in found for word, worth in (heading | hits).items() if worth == 1)
    weight = {place: 1 / (1 + math.log(max(1, spread[place]))) for place in range(len(words))}
    return [
        Sentence(
            quote, place, text, _score(quote, place, hits, heading, weight),
            said=frozenset(word for word, worth in hits.items() if worth == 1), about=frozenset(hits | heading),
        )
        for (quote, place, text), (hits, heading) in zip(split, found, strict=True)
    ]  # fmt: skip


def _score(quote: Quote, place: int, hits: Hits, heading: Hits, weight: Mapping[int, float]) -> float:
    worth = {word: max(hits.get(word, 0.0), IN_HEADING * heading.get(word, 0.0)) for word in hits | heading}
    said = sum(weight[word] * value for word, value in worth.items())
    return (said + EARLIER / (1 + place)) * (quote.score / 100) ** 2


def _hits(words: Sequence[Word], text: str, tongues: set[str]) -> Hits:
    there = {form for tongue in tongues for form in stored(text, tongue)}
    worth = {
        place: max((value for form, value in word if form in there), default=0.0) for place, word in enumerate(words)
    }
    return {place: value for place, value in worth.items() if value}


def _around(best: Sentence, rated: list[Sentence]) -> list[Sentence]:
    """The best sentence with its neighbours that say something on the question too; at least one neighbour."""
    same = [sentence for sentence in rated if sentence.quote is best.quote]
    near = sorted((one for one in same if one is not best), key=lambda one: (abs(one.place - best.place), -one.place))
    close = [one for one in near if one.score >= CLOSE * best.score and abs(one.place - best.place) <= 2]
    return [best, *(close[: SENTENCES - 2] or near[:1])]


def _in_order_of_the_question(chosen: list[Sentence]) -> list[Sentence]:
    """Passages in the order of the first word of the question that each speaks of; within one, as it reads."""

    def first_word(quote: Quote) -> int:
        ours = [one for one in chosen if one.quote is quote]
        said = [word for one in ours for word in one.said]
        return min(said or [word for one in ours for word in one.about], default=0)

    return sorted(chosen, key=lambda one: (first_word(one.quote), one.quote.number, one.place))
