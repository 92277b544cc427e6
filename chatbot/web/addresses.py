"""Who is calling, and from which page: addresses and origins."""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chatbot.config import Config

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """The last value of a header, or an empty string."""
    found = ""
    for key, value in scope["headers"]:
        if key == name:
            found = value.decode("latin-1")
    return found


def client_address(scope: Mapping[str, Any], config: Config) -> str:
    """The caller's address. Behind trusted proxies (only those named in the settings): the rightmost hop that is not
    one of them."""
    peer: str = (scope.get("client") or ("unknown", 0))[0]
    hops = [hop.strip() for hop in header(scope, b"x-forwarded-for").split(",") if hop.strip()]
    while _trusted(peer, config) and hops:
        peer = hops.pop()
    return peer[:64]


def _trusted(address: str, config: Config) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in config.trusted_proxies)


def is_own_origin(origin: str, config: Config) -> bool:
    """True for the base address's origin; on loopback also for the other names of this machine at the same port."""
    if origin == config.origin:
        return True
    ours, theirs = urlsplit(config.origin), urlsplit(origin)
    try:
        same_port = ours.port == theirs.port
    except ValueError:
        return False
    on_loopback = ours.hostname in LOOPBACK and theirs.hostname in LOOPBACK
    return on_loopback and same_port and ours.scheme == theirs.scheme and origin == f"{theirs.scheme}://{theirs.netloc}"


def may_show_widget(origin: str, sites: tuple[str, ...], config: Config) -> bool:
    """True where the workspace lists no sites, lists this one, or the page is our own."""
    return not sites or origin in sites or is_own_origin(origin, config)
