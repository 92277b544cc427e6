"""Facts about the whole file: its epoch."""

from chatbot.storage.scope import WideScope


def epoch(scope: WideScope) -> int:
    """Raised only when a restored database makes old sequence numbers worthless."""
    return int(scope.one("SELECT epoch FROM house WHERE id = 1")["epoch"])


def touch(scope: WideScope) -> None:
    """A small write, to see whether the disk takes one (SQLite skips an update that changes nothing)."""
    scope.run("UPDATE house SET touched = touched + 1 WHERE id = 1")
