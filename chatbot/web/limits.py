"""How much of a thing a stranger may do: token buckets in memory, every limit in one table."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping

from chatbot.kit.errors import TooMany

LIMITS: Mapping[str, tuple[float, float]] = {
    "visitor message": (20, 60),
    "address message": (600, 60),
    "address socket": (600, 60),
    "visitor frame": (240, 60),
    "operator frame": (600, 60),
    "sign-in from address": (30, 300),
    "sign-in to account from address": (10, 300),
    "sign-in to account": (200, 3600),
}
"""Name: (how many at once, seconds in which so many come back)."""
MOST_KEYS = 50_000
"""Buckets kept at the most; the one untouched longest goes first."""


class Limits:
    """Counts by limit and key. `scale` multiplies every limit (CHATBOT_LIMIT_SCALE)."""

    def __init__(self, scale: float, monotonic: Callable[[], float]) -> None:
        self._scale = scale
        self._monotonic = monotonic
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, limit: str, key: str) -> None:
        """Counts one; TooMany, with the seconds until the next is free, where the limit is reached."""
        many, per = LIMITS[limit]
        many *= self._scale
        rate, now = many / per, self._monotonic()
        left, since = self._buckets.pop((limit, key), (many, now))
        left = min(many, left + (now - since) * rate)
        if left >= 1:
            self._keep((limit, key), (left - 1, now))
            return
        self._keep((limit, key), (left, now))
        retry = math.ceil((1 - left) / rate)
        raise TooMany(f"That is a lot at once. Please wait {retry} seconds.", retry)

    def _keep(self, key: tuple[str, str], bucket: tuple[float, float]) -> None:
        self._buckets[key] = bucket
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
