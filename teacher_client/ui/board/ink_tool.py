"""Pen, marker and fineliner: calmed, led along instruments, drawn ahead, straightened on hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath, QPen

from signaling_server.protocol.commands import Tool as Inking
from signaling_server.protocol.commands import WriteInk
from signaling_server.protocol.ids import TEACHER, ItemId, PageId
from signaling_server.protocol.ink import Style
from signaling_server.protocol.items import Stroke
from teacher_client.drawing.instruments import draw_label
from teacher_client.drawing.overlays import draw_tail
from teacher_client.geometry.boxes import Box, Point, box_around, widened
from teacher_client.geometry.edges import Reading
from teacher_client.geometry.holding import Hold
from teacher_client.geometry.predict import predict
from teacher_client.geometry.recognising import recognise
from teacher_client.geometry.shapes import Shape, outline
from teacher_client.geometry.smoothing import Smoother, Strength
from teacher_client.geometry.snapping import Snapper
from teacher_client.lesson.board_commands import PutItems, PutStroke
from teacher_client.ui.board.desk import Brush, Desk, Tool
from teacher_client.ui.board.writing import STRENGTHS
from teacher_client.ui.ink_writer import InkStyle, InkWriter, Pointer

KEPT_MS: Final = 400.0
"""An ended stroke's last samples stay in sight so long, if the log is slower than that."""
WIDE: Final = 1500.0
"""Around the pen's tip: what is painted ahead of the ink lies within."""


@dataclass(slots=True)
class _InHand:
    """The stroke in hand, or the last one until the log shows it whole."""

    page: PageId
    style: InkStyle
    stroke: Stroke
    raw: list[Pointer] = field(default_factory=list)
    ended_ms: float | None = None

    def add(self, at: Pointer) -> None:
        """One sample as it was sent."""
        self.stroke.x.append(round(at.x))
        self.stroke.y.append(round(at.y))
        if self.stroke.force is not None:
            self.stroke.force.append(round((at.pressure or 0.0) * 1023))


