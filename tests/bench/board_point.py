"""The board's costs beside QGraphicsView's, on the same pages, in one run.

(a) one more live point, (b) erasing one stroke and taking that back, (c) scrolling.

Run: ``QT_QPA_PLATFORM=offscreen python -m tests.bench.board_point [strokes ...]``. Both sides paint
into a picture at 5 px/mm. Nothing decides on the figures: the machines are noisy.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, Qt
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene, QGraphicsView

from signaling_server.protocol.board import Changes, Stroke
from signaling_server.protocol.ids import TEACHER, stroke_id
from signaling_server.protocol.reader import LessonReader
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.shapes import outline
from tests.bench.board_ink import HEIGHT, PAGE, WIDTH, board_of, source, strokes_of
from tests.teacher_client.drawing.samples import wave

SCALE = 0.05
VIEW = QRect(0, 0, 880, 1250)
POINTS = 600
FRAME_MS = 1000 / 120


@dataclass
class Times:
    """Milliseconds of one action, many times."""

    ms: list[float]

    def __str__(self) -> str:
        return f"median {self.median:7.3f}  p99 {self.p99:7.3f} ms"

    @property
    def median(self) -> float:
        return statistics.median(self.ms)

    @property
    def p99(self) -> float:
        return sorted(self.ms)[int(0.99 * len(self.ms))]


def timed(count: int, act: Callable[[int], None]) -> Times:
    """Time `act(0)` to `act(count - 1)` one by one, without the collector's pauses."""
    times = []
    gc.collect()
    gc.disable()
    for i in range(count):
        begun = time.perf_counter()
        act(i)
        times.append((time.perf_counter() - begun) * 1000)
    gc.enable()
    return Times(times)


def pen_line(number: int) -> Stroke:
    """A live stroke: 100 samples of a wave somewhere in view."""
    stroke = wave(number, count=100)
    stroke.id = stroke_id(TEACHER, 2, number)
    return stroke


