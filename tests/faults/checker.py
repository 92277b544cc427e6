"""Judges what happened: everything clients did and saw, against what the database holds in the end.

After Jepsen: clients log attempts, acknowledgements and what they saw; nothing here knows how the server works.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attempt:
    """A client sent a message for the first time. `at` in seconds."""

    who: str
    id: str
    text: str
    at: float


@dataclass(frozen=True)
class Ack:
    """A client was told that its message is stored."""

    who: str
    id: str
    seq: int
    conversation: str
    at: float


@dataclass(frozen=True)
class Refused:
    """A client was told that its message is not stored."""

    who: str
    id: str
    code: str


@dataclass(frozen=True)
class Seen:
    """A client was shown an entry."""

    who: str
    conversation: str
    seq: int
    text: str
    role: str
    at: float
    turn: str | None = None


@dataclass(frozen=True)
class Delta:
    """A client was shown a piece of a turn."""

    who: str
    turn: str


@dataclass(frozen=True)
class Stored:
    """An entry as the database holds it in the end."""

    conversation: str
    seq: int
    kind: str
    role: str
    text: str
    client_id: str | None = None
    turn: str | None = None
    interrupted: bool = False


@dataclass
class Log:
    """What all clients did and saw; for each client in its order."""

    attempts: list[Attempt] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)
    screens: list[Seen | Delta] = field(default_factory=list)

    @property
    def seen(self) -> list[Seen]:
        return [each for each in self.screens if isinstance(each, Seen)]


def check(log: Log, stored: list[Stored], limit: float) -> list[str]:
    """Everything that is wrong, in words; empty where nothing is. `limit` is how many seconds an end may take."""
    return [
        *_lost(log, stored), *_twice(stored), *_unexpected(log, stored), *_gaps(stored), *_screens(log, stored),
        *_not_shown(log), *_out_of_order(log), *_deltas_after(log), *_without_end(log, stored),
        *_answered_twice(stored), *_late(log, stored, limit),
    ]  # fmt: skip


def _by_conversation(stored: Iterable[Stored]) -> dict[str, list[Stored]]:
    found: dict[str, list[Stored]] = defaultdict(list)
    for entry in sorted(stored, key=lambda entry: entry.seq):
        found[entry.conversation].append(entry)
    return found


def _lost(log: Log, stored: list[Stored]) -> Iterator[str]:
    """Every acknowledged message is there, at its seq, with its words."""
    places = {entry.client_id: (entry.conversation, entry.seq, entry.text) for entry in stored if entry.client_id}
    words = {attempt.id: attempt.text for attempt in log.attempts}
    for ack in log.acks:
        if ack.id not in places:
            yield f"lost: {ack.id} of {ack.who}, acknowledged as {ack.seq}"
        elif places[ack.id] != (ack.conversation, ack.seq, words.get(ack.id)):
            yield f"changed: {ack.id} of {ack.who}, acknowledged as {ack.seq}, is {places[ack.id]}"


def _twice(stored: list[Stored]) -> Iterator[str]:
    """No message and no turn is there twice; every message's words are unique."""
    said = [entry for entry in stored if entry.client_id]
    for name, values in (
        ("id", [entry.client_id for entry in said]),
        ("text", [entry.text for entry in said]),
        ("turn", [entry.turn for entry in stored if entry.turn]),
    ):
        yield from (f"twice: {name} {value}" for value, count in Counter(values).items() if count > 1)


def _unexpected(log: Log, stored: list[Stored]) -> Iterator[str]:
    """Nothing is there that nobody sent; nothing that was refused."""
    sent, refused = {attempt.id for attempt in log.attempts}, {each.id for each in log.refusals}
    for entry in stored:
        if entry.kind == "message" and entry.role in ("visitor", "operator"):
            if entry.client_id not in sent:
                yield f"unexpected: {entry.client_id} at {entry.seq}"
            if entry.client_id in refused:
                yield f"stored though refused: {entry.client_id}"


def _gaps(stored: list[Stored]) -> Iterator[str]:
    for conversation, entries in _by_conversation(stored).items():
        if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
            yield f"gap: {conversation} has {[entry.seq for entry in entries]}"


