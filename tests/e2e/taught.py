"""The teacher's own hands in a real window: tools, sheets and keys, in the order of a lesson.

``python -m tests.e2e.taught FOLDER [options of the window]``: teaches the quadratic function as
soon as a lesson is open, and writes maths.png, worksheet.png and, at the end, taught.png there.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter

from signaling_server.protocol.commands import Ink, PageKind
from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from teacher_client.geometry.boxes import Point
from teacher_client.lesson.board_commands import (
    BoardCommand,
    ChangePage,
    PutItems,
    PutStroke,
    SetInstrument,
    ShowPage,
)
from teacher_client.ui.actions import ActionId
from teacher_client.ui.app import Application, run_window
from teacher_client.ui.board.formula_sheet import FormulaSheet
from teacher_client.ui.board.plot_sheet import PlotSheet
from teacher_client.ui.ink_writer import Pointer
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.side_sheet import SideSheet
from tests.fakes.everything import written

A = ActionId
Sheet = TypeVar("Sheet", bound=SideSheet)
FORMULA = r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}"
LINES_MM = 95
"""The solution stands above on the written page, its graph below."""


WORKSHEET = (
    (40, 70, "二次函数 练习"),
    (180, 46, "1. 用配方法求 y = x² − 4x + 3 的顶点坐标，并写出对称轴。"),
    (1_180, 46, "2. 画出它的图像，x 取何值时 y < 0？"),
    (2_200, 46, "3. 把图像向上平移 2 个单位，写出新的函数式。"),
)
"""Place from above and size of letters in 1/10 mm."""


class Hands:
    """What a teacher does in the lesson's window; lengths in 1/100 mm of the page."""

    def __init__(self, window: LessonWindow, folder: Path) -> None:
        self.window = window
        self.board = window.board
        self.folder = folder

    def act(self, *names: ActionId) -> None:
        for name in names:
            self.window.action(name).trigger()

    def do(self, command: BoardCommand) -> None:
        self.board.do(command)

    def draw(self, points: Iterable[Point], *, is_held: bool = False) -> Iterator[float]:
        """Press, move, let go; held at its end a stroke is straightened."""
        at = Pointer(0.0, 0.0, 0.0)
        for number, (x, y) in enumerate(points):
            at = Pointer(x, y, time.monotonic(), 0.5)
            (self.board.tools.move if number else self.board.press)(at)
            yield 0.01
        if is_held:
            yield 1.0
        self.board.release(at, at.y)
        yield 0.1

    def sheet(self, kind: type[Sheet]) -> Sheet:
        return self.window.findChildren(kind)[0]

    def shoot(self, name: str) -> None:
        part = self.folder / f"{name}.new.png"
        self.window.grab().save(str(part))
        part.replace(self.folder / f"{name}.png")


def teach(hands: Hands) -> Iterator[float]:
    """Complete the square, plot, rule the axis of symmetry, set the formula; then a worksheet."""
    page = hands.board.page
    assert page is not None
    yield from write_solution(hands)
    yield from plot(hands, "y = x^2 - 4x + 3", (-1.0, 5.0), (-2.0, 4.0))
    yield from rule_axis(hands)
    yield from set_formula(hands, (10_000, 7_400))
    hands.board.pan(0, 70)
    yield 2.5  # the instrument's reading fades
    hands.shoot("maths")
    yield from answer_worksheet(hands)
    hands.shoot("worksheet")
    yield 0.5
    hands.do(ShowPage(page.number))
    yield 1.0
    hands.shoot("taught")


def write_solution(hands: Hands) -> Iterator[float]:
    page = hands.board.page
    assert page is not None
    hands.do(ChangePage(page.number, page.width, page.height, PageKind.SQUARES))
    hands.do(PutItems(page.number, strokes=solution(Ink.INK)))
    yield 1.0


def solution(ink: Ink, right: int = 0, down: int = 0) -> tuple[PutStroke, ...]:
    return tuple(
        replace(
            put,
            ink=ink,
            width=70,
            x=tuple(x + right for x in put.x),
            y=tuple(y + down for y in put.y),
        )
        for put in written()
        if max(put.y) < LINES_MM * 100
    )


