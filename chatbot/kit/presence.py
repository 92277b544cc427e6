"""Which people of a workspace can be reached in the app now. In memory: a restart means nobody, until they are back."""

from collections import Counter
from collections.abc import Callable


class Presence:
    """Counts the open windows of people who are not away, and tells when a workspace becomes reachable or not."""

    def __init__(self) -> None:
        self._windows: dict[int, Counter[str]] = {}
        self.changed: Callable[[int, bool], None] = lambda tenant, reachable: None

    def arrive(self, tenant: int, user: str) -> None:
        """One more window of this person."""
        before = self.reachable(tenant)
        self._windows.setdefault(tenant, Counter())[user] += 1
        if not before:
            self.changed(tenant, True)

    def leave(self, tenant: int, user: str) -> None:
        """One window fewer."""
        windows = self._windows[tenant]
        windows[user] -= 1
        if windows[user] <= 0:
            del windows[user]
        if not windows:
            del self._windows[tenant]
            self.changed(tenant, False)

    def available(self, tenant: int) -> frozenset[str]:
        """The ids of the people who can be reached."""
        return frozenset(self._windows.get(tenant, ()))

    def reachable(self, tenant: int) -> bool:
        """True where anybody can be reached."""
        return tenant in self._windows
