"""Answers in the making: what of an AI answer has been shown so far, and the fence that stops it.

A draft lives in memory only. Whoever takes the floor from the AI freezes the conversation *before* the transaction is
sent off, hands what was shown to the transaction (which stores it as an interrupted entry, before its own entry),
and then either drops the draft (committed) or thaws it (refused). Between freeze and drop not one delta leaves, also
of an answer that begins meanwhile.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from chatbot.kit.ids import random_id

Key = tuple[int, str]
"""(tenant, conversation)."""


@dataclass(frozen=True)
class Shown:
    """What a visitor has seen of a turn: `n` deltas that join to `text`."""

    turn: str
    n: int
    text: str


@dataclass(frozen=True)
class Delta:
    """One more piece of a turn."""

    conversation: str
    turn: str
    n: int
    text: str


@dataclass(eq=False)
class Draft:
    """The answer that one run is making for one conversation."""

    key: Key
    floor: int
    emit: Callable[["Draft", Delta], None]
    release: Callable[["Draft"], None]
    turn: str = field(default_factory=lambda: random_id("t"))
    text: str = ""
    n: int = 0
    frozen: int = 0
    closed: bool = False
    _held: list[str] = field(default_factory=list)

    def say(self, text: str) -> bool:
        """Shows `text` at once. False once the floor is lost: the run must stop."""
        if self.closed:
            return False
        if self.frozen:
            self._held.append(text)
        elif text:
            self._show(text)
        return True

    def shown(self) -> Shown:
        """What has been shown so far."""
        return Shown(self.turn, self.n, self.text)

    def freeze(self) -> None:
        """Nothing more is shown until `thaw`. May be asked for more than once at a time."""
        self.frozen += 1

    def thaw(self) -> None:
        """Ends one freeze; what was held back is shown when the last one ends."""
        self.frozen -= 1
        if not self.frozen and not self.closed:
            held, self._held = self._held, []
            for text in held:
                self._show(text)

    def close(self) -> None:
        """Nothing is shown any more, for ever."""
        self.closed = True
        self._held.clear()
        self.release(self)

    def _show(self, text: str) -> None:
        self.n += 1
        self.text += text
        self.emit(self, Delta(self.key[1], self.turn, self.n, text))


class Drafts:
    """All answers in the making; at most one open draft a conversation."""

    def __init__(self, emit: Callable[[int, Delta], None]) -> None:
        self._emit = emit
        self._open: dict[Key, Draft] = {}
        self._frozen: Counter[Key] = Counter()

    def begin(self, tenant: int, conversation: str, floor: int) -> Draft:
        """A new draft with a fresh turn; an older one of the conversation is closed."""
        key = (tenant, conversation)
        self.drop(tenant, conversation)
        draft = Draft(key, floor, lambda made, delta: self._emit(made.key[0], delta), self._forget)
        draft.frozen = self._frozen[key]
        self._open[key] = draft
        return draft

    def find(self, tenant: int, conversation: str) -> Draft | None:
        """The open draft, if there is one."""
        return self._open.get((tenant, conversation))

    def freeze(self, tenant: int, conversation: str) -> Shown | None:
        """Nothing more is shown in the conversation until `thaw`; what has been shown, None without an open draft."""
        key = (tenant, conversation)
        self._frozen[key] += 1
        draft = self._open.get(key)
        if draft is None:
            return None
        draft.freeze()
        return draft.shown()

    def thaw(self, tenant: int, conversation: str) -> None:
        """Ends one freeze of the conversation."""
        key = (tenant, conversation)
        self._frozen[key] -= 1
        if not self._frozen[key]:
            del self._frozen[key]
        draft = self._open.get(key)
        if draft is not None:
            draft.thaw()

    def drop(self, tenant: int, conversation: str, turn: str | None = None) -> None:
        """Closes the open draft (only that of `turn`, where one is named)."""
        draft = self._open.get((tenant, conversation))
        if draft is not None and turn in (None, draft.turn):
            draft.close()

    def _forget(self, draft: Draft) -> None:
        if self._open.get(draft.key) is draft:
            del self._open[draft.key]

    def __len__(self) -> int:
        return len(self._open)
