"""How sure an answer may be, 0–100: from what it cited and how it ended. Pure.

The rule, simply: an answer is as good as the best passage it cites (the passage's own 0–100 score), a little more when
a second source agrees, half of the best passage it was given when it cites none of them, 25 when it had nothing to go
by, and never above 40 when it was cut short.
"""

from collections.abc import Sequence

WITHOUT_SOURCE = 25
CUT_SHORT = 40
SECOND_SOURCE = 5
WHOLE = frozenset({"end_turn", "stop_sequence"})


def confidence(cited: Sequence[float], given: Sequence[float], stop: str) -> int:
    """The confidence of an answer; `cited` and `given` are passages' scores, `stop` is why the model stopped."""
    if cited:
        sure = max(cited) + SECOND_SOURCE * (len(cited) > 1)
    elif given:
        sure = max(given) / 2
    else:
        sure = WITHOUT_SOURCE
    if stop not in WHOLE:
        sure = min(sure, CUT_SHORT)
    return round(min(100.0, max(0.0, sure)))
