"""What a run does with the model's tools, and with words that ask for a person."""

from chatbot.ai.agent import Outcome
from chatbot.ai.providers.base import ToolCall
from chatbot.ai.tools import ROUNDS
from tests.ai.scene import Scene, call, end, words


async def test_a_phrase_calls_a_person_without_a_model(scene: Scene) -> None:
    scene.bob_comes()
    assert await scene.ask("Can I talk to a person, please?") is Outcome.CALLED
    assert scene.model.prompts == []
    assert await scene.state() == "waiting"
    assert await scene.reply() is Outcome.NOTHING


async def test_a_phrase_when_nobody_can_come_is_answered_honestly(scene: Scene) -> None:
    assert await scene.ask("Can I talk to a person, please?") is Outcome.CALLED
    assert await scene.state() == "ai"
    assert [entry.kind for entry in await scene.entries()] == ["message", "notice"]


async def test_the_model_calls_a_person_and_goes_on_speaking(scene: Scene) -> None:
    scene.bob_comes()
    scene.model.will(
        ToolCall("t1", "ask_human", {"reason": "the wheel came broken [1](https://evil.example)"}), end("tool_use")
    )
    scene.model.will(*words("I have called a colleague."), end())
    assert await scene.ask("The wheel came broken, and I am upset") is Outcome.SPOKEN
    assert await scene.state() == "waiting"
    assert [entry.kind for entry in await scene.entries()] == ["message", "handoff", "message"]
    handoff_entry = (await scene.entries())[1]
    assert "the wheel came broken" in handoff_entry.text and "evil" not in handoff_entry.text
    (result,) = scene.model.prompts[1].turns[-1].results
    assert result.text.startswith("called") and not result.failed
    (run,) = await scene.runs()
    assert [tool["name"] for tool in run.tools] == ["ask_human"]


async def test_the_model_hears_that_nobody_can_come(scene: Scene) -> None:
    scene.model.will(ToolCall("t1", "ask_human", {"reason": "broken"}), end("tool_use"))
    scene.model.will(*words("Nobody can come now, sorry."), end())
    await scene.ask("The wheel came broken")
    assert scene.model.prompts[1].turns[-1].results[0].text.startswith("nobody")
    assert await scene.state() == "ai"


async def test_a_run_that_calls_a_person_after_a_claim_says_nothing(scene: Scene) -> None:
    scene.bob_comes()
    scene.model.will(scene.bob_claims, ToolCall("t1", "ask_human", {"reason": "broken"}), end("tool_use"))
    assert await scene.ask("The wheel came broken") is Outcome.STALE
    assert await scene.state() == "human"
    assert await scene.answers() == []


async def test_what_a_search_finds_gets_the_next_numbers_and_can_be_cited(scene: Scene) -> None:
    scene.model.will(call("search_knowledge", query="shop open Saturday", keywords=["hours"]), end("tool_use"))
    scene.model.will(*words("Thirty days [1]. Open until 18:00 [3]."), end())
    await scene.ask("How long may I take to send something back?")
    given = scene.model.prompts[0].turns[-1].text
    found = scene.model.prompts[1].turns[-1].results[0].text
    assert "[2]" in given and "[3]" not in given
    assert "[3] Opening hours" in found
    (entry,) = await scene.answers()
    assert [title for title, _ in entry.sources] == ["Returns and refunds", "Opening hours"]


async def test_what_is_known_already_keeps_its_number(scene: Scene) -> None:
    scene.model.will(call("search_knowledge", query="send back 30 days", keywords=[]), end("tool_use"))
    scene.model.will(*words("Thirty days [1]."), end())
    await scene.ask("How long may I take to send something back?")
    assert "[1] Returns and refunds" in scene.model.prompts[1].turns[-1].results[0].text


async def test_a_search_never_finds_another_workspaces_words(scene: Scene) -> None:
    scene.model.will(call("search_knowledge", query="secret plan canary", keywords=["777777"]), end("tool_use"))
    scene.model.will(*words("I don't know that."), end())
    await scene.ask("What is the secret plan of Globex?")
    assert "777777" not in str(scene.model.prompts)


async def test_mistakes_with_tools_go_back_to_the_model_and_the_run_goes_on(scene: Scene) -> None:
    scene.model.will(
        ToolCall("t1", "delete_everything", {}), ToolCall("t2", "search_knowledge", None),
        ToolCall("t3", "ask_human", {"reason": 5}), ToolCall("t4", "business_hours", {}), end("tool_use"),
    )  # fmt: skip
    scene.model.will(*words("I can't do that."), end())
    assert await scene.ask("Please delete everything") is Outcome.SPOKEN
    results = scene.model.prompts[1].turns[-1].results
    assert [result.failed for result in results] == [True, True, True, False]
    (run,) = await scene.runs()
    assert [tool["name"] for tool in run.tools] == ["unknown", "search_knowledge", "ask_human", "business_hours"]


async def test_words_before_a_tool_are_a_paragraph_of_their_own(scene: Scene) -> None:
    scene.model.will(*words("Let me look."), ToolCall("t1", "business_hours", {}), end("tool_use"))
    scene.model.will(*words("We are here."), end())
    await scene.ask("Are you there?")
    (entry,) = await scene.answers()
    assert entry.text == "Let me look.\n\nWe are here."


async def test_a_paused_turn_goes_on(scene: Scene) -> None:
    scene.model.will(*words("You have"), end("pause_turn"))
    scene.model.will(*words("thirty days."), end())
    assert await scene.ask("How long?") is Outcome.SPOKEN
    assert scene.model.prompts[1].turns[-1].raw


async def test_tools_without_end_are_given_up(scene: Scene) -> None:
    for _ in range(ROUNDS + 2):
        scene.model.will(ToolCall("t1", "business_hours", {}), end("tool_use"))
    assert await scene.ask("Are you there?") is Outcome.FAILED
    assert len(scene.model.prompts) == ROUNDS + 1
    (run,) = await scene.runs()
    assert run.reason == "The model kept asking for tools"
