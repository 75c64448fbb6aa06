"""Long commands in slices: others have their turn, nothing is lost, order is kept."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

from signaling_server.protocol.entries import Entry
from teacher_client.engine.carrier import SLICE_SECONDS, Carrier
from tests.teacher_client.logs import chat


class Loop:
    """A carrier whose entries take a while each, and what it wrote."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slices: list[list[int]] = []
        self.carrier = Carrier(self._write, lambda: self.now)

    def _write(self, entries: list[Entry]) -> None:
        self.slices.append([entry.number for entry in entries])

    def entries(self, count: int, first: int = 1, seconds: float = 0.001) -> Iterator[Entry]:
        for number in range(first, first + count):
            self.now += seconds
            yield chat(number)

    def written(self) -> list[int]:
        return [number for part in self.slices for number in part]


async def test_a_short_command_is_written_at_once() -> None:
    loop = Loop()
    loop.carrier.carry(loop.entries(3))
    assert loop.slices == [[1, 2, 3]]
    assert not loop.carrier.is_busy
    await loop.carrier.finish()


async def test_a_long_one_holds_the_loop_a_slice_at_a_time() -> None:
    loop, turns = Loop(), 0
    loop.carrier.carry(loop.entries(500))
    assert loop.carrier.is_busy
    while loop.carrier.is_busy:
        turns += 1
        await asyncio.sleep(0)
    assert loop.written() == list(range(1, 501))
    assert max(map(len, loop.slices)) <= SLICE_SECONDS / 0.001 + 1
    assert turns >= len(loop.slices) - 1


async def test_a_slow_entry_is_a_slice_of_its_own() -> None:
    loop = Loop()
    loop.carrier.carry(loop.entries(3, seconds=1.0))
    await loop.carrier.finish()
    assert loop.slices[:3] == [[1], [2], [3]]


async def test_what_is_asked_meanwhile_comes_behind_and_others_between() -> None:
    loop = Loop()
    loop.carrier.carry(loop.entries(20))
    loop.carrier.put_behind(lambda: loop.carrier.carry(loop.entries(20, 101)))
    loop.carrier.put_behind(lambda: loop.carrier.carry(loop.entries(1, 201)))
    loop.carrier.carry(loop.entries(2, 900, seconds=1.0))
    await loop.carrier.finish()
    teachers = [number for number in loop.written() if number < 900]
    assert teachers == [*range(1, 21), *range(101, 121), 201]
    assert loop.slices[1] == [900, 901]


async def test_what_was_kept_from_the_collector_is_given_back() -> None:
    loop, before = Loop(), gc.get_freeze_count()
    loop.carrier.carry(loop.entries(100))
    await loop.carrier.finish()
    assert gc.get_freeze_count() > before
    assert gc.isenabled()
    await loop.carrier.close()
    assert gc.get_freeze_count() == 0
