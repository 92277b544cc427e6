"""Who hears what: topics in memory. The hub is a hint, the database is the truth."""

import logging
from collections.abc import Callable
from typing import Any

Topic = tuple[int, str]
"""(tenant, name): a topic of one workspace can never be mistaken for another's."""
Listener = Callable[[Any], None]

log = logging.getLogger(__name__)


class Hub:
    """Delivers at once, in the order of publishing, on the loop. Nobody subscribed means nobody hears."""

    def __init__(self) -> None:
        self._listeners: dict[Topic, dict[int, Listener]] = {}
        self._next = 0

    def subscribe(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every message on `topic` until the returned function is called (twice is harmless)."""
        self._next += 1
        number = self._next
        self._listeners.setdefault(topic, {})[number] = listener

        def leave() -> None:
            listeners = self._listeners.get(topic)
            if listeners is not None:
                listeners.pop(number, None)
                if not listeners:
                    del self._listeners[topic]

        return leave

    def publish(self, topic: Topic, message: Any) -> None:
        """Hands `message` to every listener; one that raises does not keep it from the others."""
        for listener in tuple(self._listeners.get(topic, {}).values()):
            try:
                listener(message)
            except Exception:
                log.exception("a listener failed", extra={"tenant": topic[0], "kind": topic[1].split(":")[0]})

    def audience(self, topic: Topic) -> int:
        """How many listen."""
        return len(self._listeners.get(topic, ()))
