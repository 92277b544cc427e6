"""The list of conversations, queue by queue."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatbot.domain import inbox
from chatbot.domain.access import Role, SignedIn
from chatbot.domain.news import Changed
from chatbot.storage.scope import Scope
from chatbot.web.dashboard.frame import page
from chatbot.web.dashboard.row_view import RowView, row_view
from chatbot.web.house import House

TITLES = {"waiting": "Waiting", "mine": "Mine", "all": "All", "ai": "AI now", "resolved": "Resolved"}


@dataclass(frozen=True)
class QueueView:
    """A queue on screen. `people` are the rows with a person, below those who wait; `cut`: older ones are not shown."""

    name: str
    title: str
    rows: list[RowView]
    people: list[RowView]
    cut: bool


async def home(request: Request, person: SignedIn, house: House) -> Response:
    """A queue with no conversation open. Who may not read what visitors write is sent on to the knowledge."""
    if person.role < Role.AGENT:
        return RedirectResponse("/app/knowledge", 303)
    name = request.query_params.get("queue", "waiting")
    queue = await house.db.read(person.tenant, queue_view, name, person.member.user)
    return await page(request, person, house, "dashboard/inbox.html", queue=queue, thread=None)


def queue_view(scope: Scope, name: str, user: str) -> QueueView:
    """The queue's view; an unknown name is `waiting`."""
    known = name if name in TITLES else "waiting"
    rows = _rows(scope, inbox.lines(scope, known, user))
    people = _rows(scope, inbox.with_people(scope)) if known == "waiting" else []
    return QueueView(known, TITLES[known], rows, people, max(len(rows), len(people)) >= inbox.PAGE)


def _rows(scope: Scope, lines: list[Changed]) -> list[RowView]:
    return [row_view(line, scope.now) for line in lines]
