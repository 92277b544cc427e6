"""Words to search by: what a text is found under, in any language, and never an error.

One path for what is stored and for what is asked: compatibility forms, case and accents are folded, digits part from
letters (`135mm` and `135 mm` are the same two words), a hyphen joins and parts (`e-bike` is found as `ebike` and as
`bike`), Chinese, Japanese, Korean and Thai become pairs of signs, all else is stemmed by its language. A text whose
language nobody named is judged by its script and its stop words; what stays unknown is left to the caller's default.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from chatbot.kit.stop_words import STOP_WORDS
from chatbot.kit.synonyms import RINGS

LONGEST_QUESTION = 2000
"""Characters of a question that are looked at: the longest message of a visitor."""
MOST_WORDS = 32
"""Words of a question that are searched for; of a longer one its beginning and its end."""
LONGEST_WORD = 40
PART = 0.5
"""What a part of a hyphenated word is worth beside the whole."""
ALIKE = 0.5
"""What a word of the same meaning is worth beside the one that was asked."""
ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""The stemmer of each language (ISO 639-1); any other language is searched by whole words."""

Word = tuple[tuple[str, float], ...]
"""One word of a question: the forms it may be stored under, each with its worth from 0 to 1."""

_INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENTS = re.compile("(?<=[a-z\u0370-\u03ff])[\u0300-\u036f]+|[\u0591-\u05c7\u064b-\u065f\u0670]")
_SINGLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ё": "е"}
    | {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0, 0x0966) for digit in range(10)}
)
_PAIRED = "\u0e00-\u0eff\u1100-\u11ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTERS = f"(?:[^\\W\\d_{_PAIRED}]|[\u0900-\u0963\u0971-\u0dff])+"
_PIECE = re.compile(rf"(?<![^\W_])[a-z](?:\++|\#)(?![^\W_])|{_LETTERS}(?:[-\u2010\u2011]{_LETTERS})*|\d+|[{_PAIRED}]+")
_HYPHEN = re.compile("[-\u2010\u2011]")
_ONE_STEMMER_AT_A_TIME = threading.Lock()  # a stemmer keeps the word it works on in itself


def stored(text: str, language: str) -> list[str]:
    """The words a text is stored under, in order, repetitions kept, stop words of its language left out."""
    silent = STOP_WORDS.get(language, frozenset())
    return [stem(form, language) for piece in _pieces(text) for form, _ in _forms(piece) if form not in silent]


def asked(text: str, languages: Iterable[str]) -> list[Word]:
    """What a question asks for: at most MOST_WORDS different words, each in the forms `stored` would have given it in
    the `languages` of the articles. Empty for a question of stop words only."""
    pieces = list(_pieces(text[:LONGEST_QUESTION]))
    among = list(languages)
    spoken = _language(pieces)
    silent = frozenset[str]().union(*(STOP_WORDS.get(name, ()) for name in ([spoken] if spoken else among)))
    words = dict.fromkeys(_word(piece, among or [spoken or ""]) for piece in pieces if piece not in silent)
    found = [word for word in words if word]
    if len(found) > MOST_WORDS:
        found = found[: MOST_WORDS // 2] + found[-MOST_WORDS // 2 :]
    return found


@lru_cache(64)  # asked of the same words several times within one answer
def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the language a text is probably in, or None; only languages with stop words here, and
    Chinese, Japanese, Korean and Thai, are told apart."""
    return _language(list(_pieces(text[:LONGEST_QUESTION])))


def folded(text: str) -> str:
    """Without case, accents, ligatures and invisible signs: what two spellings of one word have in common."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).casefold().translate(_SINGLE_LETTERS)


@lru_cache(maxsize=4096)
def stem(word: str, language: str) -> str:
    """The stem of one folded word; the word itself where the language has no stemmer."""
    algorithm = ALGORITHMS.get(language)
    if algorithm is None or not word.isalpha():
        return word
    with _ONE_STEMMER_AT_A_TIME:
        return folded(str(_stemmer(algorithm).stemWord(word))) or word


@cache
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer  # 3 MB: only for who searches

    return snowballstemmer.stemmer(algorithm)


def _pieces(text: str) -> Iterator[str]:
    for match in _PIECE.finditer(folded(text)):
        piece = match.group()
        if re.match(f"[{_PAIRED}]", piece) and len(piece) > 1:
            yield from (piece[at : at + 2] for at in range(len(piece) - 1))
        else:
            yield piece


def _forms(piece: str) -> Iterator[tuple[str, float]]:
    parts = _HYPHEN.split(piece)
    yield "".join(parts)[:LONGEST_WORD], 1.0
    if len(parts) > 1:
        yield from ((part[:LONGEST_WORD], PART) for part in parts if len(part) > 1)


def _word(piece: str, languages: list[str]) -> Word:
    worth: dict[str, float] = {}
    for form, value in _forms(piece):
        for language in languages:
            key = stem(form, language)
            worth[key] = max(value, worth.get(key, 0.0))
            for other in _alike(language).get(key, ()):
                worth[other] = max(value * ALIKE, worth.get(other, 0.0))
    return tuple(worth.items())


@cache
def _alike(language: str) -> dict[str, frozenset[str]]:
    rings = [frozenset(stem(word, language) for word in ring) for ring in RINGS.get(language, ())]
    stems = frozenset[str]().union(*rings)
    return {word: frozenset[str]().union(*(ring for ring in rings if word in ring)) - {word} for word in stems}


def _language(pieces: list[str]) -> str | None:
    hits: Counter[str] = Counter()
    for piece in pieces:
        hits.update(_signs_of(piece))
    ranking = hits.most_common(2)
    if not ranking or (len(ranking) > 1 and ranking[0][1] == ranking[1][1]):
        return None
    return ranking[0][0]


def _signs_of(piece: str) -> Iterator[str]:
    first = piece[0]
    if first >= "\u0600":
        for begin, end, language in _SCRIPTS:
            if begin <= first <= end:
                yield language
                return
    yield from (language for language, words in STOP_WORDS.items() if piece in words)


_SCRIPTS = (
    ("\u0600", "\u06ff", "ar"), ("\u0e00", "\u0e7f", "th"), ("\u1100", "\u11ff", "ko"), ("\u3040", "\u30ff", "ja"),
    ("\u3400", "\u9fff", "zh"), ("\uac00", "\ud7af", "ko"),
)  # fmt: skip
