"""What all of a workspace's visitors' windows are told at once."""

from dataclasses import dataclass

TOPIC = "reach"


@dataclass(frozen=True)
class Reach:
    """Whether anybody can come now."""

    reachable: bool


@dataclass(frozen=True)
class Sites:
    """The origins that may show the widget are new; none means any."""

    allowed: tuple[str, ...]
