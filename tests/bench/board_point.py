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
TURN = 50
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


def side_by_side(count: int, *acts: Callable[[int], None]) -> list[Times]:
    """Time the acts, `act(0)` to `act(count - 1)`, fifty at a turn: what disturbs one disturbs all,
    and yet none is timed with caches that the other emptied.

    The thread's own time: other programs' turns on a shared machine do not count.
    """
    times: list[list[float]] = [[] for _ in acts]
    gc.collect()
    gc.disable()
    for first in range(0, count, TURN):
        for act, row in zip(acts, times, strict=True):
            for i in range(first, min(first + TURN, count)):
                begun = time.thread_time()
                act(i)
                row.append((time.thread_time() - begun) * 1000)
    gc.enable()
    return [Times(row) for row in times]


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

    def begin_points(self) -> None:
        self.whole = [pen_line(number) for number in range(POINTS // 100)]

    def add_point(self, i: int) -> None:
        """The log's stroke gets a sample longer; that is shown."""
        whole, at = self.whole[i // 100], i % 100
        if at == 0:
            live = Stroke(whole.id, PAGE, TEACHER, 0, whole.style)
            live.force = []
            self.page.strokes[whole.id] = live
        live = self.page.strokes[whole.id]
        assert live.force is not None
        assert whole.force is not None
        live.x.append(whole.x[at])
        live.y.append(whole.y[at])
        live.force.append(whole.force[at])
        self.show(Changes(pages={PAGE}, grown={whole.id}))

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
            self.items[stroke.id] = self._item(outline(stroke).united(), inks[stroke.style.ink])
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

    def begin_points(self) -> None:
        """Outlines are made before: a neighbour may have a quicker way to them than ours."""
        self.paths = []
        for i in range(POINTS):
            part = pen_line(i // 100)
            count = i % 100 + 1
            part.x, part.y = part.x[:count], part.y[:count]
            self.paths.append(outline(part).united())

    def add_point(self, i: int) -> None:
        if i % 100 == 0:
            self.live = self._item(QPainterPath(), QColor("black"))
        self.live.setPath(self.paths[i])
        self.application.processEvents()

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
    (times,) = side_by_side(len(steps), lambda i: show(len(steps) - 1 - i))
    return times, ours.canvas.renders - before


def main() -> None:
    """Measure both and print."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    sizes = [int(size) for size in sys.argv[1:]] or [0, 1_000, 50_000]
    print(f"{source()[0]}, view {VIEW.width()} x {VIEW.height()}, frame {FRAME_MS:.2f} ms")
    for size in sizes:
        strokes = strokes_of(size)
        ours, theirs = Ours(strokes), Theirs(strokes, application)
        load, first = (1000 * seconds for seconds in ours.loading)
        print(f"-- {size} strokes: shown in {load:.0f} ms, first painted in {first:.0f}")
        ours.begin_points()
        theirs.begin_points()
        report("a live point", *side_by_side(POINTS, ours.add_point, theirs.add_point))
        chosen = in_view(strokes)
        for word in ("b erase", "b undo") if chosen else ():
            report(word, *toggled(chosen, ours, theirs))
        theirs.view.close()
        times, renders = scroll(ours)
        print(f"c scroll step  ours {times}   tiles painted anew: {renders}")


def toggled(chosen: list[Stroke], ours: Ours, theirs: Theirs) -> list[Times]:
    """Erase these strokes one by one, or bring them back."""
    return side_by_side(
        len(chosen), lambda i: ours.toggle(chosen[i]), lambda i: theirs.toggle(chosen[i])
    )


def report(what: str, mine: Times, other: Times) -> None:
    """One line: both, their ratio, and the share of a frame."""
    ratio, share = mine.median / other.median, 100 * mine.p99 / FRAME_MS
    print(f"{what:14s} ours {mine}   QGraphicsView {other}   {ratio:.2f} x, p99 {share:.1f} %")


if __name__ == "__main__":
    main()
