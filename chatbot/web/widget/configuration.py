"""What the widget needs to know before it opens: an explicit list of public fields, in one language."""

import json
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from chatbot.domain.wording import language_of, say
from chatbot.kit.errors import NotFound
from chatbot.kit.ids import fingerprint
from chatbot.kit.render import STATIC
from chatbot.kit.text import one_line
from chatbot.storage.tenants import Workspace
from chatbot.web import frames
from chatbot.web.house import House


@cache
def words_in(language: str) -> dict[str, str]:
    """The widget's own words in one language."""
    found: dict[str, str] = json.loads((STATIC / "widget" / f"words.{language}.json").read_text("utf-8"))
    return found


def configuration(house: House, workspace: Workspace, locale: str, *, words: bool = True) -> dict[str, Any]:
    """The public configuration; `words` False leaves out what the window has loaded already."""
    language = language_of(locale, workspace.language)
    shown: dict[str, Any] = {
        "name": workspace.name,
        "look": {"accent": workspace.accent, "position": "right", "launcher": "", "badge": True, "logo": None},
        "greeting": workspace.greeting or say(language, "greeting", shop=workspace.name),
        "suggestions": list(workspace.suggestions),
        "reachable": house.presence.reachable(workspace.id),
        "opens_at": None,
        "consent": None,
        "language": language,
    }
    return {**shown, "words": words_in(language)} if words else shown


async def show(request: Request, house: House) -> Response:
    """`/widget/config?token=&lang=`: for any site's page, with an ETag."""
    workspace = await house.directory.find(request.query_params.get("token", ""))
    if workspace is None:
        raise NotFound("No workspace has this token.")
    locale = one_line(request.query_params.get("lang", ""), 35)
    body = frames.text(configuration(house, workspace, locale))
    etag = f'"{fingerprint(body).hex()[:20]}"'
    headers = {
        "ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }  # fmt: skip
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
