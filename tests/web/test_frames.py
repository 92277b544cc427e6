"""Frames that nobody should send: each gets its code, the socket lives, nothing is stored, nobody else notices."""
# ruff: noqa: E501 - a case stands whole on its line

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.conftest import running
from tests.parties import Client, Operator, Place, Visitor
from tests.web.sweep import rows_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
STORED = ("visitors", "conversations", "entries", "events")
DEEP = 30_000


@dataclass
class Scene:
    """Vera talks with Bob; Wim waits on the same server; somebody has come and says nothing."""

    place: Place
    vera: Visitor
    bob: Operator
    wim: Visitor
    silent: Client

    def stored(self) -> dict[str, list[Any]]:
        rows = rows_of(self.place, self.place.acme.workspace.id)
        return {name: rows[name] for name in STORED}

    @property
    def talk(self) -> str:
        return str(self.vera.conversation)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with running(tmp_path_factory.mktemp("frames")) as place:
        silent = await strange(place)
        vera, bob = await Visitor(place).come(), await Operator(place).come()
        await vera.ask("When do you refund my payment?")
        await bob.watch(str(vera.conversation))
        await bob.claim(str(vera.conversation))
        await vera.client.until("status", status="human")
        wim = await Visitor(place).come()
        await wim.say("Hello, I am Wim")
        await wim.client.until("entry", entry__author__role="ai")
        yield Scene(place, vera, bob, wim, silent)
        for each in (vera, bob, wim):
            await each.leave()


async def strange(place: Place, path: str = "/ws/visitor", **how: Any) -> Client:
    """A socket that has not said hello."""
    return Client(await websockets.connect(place.socket(path), compression=None, max_size=None, **how))


def frame(**fields: Any) -> str:
    return json.dumps(fields)


def message(**fields: Any) -> str:
    return frame(**{"type": "message", "id": str(uuid.uuid4()), "text": "Hello", **fields})


UNREADABLE = {
    "nothing": "", "no JSON": "hello?", "half a frame": '{"type":"message"', "two values": '{"type":"typing"}{}',
    "an array": "[]", "null": "null", "a number": "7", "a text": '"message"', "an array of frames": '[{"type":"typing"}]',
    "no type": "{}", "type null": '{"type":null}', "type a number": '{"type":7}', "type an object": '{"type":{}}',
    "60 KB of brackets": "[" * 60_000, "closed brackets": "[" * DEEP + "]" * DEEP, "60 KB of objects": '{"a":' * 12_000,
    "brackets in a field that nobody reads": f'{{"type":"message","id":"x","text":"y","z":{"[" * DEEP}{"]" * DEEP}}}',
    "a raw control character": '{"type":"message","id":"x","text":"a\x01b"}',
    "a bare line end in a text": '{"type":"message","id":"x","text":"a\nb"}',
    "half a surrogate pair in the type": '{"type":"\\ud800"}',
    "not a number": '{"type":NaN}', "a comment": '{"type":"typing"/**/}', "a byte order mark": '\ufeff{"type":"typing"}',
    "binary": frame(type="typing").encode(), "binary that is no text": b"\xff\xfe\x00",
}  # fmt: skip
UNKNOWN = ("welcome", "ack", "entry", "", "Message", "__class__", "message\x00", "x" * 5000, "\U0001f600", "hello\n")
BLANK = ("", " ", "\n\t", "\u00a0\u2003", "\u200b\u200e\u2060", "\x00", "\x1b", "\u00ad", "\u2800\u3164")
MESSAGES = {
    "no id": frame(type="message", text="Hello"), "no text": frame(type="message", id="1"),
    "id null": message(id=None), "id a number": message(id=7), "id empty": message(id=""), "id long": message(id="i" * 101),
    "id an array": message(id=["1"]), "text null": message(text=None), "text a number": message(text=7),
    "text an object": message(text={"a": 1}), "text an array": message(text=["Hello"]), "text a bool": message(text=True),
    "half a surrogate pair in the text": '{"type":"message","id":"x","text":"a\\ud800b"}',
    "half a surrogate pair in the id": '{"type":"message","id":"\\udc00x","text":"Hello"}',
}  # fmt: skip
NUMBERS = {
    "23 digits": "12345678901234567890123", "5,000 digits": "9" * 5000, "past 2^53": str(2**53 + 1), "negative": "-1",
    "a fraction": "1.5", "too large a float": "1e400", "a text": '"1"', "a bool": "true", "null": "null", "an array": "[1]",
}  # fmt: skip
VISITORS = {
    **MESSAGES, "page a number": message(page=7), "page with a number": message(page={"url": 7}),
    "page too long": message(page={"url": "https://x.example/" + "a" * 4000}), "page an array": message(page=[]),
    "context without page": frame(type="context"), "context with null": frame(type="context", page=None),
    "history of everything": frame(type="history"), "read nothing": frame(type="read"),
}  # fmt: skip


