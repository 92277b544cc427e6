"""Logs: one JSON object a line, without message texts and secrets."""

import json
import logging
import sys
from datetime import UTC, datetime

FIELDS = (
    "tenant",
    "conversation",
    "job",
    "kind",
    "reason",
    "path",
    "request",
    "seconds",
    "attempt",
    "address",
    "error",
)
"""The only extra fields a record may carry; text of people is not among them."""


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; control characters are escaped, so a line stays a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its time, level, room and allowed extra fields."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": moment, "level": record.levelname.lower(), "room": record.name}
        line["message"] = record.getMessage()
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class NotOurs(logging.Filter):
    """Drops what any stranger could fill the log with: a frame that is not UTF-8 closes its socket, which is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a line that says nothing of us."""
        return not record.getMessage().startswith("Invalid UTF-8 sequence")


def start(level: str) -> None:
    """Sends all records of `level` and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    for noisy in ("httpx2", "httpcore2", "anthropic", "markdown_it"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(NotOurs())
    logging.getLogger("uvicorn.access").disabled = True
