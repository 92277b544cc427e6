"""One run: from an open question to an answer, a person, or silence; and nobody speaks twice."""

import asyncio
import time

import pytest

from chatbot.ai.agent import Agent, Outcome
from chatbot.ai.prompts import VERSION
from chatbot.ai.providers.base import Event, ProviderFailed, Text, ToolCall, Usage
from chatbot.ai.providers.embedded import Embedded
from tests.ai.scene import Scene, end, until, words


async def test_an_answer_is_kept_with_its_source_and_all_that_made_it(scene: Scene) -> None:
    scene.model.will(*words("You have 30 days [1]."), end(usage=Usage(1000, 200, 500, 80)))
    assert await scene.ask("How long may I take to send something back?") is Outcome.SPOKEN
    (entry,) = await scene.answers()
    assert (entry.text, entry.flags) == ("You have 30 days.", ())
    assert entry.sources == (("Returns and refunds", "https://acme.example/refunds"),)
    (run,) = await scene.runs()
    assert (run.outcome, run.provider, run.model, run.prompt_version) == ("whole", "model", "claude-haiku-5-5", VERSION)
    assert (run.input_tokens, run.output_tokens, run.cache_read_tokens, run.cache_write_tokens) == (1000, 200, 500, 80)
    assert run.cost_micro == 215
    assert run.first_token_ms is not None and run.latency_ms is not None and run.first_token_ms <= run.latency_ms
    assert run.confidence is not None and run.confidence >= 50
    assert run.passages[0]["cited"] is True


async def test_the_pieces_shown_are_the_answer_and_end_before_it(scene: Scene) -> None:
    scene.model.will(Text("You have 30 days [1]. Unused only."), end())
    await scene.ask("How long may I take to send something back?")
    (entry,) = await scene.answers()
    assert len(scene.deltas) >= 3
    assert [delta.n for delta in scene.deltas] == list(range(1, len(scene.deltas) + 1))
    assert {delta.turn for delta in scene.deltas} == {entry.turn}
    assert "".join(delta.text for delta in scene.deltas).strip() == entry.text
    assert len(scene.drafts) == 0


async def test_nothing_open_is_nothing_to_do(scene: Scene) -> None:
    scene.model.will(*words("Thirty days it is."), end())
    await scene.ask("How long?")
    assert await scene.reply() is Outcome.NOTHING
    assert len(scene.model.prompts) == 1


async def test_a_burst_gets_one_answer(scene: Scene) -> None:
    scene.model.will(*words("Both answered here."), end())
    await scene.vera_says("How long may I take?")
    await scene.vera_says("And who pays for it?")
    assert await scene.reply() is Outcome.SPOKEN
    assert "How long may I take?\nAnd who pays for it?" in scene.model.prompts[0].turns[-1].text
    assert len(await scene.answers()) == 1


async def test_a_newer_message_cuts_the_answer_and_one_new_run_answers_both(scene: Scene) -> None:
    never = asyncio.Event()
    scene.model.will(*words("You have thirty days and"), never)
    await scene.vera_says("How long may I take?")
    first = asyncio.create_task(scene.reply())
    await until(lambda: len(scene.deltas) >= 2)
    shown = "".join(delta.text for delta in scene.deltas)
    scene.model.will(*words("Thirty days, and you pay."), end())
    await scene.vera_says("And who pays for it?")
    assert await scene.reply() is Outcome.SPOKEN
    assert await first is Outcome.STALE
    cut, whole = await scene.answers()
    assert (cut.text, cut.flags) == (shown.strip(), ("interrupted",))
    assert (whole.text, whole.flags) == ("Thirty days, and you pay.", ())
    kinds = [(entry.role, entry.seq) for entry in await scene.entries()]
    assert [role for role, _ in kinds] == ["visitor", "ai", "visitor", "ai"]
    assert scene.model.closed == 2


async def test_two_replies_at_once_give_one_answer(scene: Scene) -> None:
    never = asyncio.Event()
    scene.model.will(never)
    scene.model.will(*words("Thirty days it is."), end())
    await scene.vera_says("How long?")
    first = asyncio.create_task(scene.reply())
    await until(lambda: len(scene.model.prompts) == 1)
    assert await scene.reply() is Outcome.SPOKEN
    assert await first is Outcome.STALE
    assert len(await scene.answers()) == 1


