"""Text that strangers send: cleaned once, where it comes in."""

import re
import unicodedata

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Categories that show nothing. Not the unassigned: an emoji newer than our tables is one, and visible."""
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0") | {chr(sign) for sign in range(0xFE00, 0xFE10)}
"""Fillers, the empty Braille cell and variation selectors: called letters, signs and marks, and yet nothing to see."""
_LOGIN = re.compile("^(https?://)[^/]*@")


def clean(text: str) -> str:
    """Without NUL, other control characters and lone surrogates; line ends as \\n; not stripped."""
    return _CONTROLS.sub("", _LONE_SURROGATES.sub("\ufffd", _LINE_ENDS.sub("\n", text)))


def one_line(text: str, limit: int = 200) -> str:
    """A name or title: one line, no direction overrides, at most `limit` characters."""
    flat = " ".join(_BIDI_OVERRIDES.sub("", clean(text)).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def is_blank(text: str) -> bool:
    """True where nothing can be seen: only spaces, fillers, marks of direction and other formats."""
    return all(unicodedata.category(sign) in _UNSEEN or sign in _UNSEEN_LETTERS for sign in text)


def initials(name: str) -> str:
    """One or two letters for somebody without a photo, e.g. `LH`; empty for no name."""
    words = [word for word in name.split() if word[0].isalnum()]
    picked = words[:1] + words[1:][-1:]
    return "".join(word[0].upper()[0] for word in picked)


def address_without_secrets(url: str, limit: int = 500) -> str:
    """A page's address as it may be kept: http(s) only, without login, query and fragment (they carry tokens)."""
    bare = one_line(url, 2000).split("#", 1)[0].split("?", 1)[0]
    trimmed = _LOGIN.sub(r"\1", bare)[:limit]
    return trimmed if trimmed.startswith(("http://", "https://")) else ""
