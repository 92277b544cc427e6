"""`/ws/operator`: a person of the team comes in with the cookie, sees every change, and acts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from chatbot.domain import access, floor, handoff, inbox, talk
from chatbot.domain.access import Role, SignedIn
from chatbot.domain.news import Typing
from chatbot.domain.talk import Said
from chatbot.domain.wording import ENGLISH
from chatbot.kit.errors import Invalid, Refusal, TooMany, Unauthorised
from chatbot.kit.text import one_line
from chatbot.web import frames
from chatbot.web.addresses import header, is_own_origin
from chatbot.web.house import House
from chatbot.web.sessions import current
from chatbot.web.sockets.desk import Desk
from chatbot.web.sockets.incoming import Gone, decoded, kind_of, message_text, next_text, reference
from chatbot.web.sockets.outlet import Outlet

log = logging.getLogger(__name__)
REFUSED, NOT_FOR_VIEWERS = 4401, 4403
GRACE = 2.0
"""Seconds that a person counts as here after the last window closed: going from page to page opens another."""
WORDS = {**ENGLISH, "too_long": f"That message is too long: {talk.LONGEST_REPLY:,} characters at the most."}


class OperatorDoor:
    """The socket's application: one task for each window."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one window until it closes. A foreign page is refused before the handshake."""
        await receive()
        if not is_own_origin(header(scope, b"origin"), self._house.config):
            await send({"type": "websocket.close", "code": 1008})
            return
        connection = HTTPConnection(scope)
        await send({"type": "websocket.accept"})
        outlet = Outlet(send, self._house.supervisor)
        try:
            person = await current(connection, self._house)
        except Refusal:
            outlet.close(REFUSED)
        else:
            if person.role < Role.AGENT:
                outlet.close(NOT_FOR_VIEWERS)
            else:
                await self._serve(Desk(self._house, person, outlet), outlet, receive, connection)
        await outlet.flushed()

    async def _serve(self, desk: Desk, outlet: Outlet, receive: Receive, connection: HTTPConnection) -> None:
        person, house = desk.person, self._house
        here = Here(house, person)
        stop_checking = house.hub.subscribe(access.RECHECK, lambda _: self._recheck(connection, person, outlet))
        self._recheck(connection, person, outlet)  # a sign-out between the first look and this was heard by nobody
        here.set(not person.member.away)
        try:
            await self._open(desk)
            await self._talk(Commands(house, desk, here), outlet, receive)
        except Gone:
            pass
        finally:
            stop_checking()
            desk.leave()
            here.leave_soon()

    def _recheck(self, connection: HTTPConnection, person: SignedIn, outlet: Outlet) -> None:
        async def look() -> None:
            try:
                still = (await current(connection, self._house)).role == person.role
            except Unauthorised:
                still = False
            if not still:
                outlet.close(REFUSED)

        self._house.supervisor.start(look(), "rights")

    async def _open(self, desk: Desk) -> None:
        tenant, user = desk.person.tenant, desk.person.member.user
        counts = await self._house.db.read(tenant, inbox.counts)
        waiting = await self._house.db.read(tenant, inbox.lines, "waiting", user)
        desk.open(await self._house.directory.epoch(), counts, waiting)

    async def _talk(self, commands: "Commands", outlet: Outlet, receive: Receive) -> None:
        while not outlet.closed:
            raw = await next_text(receive)
            try:
                await self._obey(commands, outlet, raw)
            except Refusal as refusal:
                outlet.push(_error(refusal, raw))
            except Exception:
                log.exception("a frame failed", extra={"tenant": commands.tenant})
                outlet.push(frames.error("unavailable", "That did not work. Please try again.", reference(raw)))

    async def _obey(self, commands: "Commands", outlet: Outlet, raw: str | None) -> None:
        if not outlet.closed:  # the right to be here may have gone while the frame was on its way
            await commands.obey(raw)


def _error(refusal: Refusal, raw: str | None) -> dict[str, Any]:
    retry = refusal.retry_after if isinstance(refusal, TooMany) else None
    frame = frames.error(refusal.code, refusal.message, reference(raw), retry)
    try:
        return {**frame, "conversation": decoded(raw, frames.About).conversation}
    except Invalid:
        return frame


