"""Choosing by lasso or click, and what is done with what is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import Qt

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Ink
from signaling_server.protocol.ids import TEACHER, ItemId, PageId, StrokeId, stroke_writer
from signaling_server.protocol.items import Picture, Stroke, TextItem
from signaling_server.protocol.matrix import Matrix
from teacher_client.drawing.overlays import STEM_PX, draw_lasso, draw_selection
from teacher_client.geometry.boxes import Box, Point, widened
from teacher_client.geometry.handles import Frame, Handle
from teacher_client.geometry.transform import IDENTITY, moved, then, width_scale
from teacher_client.lesson.board_commands import ChangeItems, CopyItems, PutItems
from teacher_client.ui.board.desk import ARROWS, Brush, Desk, Tool
from teacher_client.ui.board.items import bounds_of, item_at, items_in
from teacher_client.ui.board.picture import ItemsPicture
from teacher_client.ui.ink_writer import Pointer

CLICK_PX: Final = 4.0
REACH_PX: Final = 9.0
PAD_PX: Final = 7.0
LEAST_PX: Final = 40.0
"""So small a frame still has room inside for moving it."""
WAIT_MS: Final = 1500.0
NUDGE: Final = 100
NUDGE_REST_MS: Final = 350.0
AWAY: Final = 500
"""A copy lies 5 mm beside what it was made of."""
PAINT_SECONDS: Final = 0.006
WRITTEN: Final = 0xFFFF

CURSORS: Final = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
    Handle.TURN: Qt.CursorShape.PointingHandCursor,
    Handle.MOVE: Qt.CursorShape.SizeAllCursor,
}


class SelectTool(Tool):
    """What is chosen, its frame, and one drag or nudge of it at a time.

    Args:
        depict: makes the picture that is dragged.
        changed: told whenever something else is chosen.
        edit: a text or formula was pressed twice.
    """

    def __init__(
        self,
        desk: Desk,
        depict: Callable[[Iterable[ItemId]], ItemsPicture],
        changed: Callable[[], None],
        edit: Callable[[TextItem], None],
    ) -> None:
        super().__init__(desk)
        self._depict = depict
        self._changed = changed
        self._edit = edit
        self._names: dict[ItemId, None] = {}
        self._page: PageId | None = None
        self._bounds: Box | None = None
        self._is_stale = False
        self._picture: ItemsPicture | None = None
        self._way: list[Point] = []
        self._grip: tuple[Handle, Point, Frame] | None = None
        self._change = IDENTITY
        self._nudged_ms: float | None = None
        self._awaited: set[ItemId] = set()
        self._until_ms = 0.0
        self._before: set[ItemId] | None = None
        self._copies: list[ItemId] = []

    @property
    def chosen(self) -> tuple[ItemId, ...]:
        """What is chosen, in the order in which it was."""
        return tuple(self._names)

    def bounds(self) -> Box | None:
        """What the chosen items cover."""
        if self._is_stale:
            self._is_stale = False
            self._bounds = bounds_of(self.desk.canvas, self.chosen)
        return self._bounds

    # the pointer

    def press(self, at: Pointer) -> None:
        self._commit()
        self._before = None
        if self._awaited:
            return  # the last move is on its way
        place = (at.x, at.y)
        frame = self._frame()
        handle = None if frame is None or at.has_shift else self._hit(frame, place)
        if frame is not None and handle is not None:
            self._grip = handle, place, frame
            self._ready_picture()
            return
        self._way = [place]

    def move(self, at: Pointer) -> None:
        if self._grip is not None:
            handle, start, frame = self._grip
            if self._change == IDENTITY and math.dist(start, (at.x, at.y)) < self.desk.units(
                CLICK_PX
            ):
                return
            self._show_change(frame.dragged(handle, start, (at.x, at.y), is_exact=at.has_shift))
        elif self._way and math.dist(self._way[-1], (at.x, at.y)) > self.desk.units(2):
            self._way.append((at.x, at.y))
            self.desk.refresh()

    def release(self, at: Pointer | None) -> None:
        if self._grip is not None:
            if at is not None:
                self.move(at)
            (_, start, _), self._grip = self._grip, None
            if self._change == IDENTITY and at is not None:
                self._choose_at(start)  # a click inside the frame takes the one under it
            self._commit()
        elif self._way:
            way, self._way = self._way, []
            is_adding = at is not None and at.has_shift
            self._choose_by(way, is_adding=is_adding)

    def hover(self, at: Pointer | None) -> None:
        frame = self._frame()
        handle = None if at is None or frame is None else self._hit(frame, (at.x, at.y))
        self.cursor = Qt.CursorShape.CrossCursor if handle is None else CURSORS[handle]

    def double(self, at: Pointer) -> None:
        page = self.desk.page
        if page is None:
            return
        name = item_at(page, self.desk.canvas, (at.x, at.y), self.desk.units(REACH_PX))
        item = None if name is None else page.item(name)
        if isinstance(item, TextItem):
            self.clear()
            self._edit(item)

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        way = ARROWS.get(key)
        plain = modifiers & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if way is None or not self._names or plain:
            return False
        if self._awaited:
            return True
        step = NUDGE * (5 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        self._ready_picture()
        self._nudged_ms = self.desk.now_ms()
        self._show_change(then(self._change, moved(step * way[0], step * way[1])))
        return True

    def cancel(self) -> None:
        self._grip, self._way = None, []
        if self._nudged_ms is not None or self._change != IDENTITY:
            self._nudged_ms, self._change = None, IDENTITY
            self._show_page()
        self.desk.refresh()

    def left(self) -> None:
        self._commit()
        self.cancel()
        self.clear()

    # what is chosen

    def clear(self) -> bool:
        """Choose nothing; whether something was chosen."""
        had = bool(self._names)
        self._before = None
        self._choose(())
        return had

    def choose_all(self) -> None:
        """All that can be chosen on the page."""
        page = self.desk.page
        self._choose(() if page is None else page.visible_items())

    def _choose_at(self, at: Point) -> None:
        page = self.desk.page
        if page is not None:
            name = item_at(page, self.desk.canvas, at, self.desk.units(REACH_PX))
            self._choose(() if name is None else (name,))

    def _choose_by(self, way: list[Point], *, is_adding: bool) -> None:
        page = self.desk.page
        if page is None:
            return
        far = max(math.dist(way[0], point) for point in way)
        if far < self.desk.units(CLICK_PX):
            name = item_at(page, self.desk.canvas, way[0], self.desk.units(REACH_PX))
            found = [] if name is None else [name]
        else:
            found = items_in(page, self.desk.canvas, way)
        if is_adding and len(found) == 1 and found[0] in self._names:
            found = [name for name in self._names if name != found[0]]  # once more: not it
        elif is_adding:
            found = [*self._names, *found]
        self._choose(found)

    def _choose(self, names: Iterable[ItemId]) -> None:
        page = self.desk.page
        self._names = dict.fromkeys(names)
        self._page = None if page is None else page.number
        self._bounds, self._is_stale, self._picture = None, bool(self._names), None
        self._changed()
        self.desk.refresh()

    # what is done with it

    def restyle(self, ink: Ink | None = None, width: int | None = None) -> bool:
        """Another colour or width; whether anything is chosen."""
        if not self._names or self._page is None:
            return False
        self._commit()
        self.desk.do(ChangeItems(self._page, self.chosen, ink=ink, width=width))
        return True

    def delete(self) -> None:
        """Take it off the page; one step of undo."""
        if self._names and self._page is not None:
            self._commit()
            self.desk.do(PutItems(self._page, erases=self.chosen))
            self.clear()

    def duplicate(self) -> None:
        """The same once more beside it; the copy is chosen."""
        if self._names and self._page is not None:
            self._commit()
            self.await_copies()
            page = self._page
            self.desk.do(CopyItems(page, self.chosen, page, moved(AWAY, AWAY)))

    def await_copies(self) -> None:
        """Choose what the engine will write anew on this page, as soon as it is there."""
        page = self.desk.page
        self._before = None if page is None else set(page.visible_items())
        self._copies = []
        self._until_ms = self.desk.now_ms() + WAIT_MS

    # what the log says

    def show_changes(self, changes: Changes) -> None:
        page = self.desk.page
        if page is None or (page.number not in changes.pages and not changes.was_refolded):
            return
        touched = changes.redrawn
        if self._awaited:
            self._awaited -= touched
            if not self._awaited or changes.was_refolded:
                self._show_page()
        if self._before is not None:
            self._take_copies(touched | changes.grown)
        if changes.was_refolded or not touched.isdisjoint(self._names):
            self._look_again()

    def _look_again(self) -> None:
        shown = [name for name in self._names if self.desk.canvas.bounds(name) is not None]
        is_fewer = len(shown) < len(self._names)
        self._names = dict.fromkeys(shown)
        self._is_stale, self._picture = True, None
        if is_fewer:
            self._changed()
        self.desk.refresh()

    def _take_copies(self, touched: set[ItemId]) -> None:
        page, before = self.desk.page, self._before
        if page is None or before is None:
            return
        new = [name for name in sorted(touched - before) if _is_written(page.item(name), name)]
        if not new:
            return
        self._copies += new
        before.update(new)
        self._choose(self._copies)

    # moving

    @property
    def is_busy(self) -> bool:
        is_painting = self._picture is not None and not self._picture.is_whole
        return (
            is_painting
            or self._nudged_ms is not None
            or bool(self._awaited)
            or self._before is not None
        )

    def pump(self) -> None:
        now = self.desk.now_ms()
        if self._picture is not None and not self._picture.is_whole:
            self._picture.go_on(PAINT_SECONDS)
            if self._change != IDENTITY:
                self.desk.refresh()
        if self._nudged_ms is not None and now - self._nudged_ms > NUDGE_REST_MS:
            self._commit()
        if now > self._until_ms:
            self._before = None
            if self._awaited:
                self._show_page()

    def _ready_picture(self) -> None:
        if self._picture is None and self._names:
            self._picture = self._depict(self.chosen)
            self._picture.go_on(PAINT_SECONDS)

    def _show_change(self, change: Matrix) -> None:
        if self._change == IDENTITY and change != IDENTITY:
            self.desk.leave_out(frozenset(self._names))
        self._change = change
        self.desk.refresh()

    def _commit(self) -> None:
        """Ask for what was shown; it stays in sight until the log has it."""
        change, self._nudged_ms = self._change, None
        if change == IDENTITY or self._page is None or self._awaited:
            return
        self._awaited = set(self._names)
        self._until_ms = self.desk.now_ms() + WAIT_MS
        scale = width_scale(change)
        is_rigid = 995 <= scale <= 1005
        self.desk.do(
            ChangeItems(self._page, self.chosen, change, scale=1000 if is_rigid else scale)
        )

    def _show_page(self) -> None:
        """The page shows all that is on it again."""
        self._awaited.clear()
        self._change = IDENTITY
        self.desk.leave_out(frozenset())
        self._is_stale, self._picture = True, None
        self.desk.refresh()

    # the frame

    def _frame(self) -> Frame | None:
        page, bounds = self.desk.page, self.bounds()
        if page is None or bounds is None:
            return None
        if len(self._names) == 1:
            item = page.item(next(iter(self._names)))
            if isinstance(item, Picture | TextItem):
                return Frame.of_item(item.corners)
        box = widened(bounds, self.desk.units(PAD_PX))
        least = self.desk.units(LEAST_PX)
        more_x = max(0.0, least - (box[2] - box[0])) / 2
        more_y = max(0.0, least - (box[3] - box[1])) / 2
        return Frame((box[0] - more_x, box[1] - more_y, box[2] + more_x, box[3] + more_y))

    def _hit(self, frame: Frame, at: Point) -> Handle | None:
        return frame.hit(at, self.desk.units(REACH_PX), self.desk.units(STEM_PX))

    def draw(self, brush: Brush) -> None:
        if self._way:
            draw_lasso(brush.painter, self._way, brush.view, brush.overlay)
        if self._change != IDENTITY and self._picture is not None:
            self._picture.draw(brush.painter, brush.view, self._change)
        frame = self._frame()
        if frame is not None:
            matrix = then(frame.matrix, self._change)
            draw_selection(brush.painter, Frame(frame.box, matrix), brush.view, brush.overlay)


def _is_written(item: object, name: ItemId) -> bool:
    """Whether the engine wrote it in the teacher's name: a copy."""
    if isinstance(item, Stroke):
        stroke = StrokeId(name)
        return stroke_writer(stroke) == TEACHER and (stroke >> 20) & 0xFFFF == WRITTEN
    return isinstance(item, TextItem | Picture)
