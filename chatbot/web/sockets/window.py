"""A visitor's open window: what it hears from the hub and shows, in order and without gaps."""

from collections.abc import Callable
from typing import Any

from chatbot.domain.news import Acked, Added, ReadUpTo, Standing, Typing
from chatbot.domain.reach import TOPIC, Reach, Sites
from chatbot.domain.talk import Guest, Page
from chatbot.domain.visiting import Visit
from chatbot.kit.clock import rfc3339
from chatbot.kit.drafts import Delta
from chatbot.kit.ids import random_id
from chatbot.storage.entries import Entry
from chatbot.storage.tenants import Workspace
from chatbot.web import frames
from chatbot.web.addresses import may_show_widget
from chatbot.web.house import House
from chatbot.web.sockets import making
from chatbot.web.sockets.outlet import Outlet

WRONG_SITE = 4403
"""Close code: the page's site may not show this widget."""


class Window:
    """Listens first, then is filled from the database, then shows what it heard meanwhile, less what came twice."""

    def __init__(self, house: House, workspace: Workspace, guest: Guest, outlet: Outlet, origin: str) -> None:
        self.house = house
        self.workspace = workspace
        self.guest = guest
        self.id = random_id("s")
        self.conversation: str | None = None
        self.page = Page()
        self._outlet = outlet
        self._origin = origin
        self._seq = 0
        self._status: dict[str, Any] | None = None
        self._waiting: list[Any] | None = []
        self._leave: list[Callable[[], None]] = []
        self._listen(f"visitor:{guest.id}", f"socket:{self.id}", TOPIC)

    def _listen(self, *names: str) -> None:
        for name in names:
            self._leave.append(self.house.hub.subscribe((self.workspace.id, name), self.hear))

    def send(self, frame: dict[str, Any]) -> None:
        """An answer to this window alone."""
        self._outlet.push(frame)

    def leave(self) -> None:
        """Hears no more."""
        for leave in self._leave:
            leave()

    def open(self, visit: Visit, secret: str, epoch: int, config: dict[str, Any]) -> None:
        """Sends `welcome` and everything that was heard since listening began. Awaits nothing, so that the draft it
        shows and the deltas that follow meet without a gap."""
        draft = None
        if visit.conversation is not None:
            self._adopt(visit.conversation.id)
            draft = making.draft(self.house, self.workspace.id, visit.conversation.id, visit.entries)
        self._seq = (
            visit.entries[-1].seq if visit.entries else (visit.conversation.last_seq if visit.conversation else 0)
        )
        welcome = {
            "type": "welcome", "visitor": secret, "epoch": epoch, "now": rfc3339(self.house.clock()), "config": config,
            "conversation": self._card(visit), "entries": [frames.entry(each) for each in visit.entries],
            "more": visit.more, "draft": draft,
        }  # fmt: skip
        self._outlet.push(welcome)
        heard, self._waiting = self._waiting or [], None
        for message in heard:
            self.hear(message)

    def _card(self, visit: Visit) -> dict[str, Any] | None:
        if visit.conversation is None or visit.standing is None:
            return None
        self._status = self._standing(visit.standing)
        card = {key: self._status[key] for key in ("status", "wait", "operator")}
        return {"id": visit.conversation.id, "title": visit.conversation.title, "asks": None, **card}

    def hear(self, message: Any) -> None:
        """One message of the hub; kept back until the window is open."""
        if self._waiting is not None:
            self._waiting.append(message)
            return
        if isinstance(message, Acked):
            self._adopt(message.conversation)
            self._outlet.push(
                {"type": "ack", "id": message.id, "seq": message.seq, "conversation": message.conversation}
            )
        elif isinstance(message, Reach):
            self._reach(message.reachable)
        elif isinstance(message, Sites):
            self._keep_to(message.allowed)
        elif isinstance(message, Added | Standing | Delta | Typing | ReadUpTo):
            self._show(message)

    def _show(self, message: Added | Standing | Delta | Typing | ReadUpTo) -> None:
        if self.conversation is None:
            self._adopt(message.conversation)
        if message.conversation != self.conversation:
            return
        if isinstance(message, Added):
            self._entry(message.entry)
        elif isinstance(message, Standing):
            self._status = self._standing(message)
            self._outlet.push(self._status)
        elif isinstance(message, Delta):
            self._outlet.push(frames.delta(message))
        elif message.role == "operator":
            self._other_side(message)

    def _entry(self, entry: Entry) -> None:
        if entry.seq > self._seq:
            self._seq = entry.seq
            self._outlet.push({"type": "entry", "entry": frames.entry(entry)})

    def _other_side(self, message: Typing | ReadUpTo) -> None:
        if isinstance(message, Typing):
            self._outlet.push({"type": "typing", "author": {"role": message.role, "name": message.author}})
        else:
            self._outlet.push({"type": "read", "seq": message.seq})

    def _standing(self, standing: Standing) -> dict[str, Any]:
        return {
            "type": "status", "status": standing.status, "wait": frames.wait(standing.wait),
            "operator": frames.person(standing), "opens_at": None,
            "reachable": self.house.presence.reachable(self.workspace.id),
        }  # fmt: skip

    def _reach(self, reachable: bool) -> None:
        if self._status is not None and self._status["reachable"] != reachable:
            self._status = {**self._status, "reachable": reachable}
            self._outlet.push(self._status)

    def _keep_to(self, sites: tuple[str, ...]) -> None:
        if not may_show_widget(self._origin, sites, self.house.config):
            self._outlet.close(WRONG_SITE)

    def _adopt(self, conversation: str) -> None:
        """The window's conversation is known now; a first message may have made it. A closed one may be followed by a
        new one, which then counts from 1 again."""
        if conversation != self.conversation:
            self.conversation = conversation
            self._seq = 0
            self._listen(f"draft:{conversation}")
