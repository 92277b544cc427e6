"""Passages and the search over them: SQLite's word index finds, the workspace's own counts judge.

FTS5 counts the rows of all workspaces, so its own rank of a passage changes with what strangers write. Here every word
is filed with its workspace in front (by the schema, see 0002_knowledge.sql), a search reads the places of its own
words only, and BM25 is reckoned from them: the same passages and scores on an empty server and on a full one.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import log
from sqlite3 import Row

from chatbot.kit.ids import random_id
from chatbot.kit.words import Word, stored
from chatbot.storage.scope import Scope, WideScope

WORTH = {"title": 2.0, "heading": 3.0, "body": 1.0}
"""What a word counts for, by where it stands."""
SATURATION = 1.6
"""BM25's k1: how soon more of a word stops to matter."""
LENGTH = 0.3
"""BM25's b: how much more a long passage has to say than a short one."""
BACKGROUND = 100
"""As if so many more passages spoke of other things: where there is one article, its own words are not common."""
STRETCH = 0.75
"""The power that spreads the lower half of the scale, so that from about 35 on a passage is about the question."""
BUDGET = 1000
"""Places of words that one search reads, at the most: the commonest words of a question are passed over first."""
CLOSE_LOOK = 30
"""How many of the passages found are judged by repetitions and length as well."""


@dataclass(frozen=True)
class Passage:
    """A piece of an article. `text` is Markdown; `heading` the path of headings above it, empty at the top; `score` is
    0–100: how much of the question it speaks of, rare words counting most."""

    id: str
    source_id: str
    title: str
    heading: str
    text: str
    url: str | None
    score: float


def fill(scope: Scope, source: str, title: str, language: str, passages: Sequence[tuple[str, str]]) -> int:
    """Files the passages (heading, text) of an article in their order; how many."""
    for position, (heading, text) in enumerate(passages):
        columns = {
            "title": stored(title, language),
            "heading": stored(heading, language),
            "body": stored(text, language),
        }
        scope.run(
            "INSERT INTO chunks (tenant_id, id, source_id, position, heading, text,"
            " title_words, heading_words, body_words, length)"
            " VALUES (:tenant, :id, :source, :position, :heading, :text, :title_words, :heading_words, :body_words,"
            " :length)",
            id=random_id("p"), source=source, position=position, heading=heading, text=text,
            length=sum(map(len, columns.values())),
            **{f"{name}_words": "".join(f" {word}" for word in found) for name, found in columns.items()},
        )  # fmt: skip
    return len(passages)


def empty(scope: Scope, source: str) -> int:
    """Takes the passages of an article out of the search; how many there were."""
    return scope.run("DELETE FROM chunks WHERE tenant_id = :tenant AND source_id = :source", source=source)


def count(scope: Scope, source: str) -> int:
    """How many passages an article is found by."""
    sql = "SELECT count(*) AS passages FROM chunks WHERE tenant_id = :tenant AND source_id = :source"
    return int(scope.one(sql, source=source)["passages"])


def search(scope: Scope, words: Sequence[Word], keywords: Sequence[Word], limit: int) -> list[Passage]:
    """The best passages, best first. `words` are what was asked; a keyword helps where it is found and costs nothing
    where it is not."""
    if not words and not keywords:
        return []
    totals = scope.one("SELECT count(*) AS passages, avg(length) AS length FROM chunks WHERE tenant_id = :tenant")
    having = _having(scope, {form for word in [*words, *keywords] for form, _ in word})
    wanted = [*words, *(word for word in keywords if any(form in having for form, _ in word))]
    rarity = {word: _rarity(totals["passages"], [having.get(form, 0) for form, _ in word]) for word in wanted}
    places = _places(scope, _affordable(rarity, having))
    close = _ranked(_first_sums(places, rarity), CLOSE_LOOK)
    sums = {row["number"]: _sum(row, rarity, row["length"] / totals["length"]) for row in _words_of(scope, close)}
    best = _ranked(sums, limit)
    return _passages(scope, {number: _score(sums[number] / sum(rarity.values())) for number in best})


def _having(scope: Scope, forms: set[str]) -> dict[str, int]:
    """How many passages of the workspace have each of the words; without those that none has."""
    rows = scope.all(
        "SELECT j.value AS form, o.doc AS passages FROM json_each(:forms) AS j"
        " CROSS JOIN passage_counts AS o ON o.term = :term || j.value",
        forms=json.dumps(sorted(forms)), term=_prefix(scope),
    )  # fmt: skip
    return {row["form"]: row["passages"] for row in rows}


