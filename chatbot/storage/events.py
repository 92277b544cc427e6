"""The ledger: who did what, why and when; written in the transaction of the change itself."""

import json
from typing import Any

from chatbot.kit.ids import random_id
from chatbot.storage.scope import Scope


def record(
    scope: Scope, kind: str, role: str, actor: str | None = None, conversation: str | None = None, **facts: Any
) -> None:
    """Adds a line to the ledger. `role` is visitor, ai, operator or system; `facts` hold ids and words, no messages."""
    scope.run(
        "INSERT INTO events (tenant_id, id, at, kind, conversation_id, actor_role, actor_id, facts)"
        " VALUES (:tenant, :id, :now, :kind, :conversation, :role, :actor, :facts)",
        id=random_id("e"), kind=kind, conversation=conversation, role=role, actor=actor, facts=json.dumps(facts),
        now=scope.now,
    )  # fmt: skip
