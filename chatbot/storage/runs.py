"""What made each AI answer: model, prompt, passages, tools, tokens, cost and times."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.storage.scope import Scope

COLUMNS = (
    "turn, behind, at, outcome, reason, provider, model, prompt_version, passages, tools, input_tokens, output_tokens,"
    " cache_read_tokens, cache_write_tokens, cost_micro, first_token_ms, latency_ms, confidence"
)


@dataclass(frozen=True)
class Run:
    """One answer's making. `cost_micro` in millionths of a dollar, None where the price is not known; `behind` is the
    seq it stands behind; `passages` are dictionaries with source, title and score."""

    turn: str
    behind: int
    at: int
    outcome: str
    reason: str
    provider: str
    model: str
    prompt_version: str
    passages: tuple[Mapping[str, Any], ...]
    tools: tuple[Mapping[str, Any], ...]
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_micro: int | None
    first_token_ms: int | None
    latency_ms: int | None
    confidence: int | None


def insert(scope: Scope, conversation: str, run: Run) -> None:
    """Keeps a run; one that is kept already stays as it is."""
    scope.run(
        f"INSERT INTO runs (tenant_id, conversation_id, {COLUMNS}) VALUES (:tenant, :conversation, :turn, :behind, :at,"
        " :outcome, :reason, :provider, :model, :prompt_version, :passages, :tools, :input_tokens, :output_tokens,"
        " :cache_read_tokens, :cache_write_tokens, :cost_micro, :first_token_ms, :latency_ms, :confidence)"
        " ON CONFLICT (tenant_id, conversation_id, turn) DO NOTHING",
        conversation=conversation,
        **{**vars(run), "passages": json.dumps(run.passages), "tools": json.dumps(run.tools)},
    )


def of_conversation(scope: Scope, conversation: str, after: int = 0) -> list[Run]:
    """The runs that stand behind entries past `after`, oldest first."""
    rows = scope.all(
        f"SELECT {COLUMNS} FROM runs WHERE tenant_id = :tenant AND conversation_id = :conversation AND behind > :after"
        " ORDER BY behind",
        conversation=conversation, after=after,
    )  # fmt: skip
    return [_made(row) for row in rows]


def _made(row: sqlite3.Row) -> Run:
    columns = dict(row)
    columns["passages"] = tuple(json.loads(columns["passages"]))
    columns["tools"] = tuple(json.loads(columns["tools"]))
    return Run(**columns)
