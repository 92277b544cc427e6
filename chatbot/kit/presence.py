"""Which people of a workspace have the app open now. In memory: a restart means nobody, until they are back."""

from collections import Counter
from collections.abc import Callable


class Presence:
    """Counts open operator sockets by person, and tells when somebody comes or goes."""

    def __init__(self) -> None:
        self._sockets: dict[int, Counter[str]] = {}
        self.changed: Callable[[int], None] = lambda tenant: None

    def arrive(self, tenant: int, user: str) -> None:
        """One more socket of this person."""
        sockets = self._sockets.setdefault(tenant, Counter())
        sockets[user] += 1
        if sockets[user] == 1:
            self.changed(tenant)

    def leave(self, tenant: int, user: str) -> None:
        """One socket fewer."""
        sockets = self._sockets[tenant]
        sockets[user] -= 1
        if sockets[user] <= 0:
            del sockets[user]
            if not sockets:
                del self._sockets[tenant]
            self.changed(tenant)

    def connected(self, tenant: int) -> frozenset[str]:
        """The ids of the people with the app open."""
        return frozenset(self._sockets.get(tenant, ()))
