"""Which addresses an answer may contain: those of the workspace and of what it was given to read. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'\[\]()\\]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STRICT = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{1,5})?(?:[/?#][!-~]*)?", re.IGNORECASE)
"""Plain ASCII, no user name, no backslash: what every parser reads alike."""


class Addresses:
    """The hosts and mail addresses that may stand in an answer."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = {host.lower() for host in hosts if host}
        self._mails: set[str] = set()

    def learn(self, *texts: str) -> None:
        """Allows what stands in these texts: they are the workspace's own."""
        for text in texts:
            self._hosts.update(host_of(found) for found in _ADDRESS.findall(text))
            self._mails.update(found.lower() for found in _MAIL.findall(text))
        self._hosts.discard("")

    def allow(self, target: str) -> bool:
        """True where a link may lead there."""
        scheme, _, rest = target.partition(":")
        if scheme.lower() == "mailto":
            return rest.lower() in self._mails
        return _STRICT.fullmatch(target) is not None and host_of(target) in self._hosts


def host_of(address: str) -> str:
    """The host of an http(s) address in lower case; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
