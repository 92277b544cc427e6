"""Nothing is fired and forgotten."""

import asyncio
import logging

import pytest

from chatbot.work import timetable
from chatbot.work.supervisor import Supervisor
from chatbot.work.timetable import Every


async def _until(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), 10)


async def test_a_loop_that_fails_is_started_again_and_said_so(caplog: pytest.LogCaptureFixture) -> None:
    supervisor, starts, third = Supervisor(), 0, asyncio.Event()

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 3:
            third.set()
            await asyncio.Event().wait()
        raise ValueError(f"fall {starts}")

    supervisor.keep(loop, "a loop")
    await _until(third)
    assert supervisor.failures == 2
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info[1].args[0] for record in told if record.exc_info and record.exc_info[1]] == [
        "fall 1", "fall 2",
    ]  # fmt: skip
    await supervisor.stop()


async def test_a_loop_that_returns_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    supervisor, starts, again = Supervisor(), 0, asyncio.Event()

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 2:
            again.set()

    supervisor.keep(loop, "a loop")
    await _until(again)
    assert supervisor.failures == 0
    await supervisor.stop()


async def test_a_failed_task_is_said_by_name_and_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    supervisor = Supervisor()

    async def fall() -> None:
        raise ValueError("fell")

    task = supervisor.start(fall(), "a task")
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert (supervisor.failures, len(supervisor)) == (1, 0)
    assert [record.__dict__["kind"] for record in caplog.records] == ["a task"]


async def test_stopping_ends_everything_and_waits_for_it() -> None:
    supervisor, ended = Supervisor(), []

    async def careful(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(number)

    for number in range(5):
        supervisor.start(careful(number), "careful")
    await asyncio.sleep(0)
    await supervisor.stop()
    assert sorted(ended) == [0, 1, 2, 3, 4]
    assert len(supervisor) == 0


async def test_who_will_not_end_does_not_keep_the_others_from_it() -> None:
    supervisor, let_go = Supervisor(), asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    task = supervisor.start(stubborn(), "stubborn")
    await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    await supervisor.stop(patience=0.05)
    assert asyncio.get_running_loop().time() - began < 2
    let_go.set()
    await task


async def test_what_happens_again_and_again_goes_on_after_it_has_failed() -> None:
    supervisor, times, enough = Supervisor(), 0, asyncio.Event()

    async def work() -> None:
        nonlocal times
        times += 1
        if times == 2:
            raise ValueError("once")
        if times == 4:
            enough.set()

    timetable.start(supervisor, [Every(0.001, work, "often")])
    await _until(enough)
    assert supervisor.failures == 1
    await supervisor.stop()
