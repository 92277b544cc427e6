"""The answerer without key and network: quotes with numbers, says what it does not know, offers only who can come."""

import pytest

from chatbot.ai.phrases import offered
from chatbot.ai.providers.base import Brief, Finished, Prompt, Quote, Text, ToolCall, ToolResult, Turn, Usage
from chatbot.ai.providers.embedded import AT_MOST, Embedded

RETURNS = Quote(
    1,
    "You can send something back within 30 days of the day it arrived. You don't need to give a reason.",
    "Returns",
    80,
)
RUECKGABE = Quote(
    1, "Sie können Waren innerhalb von 30 Tagen zurückgeben. Einen Grund brauchen wir nicht.", "Rückgabe", 80
)


class Pauses:
    """Remembers how long it was asked to wait, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def say(
    question: str, pauses: Pauses | None = None, *, results: str = "", **brief: object
) -> tuple[str, list[object]]:
    values = {"workspace": "Acme", "question": question, "reachable": True, **brief}
    turns = [Turn("visitor", question)]
    if results:
        turns.append(Turn("visitor", results=(ToolResult("call_person", results),)))
    prompt = Prompt("", "", tuple(turns), (), Brief(**values))  # type: ignore[arg-type]
    events = [event async for event in Embedded(pauses or Pauses()).stream(prompt)]
    return "".join(event.text for event in events if isinstance(event, Text)), list(events)


async def test_it_quotes_the_passage_with_its_number() -> None:
    text, events = await say("How long do I have to send something back?", quotes=(RETURNS,))
    assert text == f"{RETURNS.text} [1]"
    assert events[-1] == Finished("end_turn", Usage(), Turn("ai", text))


async def test_each_passage_ends_with_its_own_number() -> None:
    money = Quote(2, "We refund the money within 5 working days. It goes back the way it came.", "Money", 75)
    text, _ = await say("How long can I send it back, and when is the money refunded?", quotes=(RETURNS, money))
    assert text.index("[1]") < text.index("refund") < text.index("[2]")


@pytest.mark.parametrize(
    ("locale", "question", "reachable", "says"),
    [
        (
            "en",
            "Do you sell tents?",
            True,
            "I couldn't find that in what Acme has written down. Would you like me to call",
        ),
        (
            "en",
            "Do you sell tents?",
            False,
            "I couldn't find that in what Acme has written down. Nobody from the team is",
        ),
        ("de-AT", "Zelte?", True, "Dazu habe ich bei Acme nichts Geschriebenes gefunden. Soll ich jemanden"),
        (
            "en",
            "Haben Sie auch Zelte für zwei?",
            False,
            "Dazu habe ich bei Acme nichts Geschriebenes gefunden. Gerade ist",
        ),
        ("nl", "tenten", True, "I couldn't find that"),
    ],
)
async def test_it_says_what_it_does_not_know_and_offers_only_who_can_come(
    locale: str, question: str, reachable: bool, says: str
) -> None:
    text, _ = await say(question, locale=locale, reachable=reachable, quotes=(RETURNS,))
    assert text.startswith(says)
    assert offered(text) == reachable
    assert "[" not in text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Hello!", "Hello. I'm the automatic assistant of Acme."),
        ("Guten Tag", "Guten Tag. Ich bin der automatische Assistent von Acme."),
        ("thanks a lot", "You're welcome."),
        ("Vielen Dank", "Gern geschehen."),
        ("bye", "Goodbye."),
    ],
)
async def test_a_greeting_is_answered_briefly_and_without_a_source(question: str, says: str) -> None:
    locale = "de" if "Vielen" in question or "Guten" in question else "en"
    text, _ = await say(question, quotes=(RETURNS,), locale=locale)
    assert text.startswith(says)
    assert "[" not in text


async def test_german_is_quoted_in_german() -> None:
    text, _ = await say("Wie lange kann ich Waren zurückgeben?", quotes=(RUECKGABE,), locale="de")
    assert text == f"{RUECKGABE.text} [1]"


OFFER = "I couldn't find that. Would you like me to call a person? Just say yes."


async def test_yes_to_its_offer_calls_a_person() -> None:
    _, events = await say("Yes please", earlier=OFFER, quotes=(RETURNS,))
    assert [type(event) for event in events] == [ToolCall, Finished]
    assert events[0] == ToolCall("call_person", "ask_human", {"reason": "you said yes"})
    assert isinstance(events[1], Finished) and events[1].stop == "tool_use"


async def test_yes_without_an_offer_calls_nobody() -> None:
    _, events = await say("Yes please", earlier="You're welcome.")
    assert not any(isinstance(event, ToolCall) for event in events)


async def test_no_to_its_offer_is_taken() -> None:
    assert (await say("no thanks", earlier=OFFER))[0].startswith("All right.")


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ("called: people of the team have been called", "While you wait, you can go on asking me."),
        ("already: a person is already being called", "A person is already being called."),
        ("nobody: nobody of the team can come now", "You can go on asking me"),
    ],
)
async def test_it_tells_what_came_of_the_call(result: str, says: str) -> None:
    text, events = await say("Yes please", earlier=OFFER, results=result)
    assert text.startswith(says)
    assert not any(isinstance(event, ToolCall) for event in events)


async def test_it_comes_word_by_word_within_a_second_and_a_half() -> None:
    pauses = Pauses()
    _, events = await say("How long do I have to send something back?", pauses, quotes=(RETURNS,))
    words = [event for event in events if isinstance(event, Text)]
    assert len(words) > 10
    assert len(pauses.seconds) == len(words) - 1
    assert set(pauses.seconds) == {0.025}
    long = Quote(1, " ".join(["Send things back in days and weeks and months"] * 20) + ".", "Returns", 90)
    slow = Pauses()
    await say("How long do I have to send something back?", slow, quotes=(long,))
    assert sum(slow.seconds) <= AT_MOST
