"""`/ws/visitor`: a visitor's window comes in, says hello, and talks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from chatbot.domain import floor, handoff, talk, visiting
from chatbot.domain.news import Typing
from chatbot.domain.talk import Guest, Page, Said
from chatbot.domain.wording import LANGUAGES, language_of
from chatbot.kit.errors import Conflict, Invalid, NotFound, Refusal, TooMany
from chatbot.kit.ids import fingerprint, random_id, secret
from chatbot.kit.text import address_without_secrets, one_line
from chatbot.storage.tenants import Workspace
from chatbot.web import frames
from chatbot.web.addresses import client_address, header, may_show_widget
from chatbot.web.house import House
from chatbot.web.sockets.incoming import Gone, decoded, kind_of, message_text, next_text, reference
from chatbot.web.sockets.outlet import Outlet
from chatbot.web.sockets.window import WRONG_SITE, Window
from chatbot.web.widget.configuration import configuration

log = logging.getLogger(__name__)
HELLO_WITHIN = 10.0
REFUSED, NO_HELLO, TOO_BUSY = 4401, 4408, 1013


class VisitorDoor:
    """The socket's application: one task for each window."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one window until it closes."""
        await receive()
        address, origin = client_address(scope, self._house.config), header(scope, b"origin")
        scope["headers"] = []  # a window may stay for hours; its headers are not needed again (7 KiB each)
        await send({"type": "websocket.accept"})
        outlet = Outlet(send, self._house.supervisor)
        window: Window | None = None
        try:
            self._house.limits.take("address socket", address)
            window = await self._welcome(receive, outlet, origin)
            if window is not None:
                await self._talk(window, outlet, receive, address)
        except Gone:
            pass
        except Refusal:  # too many windows, or a database that cannot answer now: come back
            outlet.close(TOO_BUSY)
        finally:
            if window is not None:
                window.leave()
            await outlet.flushed()

    async def _welcome(self, receive: Receive, outlet: Outlet, origin: str) -> Window | None:
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                hello = await _first_hello(receive, outlet)
        except TimeoutError:
            outlet.close(NO_HELLO)
            return None
        workspace = await self._house.directory.find(hello.token)
        if workspace is None:
            outlet.close(REFUSED)
            return None
        if not may_show_widget(origin, workspace.sites, self._house.config):
            outlet.close(WRONG_SITE)
            return None
        return await self._open(hello, workspace, outlet, origin)

    async def _open(self, hello: frames.Hello, workspace: Workspace, outlet: Outlet, origin: str) -> Window:
        house, locale = self._house, one_line(hello.locale or workspace.language, 35)
        epoch = await house.directory.epoch()
        after = hello.after or 0 if hello.epoch == epoch else 0
        visitor, credential = await self._recognise(workspace, hello.visitor)
        guest = Guest(visitor, fingerprint(credential), locale)
        window = Window(house, workspace, guest, outlet, origin)
        try:
            named, lasting = hello.conversation or None, hello.conversation is msgspec.UNSET
            visit = await house.db.read(
                workspace.id, visiting.open_window, guest.fingerprint, named, after, lasting=lasting
            )
        except BaseException:
            window.leave()
            raise
        window.page = _page(hello.page)
        window.open(visit, credential, epoch, configuration(house, workspace, locale, words=False))
        return window

    async def _recognise(self, workspace: Workspace, credential: str | None) -> tuple[str, str]:
        """(visitor id, secret): the known ones, or new ones that nothing is stored of yet."""
        if credential:
            known = await self._house.db.read(workspace.id, visiting.recognise, fingerprint(credential))
            if known is not None:
                return known.id, credential
        return random_id("v"), secret()

    async def _talk(self, window: Window, outlet: Outlet, receive: Receive, address: str) -> None:
        commands = Commands(self._house, window, address)
        while not outlet.closed:
            raw = await next_text(receive)
            try:
                await commands.obey(raw)
            except Refusal as refusal:
                retry = refusal.retry_after if isinstance(refusal, TooMany) else None
                outlet.push(frames.error(refusal.code, refusal.message, reference(raw), retry))
            except Exception:
                log.exception("a frame failed", extra={"tenant": window.workspace.id})
                outlet.push(frames.error("unavailable", "That did not work. Please try again.", reference(raw)))