def _rarity(passages: int, having: Iterable[int]) -> float:
    """BM25's weight of a word that stands in so many passages, form by form, as if the forms fell independently."""
    without = float(passages)
    for count in having:
        without *= 1 - count / passages if passages else 1
    return log(1 + (BACKGROUND + without + 0.5) / (passages - without + 0.5))


def _affordable(rarity: Mapping[Word, float], having: Mapping[str, int]) -> list[Word]:
    """The words to find passages by: the rarest as far as the budget goes, and one at least."""
    spent, chosen = 0, list[Word]()
    for word in sorted(rarity, key=lambda word: -rarity[word]):
        cost = sum(having.get(form, 0) for form, _ in word)
        if spent and spent + cost > BUDGET:
            break
        spent += cost
        chosen.append(word)
    return chosen


def _places(scope: Scope, words: Sequence[Word]) -> dict[Word, dict[int, float]]:
    """For each word the passages it stands in, by number, and what it is worth there, repetitions not counted."""
    forms = [(word, form, worth) for word in words for form, worth in word]
    rows = scope.all(
        "SELECT j.key, o.doc, o.col FROM json_each(:forms) AS j CROSS JOIN places AS o ON o.term = :term || j.value",
        forms=json.dumps([form for _, form, _ in forms]), term=_prefix(scope),
    )  # fmt: skip
    found: dict[Word, dict[int, float]] = {word: defaultdict(float) for word in words}
    for place, number, column in rows:
        word, _, worth = forms[place]
        found[word][number] += worth * WORTH[column]
    return found


def _prefix(scope: Scope) -> str:
    """What stands before every word of the workspace in the index. No prefix begins another: digits end at the x."""
    return f"t{scope.tenant}x"


def _first_sums(places: Mapping[Word, Mapping[int, float]], rarity: Mapping[Word, float]) -> dict[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for word, numbers in places.items():
        for number, worth in numbers.items():
            sums[number] += rarity[word] * worth / (worth + SATURATION)
    return sums


def _sum(row: Row, rarity: Mapping[Word, float], length: float) -> float:
    """BM25 of one passage, with what it says how often; `length` beside the workspace's average."""
    there = [(times, Counter(row[f"{column}_words"].split())) for column, times in WORTH.items()]
    enough = SATURATION * (1 - LENGTH + LENGTH * length)
    total = 0.0
    for word, rare in rarity.items():
        worth = sum(value * times * counts.get(form, 0) for form, value in word for times, counts in there)
        total += rare * worth / (worth + enough)
    return total


def _ranked(sums: Mapping[int, float], limit: int) -> list[int]:
    """The numbers with the highest sums; among equals the older passage."""
    return [number for _, number in nsmallest(limit, ((-total, number) for number, total in sums.items()))]


def _score(share: float) -> float:
    return round(100 * float(min(1.0, share) ** STRETCH), 1)


def _words_of(scope: Scope, numbers: list[int]) -> list[Row]:
    return scope.all(
        "SELECT c.number, c.length, c.title_words, c.heading_words, c.body_words FROM json_each(:numbers) AS j"
        " CROSS JOIN chunks AS c INDEXED BY chunks_by_number ON c.tenant_id = :tenant AND c.number = j.value",
        numbers=json.dumps(numbers),
    )


def _passages(scope: Scope, scores: dict[int, float]) -> list[Passage]:
    rows = scope.all(
        "SELECT c.number, c.id, c.source_id, s.title, c.heading, c.text, s.url"
        " FROM json_each(:numbers) AS j CROSS JOIN chunks AS c INDEXED BY chunks_by_number"
        " ON c.tenant_id = :tenant AND c.number = j.value"
        " JOIN sources AS s ON s.tenant_id = :tenant AND s.id = c.source_id",
        numbers=json.dumps(list(scores)),
    )
    made = {row["number"]: dict(row) for row in rows}
    return [Passage(**{k: v for k, v in made[n].items() if k != "number"}, score=score) for n, score in scores.items()]


def tidy(scope: WideScope, pages: int = 200) -> bool:
    """Merges the word index a little: after a deletion the words stay in its pages until then. Some `pages` of 4 KiB
    of work at a time, so that nobody waits for it; whether there is more to do."""
    before = scope.one("SELECT total_changes() AS changes")["changes"]
    scope.run("INSERT INTO words (words, rank) VALUES ('merge', :pages)", pages=-pages)
    return bool(scope.one("SELECT total_changes() AS changes")["changes"] - before >= 2)
