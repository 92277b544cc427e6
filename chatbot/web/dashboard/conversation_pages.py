"""One conversation: its page, its drawer, and why the AI answered as it did."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chatbot.domain import inbox
from chatbot.domain.access import SignedIn
from chatbot.kit.errors import NotFound
from chatbot.storage import entries, runs
from chatbot.storage.conversations import Conversation
from chatbot.storage.runs import Run
from chatbot.storage.scope import Scope
from chatbot.web.dashboard.frame import page
from chatbot.web.dashboard.queue_pages import TITLES, QueueView, queue_view
from chatbot.web.dashboard.thread_view import DrawerView, ThreadView, drawer_view, thread_view
from chatbot.web.house import House


async def conversation(request: Request, person: SignedIn, house: House) -> Response:
    """The conversation beside its queue; `?before=SEQ` shows what stands before, `?queue=` names the list."""
    id, name = request.path_params["id"], request.query_params.get("queue", "")
    before = _seq(request.query_params.get("before", ""))
    queue, thread = await house.db.read(person.tenant, _both, id, name, before, person.member.user)
    return await page(request, person, house, "dashboard/inbox.html", queue=queue, thread=thread)


async def drawer(request: Request, person: SignedIn, house: House) -> Response:
    """The drawer alone, for a page that is open and has news."""
    view = await house.db.read(person.tenant, _drawer, request.path_params["id"])
    return HTMLResponse(house.render("parts/drawer.html", drawer=view))


async def answer(request: Request, person: SignedIn, house: House) -> Response:
    """What made one answer: passages, model, tokens, cost, times."""
    id, turn = request.path_params["id"], request.path_params["turn"]
    run = await house.db.read(person.tenant, _run, id, turn)
    return await page(request, person, house, "dashboard/answer.html", run=run, conversation=id)


def _both(scope: Scope, id: str, queue: str, before: int | None, user: str) -> tuple[QueueView, ThreadView]:
    opened = inbox.open_conversation(scope, id)
    shown = opened.entries if before is None else entries.before(scope, id, before)
    name = queue if queue in TITLES else _queue_of(opened.conversation, user)
    return queue_view(scope, name, user), thread_view(opened, shown, scope.now)


def _queue_of(conversation: Conversation, user: str) -> str:
    if conversation.state != "human":
        return conversation.state
    return "mine" if conversation.owner_id == user else "all"


def _drawer(scope: Scope, id: str) -> DrawerView:
    return drawer_view(inbox.open_conversation(scope, id))


def _run(scope: Scope, id: str, turn: str) -> Run:
    found = next((run for run in runs.of_conversation(scope, id) if run.turn == turn), None)
    if found is None:
        raise NotFound("Nothing is known about that answer.")
    return found


def _seq(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
