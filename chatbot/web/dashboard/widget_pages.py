"""The widget: the tag to copy, and the sites that may show it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatbot.domain import workspaces
from chatbot.domain.access import SignedIn
from chatbot.kit.errors import Invalid
from chatbot.storage import tenants
from chatbot.web.dashboard.forms import field, read_form
from chatbot.web.dashboard.frame import page
from chatbot.web.house import House


async def widget(request: Request, person: SignedIn, house: House) -> Response:
    """The tag of this workspace and its allowed sites."""
    workspace = await house.db.read(person.tenant, tenants.get)
    return await _page(request, person, house, "\n".join(workspace.sites), None)


async def change_sites(request: Request, person: SignedIn, house: House) -> Response:
    """Replaces the allowed sites: the field `sites`, one a line; none means any site."""
    typed = field(await read_form(request), "sites")
    try:
        sites = workspaces.checked_sites(typed)
    except Invalid as refusal:
        return await _page(request, person, house, typed, refusal.message)
    await house.db.across_tenants().write(workspaces.set_sites, person.tenant, sites)
    return RedirectResponse("/app/widget", 303)


async def _page(request: Request, person: SignedIn, house: House, sites: str, error: str | None) -> Response:
    workspace = await house.db.read(person.tenant, tenants.get)
    base = house.config.base_url
    return await page(
        request, person, house, "dashboard/widget.html", status=400 if error else 200, sites=sites, error=error,
        tag=f'<script async src="{base}/widget.js" data-token="{workspace.token}"></script>',
        chat=f"{base}/chat/{workspace.token}",
    )  # fmt: skip
