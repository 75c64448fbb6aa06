"""Instruments lie over the page and are moved by their knobs, whatever tool is in hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, Qt

from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from teacher_client.drawing.instruments import (
    draw_instrument,
    draw_knobs,
    draw_label,
    reading_words,
)
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.snapping import (
    BREADTH,
    OPENINGS,
    SIZES,
    Grip,
    hit,
    moved,
    resized,
    rotated,
    snap,
)
from teacher_client.lesson.board_commands import SetInstrument
from teacher_client.ui.board.desk import ARROWS, Brush, Desk
from teacher_client.ui.ink_writer import Pointer

SEND_MS: Final = 100.0
WAIT_MS: Final = 1000.0
REACH_PX: Final = 10.0
BESIDE: Final = 200.0
"""So near to an edge a pen draws along it, though it came down on the body."""
STEP: Final = 100
STEP_DEG: Final = 100
"""In 1/100 degree."""
LABEL_MS: Final = 1500.0
SHARE: Final = 0.55
"""Of the width in view, that a new instrument takes at most."""

LENGTHS: Final = {
    InstrumentKind.RULER: 12_000,
    InstrumentKind.SET_SQUARE_45: 9_000,
    InstrumentKind.SET_SQUARE_60: 10_000,
    InstrumentKind.PROTRACTOR: 5_000,
    InstrumentKind.COMPASS: 3_000,
}
NONE: Final = InstrumentSet(InstrumentKind.NONE)


class InstrumentGrip:
    """Moves the page's instrument; asks about ten times a second, and at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._grip: Grip | None = None
        self._last: Point = (0.0, 0.0)
        self._shown: InstrumentSet | None = None
        self._sent_ms = self._wait_until_ms = self._label_until_ms = 0.0
        self._is_owed = False

    @property
    def instrument(self) -> InstrumentSet | None:
        """What lies on the page, as it is moved just now."""
        page = self._desk.page
        if self._shown is not None:
            return None if self._shown.kind is InstrumentKind.NONE else self._shown
        return None if page is None else page.instrument

    @property
    def kind(self) -> InstrumentKind:
        """Which one it is."""
        instrument = self.instrument
        return InstrumentKind.NONE if instrument is None else instrument.kind

    def lay(self, kind: InstrumentKind) -> None:
        """Lay one in the middle of what is in view, or (NONE) take it away."""
        instrument = NONE if kind is InstrumentKind.NONE else _laid(kind, self._desk.visible())
        self._set(instrument)
        self._send()

    def next_kind(self) -> InstrumentKind:
        """Ruler, set squares, protractor, compass, none, and round again."""
        order = [*LENGTHS, InstrumentKind.NONE]
        return order[(order.index(self.kind) + 1) % len(order)]

    # the pointer

    def press(self, at: Pointer, *, draws: bool) -> bool:
        """Whether the instrument was taken; `draws`: the tool in hand draws along edges."""
        instrument = self.instrument
        if instrument is None:
            return False
        place = (at.x, at.y)
        grip = hit(instrument, *place, reach=self._desk.units(REACH_PX))
        if grip is None:
            return False
        if draws and grip is Grip.MOVE and _is_beside(instrument, place):
            return False
        self._grip, self._last = grip, place
        return True

    def move(self, at: Pointer) -> None:
        """The pointer moved."""
        instrument = self.instrument
        if self._grip is None or instrument is None:
            return
        match self._grip:
            case Grip.MOVE:
                instrument = moved(instrument, at.x - self._last[0], at.y - self._last[1])
            case Grip.ROTATE:
                instrument = rotated(instrument, at.x, at.y, is_stepped=at.has_shift)
            case Grip.RESIZE:
                instrument = resized(instrument, at.x, at.y)
        self._last = at.x, at.y
        self._set(instrument)

    def release(self) -> None:
        """The pointer went up."""
        self._grip = None
        if self._is_owed:
            self._send()

    @property
    def is_held(self) -> bool:
        """Whether a drag is on."""
        return self._grip is not None

    def cursor(self, at: Point, *, draws: bool) -> Qt.CursorShape | None:
        """What a press here would do; None: nothing with the instrument."""
        instrument = self.instrument
        grip = None if instrument is None else hit(instrument, *at, self._desk.units(REACH_PX))
        if instrument is None or grip is None:
            return None
        if grip is Grip.MOVE:
            is_ink = draws and _is_beside(instrument, at)
            return None if is_ink else Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.PointingHandCursor

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Alt and arrows: move by 1 mm; with shift: turn by 1°, resize by 1 mm."""
        way, instrument = ARROWS.get(key), self.instrument
        if way is None or instrument is None or not modifiers & Qt.KeyboardModifier.AltModifier:
            return False
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            turned = (instrument.angle + STEP_DEG * way[0]) % 36_000
            instrument = _longer(replace(instrument, angle=turned), -STEP * way[1])
        else:
            instrument = moved(instrument, STEP * way[0], STEP * way[1])
        self._set(instrument)
        return True

    # time and paint

    @property
    def is_busy(self) -> bool:
        """Whether ``pump`` is to be called."""
        return self._shown is not None

    def pump(self) -> None:
        """Send what is owed; give way to the log once it says the same."""
        now = self._desk.now_ms()
        if self._is_owed and now - self._sent_ms >= SEND_MS:
            self._send()
        page = self._desk.page
        if self._shown is None or self._grip is not None or self._is_owed or page is None:
            return
        told = page.instrument or NONE
        if (told == self._shown and now > self._label_until_ms) or now > self._wait_until_ms:
            self._shown = None
            self._desk.refresh()

    def drop(self) -> None:
        """Another page is shown."""
        self._shown, self._grip, self._is_owed = None, None, False

    def draw(self, brush: Brush) -> None:
        """The instrument with its knobs, while it is moved with its length and angle."""
        instrument = self.instrument
        if instrument is None:
            return
        draw_instrument(brush.painter, instrument, brush.view, brush.overlay)
        draw_knobs(brush.painter, instrument, brush.view, brush.overlay)
        if self._shown is not None:
            at = brush.view.map(QPointF(instrument.x, instrument.y))
            words = reading_words(instrument)
            if instrument.kind not in (InstrumentKind.COMPASS, InstrumentKind.PROTRACTOR):
                words = f"{instrument.size / 1000:.1f} cm · {words}"
            draw_label(brush.painter, words, at, brush.overlay)

    def _set(self, instrument: InstrumentSet) -> None:
        self._shown, self._is_owed = instrument, True
        self._label_until_ms = self._desk.now_ms() + LABEL_MS
        self._desk.refresh()

    def _send(self) -> None:
        page = self._desk.page
        if page is None or self._shown is None:
            return
        self._is_owed, self._sent_ms = False, self._desk.now_ms()
        self._wait_until_ms = self._sent_ms + LABEL_MS + WAIT_MS
        self._desk.do(SetInstrument(page.number, self._shown))


def _laid(kind: InstrumentKind, visible: tuple[float, float, float, float]) -> InstrumentSet:
    left, top, right, bottom = visible
    x, y = (left + right) / 2, (top + bottom) / 2
    across = SHARE * (right - left)
    if kind is InstrumentKind.COMPASS:
        opening = round(min(max(across / 3, OPENINGS[0]), LENGTHS[kind]) / 100) * 100
        return InstrumentSet(kind, round(x), round(y), opening=opening)
    half = kind is InstrumentKind.PROTRACTOR
    size = round(min(max(across / (2 if half else 1), SIZES[0]), LENGTHS[kind]) / 1000) * 1000
    if half:
        return InstrumentSet(kind, round(x), round(y + size / 2), size=size)
    down = -BREADTH / 2 if kind is InstrumentKind.RULER else size / 3
    return InstrumentSet(kind, round(x - size / 2), round(y + down), size=size)


def _longer(instrument: InstrumentSet, more: int) -> InstrumentSet:
    if instrument.kind is InstrumentKind.COMPASS:
        opening = min(max(instrument.opening + more, OPENINGS[0]), OPENINGS[1])
        return replace(instrument, opening=opening)
    return replace(instrument, size=min(max(instrument.size + more, SIZES[0]), SIZES[1]))


def _is_beside(instrument: InstrumentSet, at: Point) -> bool:
    return snap(at, instrument, BESIDE) is not None