class Here:
    """This window's share in whether its person can be reached."""

    def __init__(self, house: House, person: SignedIn) -> None:
        self._house = house
        self._person = person
        self._counted = False

    def set(self, available: bool) -> None:
        """Counts the window, or does not."""
        if available != self._counted:
            self._counted = available
            presence = self._house.presence
            change = presence.arrive if available else presence.leave
            change(self._person.tenant, self._person.member.user)

    def leave_soon(self) -> None:
        """The window has closed; its person may be back with the next page."""

        async def later() -> None:
            await asyncio.sleep(GRACE)
            self.set(False)

        self._house.supervisor.start(later(), "presence")


class Commands:
    """What an operator's window may ask for, by the frame's type."""

    def __init__(self, house: House, desk: Desk, here: Here) -> None:
        self._house = house
        self._desk = desk
        self._here = here
        self.tenant = desk.person.tenant
        self._member = desk.person.member

    async def obey(self, raw: str | None) -> None:
        """Does what the frame says, or raises the Refusal that answers it."""
        self._house.limits.take("operator frame", self._desk.id)
        kind = kind_of(raw)
        command = TABLE.get(kind)
        if command is None:
            raise Invalid(f"There is no frame of type '{one_line(kind, 40)}' here.", "unknown_type")
        await command(self, raw)

    async def _watch(self, raw: str | None) -> None:
        frame = decoded(raw, frames.Watch)
        epoch = await self._house.directory.epoch()
        after = frame.after if frame.epoch == epoch else None
        watched = self._desk.watch(frame.conversation)
        try:
            opened = await self._house.db.read(self.tenant, inbox.open_conversation, frame.conversation, after)
        except Refusal:
            self._desk.unwatch(frame.conversation)
            raise
        self._desk.fill(watched, opened, epoch)

    async def _unwatch(self, raw: str | None) -> None:
        self._desk.unwatch(decoded(raw, frames.About).conversation)

    async def _claim(self, raw: str | None) -> None:
        await self._take_floor(raw, handoff.claim)

    async def _resolve(self, raw: str | None) -> None:
        await self._take_floor(raw, handoff.resolve)

    async def _release(self, raw: str | None) -> None:
        await self._move(raw, handoff.release)

    async def _hand_back(self, raw: str | None) -> None:
        await self._move(raw, handoff.hand_back)

    async def _reopen(self, raw: str | None) -> None:
        await self._move(raw, handoff.reopen)

    async def _take_floor(self, raw: str | None, function: Callable[..., Any]) -> None:
        id = decoded(raw, frames.About).conversation
        with self._desk.hearing_of(id):
            await floor.take(self._house.db, self._house.drafts, self.tenant, id, function, id, self._member)

    async def _move(self, raw: str | None, function: Callable[..., Any]) -> None:
        id = decoded(raw, frames.About).conversation
        with self._desk.hearing_of(id):
            await self._house.db.write(self.tenant, function, id, self._member)

    async def _message(self, raw: str | None) -> None:
        frame = decoded(raw, frames.Reply)
        said = Said(frame.id, message_text(frame.text, talk.LONGEST_REPLY, WORDS))
        await self._house.db.write(
            self.tenant, talk.operator_says, frame.conversation, self._member, said, self._desk.id
        )

    async def _typing(self, raw: str | None) -> None:
        id = decoded(raw, frames.About).conversation
        visitor = await self._house.db.read(self.tenant, talk.typing_to, id, self._member.user)
        if visitor is not None:
            news = Typing(id, "operator", self._member.first_name)
            self._house.hub.publish((self.tenant, f"visitor:{visitor}"), news)

    async def _read(self, raw: str | None) -> None:
        frame = decoded(raw, frames.ReadBy)
        await self._house.db.write(self.tenant, talk.operator_read, frame.conversation, frame.seq)

    async def _presence(self, raw: str | None) -> None:
        state = decoded(raw, frames.PresenceFrame).state
        if state not in ("available", "away"):
            raise Invalid("A person is available or away.")
        await self._house.db.write(self.tenant, access.set_away, self._member.user, state == "away")
        self._here.set(state == "available")


TABLE: Mapping[str, Callable[[Commands, str | None], Awaitable[None]]] = {
    "watch": Commands._watch,
    "unwatch": Commands._unwatch,
    "claim": Commands._claim,
    "release": Commands._release,
    "hand_back": Commands._hand_back,
    "resolve": Commands._resolve,
    "reopen": Commands._reopen,
    "message": Commands._message,
    "typing": Commands._typing,
    "read": Commands._read,
    "presence": Commands._presence,
}
"""The command of each type of frame. One table for all windows: a window that held its own could not be freed alone."""