def plot(hands: Hands, words: str, x: Point, y: Point) -> Iterator[float]:
    """By the sheet."""
    hands.act(A.INK_2)
    yield 0.5
    hands.act(A.PLOT)
    sheet = hands.sheet(PlotSheet)
    sheet.field.setText(words)
    for box, value in zip((sheet.x_from, sheet.x_to, sheet.y_from, sheet.y_to), x + y, strict=True):
        box.setValue(value)
    yield 0.5
    sheet.wide.setValue(8)
    yield 0.5
    sheet.place_graph()
    yield 1.0


def rule_axis(hands: Hands) -> Iterator[float]:
    """Dashes of red ink along a set square that stands upright through the vertex."""
    page = hands.board.page
    assert page is not None
    curve = next(s for s in page.strokes.values() if s.style.ink is Ink.BLUE)
    lowest = max(curve.y)
    x = curve.x[curve.y.index(lowest)]
    hands.act(A.INK_3)
    ruler = InstrumentSet(InstrumentKind.SET_SQUARE_60, x, lowest + 1_000, 27_000, 9_000)
    hands.do(SetInstrument(page.number, ruler))
    yield 0.5
    for top in range(lowest - 6_400, lowest + 1_000, 1_000):
        yield from hands.draw(straight((x + 40, top), (x - 40, top + 600), 8))


def set_formula(hands: Hands, at: Point) -> Iterator[float]:
    hands.act(A.INK_6)
    yield 0.5
    hands.act(A.FORMULA)
    sheet = hands.sheet(FormulaSheet)
    sheet.write(at)
    sheet.field.setPlainText(FORMULA)
    yield 0.5
    sheet.place_formula()
    yield 1.0


def answer_worksheet(hands: Hands) -> Iterator[float]:
    """A PDF of our own, and the solution written beside its first question."""
    path = hands.folder / "worksheet.pdf"
    print_worksheet(path)
    hands.window.files.bring_in([str(path)])
    before = hands.board.shown
    while hands.board.shown is before or hands.board.page is None:
        yield 0.5
    yield 2.0
    hands.act(A.BOARD, A.FIT)
    page = hands.board.page
    assert page is not None
    hands.do(PutItems(page.number, strokes=solution(Ink.BLUE, -700, 1_600)))
    hands.act(A.PEN, A.INK_3)
    yield 0.5
    yield from hands.draw(ring((4_250, 10_250), 1_400, 750))
    hands.window.files.card.hide()
    yield 1.0


def print_worksheet(path: Path) -> None:
    """One sheet of questions with vectors and real letters."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setResolution(254)  # 1/10 mm
    painter = QPainter(writer)
    for place, size, words in WORKSHEET:
        font = QFont("Noto Sans SC")
        font.setPixelSize(size)
        painter.setFont(font)
        painter.drawText(QRectF(0, place, 1_800, 200), Qt.TextFlag.TextWordWrap, words)
    painter.end()


def straight(start: Point, end: Point, count: int = 24) -> list[Point]:
    return [
        (start[0] + (end[0] - start[0]) * i / count, start[1] + (end[1] - start[1]) * i / count)
        for i in range(count + 1)
    ]


def ring(middle: Point, wide: float, high: float) -> list[Point]:
    """Drawn round something: half axes, and a little more than once around."""
    turns = [math.radians(9 * i - 80) for i in range(42)]
    return [(middle[0] + wide * math.cos(t), middle[1] + high * math.sin(t)) for t in turns]


def run(folder: Path, argv: list[str], lesson: Callable[[Hands], Iterator[float]]) -> int:
    """The window, with hands that begin once a page is open."""
    start = Application.start

    def started(program: Application) -> None:
        start(program)
        steps = opened(program, folder, lesson)

        def go_on() -> None:
            seconds = next(steps, None)
            if seconds is not None:
                QTimer.singleShot(round(seconds * 1000), program, go_on)

        go_on()

    Application.start = started  # type: ignore[assignment,method-assign]
    return run_window(argv)


def opened(
    program: Application, folder: Path, lesson: Callable[[Hands], Iterator[float]]
) -> Iterator[float]:
    while program.lesson is None or program.lesson.board.page is None:
        yield 0.2
    yield 1.0
    yield from lesson(Hands(program.lesson, folder))


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:], teach))
