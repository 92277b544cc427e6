"""Which addresses an answer may contain: those of the workspace and of what it was given to read."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from chatbot.ai.holding import Holding, Step

LONGEST_ADDRESS = 2000
"""Characters that are held back at the most, waiting for the end of an address."""

_KNOWN = re.compile(r"https?://[^\s<>\"'\[\]()\\]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STRICT = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{1,5})?(?:[/?#][!-~]*)?", re.IGNORECASE)
"""Plain ASCII, no user name, no backslash: what every parser reads alike."""
_START = re.compile(r"(?:https?|ftp):|www\.|<(?=[a-z])", re.IGNORECASE)
_MAY_START = re.compile(r"(?:h(?:t(?:t(?:ps?)?)?)?|ft?p?|w{1,3}|<)$", re.IGNORECASE)
_ADDRESS = re.compile(rf"[^\s<>\"'\[\]]{{1,{LONGEST_ADDRESS}}}")
_TRAILING = re.compile(r"[.,;:!?)*_]+$")


class Addresses:
    """The hosts and mail addresses that may stand in an answer."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = {host.lower() for host in hosts if host}
        self._mails: set[str] = set()

    def learn(self, *texts: str) -> None:
        """Allows what stands in these texts: they are the workspace's own."""
        for text in texts:
            self._hosts.update(host_of(found) for found in _KNOWN.findall(text))
            self._mails.update(found.lower() for found in _MAIL.findall(text))
        self._hosts.discard("")

    def allow(self, target: str) -> bool:
        """True where a link may lead there."""
        scheme, _, rest = target.partition(":")
        if scheme.lower() == "mailto":
            return rest.lower() in self._mails
        return _STRICT.fullmatch(target) is not None and host_of(target) in self._hosts


class Bare(Holding):
    """Bare addresses in a stream of text: a foreign one is cut down to its host, which carries nothing out."""

    START, MAY_START = _START, _MAY_START

    def __init__(self, addresses: Addresses) -> None:
        super().__init__()
        self._addresses = addresses

    def _begun(self, held: str, whole: bool, sign: str) -> Step:
        if sign == "<":
            return 1, "< "  # neither a tag nor Markdown's `<address>`
        return self._address(held, whole)

    def _address(self, held: str, whole: bool) -> Step:
        found = _ADDRESS.match(held)
        if found is None:
            return 1, held[0]
        if found.end() == len(held) and not whole and found.end() < LONGEST_ADDRESS:
            return None
        address = _TRAILING.sub("", found.group()) or found.group()
        full = f"https://{address}" if address.lower().startswith("www.") else address
        return len(address), address if self._addresses.allow(full) else host_of(full)


def host_of(address: str) -> str:
    """The host of an address in lower case; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
