"""The demo: a made-up shop with its articles and one operator, whose password is new at every start."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.domain import access, library, workspaces
from chatbot.kit.errors import NotFound
from chatbot.storage import tenants, users
from chatbot.storage.scope import WideScope
from chatbot.storage.tenants import Workspace

SHOP = "Spaak"
OPERATOR = "noor@spaak.example"
OPERATOR_NAME = "Noor de Wit"
GREETING = "Hello. I’m Spaak’s AI. I know our parts, orders and returns, and I can call a colleague whenever you like."
SUGGESTIONS = ("Will this wheel fit?", "Where is my order?", "Send something back")


@dataclass(frozen=True)
class Help:
    """One help page of the shop: Markdown and the address it is read at."""

    body: str
    url: str


def furnish(scope: WideScope, password: str, pages: Sequence[Help]) -> Workspace:
    """Makes the demo's workspace where there is none, and gives its operator a new password (a hash)."""
    known = users.find_by_email(scope, OPERATOR)
    if known is not None:
        workspaces.change_password(scope, OPERATOR, password)
        return workspace(scope)
    made, _ = workspaces.create(scope, SHOP, OPERATOR, OPERATOR_NAME, password)
    workspaces.set_greeting(scope, made.id, GREETING, SUGGESTIONS)
    for page in pages:
        library.add(scope.within(made.id), "", page.body, url=page.url)
    return tenants.get(scope.within(made.id))


def workspace(scope: WideScope) -> Workspace:
    """The demo's workspace; NotFound where the demo was never started."""
    found = access.find_login(scope, OPERATOR)
    if found is None:
        raise NotFound("The demo has not been set up here.")
    return tenants.get(scope.within(found[1]))
