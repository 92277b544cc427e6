"""Random names and secrets: nothing that leaves the server can be counted or guessed."""

import hashlib
import os
import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs without the look-alikes l, o, 0 and 1: five bits each."""
_SIGNS = (ALPHABET * 8).encode("ascii")
"""Every byte stands for one sign, each sign for eight bytes, so that all are equally likely."""


def random_id(prefix: str = "", length: int = 20) -> str:
    """A public name of 5 × length random bits (100 by default), e.g. `c_7hk…`."""
    name = os.urandom(length).translate(_SIGNS).decode("ascii")
    return f"{prefix}_{name}" if prefix else name


def secret() -> str:
    """A credential of 256 bits, safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def fingerprint(credential: str) -> bytes:
    """What is stored of a credential: SHA-256, enough for secrets of 128 bits or more."""
    return hashlib.sha256(credential.encode("utf-8", "replace")).digest()
