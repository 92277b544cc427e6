"""Which workspace a widget token names: kept in memory, right within a second of a change."""

from chatbot.storage import house, tenants
from chatbot.storage.database import Database
from chatbot.storage.scope import WideScope
from chatbot.storage.tenants import Workspace

MOST_MISSES = 1000
"""Unknown tokens that are remembered, so that guessing does not reach the database each time."""


class Directory:
    """Looks tokens up once. `forget` drops everything; it is called on every change and when another process wrote."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, Workspace] = {}
        self._unknown: set[str] = set()
        self._epoch = 0
        self._generation = 0

    async def find(self, token: str) -> Workspace | None:
        """The workspace, or None for a token that nobody has."""
        if token in self._known:
            return self._known[token]
        if token in self._unknown or len(token) > 100:
            return None
        generation = self._generation
        found = await self._db.across_tenants().read(tenants.find_by_token, token)
        if generation != self._generation:  # it was told to forget while it looked: what it found may be old
            return await self.find(token)
        if found is not None:
            self._known[token] = found
        elif len(self._unknown) < MOST_MISSES:
            self._unknown.add(token)
        return found

    async def epoch(self) -> int:
        """The database's epoch."""
        if not self._epoch:
            self._epoch = await self._db.across_tenants().read(_epoch)
        return self._epoch

    def forget(self) -> None:
        """Everything is looked up anew."""
        self._generation += 1
        self._known.clear()
        self._unknown.clear()
        self._epoch = 0


def _epoch(scope: WideScope) -> int:
    return house.epoch(scope)
