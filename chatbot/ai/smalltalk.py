"""Greetings, thanks and short answers that need no knowledge, in English and German. Pure."""

import re
from collections.abc import Mapping

from chatbot.kit.words import folded

LONGEST = 60
"""Characters: whatever is longer says more than hello."""
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "hello": (
        "",
        "hi hello hey hiya greetings good-morning good-afternoon good-evening good-day"
        " hallo moin servus guten-tag guten-morgen guten-abend gruss-gott gruezi",
        "there all everyone again zusammen nochmal",
    ),
    "thanks": (
        "ok okay great perfect super alright yes no ja nein gut prima toll",
        "thanks thank-you thx cheers ty danke dankeschon besten-dank vielen-dank vielen-lieben-dank herzlichen-dank",
        "so very much a lot again for your the help that s all was it great perfect fur die ihre hilfe schon sehr",
    ),
    "goodbye": (
        "ok okay thanks danke",
        "bye goodbye good-bye see-you have-a-nice-day have-a-good-day tschuss tschau ciao auf-wiedersehen schonen-tag",
        "bye later noch",
    ),
    "yes": (
        "oh ah ok okay",
        "yes yeah yep yup sure ok okay of-course absolutely please go-ahead do-that do-it i-would"
        " ja jo gern gerne klar bitte naturlich unbedingt machen-sie-das das-ware-gut sicher",
        "please do call one someone yes bitte gern gerne",
    ),
    "no": (
        "oh ah ok okay",
        "no nope nah not-now no-need never-mind nein nee nicht-notig lieber-nicht",
        "thanks thank you danke it s fine ok",
    ),
}
"""By kind: words that may come before, the words that make it one, and words that may follow."""


def _any(words: str) -> str:
    return "(?:" + "|".join(word.replace("-", " ") for word in words.split()) + ")"


_PATTERNS = {
    kind: re.compile((f"(?:{_any(before)} )*" if before else "") + f"{_any(core)}(?: {_any(after)})*")
    for kind, (before, core, after) in _KINDS.items()
}


def is_kind(text: str, kind: str) -> bool:
    """True where all of `text` is a `hello`, `thanks`, `goodbye`, `yes` or `no`."""
    if len(text) > LONGEST:
        return False
    plain = re.sub(r"[\W_]+", " ", folded(text)).strip()
    return _PATTERNS[kind].fullmatch(plain) is not None
