"""How long the engine's loop is held while thousands of strokes are copied or moved.

Run: ``python -m tests.bench.long_command``. Prints the longest turn of the loop during each
command beside that of an idle loop, and how long the whole took until it was on disk.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH
from signaling_server.protocol.commands import Ink, Tool, Undo
from signaling_server.protocol.entries import Entry
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, Epoch
from signaling_server.protocol.matrix import Matrix
from teacher_client.engine.carrier import Carrier
from teacher_client.engine.log_writer import LogWriter, Outlets
from teacher_client.lesson.board_commands import (
    ChangeItems,
    ClearPage,
    CopyItems,
    PutItems,
    PutStroke,
)
from teacher_client.recording.journal import Journal
from teacher_client.tasks import spawn
from tests.teacher_client.lesson.lessons import PAGE, Lesson

STROKES = 5000
COLUMN = tuple(range(40))
PUT = PutStroke(Tool.PEN, Ink.BLUE, 40, COLUMN, COLUMN, COLUMN)


async def main() -> None:
    lesson, waiting, synced = Lesson(), list[Entry](), 0
    for _ in range(10):
        lesson.does(TEACHER, PutItems(PAGE, (), (PUT,) * (STROKES // 10)))
    names = tuple(lesson.page().strokes)

    def publish(_data: bytes, block: object) -> None:
        nonlocal synced
        synced = block.last  # type: ignore[attr-defined]

    def collect() -> list[Entry]:
        taken = list(waiting)
        waiting.clear()
        return taken

    async def nowhere(_data: bytes, _block: object) -> bool:
        return False

    with tempfile.TemporaryDirectory() as folder:
        outlets = Outlets(publish, print, nowhere)
        waiting += lesson.log
        epoch = Epoch(1, "0" * 16)
        writer = LogWriter(Journal(Path(folder)), epoch, NO_HASH, collect, outlets)
        task = spawn(writer.run(), name="writer")

        def write(entries: list[Entry]) -> None:
            waiting.extend(entries)
            writer.wake()

        carrier = Carrier(write)
        while synced < lesson.author.next_number - 1:
            await asyncio.sleep(0.05)
        await _report("idle", asyncio.sleep(0.5))
        for name, command in (
            ("copy", CopyItems(PAGE, names, PAGE, Matrix(e=50))),
            ("undo the copy", Undo()),
            ("turn", ChangeItems(PAGE, names, Matrix(900_000, 300_000, -300_000, 900_000))),
            ("undo the turn", Undo()),
            ("clear", ClearPage(PAGE)),
            ("undo the clearing", Undo()),
        ):

            async def carry(command: object = command) -> None:
                body = command
                carrier.carry(lesson.author.begin(TEACHER, NO_COMMAND, body, 0))  # type: ignore[arg-type]
                await carrier.finish()
                while synced < lesson.author.next_number - 1:
                    await asyncio.sleep(0.005)

            await _report(name, carry())
        writer.finish()
        await task


async def _report(name: str, work: object) -> None:
    longest, last = 0.0, time.perf_counter()
    running = True

    async def watch() -> None:
        nonlocal longest, last
        while running:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest = max(longest, now - last - 0.001)
            last = now

    watcher = spawn(watch(), name="watch")
    await asyncio.sleep(0.01)
    start = time.perf_counter()
    await work  # type: ignore[misc]
    took = time.perf_counter() - start
    running = False
    await watcher
    print(f"{name:>18}: loop held {longest * 1000:6.1f} ms at most, {took * 1000:7.0f} ms in all")


if __name__ == "__main__":
    asyncio.run(main())
