"""One more live point on a full page: our tiles beside QGraphicsView, in the same run.

Run: ``QT_QPA_PLATFORM=offscreen python -m tests.bench.board_point``; prints medians and their
ratio. Nothing decides on the figures: the machines are noisy.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene, QGraphicsView

from signaling_server.protocol.commands import PageKind
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.shapes import outline
from tests.teacher_client.drawing.samples import copy_of, wave

SCALE = 0.05
STROKES = 400
POINTS = 300


def median_ms(points: int, add: Callable[[int], None]) -> float:
    """Median time of adding and painting one point."""
    times = []
    for i in range(points):
        begun = time.perf_counter()
        add(i)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def ours() -> float:
    """Tiles: one segment into the tiles it touches, then the exposed part again."""
    canvas = PageCanvas(paper_colors())
    canvas.set_page(17_600, 25_000, PageKind.DOTS)
    canvas.set_scale(SCALE)
    canvas.show_strokes([wave(i) for i in range(STROKES)])
    screen = QImage(880, 1250, QImage.Format.Format_ARGB32_Premultiplied)

    def paint(area: QRect) -> None:
        painter = QPainter(screen)
        painter.setClipRect(area)
        canvas.paint(painter, area)
        painter.end()

    paint(screen.rect())
    whole = wave(STROKES + 1, count=POINTS)
    live = copy_of(whole, 0)

    def add(i: int) -> None:
        live.x, live.y = whole.x[: i + 1], whole.y[: i + 1]
        live.force = None if whole.force is None else whole.force[: i + 1]
        for area in canvas.show_grown([live]):
            paint(area & screen.rect())

    return median_ms(POINTS, add)


def graphics_view(application: QApplication) -> float:
    """QGraphicsView: the live stroke's item gets a longer outline."""
    scene = QGraphicsScene(0, 0, 17_600, 25_000)
    for i in range(STROKES):
        scene.addPath(outline(wave(i)).path)
    item = QGraphicsPathItem()
    scene.addItem(item)
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.scale(SCALE, SCALE)
    view.resize(900, 1270)
    view.show()
    application.processEvents()
    whole = wave(STROKES + 1, count=POINTS)

    def add(i: int) -> None:
        item.setPath(outline(copy_of(whole, i + 1)).path if i else QPainterPath())
        view.viewport().repaint()

    return median_ms(POINTS, add)


def main() -> None:
    """Measure both and print."""
    application = QApplication([])
    tiles, view = ours(), graphics_view(application)
    print(f"tiles {tiles:.3f} ms, QGraphicsView {view:.3f} ms a point: {view / tiles:.1f} x")


if __name__ == "__main__":
    main()
