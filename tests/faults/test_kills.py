"""Killed at any instant, the server comes back with every acknowledged message, exactly once, and answers it."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest
import websockets

from tests.faults.checker import Log, Stored, check
from tests.faults.harness import Party, VirtualOperator, VirtualVisitor
from tests.faults.server import Server, serving, until
from tests.parties import Client

KILLS = 20
VISITORS = 6
ENDS_WITHIN = 30.0
"""Seconds from an acknowledgement to the end of the message, the deaths of the server included; promised are 90."""


@pytest.mark.slow
async def test_twenty_kills_lose_nothing_and_leave_nobody_without_an_end(tmp_path: Path) -> None:
    log = Log()
    async with serving(tmp_path) as (server, token):
        visitors = [VirtualVisitor(server, log, f"visitor {n}", random.Random(n), token=token) for n in range(VISITORS)]
        operators = [
            VirtualOperator(server, log, f"operator {n}", random.Random(100 + n), email=f"{name}@acme.example")
            for n, name in enumerate(("bob", "carla"))
        ]
        for operator in operators:
            await operator.sign_in()
        people: list[Party] = [*visitors, *operators]
        living = [asyncio.create_task(person.live()) for person in people]
        busy = [asyncio.create_task(each.write()) for each in visitors]
        busy += [asyncio.create_task(each.work()) for each in operators]
        await _kill_again_and_again(server, random.Random(7))
        for person in people:
            person.quiet = True
        await asyncio.gather(*busy)
        await _settled(server, people)
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
        assert await server.terminate() < 10
        stored = server.stored()
        assert check(log, stored, ENDS_WITHIN) == []
        assert {refusal.code for refusal in log.refusals} <= {"conflict"}  # a person wrote after giving it back
        _was_a_test(log, stored)
        assert server.rows("PRAGMA integrity_check") == [("ok",)]
        assert server.rows("SELECT count(*) FROM jobs WHERE kind = 'ai.reply' OR dead_at IS NOT NULL") == [(0,)]
        assert server.rows(UNARMED) == []


UNARMED = """SELECT id FROM conversations c WHERE state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM jobs WHERE kind = 'handoff.timeout' AND key = c.id AND due_at = c.wait_deadline)"""
OPEN = "SELECT count(*) FROM conversations WHERE state IN ('ai', 'waiting') AND answered_seq < question_seq"


async def _kill_again_and_again(server: Server, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.choice((0.02, 0.2, 0.8, 1.6)) * chance.uniform(0.5, 1.5))
        await server.kill()
        await server.start()


async def _settled(server: Server, people: list[Party]) -> None:
    """Everything is acknowledged and answered, and everybody has seen all there is."""
    await until(
        lambda: (
            not any(person.outbox for person in people) and server.rows(OPEN) == [(0,)] and _all_seen(server, people)
        ),
        ENDS_WITHIN,
    )


def _all_seen(server: Server, people: list[Party]) -> bool:
    last = dict(server.rows("SELECT id, last_seq FROM conversations"))
    for person in people:
        if isinstance(person, VirtualVisitor) and person.seq != last.get(person.conversation or "", 0):
            return False
        if isinstance(person, VirtualOperator) and any(last[id] != seq for id, seq in person.seqs.items()):
            return False
    return True


def _was_a_test(log: Log, stored: list[Stored]) -> None:
    """Enough has happened for the judgement to mean something."""
    kinds = {(entry.kind, entry.role, entry.interrupted) for entry in stored}
    assert len(log.acks) > 100
    assert {("message", "ai", False), ("message", "ai", True), ("joined", "operator", False)} <= kinds
    assert ("message", "operator", False) in kinds
    assert len([ack for ack in log.acks if ack.who.startswith("operator")]) > 3


STREAMS = 20


async def test_a_server_told_to_end_says_so_to_everybody_and_answers_after_the_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, token):
        bob = VirtualOperator(server, Log(), "operator", random.Random(1), email="bob@acme.example")
        await bob.sign_in()
        looking_on = Client(await bob.connect())
        await looking_on.until("welcome")
        windows = await asyncio.gather(*(_ask(server, token) for _ in range(STREAMS)))
        for window, _ in windows:
            await window.until("delta")
        assert await server.terminate() < 10
        closed = await asyncio.gather(looking_on.until_closed(), *(window.until_closed() for window, _ in windows))
        assert set(closed) == {1012}
        assert not [window for window, _ in windows if len(window.of("entry")) > 1], "not in the middle of the answers"
        await server.start()
        for window, secret in windows:
            ack, epoch = window.of("ack")[0], window.of("welcome")[0]["epoch"]
            again = await _open(server, token, visitor=secret, conversation=ack["conversation"], after=1, epoch=epoch)
            answers = again.of("welcome")[0]["entries"] or [(await again.until("entry"))["entry"]]
            assert [(entry["seq"], entry["author"]["role"], entry["flags"]) for entry in answers] == [(2, "ai", [])]
            assert "5 working days" in answers[0]["text"]
            await again.close()
        await server.terminate()
        assert sorted(entry.role for entry in server.stored()) == ["ai"] * STREAMS + ["visitor"] * STREAMS


async def _open(server: Server, token: str, **hello: object) -> Client:
    window = Client(await websockets.connect(f"ws://127.0.0.1:{server.port}/ws/visitor", compression=None))
    await window.send(type="hello", token=token, **hello)
    await window.until("welcome")
    return window


async def _ask(server: Server, token: str) -> tuple[Client, str]:
    """A window in which a question was asked, and its visitor's secret."""
    window = await _open(server, token)
    await window.send(type="message", id="m1", text="When do you refund my payment?")
    await window.until("ack")
    return window, window.of("welcome")[0]["visitor"]


async def test_told_twice_it_ends_all_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, token):
        window, _ = await _ask(server, token)
        await window.until("delta")
        assert server.process is not None
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(server.process.wait(), 20)
        assert time.monotonic() - began < 10
        await server.start()
        await until(lambda: "ai" in {entry.role for entry in server.stored()}, 20)
