"""One run at a time in a conversation."""

import asyncio

import pytest

from chatbot.ai.running import Cut, Runs, TooLong

HERE = (1, "c_vera")


async def test_a_newer_run_cuts_the_older_and_waits_until_it_has_let_go() -> None:
    runs, steps, started = Runs(), [], asyncio.Event()

    async def older() -> None:
        async with runs.only(HERE) as run:
            try:
                async with run.limit(60):
                    started.set()
                    await asyncio.Event().wait()
            except Cut:
                steps.append("cut")
                await asyncio.sleep(0)
                steps.append("let go")

    task = asyncio.create_task(older())
    await started.wait()
    async with runs.only(HERE):
        steps.append("newer")
    await task
    assert steps == ["cut", "let go", "newer"]
    assert len(runs) == 0


async def test_the_newest_of_three_is_the_one_that_goes_on() -> None:
    runs, ended = Runs(), []
    gates = [asyncio.Event() for _ in range(3)]

    async def one(number: int) -> None:
        try:
            async with runs.only(HERE) as run:
                async with run.limit(60):
                    gates[number].set()
                    if number < 2:
                        await asyncio.Event().wait()
                ended.append(number)
        except Cut:
            ended.append(-number)

    tasks = [asyncio.create_task(one(number)) for number in range(3)]
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert ended[-1] == 2
    assert all(number in (0, -1, 2) or number <= 0 for number in ended)


async def test_runs_of_other_conversations_and_workspaces_are_left_alone() -> None:
    runs = Runs()
    async with runs.only(HERE) as vera, runs.only((1, "c_walt")), runs.only((2, "c_vera")):
        assert not vera.is_cut


async def test_a_run_that_takes_too_long_ends() -> None:
    runs = Runs()
    async with runs.only(HERE) as run:
        with pytest.raises(TooLong):
            async with run.limit(0.001):
                await asyncio.Event().wait()


async def test_a_timeout_from_inside_is_not_taken_for_the_limit() -> None:
    runs = Runs()
    async with runs.only(HERE) as run:
        with pytest.raises(TimeoutError):
            async with run.limit(60):
                raise TimeoutError


async def test_a_run_that_was_cut_before_it_began_does_not_begin() -> None:
    runs = Runs()
    async with runs.only(HERE) as run:
        runs.cut(HERE)
        with pytest.raises(Cut):
            async with run.limit(60):
                pytest.fail("it began")


async def test_cancelling_a_run_is_still_cancelling() -> None:
    runs, started = Runs(), asyncio.Event()

    async def running() -> None:
        async with runs.only(HERE) as run, run.limit(60):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(running())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(runs) == 0


async def test_cutting_what_is_not_running_is_harmless() -> None:
    Runs().cut(HERE)
