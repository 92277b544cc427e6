"""The judge can say no: a good log passes, and every way of doctoring it is found."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.checker import Ack, Attempt, Delta, Log, Refused, Seen, Stored, check

STORED = [
    Stored("c", 1, "message", "visitor", "one", "m1"),
    Stored("c", 2, "message", "ai", "half", turn="t1", interrupted=True),
    Stored("c", 3, "message", "visitor", "two", "m2"),
    Stored("c", 4, "message", "ai", "whole", turn="t2"),
    Stored("c", 5, "joined", "operator", "Bob joined"),
    Stored("c", 6, "message", "operator", "hello", "m3"),
    Stored("c", 7, "message", "visitor", "three", "m4"),
]


def good() -> tuple[Log, list[Stored]]:
    log = Log(
        attempts=[
            Attempt("visitor 1", "m1", "one", 0), Attempt("visitor 1", "m2", "two", 2),
            Attempt("operator 1", "m3", "hello", 5), Attempt("visitor 1", "m4", "three", 6),
            Attempt("visitor 1", "m5", "never arrived", 7),
        ],
        acks=[
            Ack("visitor 1", "m1", 1, "c", 1), Ack("visitor 1", "m1", 1, "c", 1.5), Ack("visitor 1", "m2", 3, "c", 3),
            Ack("operator 1", "m3", 6, "c", 5.5), Ack("visitor 1", "m4", 7, "c", 6.5),
        ],
        screens=[Seen("visitor 1", "c", e.seq, e.text, e.role, float(e.seq), e.turn) for e in STORED],
    )  # fmt: skip
    log.screens[1:1] = [Delta("visitor 1", "t1")]
    log.screens += [Seen("operator 1", "c", e.seq, e.text, e.role, float(e.seq), e.turn) for e in STORED[3:]]
    return log, list(STORED)


def test_a_good_log_passes() -> None:
    assert check(*good(), limit=5) == []


Doctor = Callable[[Log, list[Stored]], None]


def _replace(entries: list[Stored], place: int, **fields: object) -> None:
    entries[place] = replace(entries[place], **fields)  # type: ignore[arg-type]


def _drop_all_after(log: Log, stored: list[Stored], seq: int) -> None:
    """As if the conversation had ended at `seq`."""
    stored[:] = [entry for entry in stored if entry.seq <= seq]
    kept = {entry.client_id for entry in stored}
    log.acks[:] = [ack for ack in log.acks if ack.id in kept]
    log.screens[:] = [each for each in log.screens if isinstance(each, Delta) or each.seq <= seq]


DOCTORED: dict[str, tuple[str, Doctor]] = {
    "an acknowledged message is gone": ("lost: m4", lambda log, stored: stored.pop()),
    "it stands at another seq": ("changed: m2", lambda log, stored: log.acks.append(Ack("visitor 1", "m2", 4, "c", 3))),
    "its words have changed": ("changed: m1", lambda log, stored: _replace(stored, 0, text="won")),
    "it is stored twice": (
        "twice: id m4", lambda log, stored: stored.append(Stored("d", 1, "message", "visitor", "three again", "m4")),
    ),
    "its words are stored twice": (
        "twice: text three",
        lambda log, stored: (
            log.attempts.append(Attempt("visitor 1", "m6", "three", 9)),
            stored.append(Stored("d", 1, "message", "visitor", "three", "m6")),
        )[0],
    ),
    "a turn has two entries": ("twice: turn t1", lambda log, stored: _replace(stored, 3, turn="t1")),
    "nobody sent it": ("unexpected: m3", lambda log, stored: log.attempts.pop(2)),
    "it was refused": (
        "stored though refused", lambda log, stored: log.refusals.append(Refused("visitor 1", "m4", "conflict")),
    ),
    "a seq is missing": ("gap: c", lambda log, stored: stored.pop(4)),
    "a screen skipped an entry": ("not contiguous: visitor 1 saw 4", lambda log, stored: log.screens.pop(3)),
    "a screen showed one twice": (
        "not contiguous: visitor 1 saw 3 after 3", lambda log, stored: log.screens.insert(4, log.screens[3]),
    ),
    "a visitor began late": ("not contiguous: visitor 1 saw 2 after 0", lambda log, stored: log.screens.pop(0)),
    "a screen showed something else": (
        "another entry: visitor 1 saw 1",
        lambda log, stored: log.screens.__setitem__(0, Seen("visitor 1", "c", 1, "won", "visitor", 1.0)),
    ),
    "its sender never saw it": ("not shown: m4 to its sender", lambda log, stored: log.screens.pop(7)),
    "a person who looked never saw it": ("not shown: m4 to operator 1", lambda log, stored: log.screens.pop()),
    "order was turned": (
        "out of order: m4 before m5",
        lambda log, stored: (
            log.acks.insert(0, Ack("visitor 1", "m5", 8, "c", 5.5)),
            stored.append(Stored("c", 8, "message", "visitor", "never arrived", "m5")),
        )[0],
    ),
    "a delta came late": ("a delta of t1", lambda log, stored: log.screens.append(Delta("visitor 1", "t1"))),
    "a message has no end": ("without an end: m2", lambda log, stored: _drop_all_after(log, stored, 3)),
    "it was answered twice": (
        "answered twice: 5", lambda log, stored: _replace(stored, 4, kind="message", role="ai", turn="t3"),
    ),
    "the end came late": (
        "late: the end of m1",
        lambda log, stored: log.screens.__setitem__(2, Seen("visitor 1", "c", 2, "half", "ai", 60.0, "t1")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DOCTORED)
def test_a_doctored_log_is_found(what: str) -> None:
    finding, doctor = DOCTORED[what]
    log, stored = good()
    doctor(log, stored)
    assert [problem for problem in check(log, stored, limit=5) if problem.startswith(finding)]
