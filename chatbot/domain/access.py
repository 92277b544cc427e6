"""Signing in and out, and what each role may do."""

from dataclasses import dataclass
from enum import IntEnum

from chatbot.domain.news import Revoked
from chatbot.kit.clock import seconds
from chatbot.kit.errors import Unauthorised
from chatbot.kit.hub import Topic
from chatbot.kit.ids import fingerprint, secret
from chatbot.storage import memberships, sessions, users
from chatbot.storage.memberships import Member
from chatbot.storage.scope import HOUSE, Scope, WideScope

RECHECK: Topic = (HOUSE, "recheck")
"""Where operators' windows hear that every right is to be looked at again."""
STAYS_SIGNED_IN = seconds(14 * 86_400)


class Role(IntEnum):
    """Each role may do what those below it may. A viewer sees figures and knowledge, not what visitors write."""

    VIEWER = 1
    AGENT = 2
    ADMIN = 3
    OWNER = 4

    @classmethod
    def named(cls, name: str) -> "Role":
        """The role of a membership row."""
        return cls[name.upper()]


@dataclass(frozen=True)
class SignedIn:
    """A person at work in one workspace; `session` is the fingerprint of the cookie's secret, in hex."""

    tenant: int
    member: Member
    session: str

    @property
    def role(self) -> Role:
        """What this person may do."""
        return Role.named(self.member.role)


def find_login(scope: WideScope, email: str) -> tuple[users.User, int] | None:
    """The person and their workspace behind an address, or None."""
    user = users.find_by_email(scope, email.strip())
    tenant = user and memberships.first_tenant_of(scope, user.id)
    return (user, tenant) if user and tenant else None


def sign_in(scope: Scope, user: str) -> str:
    """A new session; its secret, for the cookie."""
    credential = secret()
    sessions.insert(scope, user, fingerprint(credential), scope.now + STAYS_SIGNED_IN)
    return credential


def who(scope: WideScope, credential: str) -> SignedIn:
    """The person behind a cookie, with their role as it is now; Unauthorised where there is none."""
    mark = fingerprint(credential)
    session = sessions.find(scope, mark)
    member = memberships.find(scope.within(session.tenant_id), session.user_id) if session else None
    if session is None or member is None:
        raise Unauthorised("Please sign in.")
    return SignedIn(session.tenant_id, member, mark.hex())


def sign_out(scope: Scope, signed_in: SignedIn) -> None:
    """Ends the session, and with it every window it has open."""
    sessions.remove(scope, signed_in.member.user, bytes.fromhex(signed_in.session))
    scope.publish(f"session:{signed_in.session}", Revoked())


def set_away(scope: Scope, user: str, away: bool) -> None:
    """Whether calls reach this person."""
    memberships.change_away(scope, user, away)


def end_expired(scope: WideScope) -> int:
    """Forgets the sign-ins that are over, and has every window look at its own; how many."""
    ended = sessions.remove_expired(scope)
    if ended:
        scope.publish(RECHECK, None)
    return ended
