"""Who is calling, and from which page: addresses and origins."""

import ipaddress
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from chatbot.config import Config

LOOPBACK: Mapping[str, str] = {"localhost": "localhost", "127.0.0.1": "127.0.0.1", "::1": "[::1]"}
"""This machine's names, as they stand in an address."""


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
    return origin in own_origins(config.origin)


@cache
def own_origins(base: str) -> frozenset[str]:
    """Every origin that is ours, letter by letter: what a stranger sends is compared and never taken apart."""
    parts = urlsplit(base)
    if parts.hostname not in LOOPBACK:
        return frozenset({base})
    port = f":{parts.port}" if parts.port else ""
    return frozenset({base, *(f"{parts.scheme}://{name}{port}" for name in LOOPBACK.values())})


def may_show_widget(origin: str, sites: tuple[str, ...], config: Config) -> bool:
    """True where the workspace lists no sites, lists this one, or the page is our own."""
    return not sites or origin in sites or is_own_origin(origin, config)
