"""Pages for anyone: the first page, and the chat as a page of its own."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chatbot.kit.errors import NotFound
from chatbot.web.house import House


async def landing(request: Request, house: House) -> Response:
    """`/`: what this is."""
    return HTMLResponse(house.render("site/landing.html", title="Foyer", demo=house.config.demo))


async def chat(request: Request, house: House) -> Response:
    """`/chat/{token}`: the same chat as a page of its own, for anyone with the link."""
    workspace = await house.directory.find(request.path_params["token"])
    if workspace is None:
        raise NotFound("There is no chat at this address.")
    page = house.render("site/chat.html", title=workspace.name, token=workspace.token, name=workspace.name)
    return HTMLResponse(page)
