"""Articles: what the AI answers from. Everybody reads them, admins write them."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatbot.domain import library
from chatbot.domain.access import Role, SignedIn
from chatbot.domain.library import Article
from chatbot.kit.errors import Refusal
from chatbot.web.dashboard.forms import field, read_form
from chatbot.web.dashboard.frame import page
from chatbot.web.dashboard.markdown import markdown
from chatbot.web.dashboard.moments import moment
from chatbot.web.house import House

KNOWLEDGE = "/app/knowledge"


@dataclass(frozen=True)
class Typed:
    """An article as somebody typed it."""

    title: str = ""
    body: str = ""
    url: str = ""


async def articles(request: Request, person: SignedIn, house: House) -> Response:
    """Every article, with its switch."""
    found = await house.db.read(person.tenant, library.list_articles)
    lines = [(article, moment(article.updated_at)) for article in found]
    return await page(request, person, house, "dashboard/knowledge.html", articles=lines)


async def new(request: Request, person: SignedIn, house: House) -> Response:
    """An empty article."""
    return await _form(request, person, house, None, Typed(), None)


async def add(request: Request, person: SignedIn, house: House) -> Response:
    """Keeps a new article: used from the next message on."""
    typed = _typed(await read_form(request))
    try:
        await house.db.write(
            person.tenant, library.add, typed.title, typed.body, typed.url or None, None, person.member.user
        )
    except Refusal as refusal:
        return await _form(request, person, house, None, typed, refusal)
    return RedirectResponse(KNOWLEDGE, 303)


async def article(request: Request, person: SignedIn, house: House) -> Response:
    """One article: to revise for admins, to read for everybody else."""
    found = await house.db.read(person.tenant, library.get, request.path_params["id"])
    if person.role < Role.ADMIN:
        html = await asyncio.to_thread(markdown, found.body)
        return await page(request, person, house, "dashboard/reading.html", article=found, html=html)
    return await _form(request, person, house, found, Typed(found.title, found.body, found.url or ""), None)


async def revise(request: Request, person: SignedIn, house: House) -> Response:
    """Replaces what the article says."""
    id, typed = request.path_params["id"], _typed(await read_form(request))
    before = await house.db.read(person.tenant, library.get, id)
    try:
        await house.db.write(person.tenant, library.revise, id, typed.title, typed.body, typed.url or None)
    except Refusal as refusal:
        return await _form(request, person, house, before, typed, refusal)
    return RedirectResponse(f"{KNOWLEDGE}/{id}", 303)


async def switch(request: Request, person: SignedIn, house: House) -> Response:
    """Takes the article out of all answers, or back in: the field `enabled` is `on` or `off`."""
    form = await read_form(request)
    await house.db.write(person.tenant, library.switch, request.path_params["id"], field(form, "enabled") == "on")
    return RedirectResponse(KNOWLEDGE, 303)


async def remove(request: Request, person: SignedIn, house: House) -> Response:
    """Deletes the article."""
    await house.db.write(person.tenant, library.remove, request.path_params["id"])
    return RedirectResponse(KNOWLEDGE, 303)


async def _form(
    request: Request, person: SignedIn, house: House, known: Article | None, typed: Typed, refusal: Refusal | None
) -> Response:
    html = await asyncio.to_thread(markdown, typed.body) if known else None  # a long article takes a second
    return await page(
        request, person, house, "dashboard/article.html", status=400 if refusal else 200, article=known, typed=typed,
        html=html, error=refusal and refusal.message, longest=library.LONGEST_BODY,
    )  # fmt: skip


def _typed(form: FormData) -> Typed:
    return Typed(field(form, "title"), field(form, "body"), field(form, "url").strip())