def _screens(log: Log, stored: list[Stored]) -> Iterator[str]:
    """Whoever looked saw one entry after the other, none twice, each as it is stored; visitors from the first."""
    held = {(entry.conversation, entry.seq): (entry.text, entry.role) for entry in stored}
    last: dict[tuple[str, str], int] = {}
    for seen in log.seen:
        key = (seen.who, seen.conversation)
        before = last.get(key, 0 if seen.who.startswith("visitor") else seen.seq - 1)
        if seen.seq != before + 1:
            yield f"not contiguous: {seen.who} saw {seen.seq} after {before} of {seen.conversation}"
        if held.get((seen.conversation, seen.seq)) != (seen.text, seen.role):
            yield f"another entry: {seen.who} saw {seen.seq} of {seen.conversation} otherwise"
        last[key] = seen.seq


def _not_shown(log: Log) -> Iterator[str]:
    """Who was told that a message is stored has also seen it; so has everybody who looked at the conversation."""
    shown = {(seen.who, seen.conversation, seen.seq) for seen in log.seen}
    first: dict[tuple[str, str], int] = {}
    for seen in log.seen:
        first.setdefault((seen.who, seen.conversation), seen.seq)
    for ack in log.acks:
        if (ack.who, ack.conversation, ack.seq) not in shown:
            yield f"not shown: {ack.id} to its sender {ack.who}"
        for (who, conversation), begin in first.items():
            if conversation == ack.conversation and ack.seq >= begin and (who, conversation, ack.seq) not in shown:
                yield f"not shown: {ack.id} to {who}"


def _out_of_order(log: Log) -> Iterator[str]:
    """What was sent after an acknowledgement stands after the message acknowledged."""
    acks = {ack.id: ack for ack in reversed(log.acks)}
    for later in log.attempts:
        for ack in acks.values():
            own = ack.who == later.who and later.id in acks and acks[later.id].conversation == ack.conversation
            if own and ack.at < later.at and acks[later.id].seq < ack.seq:
                yield f"out of order: {later.id} before {ack.id}"


def _deltas_after(log: Log) -> Iterator[str]:
    """No piece of a turn follows its entry."""
    ended: set[tuple[str, str]] = set()
    for each in log.screens:
        if isinstance(each, Seen) and each.turn:
            ended.add((each.who, each.turn))
        elif isinstance(each, Delta) and (each.who, each.turn) in ended:
            yield f"a delta of {each.turn} followed its entry at {each.who}"


def _ends(entries: list[Stored]) -> Iterator[tuple[Stored, Stored | None, bool]]:
    """Each visitor message with the entry that ended it, or whether a person was there when it came."""
    person = False
    for place, entry in enumerate(entries):
        if entry.kind in ("joined", "left"):
            person = entry.kind == "joined"
        if entry.role == "visitor" and entry.kind == "message":
            yield entry, next((later for later in entries[place:] if later.role != "visitor"), None), person


def _without_end(log: Log, stored: list[Stored]) -> Iterator[str]:
    """Every visitor message found its end: an answer, whole or cut, a person, or a word of the house."""
    for conversation, entries in _by_conversation(stored).items():
        for message, end, person in _ends(entries):
            if end is None and not person:
                yield f"without an end: {message.client_id} at {message.seq} of {conversation}"


def _answered_twice(stored: list[Stored]) -> Iterator[str]:
    """The AI answers a question whole once at the most."""
    for conversation, entries in _by_conversation(stored).items():
        answered = 0
        for entry in entries:
            if entry.role == "visitor":
                answered = 0
            elif entry.role == "ai" and not entry.interrupted:
                answered += 1
                if answered > 1:
                    yield f"answered twice: {entry.seq} of {conversation}"


def _late(log: Log, stored: list[Stored], limit: float) -> Iterator[str]:
    """The sender sees the end of a message in time."""
    acks = {ack.id: ack for ack in reversed(log.acks)}
    shown = {(seen.who, seen.conversation, seen.seq): seen.at for seen in reversed(log.seen)}
    for entries in _by_conversation(stored).values():
        for message, end, person in _ends(entries):
            ack = acks.get(message.client_id or "")
            if ack is None or end is None or person:
                continue
            at = shown.get((ack.who, end.conversation, end.seq))
            if at is None or at - ack.at > limit:
                yield f"late: the end of {ack.id} was seen {'never' if at is None else f'after {at - ack.at:.1f} s'}"
