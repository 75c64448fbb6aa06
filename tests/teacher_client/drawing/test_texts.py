"""Texts and formulas: broken once, the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPainterPath

from signaling_server.protocol.commands import Ink
from signaling_server.protocol.entries import ItemsChanged, TextKind, TextPlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber
from signaling_server.protocol.items import Act, TextItem
from signaling_server.protocol.matrix import ONE, Matrix
from teacher_client.drawing.texts import (
    formula_path,
    letters_path,
    measure_text,
    text_lines,
    text_path,
)

TEXT = "设抛物线 y = ax² + bx + c 的顶点横坐标是 −b/2a，那么（配方之后）可以直接读出。"


def item(body: TextPlaced) -> TextItem:
    return TextItem(EntryNumber(9), TEACHER, body)


def test_a_text_is_broken_to_fit() -> None:
    breaks, width, height = measure_text(TEXT, 700, 6000)
    lines = text_lines(TEXT, breaks)
    assert "".join(lines) == TEXT
    assert len(lines) == len(breaks) + 1 > 3
    assert width <= 6000
    assert height == len(lines) * 980
    assert letters_path(TEXT, 700, breaks).controlPointRect().right() <= 6000
    assert not any(part[0] in "，。）" for part in lines)  # none of these begins a line


def test_a_text_that_fits_is_one_line() -> None:
    assert measure_text("配方法", 500, 6000) == ((), 1500, 700)
    assert measure_text("", 500, 6000) == ((), 0, 700)


def test_line_feeds_break_and_astral_letters_count_once() -> None:
    text = "😀😀配方法为什么\n第二行"
    breaks, _, height = measure_text(text, 1000, 4500)
    assert text_lines(text, breaks) == ["😀😀配方"[: breaks[0]], text[breaks[0] : 8], "第二行"]
    assert height == 3 * 1400


@given(st.text(max_size=60), st.integers(300, 30_000))
def test_no_letter_is_lost(text: str, width: int) -> None:
    breaks, _, height = measure_text(text, 700, width)
    lines = text_lines(text, breaks)
    assert sum(map(len, lines)) == len(text) - text.count("\n")
    assert height == pytest.approx(len(lines) * 980)


def test_the_first_baseline_lies_where_it_should() -> None:
    flat = letters_path("T", 1000, ()).boundingRect()
    assert flat.bottom() == pytest.approx(1050, abs=2)
    second = letters_path("a\nT", 1000, ()).boundingRect()
    assert second.bottom() == pytest.approx(1050 + 1400, abs=2)


def test_a_text_lies_by_its_corners() -> None:
    text = item(TextPlaced("T", 1000, 2000, 800, 980, 700, Ink.INK))
    before = text_path(text).boundingRect()
    twice = ItemsChanged((9,), Matrix(2 * ONE, 0, 0, 2 * ONE, 0, 0))
    text.acts.append(Act(EntryNumber(10), twice))
    text.settle(set())
    after = text_path(text).boundingRect()
    assert (after.x(), after.y()) == pytest.approx((2 * before.x(), 2 * before.y()), abs=2)
    assert after.height() == pytest.approx(2 * before.height(), abs=2)


def test_an_outline_is_drawn_as_it_stands() -> None:
    path = formula_path("M0 0L1000 0 L 1000 -200Q5 5 9 9C1 2 3 4 5 6Z")
    assert path is not None
    expected = QPainterPath()
    expected.lineTo(1000, 0)
    expected.lineTo(1000, -200)
    expected.quadTo(5, 5, 9, 9)
    expected.cubicTo(1, 2, 3, 4, 5, 6)
    expected.closeSubpath()
    assert [path.elementAt(i).x for i in range(path.elementCount())] == [
        expected.elementAt(i).x for i in range(expected.elementCount())
    ]


@pytest.mark.parametrize(
    "outline",
    ["", "M", "M1", "M1 2 3", "L1 2", "1 2", "M1 2X", "M1,2", "M1.5 2", "M--1 2", "M- 1 2", "m1 2"],
)
def test_what_is_no_outline_shows_the_source(outline: str) -> None:
    assert formula_path(outline) is None
    body = TextPlaced("x", 0, 0, 500, 980, 700, Ink.INK, TextKind.FORMULA, (), outline)
    assert text_path(item(body)) == letters_path("x", 700, ())


@given(st.text("MLQCZ0123456789 -", max_size=40))
def test_any_outline_of_the_allowed_letters_is_safe(outline: str) -> None:
    path = formula_path(outline)
    assert path is None or not path.isEmpty()