class Ours:
    """PageCanvas with a picture as its window."""

    def __init__(self, strokes: list[Stroke]) -> None:
        self.reader = LessonReader()
        self.reader.board = board_of(strokes)
        self.page = self.reader.board.pages[PAGE]
        self.canvas = PageCanvas(paper_colors())
        self.canvas.turn_to(self.page)
        self.canvas.set_scale(SCALE)
        self.screen = QImage(VIEW.size(), QImage.Format.Format_ARGB32_Premultiplied)
        begun = time.perf_counter()
        self.canvas.show_all(self.reader)
        shown = time.perf_counter()
        self.paint(VIEW)
        self.loading = (shown - begun, time.perf_counter() - shown)

    def paint(self, area: QRect) -> None:
        painter = QPainter(self.screen)
        self.canvas.paint(painter, area)
        painter.end()

    def show(self, changes: Changes) -> None:
        for area in self.canvas.show(self.reader, changes):
            self.paint(area & VIEW)

    def point(self, i: int) -> None:
        whole = pen_line(i // 100)
        name, count = whole.id, i % 100 + 1
        if count == 1:
            live = Stroke(name, PAGE, TEACHER, 0, whole.style)
            live.force = []
            self.page.strokes[name] = live
        live = self.page.strokes[name]
        live.x.append(whole.x[count - 1])
        live.y.append(whole.y[count - 1])
        live.force.append(whole.force[count - 1])  # type: ignore[union-attr, index]
        self.changes = Changes(pages={PAGE}, grown={name})

    def add_points(self) -> Times:
        times = []
        gc.collect()
        gc.disable()
        for i in range(POINTS):
            self.point(i)
            begun = time.perf_counter()
            self.show(self.changes)
            times.append((time.perf_counter() - begun) * 1000)
        gc.enable()
        return Times(times)

    def toggle(self, stroke: Stroke) -> None:
        stroke.is_visible = not stroke.is_visible
        self.show(Changes(pages={PAGE}, redrawn={stroke.id}))


class Theirs:
    """QGraphicsView with one path item a stroke."""

    def __init__(self, strokes: list[Stroke], application: QApplication) -> None:
        self.scene = QGraphicsScene(0, 0, WIDTH, HEIGHT)
        inks = paper_colors().inks
        self.items = {}
        for stroke in strokes:
            self.items[stroke.id] = self._item(outline(stroke).path, inks[stroke.style.ink])
        self.view = QGraphicsView(self.scene)
        self.view.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFrameStyle(0)
        self.view.scale(SCALE, SCALE)
        self.view.resize(VIEW.size())
        self.view.show()
        self.application = application
        application.processEvents()

    def _item(self, path: QPainterPath, color: QColor) -> QGraphicsPathItem:
        item = QGraphicsPathItem(path)
        item.setPen(QPen(Qt.PenStyle.NoPen))
        item.setBrush(QBrush(color))
        self.scene.addItem(item)
        return item

    def add_points(self) -> Times:
        paths = {}
        for i in range(POINTS):
            part = pen_line(i // 100)
            count = i % 100 + 1
            part.x, part.y = part.x[:count], part.y[:count]
            paths[i] = outline(part).path  # a cheaper way than ours to know it would be fair too
        self.live = self._item(QPainterPath(), QColor("black"))

        def add(i: int) -> None:
            if i % 100 == 0:
                self.live = self._item(QPainterPath(), QColor("black"))
            self.live.setPath(paths[i])
            self.application.processEvents()

        return timed(POINTS, add)

    def toggle(self, stroke: Stroke) -> None:
        item = self.items[stroke.id]
        item.setVisible(not item.isVisible())
        self.application.processEvents()


def in_view(strokes: list[Stroke]) -> list[Stroke]:
    """Every so manieth stroke, 100 of them, all in view."""
    high = VIEW.height() / SCALE
    seen = [stroke for stroke in strokes if max(stroke.y) < high]
    return seen[:: max(1, len(seen) // 100)][:100]


def scroll(ours: Ours) -> tuple[Times, int]:
    """Scroll a zoomed page down and up again; how many tiles were painted on the way up."""
    ours.canvas.set_scale(2 * SCALE)
    steps = list(range(0, round(HEIGHT * 2 * SCALE) - VIEW.height(), 40))

    def show(i: int) -> None:
        painter = QPainter(ours.screen)
        painter.translate(0, -steps[i])
        ours.canvas.paint(painter, VIEW.translated(0, steps[i]))
        painter.end()

    for i in range(len(steps)):
        show(i)
    before = ours.canvas.renders
    times = timed(len(steps), lambda i: show(len(steps) - 1 - i))
    return times, ours.canvas.renders - before


def main() -> None:
    """Measure both and print."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    sizes = [int(size) for size in sys.argv[1:]] or [0, 1_000, 50_000]
    print(f"{source()[0]}, view {VIEW.width()} x {VIEW.height()}, frame {FRAME_MS:.2f} ms")
    for size in sizes:
        strokes = strokes_of(size)
        ours = Ours(strokes)
        load, first = ours.loading
        print(
            f"-- {size} strokes: shown in {load * 1000:.0f} ms, first painted in {first * 1000:.0f}"
        )
        mine = ours.add_points()
        theirs = Theirs(strokes, application)
        other = theirs.add_points()
        print(f"a live point   ours {mine}   QGraphicsView {other}", end="   ")
        print(
            f"{mine.median / other.median:.2f} x, p99 {100 * mine.p99 / FRAME_MS:.1f} % of a frame"
        )
        chosen = in_view(strokes)
        for word in ("erase", "undo") if chosen else ():
            mine = timed(len(chosen), lambda i: ours.toggle(chosen[i]))  # noqa: B023
            other = timed(len(chosen), lambda i: theirs.toggle(chosen[i]))  # noqa: B023
            print(f"b {word:12s} ours {mine}   QGraphicsView {other}", end="   ")
            print(f"{mine.median / other.median:.2f} x")
        theirs.view.close()
        if size <= 1_000 or len(sizes) == 1:
            times, renders = scroll(ours)
            print(f"c scroll step  ours {times}   tiles painted anew: {renders}")


if __name__ == "__main__":
    main()