async def _first_hello(receive: Receive, outlet: Outlet) -> frames.Hello:
    while True:
        raw = await next_text(receive)
        try:
            if kind_of(raw) != "hello":
                raise Invalid("Say hello first.", "bad_frame")
            return decoded(raw, frames.Hello)
        except Invalid as refusal:
            outlet.push(frames.error(refusal.code, refusal.message, reference(raw)))


def _page(frame: frames.PageFrame | None) -> Page:
    if frame is None:
        return Page()
    return Page(
        address_without_secrets(frame.url), one_line(frame.title, 200), address_without_secrets(frame.referrer)
    )  # fmt: skip


class Commands:
    """What a visitor's window may ask for, by the frame's type."""

    def __init__(self, house: House, window: Window, address: str) -> None:
        self._house = house
        self._window = window
        self._address = address
        self._words = LANGUAGES[language_of(window.guest.locale)]

    async def obey(self, raw: str | None) -> None:
        """Does what the frame says, or raises the Refusal that answers it."""
        self._house.limits.take("visitor frame", self._window.id)
        kind = kind_of(raw)
        command = TABLE.get(kind)
        if command is None:
            raise Invalid(f"There is no frame of type '{one_line(kind, 40)}' here.", "unknown_type")
        await command(self, raw)

    async def _message(self, raw: str | None) -> None:
        frame, window = decoded(raw, frames.Message), self._window
        text = message_text(frame.text, talk.LONGEST, self._words)
        self._take(window.guest.id)
        if frame.page is not None:
            window.page = _page(frame.page)
        said = Said(frame.id, text, window.page)
        await self._take_floor(talk.visitor_says, window.guest, window.conversation, said, window.id)

    def _take(self, visitor: str) -> None:
        try:
            self._house.limits.take("visitor message", visitor)
            self._house.limits.take("address message", self._address)
        except TooMany as many:
            words = self._words["slow_down"].format(seconds=many.retry_after)
            raise TooMany(words, many.retry_after) from many

    async def _take_floor(self, function: Callable[..., Any], *args: Any) -> None:
        house, window = self._house, self._window
        await floor.take(house.db, house.drafts, window.workspace.id, window.conversation, function, *args)

    async def _history(self, raw: str | None) -> None:
        before, window = decoded(raw, frames.History).before, self._window
        found, more = await self._house.db.read(
            window.workspace.id, visiting.history, window.guest.id, self._current(), before
        )
        window.send({"type": "entries", "entries": [frames.entry(each) for each in found], "more": more})

    async def _typing(self, raw: str | None) -> None:
        window = self._window
        if window.conversation is not None:
            topic = (window.workspace.id, f"watch:{window.conversation}")
            self._house.hub.publish(topic, Typing(window.conversation, "visitor", ""))

    async def _read(self, raw: str | None) -> None:
        seq, window = decoded(raw, frames.Read).seq, self._window
        await self._house.db.write(window.workspace.id, talk.visitor_read, self._current(), window.guest.id, seq)

    async def _ask_human(self, raw: str | None) -> None:
        house, window = self._house, self._window
        self._take(window.guest.id)
        available = house.presence.available(window.workspace.id)
        await house.db.write(
            window.workspace.id, talk.visitor_asks_human, window.guest, window.conversation, window.page, available
        )

    async def _cancel_wait(self, raw: str | None) -> None:
        window = self._window
        try:
            await self._house.db.write(window.workspace.id, handoff.cancel_wait, self._current())
        except Conflict as conflict:
            raise Conflict(self._words["nothing_to_wait"]) from conflict

    async def _stop(self, raw: str | None) -> None:
        if self._window.conversation is not None:
            await self._take_floor(talk.stop, self._window.conversation, self._window.guest.id)

    async def _context(self, raw: str | None) -> None:
        frame, window = decoded(raw, frames.Context), self._window
        window.page = _page(frame.page)
        if window.conversation is not None and window.page.url:
            await self._house.db.write(window.workspace.id, talk.visitor_moves, window.conversation, window.page)

    def _current(self) -> str:
        if self._window.conversation is None:
            raise NotFound(self._words["not_found"])
        return self._window.conversation


TABLE: Mapping[str, Callable[[Commands, str | None], Awaitable[None]]] = {
    "message": Commands._message,
    "history": Commands._history,
    "typing": Commands._typing,
    "read": Commands._read,
    "ask_human": Commands._ask_human,
    "cancel_wait": Commands._cancel_wait,
    "stop": Commands._stop,
    "context": Commands._context,
}
"""The command of each type of frame. One table for all windows: a window that held its own could not be freed alone."""
