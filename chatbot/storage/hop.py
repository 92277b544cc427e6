"""The one place that uses a private part of aiosqlite (0.22.1, pinned): running a function on a connection's thread.

aiosqlite has no public call for it. A test holds the contract: what is put into `_tx` runs in order on the
connection's own thread and its result arrives in the future on the loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import aiosqlite

Result = TypeVar("Result")


def submit(
    connection: aiosqlite.Connection, function: Callable[[sqlite3.Connection], Result]
) -> asyncio.Future[Result]:
    """Queues `function(raw connection)` for the connection's thread; the future holds what it returned or raised."""
    future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    raw = connection._conn
    connection._tx.put_nowait((future, lambda: function(raw)))
    return future
