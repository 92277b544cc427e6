"""What stands around every page of the operator's app: who is here, the queues with their counts, the theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chatbot.domain import inbox
from chatbot.domain.access import Role, SignedIn
from chatbot.domain.news import Counts
from chatbot.kit.text import initials
from chatbot.storage import tenants
from chatbot.storage.memberships import Member
from chatbot.storage.scope import Scope
from chatbot.web.house import House

THEME = "foyer-theme"
"""The cookie that holds a device's theme."""
THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Frame:
    """`works`: reads and answers visitors; `edits`: changes knowledge and the widget. `counts` by queue."""

    me: Member
    initials: str
    works: bool
    edits: bool
    workspace: str
    counts: Mapping[str, int]
    theme: str


async def page(
    request: Request, person: SignedIn, house: House, template: str, *, status: int = 200, **context: Any
) -> Response:
    """A whole page of the app. `context` is what the template needs beside the frame."""
    frame = await house.db.read(person.tenant, _frame, person, theme_of(request))
    return HTMLResponse(house.render(template, frame=frame, **context), status)


def _frame(scope: Scope, person: SignedIn, theme: str) -> Frame:
    me = person.member
    return Frame(
        me, initials(me.name), person.role >= Role.AGENT, person.role >= Role.ADMIN, tenants.get(scope).name,
        by_queue(inbox.counts(scope), me.user), theme,
    )  # fmt: skip


def by_queue(counts: Counts, user: str) -> dict[str, int]:
    """The numbers beside the queues, as this person sees them."""
    states = counts.states
    return {
        "waiting": states["waiting"], "mine": counts.owners.get(user, 0), "all": sum(states.values()),
        "ai": states["ai"],
    }  # fmt: skip


def theme_of(request: Request) -> str:
    """The theme of this device: light, dark, or system where it follows the device's own."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else "system"
