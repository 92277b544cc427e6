"""Times as templates show them: in UTC here, in the reader's zone as soon as the browser has them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chatbot.kit.clock import rfc3339


@dataclass(frozen=True)
class Moment:
    """An instant: `iso` for programs, `clock` (10:36) and `day` (21 November 2026) for people, both in UTC."""

    iso: str
    clock: str
    day: str


def moment(instant: int) -> Moment:
    """An instant in milliseconds since 1970."""
    found = datetime.fromtimestamp(instant / 1000, UTC)
    return Moment(rfc3339(instant), f"{found:%H:%M}", f"{found.day} {found:%B %Y}")
