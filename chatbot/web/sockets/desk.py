"""An operator's open window: the inbox, and the conversations it watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chatbot.domain.access import SignedIn
from chatbot.domain.inbox import Opened
from chatbot.domain.news import Acked, Added, Changed, Counts, ReadUpTo, Revoked, Standing, Typing
from chatbot.kit.clock import rfc3339
from chatbot.kit.drafts import Delta
from chatbot.kit.ids import random_id
from chatbot.storage.entries import Entry
from chatbot.web import frames
from chatbot.web.dashboard import parts
from chatbot.web.house import House
from chatbot.web.sockets import making
from chatbot.web.sockets.outlet import Outlet

REFUSED = 4401


class Watched:
    """One conversation on an operator's screen: listens first, is filled, then shows what came meanwhile."""

    def __init__(self) -> None:
        self.seq = 0
        self.waiting: list[Any] | None = []
        self.leave: list[Callable[[], None]] = []


class Desk:
    """Turns news of the workspace into frames for one operator."""

    def __init__(self, house: House, person: SignedIn, outlet: Outlet) -> None:
        self.house = house
        self.person = person
        self.id = random_id("s")
        self._outlet = outlet
        self._watched: dict[str, Watched] = {}
        self._open = False
        self._early: list[Any] = []
        self._leave = [
            house.hub.subscribe((person.tenant, name), self.hear)
            for name in ("inbox", f"socket:{self.id}", f"session:{person.session}", f"user:{person.member.user}")
        ]

    def send(self, frame: dict[str, Any]) -> None:
        """An answer to this window alone."""
        self._outlet.push(frame)

    def leave(self) -> None:
        """Hears no more."""
        for leave in self._leave:
            leave()
        for conversation in tuple(self._watched):
            self.unwatch(conversation)

    def open(self, epoch: int, counts: Counts, waiting: list[Changed]) -> None:
        """Sends `welcome`, then what was heard since listening began."""
        member = self.person.member
        user = {"id": member.user, "name": member.name, "role": member.role, "away": member.away}
        self.send(
            {
                "type": "welcome", "user": user, "epoch": epoch, "now": rfc3339(self.house.clock()),
                "counts": self._counts(counts), "waiting": [_call(each) for each in waiting],
            }
        )  # fmt: skip
        self._open = True
        for message in self._early:
            self.hear(message)
        self._early.clear()

    def watch(self, conversation: str) -> Watched:
        """Begins to listen to a conversation; `fill` shows it."""
        self.unwatch(conversation)
        watched = self._watched[conversation] = Watched()
        for name in (f"watch:{conversation}", f"draft:{conversation}"):
            topic = (self.person.tenant, name)
            watched.leave.append(self.house.hub.subscribe(topic, lambda message: self._about(watched, message)))
        return watched

    def fill(self, watched: Watched, opened: Opened, epoch: int) -> None:
        """Sends the conversation as it is; awaits nothing, so that draft and deltas meet without a gap."""
        id = opened.conversation.id
        draft = making.draft(self.house, self.person.tenant, id, opened.entries)
        watched.seq = opened.entries[-1].seq if opened.entries else opened.conversation.last_seq
        self.send(
            {
                "type": "conversation", "epoch": epoch, "now": rfc3339(self.house.clock()),
                "conversation": {
                    "id": id, "status": opened.standing.status, "title": opened.conversation.title,
                    "wait": frames.wait(opened.standing.wait), "operator": frames.operator(opened.standing),
                    "visitor": opened.visitor.called, "visitor_read": opened.conversation.visitor_read,
                },
                "entries": [self._entry(id, each) for each in opened.entries],
                "more": opened.more, "draft": draft, "notes": [],
                "reasons": [frames.reason(run) for run in opened.runs],
            }
        )  # fmt: skip
        heard, watched.waiting = watched.waiting or [], None
        for message in heard:
            if not isinstance(message, Delta):  # what was shown so far is in the draft
                self._about(watched, message)

    @contextmanager
    def hearing_of(self, conversation: str) -> Iterator[None]:
        """While this window acts on a conversation that it does not watch, it hears how that ends all the same."""
        if conversation in self._watched:
            yield
            return
        topic = (self.person.tenant, f"watch:{conversation}")
        leave = self.house.hub.subscribe(topic, self._standing)
        try:
            yield
        finally:
            leave()

    def _standing(self, message: Any) -> None:
        if isinstance(message, Standing):
            self.send(self._status(message))

    def unwatch(self, conversation: str) -> None:
        """Hears no more of a conversation."""
        watched = self._watched.pop(conversation, None)
        for leave in watched.leave if watched else ():
            leave()

    def hear(self, message: Any) -> None:
        """News of the workspace, of this window, or of this person."""
        if isinstance(message, Revoked):
            self._outlet.close(REFUSED)
        elif not self._open:
            self._early.append(message)
        elif isinstance(message, Changed):
            self.send(self._line(message))
        elif isinstance(message, Acked):
            ack = {"type": "ack", "id": message.id, "seq": message.seq, "conversation": message.conversation}
            self.send(ack)

    def _about(self, watched: Watched, message: Any) -> None:
        if watched.waiting is not None:
            watched.waiting.append(message)
        elif isinstance(message, Added):
            if message.entry.seq > watched.seq:
                watched.seq = message.entry.seq
                made = self._entry(message.conversation, message.entry)
                reason = None if message.run is None else frames.reason(message.run)
                self.send(
                    {"type": "entry", "conversation": message.conversation, "entry": made, "reason": reason}
                )  # fmt: skip
        elif isinstance(message, Delta):
            self.send({**frames.delta(message), "conversation": message.conversation})
        elif isinstance(message, Standing):
            self.send(self._status(message))
        elif isinstance(message, Typing):
            author = {"role": message.role, "name": message.author}
            self.send({"type": "typing", "conversation": message.conversation, "author": author})
        elif isinstance(message, ReadUpTo):
            self.send({"type": "read", "conversation": message.conversation, "seq": message.seq, "role": message.role})

    def _entry(self, conversation: str, entry: Entry) -> dict[str, Any]:
        return {**frames.entry(entry), "html": parts.entry_html(self.house.render, entry, conversation)}

    def _status(self, standing: Standing) -> dict[str, Any]:
        return {
            "type": "status", "conversation": standing.conversation, "status": standing.status,
            "wait": frames.wait(standing.wait), "operator": frames.operator(standing), "opens_at": None,
            "reachable": self.house.presence.reachable(self.person.tenant),
        }  # fmt: skip

    def _line(self, changed: Changed) -> dict[str, Any]:
        row = changed.conversation
        frame = {
            "type": "inbox", "conversation": row.id, "status": row.state, "title": row.title, "last_seq": row.last_seq,
            "owner": None if row.owner_id is None else {"id": row.owner_id, "name": changed.owner},
            "wait": _waiting(changed), "html": parts.row_html(self.house.render, changed, self.house.clock()),
        }  # fmt: skip
        return frame if changed.counts is None else {**frame, "counts": self._counts(changed.counts)}

    def _counts(self, counts: Counts) -> dict[str, int]:
        states = counts.states
        return {
            "waiting": states["waiting"], "ai": states["ai"], "all": sum(states.values()),
            "mine": counts.owners.get(self.person.member.user, 0),
        }  # fmt: skip


def _call(changed: Changed) -> dict[str, Any]:
    row = changed.conversation
    return {
        "conversation": row.id, "since": rfc3339(row.first_wait or row.opened_at), "priority": row.priority,
        "reason": row.reason, "title": row.title, "visitor": changed.visitor,
    }  # fmt: skip


def _waiting(changed: Changed) -> dict[str, Any] | None:
    row = changed.conversation
    if row.first_wait is None or row.wait_deadline is None:
        return None
    return {
        "since": rfc3339(row.first_wait), "deadline": rfc3339(row.wait_deadline), "priority": row.priority,
        "reason": row.reason,
    }  # fmt: skip
