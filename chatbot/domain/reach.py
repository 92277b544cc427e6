"""Tells a workspace's windows when people can be reached, and when they no longer can."""

from dataclasses import dataclass

TOPIC = "reach"


@dataclass(frozen=True)
class Reach:
    """Whether anybody can come now."""

    reachable: bool