async def refused(client: Client, raw: str | bytes, code: str) -> dict[str, Any]:
    """Sends a frame and takes the one error that answers it."""
    await client.connection.send(raw)
    error = await client.until("error")
    assert (error["code"], bool(error["message"])) == (code, True), error
    assert set(error) >= {"type", "code", "message", "ref", "retry_after"}
    return error


async def lives(scene: Scene, before: dict[str, list[Any]]) -> None:
    """Nothing was stored, and the next good message of either side arrives."""
    assert scene.stored() == before
    await scene.vera.say("Still here")
    await scene.bob.say(scene.talk, "So am I")


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_cannot_be_read_is_a_bad_frame(scene: Scene, name: str) -> None:
    before = scene.stored()
    await refused(scene.vera.client, UNREADABLE[name], "bad_frame")
    await refused(scene.bob.client, UNREADABLE[name], "bad_frame")
    await lives(scene, before)


@pytest.mark.parametrize("type", UNKNOWN, ids=range(len(UNKNOWN)))
async def test_an_unknown_type_is_named_in_one_short_line(scene: Scene, type: str) -> None:
    before = scene.stored()
    for client in (scene.vera.client, scene.bob.client):
        error = await refused(client, frame(type=type, id="ref-1"), "unknown_type")
        assert error["ref"] == "ref-1"
        assert len(error["message"]) < 100 and "\n" not in error["message"] and "\x00" not in error["message"]
    await lives(scene, before)


@pytest.mark.parametrize("text", BLANK, ids=range(len(BLANK)))
async def test_a_message_in_which_nothing_can_be_seen_is_empty(scene: Scene, text: str) -> None:
    before = scene.stored()
    assert (await refused(scene.vera.client, message(id="e1", text=text), "empty"))["ref"] == "e1"
    await refused(scene.bob.client, message(conversation=scene.talk, text=text), "empty")
    await lives(scene, before)


@pytest.mark.parametrize("name", VISITORS)
async def test_a_visitors_frame_with_wrong_fields_is_a_bad_frame(scene: Scene, name: str) -> None:
    before = scene.stored()
    await refused(scene.vera.client, VISITORS[name], "bad_frame")
    await lives(scene, before)


@pytest.mark.parametrize("name", MESSAGES)
async def test_an_operators_message_with_wrong_fields_is_a_bad_frame(scene: Scene, name: str) -> None:
    before = scene.stored()
    raw = f'{MESSAGES[name][:-1]},"conversation":"{scene.talk}"}}'
    await refused(scene.bob.client, raw, "bad_frame")
    await lives(scene, before)


@pytest.mark.parametrize("name", NUMBERS)
async def test_a_number_that_is_no_seq_is_a_bad_frame(scene: Scene, name: str) -> None:
    before, number = scene.stored(), NUMBERS[name]
    for raw in (f'{{"type":"history","before":{number}}}', f'{{"type":"read","seq":{number}}}'):
        await refused(scene.vera.client, raw, "bad_frame")
    raw = f'{{"type":"read","conversation":"{scene.talk}","seq":{number}}}'
    assert (await refused(scene.bob.client, raw, "bad_frame"))["type"] == "error"
    if name != "null":
        raw = f'{{"type":"watch","conversation":"{scene.talk}","after":{number}}}'
        await refused(scene.bob.client, raw, "bad_frame")
    await lives(scene, before)


ABOUT = ("watch", "unwatch", "claim", "release", "hand_back", "resolve", "reopen", "message", "typing", "read")


@pytest.mark.parametrize("command", ABOUT)
async def test_a_command_about_no_conversation_is_a_bad_frame(scene: Scene, command: str) -> None:
    before, rest = scene.stored(), {"id": "1", "text": "Hello", "seq": 1}
    for conversation in (None, "", 7, [], {}, True, "c" * 101, ["c_x"]):
        await refused(scene.bob.client, frame(type=command, conversation=conversation, **rest), "bad_frame")
    await refused(scene.bob.client, frame(type=command, **rest), "bad_frame")
    await lives(scene, before)


