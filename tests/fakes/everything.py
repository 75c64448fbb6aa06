"""One page with everything that a board can hold, as the commands that put it there.

Used wherever the same page is painted by several hands: window, PDF, pupil's page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import (
    EraseItems,
    EraseParts,
    Ink,
    PageKind,
    StrokePart,
    Tool,
)
from signaling_server.protocol.entries import (
    EntryKind,
    PageAdded,
    PicturePlaced,
    TextKind,
    TextPlaced,
)
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, PageId
from signaling_server.protocol.matrix import Matrix
from teacher_client.drawing.texts import measure_text
from teacher_client.drawing.tokens import assets_dir
from teacher_client.formulas import outline as formula_outline
from teacher_client.geometry.shapes import Arrow, Ellipse, Rectangle, Shape, Triangle, outline
from teacher_client.geometry.transform import scaled, turned, width_scale
from teacher_client.lesson.author import LessonAuthor
from teacher_client.lesson.board_commands import ChangeItems, ChangePage, PutItems, PutStroke
from teacher_client.lesson.link import Do

WORDS = "配方法：把二次三项式写成完全平方与常数的和，顶点就看得出来。Complete the square."
FORMULA = r"y=a\left(x+\frac{b}{2a}\right)^2+\frac{4ac-b^2}{4a}"
MISSING = "a" * 64


def written() -> tuple[PutStroke, ...]:
    """The committed page of mathematics, with force."""
    made = json.loads((assets_dir() / "ink" / "maths.json").read_text(encoding="utf-8"))
    inks = (Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN, Ink.OCHRE, Ink.PURPLE)
    return tuple(
        PutStroke(
            Tool.PEN,
            inks[number // 12 % len(inks)],
            (40, 70, 120)[number % 3],
            tuple(round(100 * row[0]) for row in stroke),
            tuple(round(100 * row[1]) for row in stroke),
            tuple(round(1023 * row[3]) for row in stroke),
        )
        for number, stroke in enumerate(made["strokes"])
    )


def drawn() -> tuple[PutStroke, ...]:
    """Straightened shapes, a marker over a line, and a dot."""
    shapes: list[tuple[Shape, Ink]] = [
        (Ellipse((4_000, 20_500), 2_000, 1_300, 20), Ink.RED),
        (Rectangle((9_000, 20_500), 3_200, 2_000, -12), Ink.GREEN),
        (Triangle(((12_000, 22_000), (14_500, 19_000), (16_000, 22_200))), Ink.PURPLE),
        (Arrow((2_000, 23_500), (8_000, 23_800), 600), Ink.OCHRE),
    ]
    lines = []
    for shape, ink in shapes:
        points = outline(shape)[0]
        x, y = tuple(p[0] for p in points), tuple(p[1] for p in points)
        lines.append(PutStroke(Tool.FINELINER, ink, 70, x, y))
    across = tuple(range(3_000, 9_000, 200))
    for ink, top in ((Ink.MARKER_YELLOW, 3_800), (Ink.MARKER_AQUA, 4_100)):
        lines.append(PutStroke(Tool.MARKER, ink, 500, across, (top,) * len(across)))
    lines.append(PutStroke(Tool.PEN, Ink.RED, 120, (10_500,), (23_600,), (800,)))
    return tuple(lines)


def typed() -> tuple[TextPlaced, ...]:
    """A text that is broken into lines, and a formula."""
    breaks, width, height = measure_text(WORDS, 500, 7_000)
    text = TextPlaced(WORDS, 9_800, 3_000, width, height, 500, Ink.BLUE, breaks=breaks)
    shape = formula_outline(FORMULA, 600)
    formula = TextPlaced(
        FORMULA,
        1_500,
        17_400,
        shape.width,
        shape.height,
        600,
        Ink.INK,
        TextKind.FORMULA,
        outline=shape.path,
    )
    return text, formula


def steps(page: Page, kind: PageKind = PageKind.SQUARES) -> Iterator[Do]:
    """The commands, in order; `page` must follow what they did before the next is asked for."""
    number = page.number
    yield Do(ChangePage(number, page.width, page.height, kind))
    yield Do(PutItems(number, strokes=written()))
    yield Do(PutItems(number, strokes=drawn(), texts=typed()))
    yield Do(PutItems(number, pictures=(PicturePlaced(MISSING, 11_000, 9_000, 4_000, 3_000),)))
    strokes = [stroke for stroke in page.strokes.values() if stroke.is_visible]
    box = next(iter(page.pictures))
    words = next(iter(page.texts))
    yield Do(ChangeItems(number, (box,), turned(15, (13_000, 10_500))))
    yield Do(ChangeItems(number, (words,), turned(-8, (13_000, 4_000)), ink=Ink.RED))
    larger = scaled(1.4, 1.2, (4_000, 6_000))
    moved = tuple(stroke.id for stroke in strokes[5:12])
    yield Do(ChangeItems(number, moved, larger, width_scale(larger), Ink.GREEN))
    yield Do(EraseItems(number, tuple(stroke.id for stroke in strokes[20:23])))
    yield Do(EraseParts(number, tuple(_middle(stroke) for stroke in strokes[30:34])))
    yield Do(ChangeItems(number, (strokes[40].id,), Matrix(e=300, f=-200), width=200))


def _middle(stroke: Stroke) -> StrokePart:
    third = max(1, len(stroke.x) // 3)
    return StrokePart(stroke.id, third, max(third + 2, len(stroke.x) - third))


def page_of_everything(kind: PageKind = PageKind.SQUARES) -> Page:
    """The page, carried out by an author of its own."""
    author = LessonAuthor()
    number = PageId(1)
    author.write(EntryKind.PAGE_ADDED, PageAdded(17_600, 25_000, PageKind.DOTS), 0, number)
    for now, step in enumerate(steps(author.board.pages[number], kind)):
        author.carry_out(TEACHER, NO_COMMAND, step.body, now)
    return author.board.pages[number]
