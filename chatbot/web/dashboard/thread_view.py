"""An open conversation as its templates need it: head, entries, and the drawer beside them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chatbot.domain.inbox import Opened
from chatbot.domain.news import Changed
from chatbot.kit.text import initials
from chatbot.storage.conversations import Conversation
from chatbot.storage.entries import Entry
from chatbot.web.dashboard.entry_view import EntryView, entry_view
from chatbot.web.dashboard.moments import Moment, moment
from chatbot.web.dashboard.row_view import RowView, row_view


@dataclass(frozen=True)
class EarlierView:
    """Another conversation of the same visitor."""

    id: str
    title: str
    state: str
    moment: Moment


@dataclass(frozen=True)
class DrawerView:
    """What is known beside the words. `page_url` empty where the visitor's page is not known."""

    name: str
    initials: str
    opened: Moment
    page_title: str
    page_url: str
    page: str
    reason: str
    urgent: bool
    sources: tuple[tuple[str, str | None], ...]
    earlier: list[EarlierView]


@dataclass(frozen=True)
class ThreadView:
    """`before` is the first seq shown where earlier entries exist, else None; `last_seq` the last one shown."""

    id: str
    row: RowView
    entries: list[EntryView]
    before: int | None
    last_seq: int
    visitor_read: int
    drawer: DrawerView


def thread_view(opened: Opened, shown: list[Entry], now: int) -> ThreadView:
    """The view of an open conversation with these of its entries."""
    conversation = opened.conversation
    first = shown[0].seq if shown else 1
    return ThreadView(
        conversation.id, row_view(_changed(opened), now),
        [entry_view(entry, conversation.id) for entry in shown], first if first > 1 else None,
        shown[-1].seq if shown else 0, conversation.visitor_read, drawer_view(opened),
    )  # fmt: skip


def drawer_view(opened: Opened) -> DrawerView:
    """The view of the drawer."""
    conversation = opened.conversation
    parts = urlsplit(conversation.page_url)
    return DrawerView(
        opened.visitor.called, initials(opened.visitor.name), moment(conversation.opened_at), conversation.page_title,
        conversation.page_url, f"{parts.netloc}{parts.path}", conversation.reason, conversation.priority == 1,
        _sources(opened.entries), [_earlier(each) for each in opened.earlier],
    )  # fmt: skip


def _changed(opened: Opened) -> Changed:
    operator = opened.standing.operator
    return Changed(opened.conversation, opened.visitor.called, operator[1] if operator else None, None)


def _sources(entries: list[Entry]) -> tuple[tuple[str, str | None], ...]:
    return tuple(dict.fromkeys(source for entry in entries for source in entry.sources))


def _earlier(conversation: Conversation) -> EarlierView:
    return EarlierView(conversation.id, conversation.title, conversation.state, moment(conversation.last_at))