class InkTool(Tool):
    """Writes one stroke after another.

    ``pump`` is to be called every 8 to 16 ms: it sends what has gathered and sees whether the
    pen is held still. ``is_busy`` says whether that is needed.
    """

    def __init__(
        self, desk: Desk, writer: InkWriter, send: Callable[[Sequence[WriteInk]], None]
    ) -> None:
        super().__init__(desk)
        self._writer = writer
        self._send = send
        self._snapper = Snapper()
        self._smoother = Smoother(Strength.OFF)
        self._hold = Hold()
        self._now: _InHand | None = None
        self._shape: Shape | None = None
        self._has_asked = False

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is in hand, or the last one is not yet shown."""
        return self._now is not None

    def press(self, at: Pointer) -> None:
        page = self.desk.page
        if page is None:
            return
        writing, style, instrument = self.desk.writing, self.desk.ink_style, self.desk.instrument
        self._smoother = Smoother(STRENGTHS[writing.smoothing])
        instruments = [instrument] if writing.snaps and instrument is not None else []
        (x, y) = self._snapper.down(instruments, at.x, at.y)[0]
        if not self._snapper.is_snapped:
            x, y = map(round, self._smoother.add(at.x, at.y, at.time * 1000))
        self._hold, self._shape, self._has_asked = Hold(), None, False
        first = replace(at, x=x, y=y)
        self._writer.begin(page.number, style, first)
        look = Style(style.tool, style.ink, style.width, 0)
        stroke = Stroke(self._writer.stroke, page.number, TEACHER, 0, look)
        stroke.force = None if at.pressure is None else []
        self._now = _InHand(page.number, style, stroke)
        self._note(at)
        self._now.add(first)
        self.pump()

    def move(self, at: Pointer) -> None:
        now = self._now
        if now is None or now.ended_ms is not None:
            return
        last = now.raw[-1]
        if self._snapper.is_snapped:
            places: Sequence[Point] = self._snapper.move(at.x, at.y)
        else:
            places = [self._smoother.add(at.x, at.y, at.time * 1000)]
        self._write(places, last.time, at)
        self._note(at)
        self._refresh()

    def release(self, at: Pointer | None) -> None:
        now = self._now
        if now is None or now.ended_ms is not None:
            return
        if at is not None:
            self.move(at)
        at = now.raw[-1]
        if not self._snapper.is_snapped:
            self._write([self._smoother.end(at.x, at.y)], at.time, at)
        self._snapper.up()
        self._send(self._writer.end())
        now.ended_ms = self.desk.now_ms()
        if self._shape is not None:
            self._straighten(now, self._shape)
        self._shape = None
        self._refresh()

    def cancel(self) -> None:
        """What was written stays, for it was sent; the stroke ends here."""
        self._shape = None
        self.release(None)

    def pump(self) -> None:
        """Send what has gathered; see whether the pen is held, or the log has caught up."""
        now = self._now
        if now is None:
            return
        if now.ended_ms is None:
            self._send(self._writer.take())
            self._look_for_shape(now)
            return
        shown = self.desk.drawn(now.stroke.id)
        is_whole = shown is not None and shown.has_ended
        if is_whole or self.desk.now_ms() - now.ended_ms > KEPT_MS:
            self._now = None
            self._refresh(now)

    def draw(self, brush: Brush) -> None:
        now = self._now
        if now is None:
            return
        self._draw_ahead(brush, now)
        if self._shape is not None:
            self._draw_shape(brush, now, self._shape)
        reading = self._snapper.reading
        if reading is not None:
            at = brush.view.map(QPointF(now.stroke.x[-1], now.stroke.y[-1]))
            draw_label(brush.painter, reading_words(reading), at, brush.overlay)

    # the stroke

    def _write(self, places: Sequence[Point], since: float, at: Pointer) -> None:
        now = self._now
        assert now is not None
        for k, (x, y) in enumerate(places, 1):
            time = since + (at.time - since) * k / len(places)
            sample = replace(at, x=x, y=y, time=time)
            if self._writer.move(sample):
                now.add(sample)

    def _note(self, at: Pointer) -> None:
        """A raw sample: what is foretold, and how still the pen is."""
        if self._now is not None:
            self._now.raw.append(at)
            self._hold.add(at.x, at.y, self.desk.now_ms())

    # straightening

    def _look_for_shape(self, now: _InHand) -> None:
        if not self.desk.writing.straightens or self._snapper.is_snapped:
            return
        if not self._hold.is_held(self.desk.now_ms()):
            if self._shape is not None:
                self._shape = None
                self.desk.refresh()
            self._has_asked = False
        elif not self._has_asked:
            self._has_asked = True
            found = recognise([(at.x, at.y) for at in now.raw])
            self._shape = None if found is None else found.shape
            self.desk.refresh()

    def _straighten(self, now: _InHand, shape: Shape) -> None:
        """The raw stroke has ended; one undo brings it back."""
        is_marker = now.style.tool is Inking.MARKER
        tool = Inking.MARKER if is_marker else Inking.FINELINER
        strokes = tuple(
            PutStroke(
                tool,
                now.style.ink,
                now.style.width,
                tuple(x for x, _ in line),
                tuple(y for _, y in line),
            )
            for line in outline(shape)
        )
        self.desk.do(PutItems(now.page, (ItemId(now.stroke.id),), strokes))

    # what is painted

    def _draw_ahead(self, brush: Brush, now: _InHand) -> None:
        """Samples that the log has not shown yet, and where the pen is going; never sent."""
        shown = self.desk.drawn(now.stroke.id)
        count = 0 if shown is None else len(shown.x)
        tail: list[Point] = list(zip(now.stroke.x[count:], now.stroke.y[count:], strict=True))
        if now.ended_ms is None and not self._snapper.is_snapped:
            tail += self._predicted(now)
        if not tail:
            return
        head = replace_samples(now.stroke, max(1, min(count, len(now.stroke.x))))
        painter = brush.painter
        painter.save()
        if now.style.tool is Inking.MARKER:
            painter.setOpacity(brush.paper.markers_opacity)
        draw_tail(painter, head, tail, brush.view, brush.paper)
        painter.restore()

    def _predicted(self, now: _InHand) -> list[Point]:
        recent = now.raw[-16:]
        x, y = [at.x for at in recent], [at.y for at in recent]
        return predict(x, y, [at.time * 1000 for at in recent])

    def _draw_shape(self, brush: Brush, now: _InHand, shape: Shape) -> None:
        path = QPainterPath()
        for line in outline(shape):
            path.moveTo(QPointF(*line[0]))
            for point in line[1:]:
                path.lineTo(QPointF(*point))
        painter = brush.painter
        wide = now.style.width / self.desk.units(1)
        for color, more in ((brush.overlay.soft, 10.0), (QColor(brush.overlay.line), 0.0)):
            painter.strokePath(brush.view.map(path), QPen(color, max(2.0, wide) + more))

    def _refresh(self, of: _InHand | None = None) -> None:
        now = of or self._now
        if now is None:
            return
        if self._shape is not None or self._snapper.is_snapped:
            self.desk.refresh()
            return
        x, y = now.stroke.x[-24:], now.stroke.y[-24:]
        box: Box = box_around(zip(x, y, strict=True))
        self.desk.refresh(widened(box, WIDE))


def reading_words(reading: Reading) -> str:
    """What is drawn along an edge: length and angle, of an arc radius and angle."""
    if reading.radius_mm is not None:
        return f"r {reading.radius_mm / 10:.1f} cm · {reading.angle_deg:.0f}°"
    return f"{reading.length_mm / 10:.1f} cm · {reading.angle_deg:.0f}°"


def replace_samples(stroke: Stroke, count: int) -> Stroke:
    """A stroke of the first `count` samples, to be painted only."""
    made = Stroke(stroke.id, stroke.page, stroke.author, stroke.audience, stroke.style)
    made.x, made.y = stroke.x[:count], stroke.y[:count]
    made.force = None if stroke.force is None else stroke.force[:count]
    return made
