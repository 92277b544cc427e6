"""Passwords, hashed slowly and off the event loop."""

import asyncio
import ctypes
import ctypes.util

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""19 MiB and two passes: the OWASP minimum for Argon2id; the library's default takes 64 MiB a hash."""
_M_MMAP_THRESHOLD = -3


def return_memory_at_once() -> None:
    """Asks glibc to give blocks of 1 MiB or more back when freed; otherwise a dozen hashes leave 38 MB behind."""
    name = ctypes.util.find_library("c")
    mallopt = getattr(ctypes.CDLL(name), "mallopt", None) if name else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def hash_password(password: str) -> str:
    """The Argon2id hash, with its salt and costs, as one line. Takes some 30 ms."""
    return _HASHER.hash(password.encode("utf-8", "replace"))


class Passwords:
    """Checks passwords in threads, two at a time, so that guessing cannot use up memory."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(2)
        self._nobody = hash_password("nobody has this password")

    async def fits(self, password: str, hashed: str | None) -> bool:
        """True where the password is right. For an unknown person (None) it takes as long and is False."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, hashed)

    async def make(self, password: str) -> str:
        """The hash of a new password."""
        async with self._turns:
            return await asyncio.to_thread(hash_password, password)

    def _verify(self, password: str, hashed: str | None) -> bool:
        try:
            _HASHER.verify(hashed or self._nobody, password.encode("utf-8", "replace"))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None
