"""The two erasers: whole strokes, texts and pictures; or what the disk passes over."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import MAX_ITEMS_NAMED, MAX_PARTS_NAMED, EraseItems
from signaling_server.protocol.commands import EraseParts as EraseRanges
from signaling_server.protocol.commands import Tool as Inking
from signaling_server.protocol.ids import ItemId, StrokeId
from signaling_server.protocol.items import Stroke
from teacher_client.drawing.overlays import draw_eraser
from teacher_client.drawing.shapes import Shape, outline
from teacher_client.geometry.area_eraser import AreaEraser
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.hits import Gaps
from teacher_client.lesson.drafts import pieces
from teacher_client.ui.board.desk import Brush, Desk, Tool
from teacher_client.ui.board.items import text_at
from teacher_client.ui.ink_writer import Pointer

REACH: Final = 120.0
RADIUS_PX: Final = 12.0
WAIT_MS: Final = 1000.0


class StrokeEraser(Tool):
    """Takes what it touches as a whole; a typed text too."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._last: Point | None = None
        self._taken: set[ItemId] = set()

    def press(self, at: Pointer) -> None:
        self._last = at.x, at.y
        self._taken.clear()
        self._erase((at.x, at.y))

    def move(self, at: Pointer) -> None:
        self._erase((at.x, at.y))

    def release(self, at: Pointer | None) -> None:
        self._last = None

    def cancel(self) -> None:
        self._last = None

    def _erase(self, to: Point) -> None:
        page, start = self.desk.page, self._last
        if page is None or start is None:
            return
        self._last = to
        found: list[ItemId] = []
        if start == to:
            nearest = self.desk.canvas.stroke_at(*to, REACH)
            found = [] if nearest is None else [nearest]
        else:
            found = list(self.desk.canvas.index().along(start, to, self.desk.units(2)))
        text = text_at(page, to)
        if text is not None and not found:
            found = [text.id]
        new = [name for name in found if name not in self._taken]
        self._taken.update(new)
        for names in pieces(new, MAX_ITEMS_NAMED):
            self.desk.do(EraseItems(page.number, names))


class PartEraser(Tool):
    """Rubs out what its disk passes over, cutting strokes in two; one step of undo each way.

    While it goes, what is left of the strokes is painted here; it is asked for at the end.
    """

    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._way: AreaEraser | None = None
        self._at: Point | None = None
        self._cut: dict[StrokeId, tuple[Stroke, Shape]] = {}
        self._until_ms = 0.0
        self._is_over = False

    def press(self, at: Pointer) -> None:
        self._show_page()
        self._way = AreaEraser(self.desk.canvas.index(), self.desk.units(RADIUS_PX))
        self._go(at)

    def move(self, at: Pointer) -> None:
        self._go(at)

    def release(self, at: Pointer | None) -> None:
        if at is not None:
            self._go(at)
        page = self.desk.page
        if self._way is None or page is None:
            return
        erased = self._way.take()
        for parts in pieces(erased.parts, MAX_PARTS_NAMED):
            self.desk.do(EraseRanges(page.number, parts))
        for names in pieces(erased.gone, MAX_ITEMS_NAMED):
            self.desk.do(EraseItems(page.number, tuple(map(ItemId, names))))
        self._is_over, self._until_ms = True, self.desk.now_ms() + WAIT_MS

    def hover(self, at: Pointer | None) -> None:
        self._at = None if at is None else (at.x, at.y)
        self.desk.refresh()

    def cancel(self) -> None:
        self.release(None)
        self._at = None

    def left(self) -> None:
        self.cancel()
        self._show_page()

    @property
    def is_busy(self) -> bool:
        return self._is_over

    def pump(self) -> None:
        if self.desk.now_ms() > self._until_ms:
            self._show_page()

    def show_changes(self, changes: Changes) -> None:
        if self._is_over and (changes.was_refolded or not changes.redrawn.isdisjoint(self._cut)):
            self._show_page()

    def draw(self, brush: Brush) -> None:
        painter = brush.painter
        painter.save()
        painter.setTransform(brush.view, True)
        for stroke, shape in self._cut.values():
            is_marker = stroke.style.tool is Inking.MARKER
            painter.setOpacity(brush.paper.markers_opacity if is_marker else 1)
            shape.fill(painter, brush.paper.inks[stroke.style.ink])
        painter.restore()
        if self._at is not None:
            radius = self.desk.units(RADIUS_PX)
            draw_eraser(painter, self._at, radius, brush.view, brush.overlay)

    def _go(self, at: Pointer) -> None:
        self._at = at.x, at.y
        page, way = self.desk.page, self._way
        if way is None or page is None or self._is_over:
            return
        self.desk.canvas.index()  # with what the log brought meanwhile
        known = len(self._cut)
        for name in way.move(at.x, at.y):
            whole = page.strokes.get(name)
            if whole is not None:
                left = cut(whole, way.gaps(name))
                self._cut[name] = left, outline(left)
        if len(self._cut) > known:
            self.desk.leave_out(frozenset(map(ItemId, self._cut)))
        self.desk.refresh()

    def _show_page(self) -> None:
        self._way, self._is_over = None, False
        if self._cut:
            self._cut.clear()
            self.desk.leave_out(frozenset())
            self.desk.refresh()


def cut(stroke: Stroke, gaps: Gaps) -> Stroke:
    """What is left of a stroke, to be painted only."""
    made = Stroke(stroke.id, stroke.page, stroke.author, stroke.audience, stroke.style)
    made.x, made.y, made.force = stroke.x, stroke.y, stroke.force
    made.gaps = tuple(gaps)
    return made
