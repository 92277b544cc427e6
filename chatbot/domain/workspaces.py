"""Making workspaces and letting people in."""

import re
from urllib.parse import urlsplit

from chatbot.domain.reach import TOPIC, Sites
from chatbot.kit.errors import Conflict, Invalid, NotFound
from chatbot.kit.hub import Topic
from chatbot.kit.ids import random_id
from chatbot.kit.text import one_line
from chatbot.storage import memberships, sessions, tenants, users
from chatbot.storage.scope import HOUSE, Scope, WideScope
from chatbot.storage.tenants import Workspace

ROLES = ("owner", "admin", "agent", "viewer")
CHANGED: Topic = (HOUSE, "workspaces")
"""Where the house hears that a workspace's settings are new."""
SHORTEST_PASSWORD = 10
MOST_SITES = 50
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
"""A host name as browsers send it in Origin (other scripts as xn--…), or an address."""
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}")


def create(
    scope: WideScope, name: str, email: str, owner_name: str, password: str, token: str | None = None
) -> tuple[Workspace, str]:
    """A new workspace with its owner; (workspace, the owner's id). `password` is the hash."""
    name = one_line(name, 80)
    if not name:
        raise Invalid("A workspace needs a name.")
    tenant = tenants.insert(scope, random_id("w"), token or random_id("wt", 26), name)
    inner = scope.within(tenant)
    owner = add_user(scope, inner, email, owner_name, password, "owner")
    return tenants.get(inner), owner


def add_user(scope: WideScope, inner: Scope, email: str, name: str, password: str, role: str) -> str:
    """Lets a person into a workspace; the person's id. Somebody known keeps their password and name."""
    address = checked_address(email)
    if role not in ROLES:
        raise Invalid(f"A role is one of {', '.join(ROLES)}.")
    known = users.find_by_email(scope, address)
    if known and memberships.find(inner, known.id):
        raise Conflict(f"{address} belongs to this workspace already.")
    id = known.id if known else random_id("u")
    if not known:
        users.insert(scope, id, address, one_line(name, 80) or address.split("@")[0], password)
    memberships.insert(inner, id, role)
    return id


def checked_address(email: str) -> str:
    """Exactly one e-mail address of at most 254 characters, or Invalid."""
    address = email.strip()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise Invalid(f"'{one_line(email, 60)}' is not an e-mail address.")
    return address


def checked_password(password: str) -> str:
    """A password of 10 to 1,000 characters, or Invalid."""
    if not SHORTEST_PASSWORD <= len(password) <= 1000:
        raise Invalid(f"A password has at least {SHORTEST_PASSWORD} characters.")
    return password


def change_password(scope: WideScope, email: str, password: str) -> None:
    """A new password hash; every sign-in of this person ends."""
    user = users.find_by_email(scope, email.strip())
    if user is None:
        raise NotFound(f"Nobody here signs in as {one_line(email, 60)}.")
    users.change_password(scope, user.id, password)
    sessions.remove_all_of(scope, user.id)


def checked_sites(text: str) -> tuple[str, ...]:
    """Origins, one a line, as browsers send them (`https://shop.example`); Invalid where one is not."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_SITES:
        raise Invalid(f"At most {MOST_SITES} sites.")
    return tuple(dict.fromkeys(_origin(line) for line in lines))


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line if "://" in line else f"https://{line}")
        port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme) else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or parts.username:
        raise Invalid(f"'{one_line(line, 60)}' is not a site. Write it as https://shop.example")
    return f"{parts.scheme}://{parts.hostname}{port}"


def set_sites(scope: WideScope, tenant: int, sites: tuple[str, ...]) -> None:
    """The origins that may show the widget; none means any site. Windows on other sites are closed."""
    tenants.change_sites(scope, tenant, sites)
    scope.publish(CHANGED, tenant)
    scope.publish((tenant, TOPIC), Sites(sites))


def set_greeting(scope: WideScope, tenant: int, greeting: str, suggestions: tuple[str, ...]) -> None:
    """What a visitor reads before the first message: a greeting and at most six suggested questions."""
    tenants.change_greeting(
        scope, tenant, one_line(greeting, 300), tuple(one_line(each, 80) for each in suggestions[:6])
    )
