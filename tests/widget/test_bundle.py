"""The built widget as any site's page is given it: small, fresh after an upgrade, allowed everywhere."""

import gzip
from pathlib import Path

import brotli
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from chatbot.web.widget.bundle import DIST, Bundle, coding_for


@pytest.fixture
def site() -> TestClient:
    bundle = Bundle()
    routes = [Route("/widget.js", bundle.loader), Route("/widget/panel.{hash}.js", bundle.panel)]
    return TestClient(Starlette(routes=routes))


def raw(site: TestClient, path: str, **headers: str) -> httpx2.Response:
    """The answer with its body as it went over the wire."""
    with site.stream("GET", path, headers={"accept-encoding": "", **headers}) as answer:
        answer.wire = b"".join(answer.iter_raw())  # type: ignore[attr-defined]
        return answer


def name_of(pattern: str) -> str:
    return next(path.name for path in DIST.glob(pattern))


LATER = name_of("panel.wait-*.js")
PANEL = next(path.name for path in DIST.glob("panel.*.js") if path.name != LATER)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("BR", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("br;q=0,gzip;q=0", "identity"), ("*", "br"),
        ("*;q=0", "identity"), ("identity, gzip;q=0.5", "identity"), ("br;q=oops", "identity"),
        ("deflate", "identity"), ("*;q=0.5, br;q=0", "gzip"),
    ],
)  # fmt: skip
def test_a_client_gets_the_smallest_form_it_takes(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


@pytest.mark.parametrize("path", ["/widget.js", f"/widget/{PANEL}", f"/widget/{LATER}"])
def test_every_form_holds_the_same_script(site: TestClient, path: str) -> None:
    plain, packed, zipped = (raw(site, path, **{"accept-encoding": coding}) for coding in ("", "br", "gzip"))
    assert (
        brotli.decompress(packed.wire)
        == gzip.decompress(zipped.wire)
        == plain.wire
        == (DIST / Path(path).name).read_bytes()
    )
    assert [each.headers.get("content-encoding") for each in (plain, packed, zipped)] == [None, "br", "gzip"]
    assert len({each.headers["etag"] for each in (plain, packed, zipped)}) == 3


@pytest.mark.parametrize("path", ["/widget.js", f"/widget/{PANEL}", "/widget/panel.000000000000.js"])
def test_any_site_may_load_it_and_no_browser_may_guess_its_type(site: TestClient, path: str) -> None:
    headers = site.get(path).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["content-type"] == "text/javascript; charset=utf-8"


def test_the_loader_is_looked_for_again_after_five_minutes_and_the_panel_never(site: TestClient) -> None:
    assert site.get("/widget.js").headers["cache-control"] == "public, max-age=300"
    assert site.get(f"/widget/{PANEL}").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.get(f"/widget/{LATER}").headers["cache-control"] == "public, max-age=31536000, immutable"


def test_what_the_browser_has_already_is_not_sent_again(site: TestClient) -> None:
    first = site.get("/widget.js", headers={"accept-encoding": "br"})
    again = site.get(
        "/widget.js", headers={"accept-encoding": "br", "if-none-match": f'"x", W/{first.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "public, max-age=300"
    other = site.get("/widget.js", headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(("asked", "given"), [("panel.0123456789ab.js", PANEL), ("panel.wait-0123456789ab.js", LATER)])
def test_a_loader_from_before_an_upgrade_gets_todays_panel_which_nobody_keeps(
    site: TestClient, asked: str, given: str
) -> None:
    answer = site.get(f"/widget/{asked}")
    assert answer.content == (DIST / given).read_bytes()
    assert answer.headers["cache-control"] == "no-cache"


def test_a_missing_build_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Bundle(tmp_path)
