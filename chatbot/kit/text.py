"""Text that strangers send: cleaned once, where it comes in."""

import re
import unicodedata

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BIDI_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without NUL, other control characters and lone surrogates; line ends as \\n; not stripped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _LONE_SURROGATES.sub("\ufffd", text))


def one_line(text: str, limit: int = 200) -> str:
    """A name or title: one line, no direction overrides, at most `limit` characters."""
    flat = " ".join(_BIDI_OVERRIDES.sub("", clean(text)).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def is_blank(text: str) -> bool:
    """True where nothing can be seen: only spaces, marks of direction and other formats."""
    return not any(unicodedata.category(sign)[0] not in "ZC" for sign in text)


def initials(name: str) -> str:
    """One or two letters for somebody without a photo, e.g. `LH`; empty for no name."""
    words = [word for word in name.split() if word[0].isalnum()]
    picked = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in picked).upper()


def address_without_secrets(url: str, limit: int = 500) -> str:
    """A page's address as it may be kept: http(s) only, query and fragment dropped (they carry tokens)."""
    trimmed = one_line(url, 2000).split("#", 1)[0].split("?", 1)[0][:limit]
    return trimmed if trimmed.startswith(("http://", "https://")) else ""
