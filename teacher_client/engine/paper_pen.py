"""A paper pen in a lesson: its events become ink, page turns and erasures."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable

from pen_driver import (
    OfflineStroke,
    PageAddress,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenSample,
    Sheet,
    Tip,
    sheet_of,
)
from pen_driver.offline import StoredStroke
from pen_driver.offline.ink import DEFAULT_FORCE_STEPS
from pen_driver.paper import is_known
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    MAX_TIME_MS,
    Entry,
    EntryKind,
    PageAdded,
    PageChanged,
)
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import TEACHER, PageId, StrokeId
from signaling_server.protocol.ink import Samples, Style
from teacher_client.engine.lesson_log import LessonLog
from teacher_client.engine.paper_eraser import PaperEraser
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.drafts import next_page
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.link import ChooseTool, SetWriting, Smoothing
from teacher_client.lesson.pen_hand import HandSample, PenHand
from teacher_client.lesson.pen_ink import PenInk, hundredths

log = logging.getLogger(__name__)

AS_WRITTEN = SetWriting(Smoothing.OFF, straightens=False, snaps=False)
HOVER_PAUSE_MS = 300  # a pen that hovers says so some 80 times a second
LARGEST_SHEET_MM = 600.0  # an unknown pattern is larger than any desk: take A4
A4 = (21_000, 29_700)
BORDER = 1000  # beside the ink of a page that grows
MOST_GROWN = round(LARGEST_SHEET_MM * 100)


class PaperPen:
    """Turns one pen's events into this lesson's ink.

    Args:
        write: takes the entries that are not ink (page turns, erasures).
        hint: takes ink to be shown at once.

    Attributes:
        tool: what it draws with.
        habits: how its ink is calmed, led and straightened.
        put: asked to put a straight shape in a stroke's place; the ink before is logged then.
        sheets: the sheet to show for a page; one of unknown paper grows with its ink.
    """

    def __init__(
        self,
        lesson: LessonLog,
        write: Callable[[Iterable[Entry]], None],
        hint: Callable[[HintBatch], None],
    ) -> None:
        self._lesson = lesson
        self._author = lesson.author
        self._write = write
        self._hint = hint
        self.ink = PenInk(lesson.epoch.counter)
        self.tool = ChooseTool(Tool.PEN, Ink.INK, 70)
        self.habits = AS_WRITTEN
        self.put: Callable[[PutItems], object] = lambda _items: None
        self.sheets: Callable[[PageAddress], Sheet] = sheet_of
        self.probe: list[tuple[int, int, float]] | None = None
        self._page = PageId(0)
        self._stroke = StrokeId(0)
        self._style = Style(Tool.PEN, Ink.INK, 70, 0)
        self._hand = PenHand(self.habits)
        self._count = 0
        self._eraser = PaperEraser(self._author, lesson.now_ms, write)
        self._is_erasing = False
        self._hovered_ms: int | None = None
        self._force_steps = DEFAULT_FORCE_STEPS
        self._address: PageAddress | None = None
        self._inked: set[PageId] = set()  # its ink may not be folded yet

    def take(self, event: PenEvent) -> None:
        """Take one event of the pen, in order."""
        match event:
            case PenConnected():
                self._force_steps = event.capabilities.force_steps
            case PenDown():
                self._down(event)
            case PenSample():
                self._sample(event)
            case PenHover():
                self._hover(event)
            case PenLifted():
                self._lifted(event)
            case PenDisconnected():
                self.lift()

    def lift(self) -> None:
        """End an open stroke as cut."""
        self.ink.end(is_cut=self._hovered_ms is None)
        self._hovered_ms = None

    def rest(self, now_ms: int) -> None:
        """To be called now and then: a pen that hovers no more does not say so."""
        self._eraser.warm_up(self._page)
        if self._hovered_ms is not None and now_ms - self._hovered_ms > HOVER_PAUSE_MS:
            self.lift()

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
            takes_area = self.tool.erases_area and event.tip is not Tip.ERASER
            self._eraser.down(self._page, takes_area=takes_area)
            return
        self._begin(event.t_host, has_force=self._force_steps > 0)

    def _begin(self, t_host: float, *, has_force: bool) -> None:
        tool, page = self.tool, self._author.board.pages.get(self._page)
        self._inked.add(self._page)
        self._style = Style(tool.tool, tool.ink, tool.width, self._lesson.now_ms(t_host))
        self._stroke = self.ink.begin(self._page, self._style, has_force=has_force)
        instrument = None if page is None or tool.tool is Tool.LASER else page.instrument
        self._hand = PenHand(self.habits, () if instrument is None else (instrument,))
        self._count = 0

    def _sample(self, event: PenSample) -> None:
        if self._is_erasing:
            self._eraser.move(round(event.x_mm * 100), round(event.y_mm * 100))
            return
        if not self.ink.is_writing:
            return
        self._add(event.x_mm, event.y_mm, event.force, event.t_host)
        if self.probe is not None:
            self.probe.append((self._stroke, self._count - 1, event.t_host))

    def _add(self, x_mm: float, y_mm: float, force: float | None, t_host: float) -> None:
        now_ms = self._lesson.now_ms(t_host)
        self._draw(self._hand.add(HandSample(x_mm * 100, y_mm * 100, force, now_ms)))

    def _draw(self, samples: list[HandSample]) -> None:
        for sample in samples:
            self.ink.add(sample.x / 100, sample.y / 100, sample.force, sample.ms)
        self._count += len(samples)

    def _lifted(self, event: PenLifted) -> None:
        if not self.ink.is_writing:
            return
        self._draw(self._hand.end())
        self.ink.end(is_cut=event.cut_short)
        if self._address is not None:
            self._grow(self._page, self._address)
        if not event.cut_short:
            now_ms = self._lesson.now_ms(event.t_host)
            put = self._hand.straightened(self._page, self._stroke, self._style, now_ms)
            if put is not None:
                self.put(put)

    def _hover(self, event: PenHover) -> None:
        """A laser points without touching the paper."""
        if self.tool.tool is not Tool.LASER or self.tool.is_eraser:
            self._end_hovering()
            return
        if self._address != event.page:
            self._end_hovering()
        if self._hovered_ms is None:
            if self.ink.is_writing:
                return
            try:
                self._page = self._page_of(event.page)
            except RefusedError:
                return
            self._begin(event.t_host, has_force=False)
        self._hovered_ms = self._lesson.now_ms(event.t_host)
        self._add(event.x_mm, event.y_mm, None, event.t_host)

    def _end_hovering(self) -> None:
        if self._hovered_ms is not None:
            self.lift()

    def _page_of(self, address: PageAddress) -> PageId:
        """The lesson's page of this sheet; a sheet turned is a page turned."""
        now = self._lesson.now_ms()
        size = _size_of(self.sheets(address))
        page, entries = self._author.page_for_paper(str(address), size, now)
        self._write(entries)
        self._fit(page, *size)
        self._address = address
        return page

    def _grow(self, page: PageId, address: PageAddress) -> None:
        """Make a page of unknown paper as large as its ink asks for."""
        if not is_known(address):
            self._fit(page, *_size_of(self.sheets(address)))

    def _fit(self, page: PageId, width: int, height: int) -> None:
        """Make a page as large as its sheet, which may have been calibrated since; only larger
        where something is on it."""
        there = self._author.board.pages.get(page)
        if there is None:
            return
        if page in self._inked or there.strokes or there.pictures or there.texts:
            width, height = max(width, there.width), max(height, there.height)
        if (width, height) != (there.width, there.height):
            changed = PageChanged(width, height)
            now = self._lesson.now_ms()
            self._write([self._author.write(EntryKind.PAGE_CHANGED, changed, now, page)])

    # ink that was written earlier

    def write_late(self, strokes: Iterable[StoredStroke]) -> int:
        """Write what was stored while the pen was away, each stroke at the time it was written.

        The page of the last one is shown, unless the pen writes now. Returns how many became ink.
        """
        now_mono, now_wall = time.monotonic(), time.time()
        count, last = 0, None
        for stored in strokes:
            mono = now_mono - (now_wall - (now_wall if stored.t0 is None else stored.t0))
            try:
                page = self._page_beside(stored.stroke.page)
            except RefusedError:
                log.warning("no room for another page")
                continue
            last = stored.stroke.page
            count += self._write_stored(stored.stroke, page, self._lesson.now_ms(mono))
        if last is not None and not self.ink.is_writing and not self._is_erasing:
            self._page = self._page_of(last)
        return count

    def place(self, strokes: Iterable[StoredStroke], shown: PageId | None) -> int:
        """Write kept ink now, onto page `shown` or (None) each on its sheet's own, which is shown.

        Raises:
            RefusedError: no page can be added.
        """
        count = 0
        now = self._lesson.now_ms()
        for stored in strokes:
            page = self._page_of(stored.stroke.page) if shown is None else shown
            count += self._write_stored(stored.stroke, page, now)
        return count

    def _page_beside(self, address: PageAddress) -> PageId:
        """The lesson's page of a sheet, added where it is new, not shown."""
        board, paper = self._author.board, str(address)
        known = [number for number in board.order if board.pages[number].paper == paper]
        if known:
            return known[0]
        page, now = next_page(board), self._lesson.now_ms()
        added = PageAdded(*_size_of(self.sheets(address)), PageKind.DOTS, paper)
        self._write([self._author.write(EntryKind.PAGE_ADDED, added, now, page, author=TEACHER)])
        return page

    def _write_stored(self, stroke: OfflineStroke, page: PageId, t0_ms: int) -> bool:
        """Return whether it became ink; one of the eraser's tip erases."""
        sheet, at = self.sheets(stroke.page), 0
        x, y, ms, force = [], [], [], []
        for dot in stroke.dots:
            at += dot.dt_ms
            x_mm, y_mm = sheet.to_mm(dot.x, dot.y)
            x.append(hundredths(x_mm))
            y.append(hundredths(y_mm))
            ms.append(at)
            force.append(round(min(dot.force / max(self._force_steps, 1), 1.0) * 1023))
        if stroke.tip is Tip.ERASER:
            eraser = PaperEraser(self._author, self._lesson.now_ms, self._write)
            eraser.down(page, takes_area=False)
            for place in zip(x, y, strict=True):
                eraser.move(*place)
            return False
        if not x:
            return False
        tool = Tool.PEN if self.tool.tool is Tool.LASER else self.tool.tool  # that would fade
        style = Style(tool, self.tool.ink, self.tool.width, min(t0_ms, MAX_TIME_MS))
        columns = Samples(
            tuple(x), tuple(y), tuple(ms), tuple(force) if self._force_steps else None
        )
        self._inked.add(page)
        self.ink.add_whole(page, style, columns)
        if not is_known(stroke.page):
            self._fit(page, *(min(max(part) + BORDER, MOST_GROWN) for part in (x, y)))
        return True


def _size_of(sheet: Sheet) -> tuple[int, int]:
    """Width and height in 1/100 mm."""
    if math.isinf(sheet.width_mm) or sheet.width_mm > LARGEST_SHEET_MM:
        return A4
    return round(sheet.width_mm * 100), round(sheet.height_mm * 100)
