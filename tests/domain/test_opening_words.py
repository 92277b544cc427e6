"""What the ledger keeps of a conversation's beginning."""

from chatbot.domain import talk, workspaces
from chatbot.domain.talk import Guest, Said
from chatbot.kit.ids import fingerprint
from chatbot.storage.database import Database
from chatbot.storage.scope import Scope, WideScope

VERA = Guest("v_vera", fingerprint("vera"), "de")


async def test_that_an_ai_answers_is_logged_as_shown_once_a_conversation(db: Database) -> None:
    def make(scope: WideScope) -> int:
        return workspaces.create(scope, "Acme", "anna@acme.example", "Anna", "hash")[0].id

    def say_twice(scope: Scope) -> list[tuple[str, str]]:
        id = talk.visitor_says(scope, VERA, None, Said("m1", "Hallo"), "s", None)
        talk.visitor_says(scope, VERA, id, Said("m2", "Sind Sie da?"), "s", None)
        rows = scope.all(
            "SELECT actor_id, facts FROM events WHERE tenant_id = :tenant"
            " AND conversation_id = :id AND kind = 'ai_notice.shown'",
            id=id,
        )
        return [(row["actor_id"], row["facts"]) for row in rows]

    [(visitor, facts)] = await db.write(await db.across_tenants().write(make), say_twice)
    assert visitor == VERA.id
    assert facts == '{"language": "de"}'
