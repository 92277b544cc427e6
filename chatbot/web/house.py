"""What handlers are given: everything that `app.py` has built."""

from dataclasses import dataclass

from chatbot.config import Config
from chatbot.domain.directory import Directory
from chatbot.kit.clock import Clock
from chatbot.kit.crypto import Passwords
from chatbot.kit.drafts import Drafts
from chatbot.kit.hub import Hub
from chatbot.kit.presence import Presence
from chatbot.kit.render import Renderer
from chatbot.storage.database import Database
from chatbot.web.limits import Limits
from chatbot.work.supervisor import Supervisor


@dataclass(frozen=True)
class House:
    """The parts of one running server."""

    config: Config
    clock: Clock
    db: Database
    hub: Hub
    drafts: Drafts
    presence: Presence
    directory: Directory
    passwords: Passwords
    render: Renderer
    limits: Limits
    supervisor: Supervisor
