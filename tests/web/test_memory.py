"""A window that has closed leaves nothing behind, even when it was open while the collector was told to look away."""

import asyncio
import gc
import weakref

import pytest

from chatbot.web.sockets import desk, window
from tests.parties import Operator, Place, Visitor


@pytest.mark.parametrize("who", [window.Window, desk.Desk])
async def test_a_window_that_was_frozen_goes_with_its_socket(place: Place, who: type) -> None:
    people = [await Visitor(place).come() for _ in range(3)] + [await Operator(place).come() for _ in range(3)]
    gc.collect()
    held = weakref.WeakSet(each for each in gc.get_objects() if type(each) is who)
    assert len(held) == 3
    gc.freeze()
    try:
        for person in people:
            await person.leave()
        people.clear()
        async with asyncio.timeout(10):
            while held:
                gc.collect()
                await asyncio.sleep(0.05)
    finally:
        gc.unfreeze()
