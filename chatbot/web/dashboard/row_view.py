"""A line of the inbox as its template needs it; the same for every operator who looks."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chatbot.domain.news import Changed
from chatbot.domain.wording import clock
from chatbot.kit.text import initials
from chatbot.storage.conversations import Conversation
from chatbot.web.dashboard.moments import Moment, moment

STATES_THAT_NEED_SOMEBODY = ("waiting", "human")
HIGHEST = 1


@dataclass(frozen=True)
class Ticking:
    """A wait: `since` it is counted, `start` to `deadline` is the timeout; milliseconds. `text` is the clock now."""

    since: int
    start: int
    deadline: int
    text: str


@dataclass(frozen=True)
class RowView:
    """`owner_id` empty where nobody holds it; `role` is who wrote `text`; `urgent` is P1."""

    id: str
    name: str
    state: str
    owner_id: str
    owner: str
    owner_initials: str
    text: str
    role: str
    page: str
    urgent: bool
    unread: bool
    priority: int
    wait: Ticking | None
    first_wait: int
    last_at: int
    moment: Moment


def row_view(changed: Changed, now: int) -> RowView:
    """The view of a line at `now`, milliseconds since 1970."""
    conversation = changed.conversation
    return RowView(
        conversation.id, changed.visitor, conversation.state, conversation.owner_id or "", changed.owner or "",
        initials(changed.owner or ""), conversation.last_text, conversation.last_role, path_of(conversation.page_url),
        conversation.priority == HIGHEST, is_unread(conversation), conversation.priority, ticking(conversation, now),
        conversation.first_wait or 0, conversation.last_at, moment(conversation.last_at),
    )  # fmt: skip


def is_unread(conversation: Conversation) -> bool:
    """True where the visitor's newest message still waits for a person's eye."""
    waits_for_eyes = conversation.operator_read < max(1, conversation.question_seq)
    return conversation.state in STATES_THAT_NEED_SOMEBODY and waits_for_eyes


def ticking(conversation: Conversation, now: int) -> Ticking | None:
    """The clock of somebody who waits, or None."""
    if conversation.waiting_since is None or conversation.wait_deadline is None:
        return None
    since = conversation.first_wait or conversation.waiting_since
    return Ticking(since, conversation.waiting_since, conversation.wait_deadline, clock(now - since))


def path_of(url: str) -> str:
    """A page's path; of a site's first page the host."""
    parts = urlsplit(url)
    return parts.path if parts.path not in ("", "/") else parts.netloc