@pytest.mark.parametrize("at", range(8))
async def test_from_a_claim_on_not_one_word_more(scene: Scene, at: int) -> None:
    text = words("One two three four five six seven")
    scene.model.will(*text[:at], scene.bob_claims, *text[at:], end())
    assert await scene.ask("How long?") is Outcome.STALE
    listed = await scene.entries()
    joined = next(entry for entry in listed if entry.kind == "joined")
    assert [entry for entry in listed if entry.role == "ai" and entry.seq > joined.seq] == []
    assert "".join(delta.text for delta in scene.deltas).strip() == "".join(
        entry.text for entry in listed if entry.role == "ai"
    )
    assert all(entry.flags == ("interrupted",) for entry in listed if entry.role == "ai")


async def test_a_claim_ends_a_run_that_is_still_thinking(scene: Scene) -> None:
    never = asyncio.Event()
    scene.model.will(never)
    await scene.vera_says("How long?")
    run = asyncio.create_task(scene.reply())
    await until(lambda: len(scene.model.prompts) == 1)
    await scene.bob_claims()
    assert await asyncio.wait_for(run, 5) is Outcome.STALE
    assert scene.model.closed == 1


@pytest.mark.parametrize("next_step", [Text("more"), ToolCall("t1", "business_hours", {})])
async def test_a_draft_that_was_ended_ends_the_run(scene: Scene, next_step: Event) -> None:
    async def drop() -> None:
        scene.drafts.drop(scene.tenant, scene.conversation)

    scene.model.will(*words("One two"), drop, next_step, end("tool_use"))
    assert await scene.ask("How long?") is Outcome.STALE
    assert await scene.answers() == []


async def test_no_piece_follows_the_entry_of_a_failed_answer(scene: Scene) -> None:
    keep_busy: list[asyncio.Task[None]] = []

    async def slow_disk() -> None:
        keep_busy.append(asyncio.create_task(scene.db.write(scene.tenant, lambda scope: time.sleep(0.2))))
        await asyncio.sleep(0)

    scene.model.will(*words("One two three four"), slow_disk, ProviderFailed("The connection to Claude broke"))
    assert await scene.ask("How long?") is Outcome.FAILED
    await asyncio.gather(*keep_busy)
    assert "".join(delta.text for delta in scene.deltas).strip() == (await scene.answers())[0].text


async def test_an_answer_links_only_to_where_its_passages_lead(scene: Scene) -> None:
    scene.model.will(
        Text("See [our page](https://acme.example/refunds) or [this](https://evil.example/?d=SECRET). "), end()
    )
    await scene.ask("How long may I take to send something back?")
    assert (await scene.answers())[0].text == "See [our page](https://acme.example/refunds) or this."


async def say_at_once(seconds: float) -> None:
    await asyncio.sleep(0)


async def test_without_a_key_the_answer_is_quoted_with_its_source(scene: Scene) -> None:
    scene.agent = Agent(scene.db, scene.drafts, scene.presence, Embedded(say_at_once))
    assert await scene.ask("How long do I have to send something back after delivery?") is Outcome.SPOKEN
    (entry,) = await scene.answers()
    assert entry.text == "You can send anything back within 30 days of delivery, as long as it is unused."
    assert entry.sources == (("Returns and refunds", "https://acme.example/refunds"),)
    assert len(scene.deltas) >= 3
    (run,) = await scene.runs()
    assert (run.provider, run.cost_micro, run.input_tokens) == ("embedded", 0, 0)


async def test_without_a_key_an_offered_person_can_be_accepted(scene: Scene) -> None:
    scene.bob_comes()
    scene.agent = Agent(scene.db, scene.drafts, scene.presence, Embedded(say_at_once))
    await scene.ask("Do you sell tents?")
    assert (await scene.answers())[0].text.endswith("Would you like me to call a person? Just say yes.")
    assert await scene.ask("Yes please") is Outcome.SPOKEN
    assert await scene.state() == "waiting"
    assert [entry.kind for entry in await scene.entries()][-2:] == ["handoff", "message"]