@pytest.mark.parametrize("state", ["", "Available", "offline", None, 7, [], {"state": "away"}], ids=repr)
async def test_presence_is_available_or_away(scene: Scene, state: Any) -> None:
    before = scene.stored()
    await refused(scene.bob.client, frame(type="presence", state=state), "bad_frame")
    await lives(scene, before)


async def test_a_visitors_message_has_2000_characters_at_the_most(scene: Scene) -> None:
    before = scene.stored()
    error = await refused(scene.vera.client, message(id="long", text="é" * 2001), "too_long")
    assert "2,000" in error["message"] and error["ref"] == "long"
    await lives(scene, before)
    await scene.vera.say("é" * 2000)
    await scene.vera.say(" \n" + "é" * 2000 + "\n")


async def test_a_persons_message_has_8000_characters_at_the_most(scene: Scene) -> None:
    before = scene.stored()
    error = await refused(scene.bob.client, message(conversation=scene.talk, text="x" * 8001), "too_long")
    assert "8,000" in error["message"] and error["conversation"] == scene.talk
    await lives(scene, before)
    await scene.bob.say(scene.talk, "x" * 8000)


async def test_control_characters_are_left_out_and_line_ends_kept(scene: Scene) -> None:
    await scene.vera.say("a\x00b\x1b[31mc\r\nd\x9be")
    await scene.bob.client.until("entry", entry__text="ab[31mc\nde")


async def test_the_same_id_gives_the_same_seq_and_another_text_is_a_conflict(scene: Scene) -> None:
    first = await scene.vera.say("Once", "once-1")
    assert await scene.vera.say("Once", "once-1") == first
    before = scene.stored()
    assert (await refused(scene.vera.client, message(id="once-1", text="Twice"), "id_conflict"))["ref"] == "once-1"
    assert await scene.vera.say("Once", "once-1") == first
    assert scene.stored() == before
    mine = await scene.bob.say(scene.talk, "Once", "once-1")
    assert mine["seq"] == first["seq"] + 1 and await scene.bob.say(scene.talk, "Once", "once-1") == mine
    await refused(scene.bob.client, message(conversation=scene.talk, id="once-1", text="Twice"), "id_conflict")


async def test_history_of_nothing_and_reads_past_the_end(scene: Scene) -> None:
    await scene.vera.client.send(type="history", before=0)
    assert (await scene.vera.client.until("entries"))["entries"] == []
    await scene.vera.client.send(type="history", before=1)
    assert await scene.vera.client.until("entries") == {"type": "entries", "entries": [], "more": False}
    last = (await scene.vera.say("The last one"))["seq"]
    for seq in (2**53, 0, last):
        await scene.vera.client.send(type="read", seq=seq)
    assert (await scene.bob.client.until("read", role="visitor"))["seq"] == last
    await scene.bob.do("read", scene.talk, seq=2**53)
    assert (await scene.vera.client.until("read"))["seq"] == last
    await lives(scene, scene.stored())


async def test_a_visitor_with_nothing_said_has_no_history_and_no_wait(scene: Scene) -> None:
    new, before = await Visitor(scene.place).come(), scene.stored()
    await refused(new.client, frame(type="history", before=5), "not_found")
    await refused(new.client, frame(type="read", seq=5), "not_found")
    await refused(new.client, frame(type="cancel_wait"), "not_found")
    for type in ("typing", "stop"):
        await new.client.send(type=type)
    await refused(new.client, frame(type="nothing"), "unknown_type")
    assert scene.stored() == before
    await new.leave()


async def test_before_hello_only_hello_is_understood(scene: Scene) -> None:
    before = scene.stored()
    new = await strange(scene.place)
    for raw in [*UNREADABLE.values(), message(), frame(type="ask_human"), frame(type="nothing"), frame(type="hello")]:
        await refused(new, raw, "bad_frame")
    for wrong in (
        {"token": None},
        {"token": 7},
        {"token": ""},
        {"token": "t", "after": -1},
        {"token": "t", "visitor": 7},
    ):
        await refused(new, frame(type="hello", **wrong), "bad_frame")
    assert scene.stored() == before
    await new.send(type="hello", token=scene.place.acme.workspace.token)
    assert (await new.until("welcome"))["conversation"] is None
    await refused(new, frame(type="hello", token=scene.place.globex.workspace.token), "unknown_type")
    await new.send(type="message", id="m1", text="Hello")
    await new.until("ack", id="m1")
    await new.close()


@pytest.mark.parametrize("token", ["wt_nobody", "WT", " ", "' OR 1=1 --", "\x00", "é", "w" * 100])
async def test_a_token_that_nobody_has_is_closed_with_4401(scene: Scene, token: str) -> None:
    new = await strange(scene.place)
    await new.send(type="hello", token=token)
    assert await new.until_closed() == 4401
    assert new.frames == []


