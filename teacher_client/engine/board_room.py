"""A lesson's board: the log's one writer, and the window that reads it.

Pen and commands come in, entries go to the journal and the window. Who else reads the log, and
the voices, are for :class:`teacher_client.engine.room.Room`. Lives in the engine's loop; nothing
here blocks it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.commands import Command, PageKind, Refusal, WriteInk
from signaling_server.protocol.entries import (
    Entry,
    EntryKind,
    LessonBegun,
    PageAdded,
    PageShown,
)
from signaling_server.protocol.hints import HintBatch, encode_batch, encode_hints
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, CommandId, Epoch, Member, PageId
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.page import Page
from teacher_client.engine.carrier import Carrier
from teacher_client.engine.lesson_log import LessonLog
from teacher_client.engine.log_writer import LogWriter, Outlets
from teacher_client.engine.paper_pen import PaperPen
from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.drafts import NewPage
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.link import Notice, NoticeId
from teacher_client.live.hint_spread import batch_seconds
from teacher_client.tasks import spawn

FINISH_SECONDS = 5.0


class BoardRoom:
    """A log that is being written.

    Args:
        name: of the lesson: its session, where it has one.
        lesson: the opened log.
        logged: told of each block of the log, those that were there first.

    Attributes:
        author: makes the entries; its board runs ahead of the log.
        pen: the paper pen's way into the log.
        writing: ends when the log is closed; without it the engine is of no use.
    """

    def __init__(
        self,
        name: str,
        lesson: LessonLog,
        window: WindowServer,
        logged: Callable[[Block], None] = lambda block: None,
    ) -> None:
        self.session = name
        self._logged = logged
        self.lesson = lesson
        self.author = lesson.author
        self._window = window
        self._entries: list[Entry] = []
        self._blocks = [data for data, _block in lesson.blocks]
        self.is_finishing = False
        self.pen = PaperPen(lesson, self._write, self._hint)
        self.pen.put = lambda items: self.command(TEACHER, NO_COMMAND, items)
        self._writer = LogWriter(
            lesson.journal,
            lesson.epoch,
            lesson.last_hash,
            self._collect,
            Outlets(self._synced, self._disk_works, self._hand_over),
        )
        self._carrier = Carrier(self._write_at_once)
        self.writing = spawn(self._writer.run(), name="log-writer")
        self._tasks = [spawn(self._hint_on(), name="hints")]
        for _data, block in lesson.blocks:
            logged(block)

    @property
    def epoch(self) -> Epoch:
        """This engine's epoch."""
        return self.lesson.epoch

    # what comes from outside

    def command(
        self, member: Member, command: CommandId, body: Command | BoardCommand
    ) -> Refusal | None:
        """Carry out what a member (or the window, for the teacher) asks for; say why not."""
        if self.is_finishing:
            self._refuse(member, command, Refusal.SESSION_OVER)
            return Refusal.SESSION_OVER
        return self._carry_out(member, command, body)

    def _carry_out(
        self, member: Member, command: CommandId, body: Command | BoardCommand
    ) -> Refusal | None:
        is_ink = isinstance(body, WriteInk)
        if self._carrier.is_busy and member == TEACHER and not is_ink:
            self._carrier.put_behind(lambda: self._carry_out(member, command, body))
            return None
        self._log_ink()
        try:
            going = self.author.begin(member, command, body, self.lesson.now_ms())
        except RefusedError as exc:
            self._refuse(member, command, exc.reason)
            return exc.reason
        if is_ink:
            self._write_ink(list(going))
        else:
            self._carrier.carry(going)
            self._carried_out()
        return None

    async def bring_page(
        self, page: NewPage | Page, after: PageId | None, step: CommandId, *, is_shown: bool
    ) -> tuple[PageId, CommandId]:
        """Write a new page, or one of another board; its number and step, once it is written.

        Args:
            after: the page before it in the row; None: last.
            step: of the pages that one undo takes back with this one; NO_COMMAND: a new one.

        Raises:
            RefusedError: the lesson takes no further page, or is over.
        """
        await self._carrier.finish()
        if self.is_finishing:
            raise RefusedError(Refusal.SESSION_OVER)
        self._log_ink()
        step = step or self.author.new_step()
        now = self.lesson.now_ms()
        number, going = self.author.bring_page(page, after, step, now, is_shown=is_shown)
        self._carrier.carry(going)
        await self._carrier.finish()
        return number, step

    def blocks(self) -> Iterable[bytes]:
        """All synced blocks, for a window that comes."""
        return self._blocks

    def begin(self, *, needs_page: bool) -> None:
        """The first entries of this epoch, and a page to write on where there is none."""
        self._write(self._first_entries(needs_page=needs_page))

    async def close(self) -> None:
        """Write everything out; the lesson can go on later."""
        await self._settle()
        await self._sync()
        self.lesson.journal.close()

    # for rooms with more people

    def _carried_out(self) -> None:
        """A command that is not ink was carried out."""

    def _refuse(self, member: Member, command: CommandId, reason: Refusal) -> None:
        self._window.send(Notice(NoticeId.COMMAND_REFUSED, refusal=reason))

    def _synced(self, data: bytes, block: Block) -> None:
        """A block is on disk: now it is numbered and shown."""
        self._blocks.append(data)
        self._window.send_block(data)
        self._logged(block)

    async def _hand_over(self, data: bytes, block: Block) -> bool:
        """The disk refuses: whether somebody else keeps this block."""
        return False

    def _attached(self, wall_ms: int) -> list[Entry]:
        """What ties the log's clock to a server's; `wall_ms` is now, UTC."""
        return []

    def _hint_seconds(self) -> float:
        """Between two looks for the pen's hints."""
        return batch_seconds(0)

    def _spread_hints(self) -> None:
        """Send others the hints that came."""

    # the log

    def _first_entries(self, *, needs_page: bool) -> list[Entry]:
        author, now = self.author, self.lesson.now_ms()
        started = round(time.time() * 1000) - now
        entries: list[Entry] = []
        if author.board.lesson is None:
            begun = LessonBegun(self.session, started)
            entries.append(author.write(EntryKind.LESSON_BEGUN, begun, now))
        entries += self._attached(started + now)
        entries += author.cut_strokes(TEACHER, self.epoch.counter, now)
        if needs_page and not author.board.pages:
            page = PageAdded(17_600, 25_000, PageKind.DOTS)
            entries.append(author.write(EntryKind.PAGE_ADDED, page, now, PageId(1)))
            entries.append(author.write(EntryKind.PAGE_SHOWN, PageShown(), now, PageId(1)))
        return entries

    def _write(self, entries: Iterable[Entry]) -> None:
        self._entries += entries

    def _write_ink(self, entries: list[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.body, InkBody) and len(entry.body.samples):
                self._hint(self._hint_of(entry, entry.body))
        self._write(entries)

    def _write_at_once(self, entries: list[Entry]) -> None:
        """What a command wrote: not to wait for the next beat."""
        self._write(entries)
        self._writer.wake()

    def _log_ink(self) -> None:
        """Ink that was shown goes before what comes after it."""
        for batch in self.pen.ink.take_hints():
            self._hint(batch)
        now = self.lesson.now_ms()
        for kind, body, page in self.pen.ink.take_entries():
            self._entries.append(self.author.write(kind, body, now, page, author=TEACHER))

    def _collect(self) -> list[Entry]:
        self.pen.rest(self.lesson.now_ms())
        self._log_ink()
        entries, self._entries = self._entries, []
        return entries

    async def _settle(self) -> None:
        """Take nothing more; what was asked for becomes entries."""
        self.is_finishing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._carrier.close()
        self.pen.lift()
        self._log_ink()

    async def _sync(self) -> None:
        """All entries to the disk."""
        self._writer.finish()
        await asyncio.wait([self.writing], timeout=FINISH_SECONDS)

    def _disk_works(self, works: bool) -> None:
        self._window.send(Notice(NoticeId.DISK_BACK if works else NoticeId.DISK_REFUSED))

    # ink before it is in the log

    async def _hint_on(self) -> None:
        due = time.monotonic()
        while True:
            due = max(due + self._hint_seconds(), time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            for batch in self.pen.ink.take_hints():
                self._hint(batch)
            self._spread_hints()

    def _hint(self, batch: HintBatch) -> None:
        self._window.send_hints(encode_hints(self.epoch, [encode_batch(batch)]))

    def _hint_of(self, entry: Entry, body: InkBody) -> HintBatch:
        stroke = self.author.board.stroke(entry.page, body.stroke)
        assert stroke is not None
        return HintBatch(
            body.stroke,
            entry.page,
            entry.author,
            stroke.style,
            body.first,
            body.samples,
            body.is_last,
        )
