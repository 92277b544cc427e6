"""A claim, a new message and a stop at every token of an answer; and many windows at once, on the whole server."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot.domain import floor, handoff
from chatbot.storage import memberships
from chatbot.storage.scope import WideScope
from tests.conftest import running
from tests.domain.test_races import CROWD, add_crowd
from tests.faults.scripted import Call, Stepwise
from tests.parties import Operator, Place, Visitor, sign_in

TOKENS = tuple(f"word{n} " for n in range(1, 31))
"""The space at the end of the last one shown is never sent: it comes with the next word."""


@dataclass
class Scene:
    """One visitor, one operator who looks on, and the answer in the making."""

    place: Place
    provider: Stepwise
    n: int
    cookie: str
    vera: Visitor = field(init=False)
    bob: Operator = field(init=False)
    call: Call = field(init=False)

    @property
    def id(self) -> str:
        assert self.vera.conversation is not None
        return self.vera.conversation

    @property
    def words(self) -> str:
        """What of the answer is given before the story begins."""
        return "".join(TOKENS[: self.n]).strip()

    @property
    def question(self) -> str:
        return f"How heavy is number {self.n}?"

    async def begin(self) -> "Scene":
        """The question is asked, and `n` tokens of the answer have been shown to both."""
        self.vera = await Visitor(self.place).come()
        self.bob = await Operator(self.place, cookie=self.cookie).come()
        await self.vera.say(self.question)
        await self.bob.watch(self.id)
        self.call = await self.provider.asked(self.question)
        await self.call.say(*TOKENS[: self.n])
        for client in (self.vera.client, self.bob.client):
            while shown(client.frames) != self.words:
                await client.until("delta")
        return self

    async def after(self) -> None:
        """Waits until whatever was to come has come: a message of the visitor is through on both sockets."""
        await asyncio.wait_for(self.call.closed.wait(), 10)
        await self.vera.say("That was all")
        for client in (self.vera.client, self.bob.client):
            await client.until("entry", entry__text="That was all")

    async def end(self) -> None:
        await self.vera.leave()
        await self.bob.leave()

    def sockets(self) -> tuple[list[dict[str, Any]], ...]:
        return self.vera.client.frames, self.bob.client.frames


def shown(frames: list[dict[str, Any]], turn: str | None = None) -> str:
    """What the deltas say, of one turn or of all."""
    return "".join(frame["text"] for frame in frames if frame["type"] == "delta" and turn in (None, frame["turn"]))


def ai_entries(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [f["entry"] for f in frames if f["type"] == "entry" and f["entry"]["author"]["role"] == "ai"]


def after_entry(frames: list[dict[str, Any]], **wanted: Any) -> list[dict[str, Any]]:
    """What followed the first entry with these fields."""
    places = [
        place
        for place, frame in enumerate(frames)
        if frame["type"] == "entry" and all(frame["entry"][name] == value for name, value in wanted.items())
    ]
    return frames[places[0] + 1 :]


def check_cut(scene: Scene, before: dict[str, Any]) -> None:
    """What was shown stands right before `before`, marked as cut; nothing of its turn came afterwards."""
    for frames in scene.sockets():
        assert shown(frames) == scene.words
        cut = ai_entries(frames)
        if scene.n == 0:
            assert cut == []
            continue
        assert [(entry["text"], entry["flags"]) for entry in cut] == [(scene.words, ["interrupted"])]
        assert cut[0]["seq"] == before["seq"] - 1
        assert {f["turn"] for f in frames if f["type"] == "delta"} == {cut[0]["turn"]}
        later = after_entry(frames, turn=cut[0]["turn"])
        assert not [frame for frame in later if frame["type"] == "delta"]


async def at_every_token(folder: Path, story: Callable[[Scene], Awaitable[None]]) -> None:
    """Tells the story with 0, 1 … 30 tokens shown, all at the same time on one server."""
    provider = Stepwise()
    async with running(folder, provider=provider) as place:
        cookie = await sign_in(place, "bob@acme.example")

        async def tell(n: int) -> None:
            scene = await Scene(place, provider, n, cookie).begin()
            await story(scene)
            assert place.parts.house.drafts.find(place.acme.workspace.id, scene.id) is None
            await scene.end()

        await asyncio.gather(*(tell(n) for n in range(len(TOKENS) + 1)))
        assert len(place.parts.house.drafts) == 0
        assert await place.db.across_tenants().read(_open_replies) == 0


def _open_replies(scope: WideScope) -> int:
    return int(scope.one("SELECT count(*) AS n FROM jobs WHERE kind = 'ai.reply'")["n"])


async def test_a_claim_at_any_token_cuts_the_answer_there(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.bob.claim(scene.id)
        joined = (await scene.vera.client.until("entry", entry__kind="joined"))["entry"]
        await scene.after()
        check_cut(scene, joined)
        for frames in scene.sockets():
            later = after_entry(frames, kind="joined")
            assert not [f for f in later if f["type"] == "delta"]
            assert not [f for f in later if f["type"] == "entry" and f["entry"]["author"]["role"] == "ai"]
        assert len([call for call in scene.provider.calls if call.question == scene.question]) == 1

    await at_every_token(tmp_path, story)


async def test_a_new_message_at_any_token_cuts_the_answer_and_one_new_one_answers_both(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ack = await scene.vera.say("And in grams?")
        again = await scene.provider.asked(f"{scene.question}\nAnd in grams?")
        await asyncio.wait_for(scene.call.closed.wait(), 10)
        check_cut(scene, {"seq": ack["seq"]})
        await again.say("Both ", "answered ", "here")
        await again.finish()
        whole = await scene.vera.client.until("entry", entry__text="Both answered here")
        await scene.bob.client.until("entry", entry__text="Both answered here")
        assert whole["entry"]["flags"] == []
        for frames in scene.sockets():
            assert len(ai_entries(frames)) == (2 if scene.n else 1)
            assert shown(frames, whole["entry"]["turn"]) == "Both answered here"
            assert not [f for f in after_entry(frames, turn=whole["entry"]["turn"]) if f["type"] == "delta"]
        assert len([call for call in scene.provider.calls if call.question.startswith(scene.question)]) == 2

    await at_every_token(tmp_path, story)


async def test_stop_at_any_token_leaves_what_was_shown_and_nothing_more(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.vera.client.send(type="stop")
        await asyncio.wait_for(scene.call.closed.wait(), 10)
        await scene.vera.client.send(type="ask_human")  # nothing but a sign that all before it has come
        handed = (await scene.vera.client.until("entry", entry__kind="handoff"))["entry"]
        await scene.bob.client.until("entry", entry__kind="handoff")
        check_cut(scene, handed)

    await at_every_token(tmp_path, story)


# One loop turn earlier or later, at the beginning and at the end of an answer.


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_claim_that_meets_the_beginning_of_an_answer_leaves_nothing_shown_without_its_entry(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, provider=Stepwise(TOKENS)) as place:
        await _race(place, random.Random(3), 60)


async def test_a_claim_that_meets_the_last_word_finds_the_answer_whole_or_cuts_it(tmp_path: Path) -> None:
    provider = Stepwise()
    async with running(tmp_path, provider=provider) as place:

        async def speak(question: str) -> Callable[[], Awaitable[None]]:
            call = await provider.asked(question)
            await call.say(*TOKENS[:5])
            return call.finish

        await _race(place, random.Random(4), 12, speak)


async def _race(
    place: Place,
    chance: random.Random,
    turns: int,
    speak: Callable[[str], Awaitable[Callable[[], Awaitable[None]]]] | None = None,
) -> None:
    """Sixty claims, each up to so many turns of the loop after the run began, or after its last word was given."""
    house, tenant = place.parts.house, place.acme.workspace.id
    bob = next(one for one in await house.db.read(tenant, memberships.list_members) if one.name == "Bob")
    outcomes = Counter[str]()
    for n in range(60):
        vera = await Visitor(place).come()
        id = (await vera.say(f"Race {n}"))["conversation"]
        if speak is not None:
            last = asyncio.ensure_future((await speak(f"Race {n}"))())
        if speak is None and n % 3 == 0:
            await vera.client.until("delta")  # whatever the machine's speed, some claims meet an answer that has begun
        await _turns(chance.randrange(turns) if n % 3 else 0)
        await floor.take(house.db, house.drafts, tenant, id, handoff.claim, id, bob)
        joined = (await vera.client.until("entry", entry__kind="joined"))["entry"]
        if speak is not None:
            await last
        await vera.say("That was all")
        await vera.client.until("entry", entry__text="That was all")
        outcomes[_outcome(vera.client.frames, joined)] += 1
        await vera.leave()
    assert len(house.drafts) == 0
    assert len(outcomes) > 1, f"always the same, so the race was not run: {outcomes}"


def _outcome(frames: list[dict[str, Any]], joined: dict[str, Any]) -> str:
    """How the race ended; fails where the AI spoke after the person or something shown has no entry."""
    kept = ai_entries(frames)
    assert len(kept) <= 1
    assert {f["turn"] for f in frames if f["type"] == "delta"} <= {entry["turn"] for entry in kept}
    later = after_entry(frames, kind="joined")
    assert not [f for f in later if f["type"] == "delta" or (f["type"] == "entry" and f["entry"] in kept)]
    if not kept:
        return "silent"
    assert kept[0]["seq"] == joined["seq"] - 1
    if kept[0]["flags"] == ["interrupted"]:
        assert kept[0]["text"] == shown(frames).strip()
        return "cut"
    assert kept[0]["flags"] == []
    return "whole"


# Many windows.


async def test_fifty_people_claim_over_their_sockets_and_one_has_it(tmp_path: Path) -> None:
    async with running(tmp_path) as place:
        crowd = await add_crowd(place.db, place.acme.workspace.id)
        people = list(await asyncio.gather(*(Operator(place, member.email).come() for member in crowd)))
        vera = await Visitor(place).come()
        await vera.say("Hello")
        assert vera.conversation
        for person in people:
            await person.client.until("inbox", conversation=vera.conversation)
        await asyncio.gather(*(person.do("claim", str(vera.conversation)) for person in people))
        joined = (await vera.client.until("entry", entry__kind="joined"))["entry"]
        losers = [person for person in people if _first_name(person) != joined["author"]["name"]]
        assert len(losers) == CROWD - 1
        for person in losers:
            lost = await person.client.until("error")
            assert (lost["code"], lost["message"]) == (
                "conflict",
                f"{joined['author']['name']} took this conversation.",
            )
        assert len([f for f in vera.client.of("entry") if f["entry"]["kind"] == "joined"]) == 1
        await asyncio.gather(vera.leave(), *(person.leave() for person in people))


def _first_name(person: Operator) -> str:
    return str(person.welcome["user"]["name"]).split()[0]


async def test_the_windows_of_one_visitor_open_one_conversation_together(tmp_path: Path) -> None:
    async with running(tmp_path, provider=Stepwise()) as place:
        vera = await Visitor(place).come()
        await vera.say("Hello")
        await _close_for_good(place, str(vera.conversation))
        windows = list(await asyncio.gather(*(Visitor(place, secret=vera.secret).come() for _ in range(5))))
        assert {window.welcome["conversation"] for window in windows} == {None}
        acks = await asyncio.gather(*(_say_ten(window, n) for n, window in enumerate(windows)))
        assert {conversation for each in acks for conversation in each} != {vera.conversation}
        assert len({conversation for each in acks for conversation in each}) == 1
        for window in windows:
            await window.client.until("entry", entry__seq=CROWD)
            assert [f["entry"]["seq"] for f in window.client.of("entry")] == list(range(1, CROWD + 1))
        await asyncio.gather(vera.leave(), *(window.leave() for window in windows))


async def _say_ten(window: Visitor, n: int) -> list[str]:
    ids = [f"{n}-{m}" for m in range(10)]
    for id in ids:
        await window.client.send(type="message", id=id, text=f"Message {id}")
    return [(await window.client.until("ack", id=id))["conversation"] for id in ids]


async def _close_for_good(place: Place, id: str) -> None:
    """Resolved, in a workspace where a closed conversation is never opened again by a message."""
    tenant = place.acme.workspace.id
    bob = next(one for one in await place.db.read(tenant, memberships.list_members) if one.name == "Bob")
    await place.db.write(tenant, handoff.resolve, id, bob, None)
    await place.db.across_tenants().write(lambda scope: scope.run("UPDATE tenants SET reopen_days = -1"))