async def test_an_unknown_secret_gets_a_new_one_and_is_never_closed(scene: Scene) -> None:
    before = scene.stored()
    for secret in ("x", "z" * 43, str(scene.vera.secret)[:-1], "' OR 1=1 --", "\x00", ""):
        new = await Visitor(scene.place, secret=secret, conversation=scene.talk).come()
        assert new.secret not in (secret, scene.vera.secret) and len(str(new.secret)) >= 22
        assert new.welcome["conversation"] is None and new.welcome["entries"] == []
        await new.leave()
    assert scene.stored() == before


async def test_a_frame_of_64_kib_is_read_and_one_byte_more_closes_with_1009(scene: Scene) -> None:
    for door in (lambda: Visitor(scene.place, secret=scene.vera.secret).come(), lambda: Operator(scene.place).come()):
        party = await door()
        padding = "x" * (65_536 - len(frame(type="pad", x="")))
        await refused(party.client, frame(type="pad", x=padding), "unknown_type")
        await party.client.connection.send(frame(type="pad", x=padding + "x"))
        assert await party.client.until_closed() == 1009
    whole = await Visitor(scene.place).come()
    await whole.client.connection.send(["x" * 40_000, "x" * 25_537])
    assert await whole.client.until_closed() == 1009
    await lives(scene, scene.stored())


async def test_bytes_that_are_no_utf8_close_with_1007_as_the_rfc_asks(scene: Scene) -> None:
    before = scene.stored()
    for bad in (b'{"type":"\xed\xa0\x80"}', b"\xff", b"\xc0\xaf"):
        new = await Visitor(scene.place).come()
        await new.client.connection.send(bad, text=True)
        assert await new.client.until_closed() == 1007
    await lives(scene, before)


async def test_whoever_says_no_hello_is_closed_with_4408(scene: Scene) -> None:
    async with asyncio.timeout(12):
        while scene.silent.closed is None:
            await scene.silent.until_closed()
    assert scene.silent.closed == 4408 and scene.silent.frames == []


VISITOR_TYPES = ("message", "history", "typing", "read", "ask_human", "cancel_wait", "stop", "context", "hello", "open")
OPERATOR_TYPES = (
    "watch",
    "unwatch",
    "claim",
    "release",
    "hand_back",
    "resolve",
    "message",
    "typing",
    "read",
    "presence",
)
FIELDS = ("id", "text", "page", "before", "seq", "conversation", "after", "epoch", "state", "token", "visitor", "url")
values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**70), 2**70) | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=8,
)
seldom_closes = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def frames_of(types: tuple[str, ...]) -> some.SearchStrategy[dict[str, Any]]:
    """Frames of these types with every field there is, most of them wrong."""
    fields = some.dictionaries(some.sampled_from(FIELDS), values, max_size=6)
    return some.builds(lambda type, rest: {**rest, "type": type}, some.sampled_from(types), fields)


async def survives(client: Client, sent: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The frame gets an answer that is no failure of ours, the next one its own, and no traceback is logged."""
    probe, start = str(uuid.uuid4()), len(client.frames)
    await client.connection.send(json.dumps(sent))
    await client.send(type="no_such", id=probe)
    await client.until("error", ref=probe)
    codes = [each["code"] for each in client.frames[start:] if each["type"] == "error"]
    assert not {"unavailable", "not_saved"} & set(codes), codes
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR], caplog.text


@seldom_closes
@given(sent=frames_of(VISITOR_TYPES) | values)
async def test_no_frame_of_a_visitor_breaks_anything(scene: Scene, sent: Any, caplog: pytest.LogCaptureFixture) -> None:
    await survives(scene.wim.client, sent, caplog)


@seldom_closes
@given(sent=frames_of(OPERATOR_TYPES) | values, ours=some.booleans())
async def test_no_frame_of_an_operator_breaks_anything(
    scene: Scene, sent: Any, ours: bool, caplog: pytest.LogCaptureFixture
) -> None:
    if ours and isinstance(sent, dict):
        sent["conversation"] = scene.wim.conversation
    await survives(scene.bob.client, sent, caplog)


async def test_another_visitor_noticed_nothing_of_all_this(scene: Scene) -> None:
    new = await Visitor(scene.place).come()
    assert "5 working days" in (await new.ask("When do you refund my payment?"))["text"]
    assert not [each for each in new.client.frames if each["type"] == "error"]
    await new.leave()
