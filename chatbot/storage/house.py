"""Facts about the whole file: its epoch."""

from chatbot.storage.scope import WideScope


def epoch(scope: WideScope) -> int:
    """Raised only when a restored database makes old sequence numbers worthless."""
    return int(scope.one("SELECT epoch FROM house WHERE id = 1")["epoch"])


def touch(scope: WideScope) -> None:
    """A write that changes nothing, to see whether the disk takes one."""
    scope.run("UPDATE house SET created_at = created_at WHERE id = 1")
