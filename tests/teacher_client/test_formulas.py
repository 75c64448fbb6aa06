"""Formulas: what a teacher types becomes a path that every reader can paint, or a reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.entries import MAX_OUTLINE
from teacher_client.formulas import FormulaError, Wrong, outline

CANONICAL = re.compile(r"^(?:M-?\d+ ?-?\d+|[MLQCZ0-9 -])+$")

SCHOOL = [
    r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
    r"\begin{cases}x+y=1\\x-y=3\end{cases}",
    r"\triangle ABC \cong \triangle DEF",
    r"\int_0^1 x^2\,dx=\frac{1}{3}",
    r"\text{面积}=\frac12 ah",
    r"\overrightarrow{AB}\perp\overline{CD}",
    r"\boxed{\cancel{x}}",
    r"\ce{2H2 + O2 -> 2H2O}",
]


def numbers(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", path)]


@pytest.mark.parametrize("source", SCHOOL)
def test_what_a_lesson_needs_is_set(source: str) -> None:
    shape = outline(source, 600)
    assert CANONICAL.fullmatch(shape.path)
    assert len(shape.path) <= MAX_OUTLINE
    xs, ys = numbers(shape.path)[::2], numbers(shape.path)[1::2]
    for column, most in ((xs, shape.width), (ys, shape.height)):
        assert min(column) >= -30
        assert max(column) <= most + 30


def test_size_scales_and_chinese_has_its_own_glyphs() -> None:
    small, large = outline("x^2", 400), outline("x^2", 800)
    assert large.width == pytest.approx(2 * small.width, abs=2)
    assert outline(r"\text{面}", 600).path != outline(r"\text{积}", 600).path


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", Wrong.EMPTY),
        (" $$ ", Wrong.EMPTY),
        (r"\frac{1}{", Wrong.SYNTAX),
        (r"\def\a{\a\a}\a", Wrong.SYNTAX),
        ("x" * 401, Wrong.TOO_LONG),
        ("xyz" * 130, Wrong.TOO_LONG),
    ],
)
def test_what_cannot_be_set_has_a_reason(source: str, reason: Wrong) -> None:
    with pytest.raises(FormulaError) as caught:
        outline(source, 600)
    assert caught.value.reason is reason


@settings(max_examples=150, deadline=None)
@given(st.text(r"\{}^_&abcxyz019+-=/()[]frac sqrtleftbegin$%#~", max_size=60))
def test_anything_typed_gives_a_path_or_a_reason(source: str) -> None:
    try:
        shape = outline(source, 600)
    except FormulaError:
        return
    assert CANONICAL.fullmatch(shape.path) or shape.path == ""
