"""Pieces for the visitor: the first at once, three at least, some fifteen a second at the most."""

import asyncio

import pytest

from chatbot.ai.coalesce import GAP, Coalescer


class Screen:
    """Remembers what it was shown, and when."""

    def __init__(self, room: int = 1000) -> None:
        self.pieces: list[str] = []
        self.times: list[float] = []
        self.room = room
        self.grown = asyncio.Event()

    def show(self, text: str) -> bool:
        if len(self.pieces) >= self.room:
            return False
        self.pieces.append(text)
        self.times.append(asyncio.get_running_loop().time())
        self.grown.set()
        return True

    async def wait_for(self, count: int) -> None:
        while len(self.pieces) < count:
            self.grown.clear()
            await self.grown.wait()


@pytest.mark.parametrize(
    "arriving",
    [
        ["Thirty days, free."],
        ["Thirty days", ", free."],
        ["Thi", "rty", " days, free."],
        ["Thirty ", "days, ", "free."],
        ["T", "hirty days, free."],
        [" Thirty days,", " free. "],
        ["One two three four five six seven"],
        ["a b c"],
    ],
)
async def test_three_words_are_at_least_three_pieces(arriving: list[str]) -> None:
    screen = Screen()
    out = Coalescer(screen.show)
    for text in arriving:
        out.add(text)
    out.finish()
    assert len(screen.pieces) >= 3
    assert "".join(screen.pieces) == "".join(arriving)


async def test_the_first_word_leaves_at_once() -> None:
    screen = Screen()
    Coalescer(screen.show).add("Thirty days")
    assert screen.pieces == ["Thirty "]


async def test_what_is_held_leaves_by_itself_when_the_provider_pauses() -> None:
    screen = Screen()
    Coalescer(screen.show, gap=0.005).add("One two three four")
    await asyncio.wait_for(screen.wait_for(3), 2)
    assert screen.pieces == ["One ", "two three ", "four"]


async def test_many_small_pieces_are_joined() -> None:
    screen = Screen()
    out = Coalescer(screen.show, gap=0.02)
    for number in range(100):
        out.add(f"w{number} ")
        await asyncio.sleep(0.001)
    out.finish()
    assert "".join(screen.pieces) == "".join(f"w{number} " for number in range(100))
    gaps = [later - earlier for earlier, later in zip(screen.times, screen.times[1:], strict=False)][:-1]
    assert min(gaps) >= 0.019
    assert len(screen.pieces) <= (screen.times[-1] - screen.times[0]) / 0.02 + 3


async def test_nothing_more_is_shown_once_the_floor_is_lost() -> None:
    screen = Screen(room=1)
    out = Coalescer(screen.show, gap=0)
    out.add("One ")
    assert not out.fenced
    out.add("two ")
    assert out.fenced
    out.add("three ")
    out.finish()
    assert screen.pieces == ["One "]


async def test_cancelling_leaves_the_rest_unsaid() -> None:
    screen = Screen()
    out = Coalescer(screen.show, gap=0.001)
    out.add("One two three")
    out.cancel()
    await asyncio.sleep(0.01)
    assert screen.pieces == ["One "]


def test_fifteen_a_second() -> None:
    assert 14 < 1 / GAP < 16
