"""The widget's built files, read once and answered from memory in the smallest form that the browser takes."""

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from chatbot.kit.ids import fingerprint
from chatbot.kit.render import STATIC

DIST = STATIC / "widget" / "dist"
FORMS = (("br", ".br"), ("gzip", ".gz"), ("identity", ""))
"""Content codings, best first, with the suffix of their file."""
SHARED = {
    "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding",
}  # fmt: skip
LATER = "panel.wait-"
"""What the name of the module begins with that comes when somebody waits for a person."""
FIVE_MINUTES = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Script:
    """One script in every form, by content coding, and the mark of its text."""

    name: str
    forms: dict[str, bytes]
    mark: str


def read_script(path: Path) -> Script:
    """The script and its compressed copies. FileNotFoundError where one has not been built."""
    forms = {coding: path.with_name(path.name + suffix).read_bytes() for coding, suffix in FORMS}
    return Script(path.name, forms, fingerprint(forms["identity"].decode()).hex()[:20])


def weights(accept_encoding: str) -> dict[str, float]:
    """The codings a client takes and how gladly, 0 to 1 (RFC 9110, 12.5.3). What can't be read counts as not taken."""
    found: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        found[coding] = float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0
    return found


def coding_for(accept_encoding: str) -> str:
    """The best coding that the client takes; identity where it takes none of ours."""
    taken = weights(accept_encoding)
    others = taken.get("*", 0.0)
    liked = {"br": taken.get("br", others), "gzip": taken.get("gzip", others)}
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] > 0 and liked[best] >= taken.get("identity", 0.0) else "identity"


class Bundle:
    """Loader, panel and the panel's later module as `make widget` built them."""

    def __init__(self, dist: Path = DIST) -> None:
        self._loader = read_script(dist / "widget.js")
        self._parts = {path.name: read_script(path) for path in dist.glob("panel.*.js")}

    async def loader(self, request: Request) -> Response:
        """`/widget.js`: kept for five minutes, so that an upgrade reaches every site soon."""
        return answer(request, self._loader, FIVE_MINUTES)

    async def panel(self, request: Request) -> Response:
        """`/widget/panel.{hash}.js`. A loader kept from before an upgrade asks for a panel that is gone: it gets
        today's, which nobody keeps under that name."""
        asked = f"panel.{request.path_params['hash']}.js"
        if asked in self._parts:
            return answer(request, self._parts[asked], FOR_EVER)
        return answer(request, self._today(asked), "no-cache")

    def _today(self, asked: str) -> Script:
        is_later = asked.startswith(LATER)
        return next(script for name, script in self._parts.items() if name.startswith(LATER) == is_later)


def answer(request: Request, script: Script, keep: str) -> Response:
    """The script in the form the client takes best, or 304 where it has that form already."""
    coding = coding_for(request.headers.get("accept-encoding", ""))
    etag = f'"{script.mark}-{coding}"'
    headers = {**SHARED, "Cache-Control": keep, "ETag": etag}
    if etag in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return Response(script.forms[coding], media_type="text/javascript", headers=headers)
