"""The one file that reads the system clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Gives the present as milliseconds since 1970 in UTC, as every row and `Scope.now` hold it."""


def now() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never steps; for durations within one run."""
    return time.monotonic()


def seconds(count: float) -> int:
    """So many seconds as milliseconds."""
    return int(count * 1000)


def rfc3339(instant: int) -> str:
    """An instant as clients read it, e.g. `2026-11-21T09:30:00.123Z`."""
    moment = datetime.fromtimestamp(instant / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"
