"""A paper pen in a lesson: its events become ink, page turns and erasures."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable

from pen_driver import (
    PageAddress,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
    Tip,
    sheet_of,
)
from signaling_server.protocol.commands import MAX_ITEMS_NAMED, EraseItems, Ink, Tool
from signaling_server.protocol.entries import Entry
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, PageId
from signaling_server.protocol.ink import Style
from teacher_client.engine.lesson_log import LessonLog
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.hits import PageHits
from teacher_client.lesson.link import ChooseTool
from teacher_client.lesson.pen_ink import PenInk

log = logging.getLogger(__name__)

ERASER_RADIUS = 250  # 1/100 mm: the eraser's tip is about 5 mm wide
LARGEST_SHEET_MM = 600.0  # an unknown pattern is larger than any desk: take A4
A4 = (21_000, 29_700)


class PaperPen:
    """Turns one pen's events into this lesson's ink.

    Args:
        write: takes the entries that are not ink (page turns, erasures).
        hint: takes ink to be shown at once.
    """

    def __init__(
        self,
        lesson: LessonLog,
        write: Callable[[Iterable[Entry]], None],
        hint: Callable[[HintBatch], None],
    ) -> None:
        self._lesson = lesson
        self._hits = PageHits()
        self._author = lesson.author
        self._write = write
        self._hint = hint
        self.ink = PenInk(lesson.epoch.counter)
        self.tool = ChooseTool(Tool.PEN, Ink.INK, 70)
        self.probe: list[tuple[int, int, float]] | None = None
        self._pages: dict[PageAddress, PageId] = {}
        self._page = PageId(0)
        self._stroke = 0
        self._count = 0
        self._is_erasing = False
        self._has_force = True
        self._last: tuple[int, int] | None = None

    def take(self, event: PenEvent) -> None:
        """Take one event of the pen, in order."""
        match event:
            case PenConnected():
                self._has_force = event.capabilities.force_steps > 0
            case PenDown():
                self._down(event)
            case PenSample():
                self._sample(event)
            case PenLifted():
                self._last = None
                self.ink.end(is_cut=event.cut_short)
            case PenDisconnected():
                self.lift()

    def lift(self) -> None:
        """End an open stroke as cut."""
        self._last = None
        self.ink.end(is_cut=True)

    def _down(self, event: PenDown) -> None:
        self.lift()  # the lift of the stroke before may be lost
        self._is_erasing = False
        try:
            self._page = self._page_of(event.page)
        except RefusedError:
            log.warning("no room for another page")
            return
        self._is_erasing = self.tool.is_eraser or event.tip is Tip.ERASER
        if self._is_erasing:
            return
        t0_ms = self._lesson.now_ms(event.t_host)
        style = Style(self.tool.tool, self.tool.ink, self.tool.width, t0_ms)
        self._stroke = self.ink.begin(self._page, style, has_force=self._has_force)
        self._count = 0

    def _sample(self, event: PenSample) -> None:
        if self._is_erasing:
            self._erase(round(event.x_mm * 100), round(event.y_mm * 100))
            return
        self.ink.add(event.x_mm, event.y_mm, event.force, self._lesson.now_ms(event.t_host))
        if self.probe is not None and self.ink.is_writing:
            self.probe.append((self._stroke, self._count, event.t_host))
        self._count += 1

    def _page_of(self, address: PageAddress) -> PageId:
        """The lesson's page of this sheet; a sheet turned is a page turned."""
        now = self._lesson.now_ms()
        page, entries = self._author.page_for_paper(str(address), _size_of(address), now)
        self._write(entries)
        self._pages[address] = page
        return page

    def _erase(self, x: int, y: int) -> None:
        start = self._last or (x, y)
        self._last = (x, y)
        page = self._author.board.pages.get(self._page)
        if page is None:
            return
        hit = self._hits.of(page).along(start, (x, y), ERASER_RADIUS)
        if not hit:
            return
        erase = EraseItems(self._page, tuple(hit[:MAX_ITEMS_NAMED]))
        now = self._lesson.now_ms()
        self._write(self._author.carry_out(TEACHER, NO_COMMAND, erase, now))


def _size_of(address: PageAddress) -> tuple[int, int]:
    """Width and height in 1/100 mm."""
    sheet = sheet_of(address)
    if math.isinf(sheet.width_mm) or sheet.width_mm > LARGEST_SHEET_MM:
        return A4
    return round(sheet.width_mm * 100), round(sheet.height_mm * 100)
