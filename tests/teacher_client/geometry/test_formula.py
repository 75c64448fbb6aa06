"""Formulas as teachers type them, and what is no formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.geometry.formula import (
    MAX_DEPTH,
    MAX_LENGTH,
    Curve,
    ParseError,
    Reason,
    Vertical,
    parse,
)
from teacher_client.geometry.plot import evaluate

X = 0.7


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y = 2x", 2 * X),
        ("3(x+1)", 3 * (X + 1)),
        ("(x+1)(x-1)", (X + 1) * (X - 1)),
        ("x sin x", X * math.sin(X)),
        ("xsinx", X * math.sin(X)),
        ("sin 2x cos x", math.sin(2 * X) * math.cos(X)),
        ("sin x + 1", math.sin(X) + 1),
        ("sin -x", math.sin(-X)),
        ("sin(x)x", math.sin(X) * X),
        ("sin sin x", math.sin(math.sin(X))),
        ("sin²x + cos^2 x", 1),
        ("ln|x-2|", math.log(2 - X)),
        ("log 100x", math.log10(100 * X)),
        ("lg x", math.log10(X)),
        ("e^x", math.exp(X)),
        ("ex", math.e * X),
        ("exp(x)", math.exp(X)),
        ("2πx", 2 * math.pi * X),
        ("PI*X", math.pi * X),
        ("arctan x + asin x", math.atan(X) + math.asin(X)),
        ("√(x+2)", math.sqrt(X + 2)),
        ("√2x", math.sqrt(2) * X),
        ("∛x", X ** (1 / 3)),
        ("|x-1|", 1 - X),
        ("||x|-1|", 1 - X),
        ("2|x|", 2 * X),
        ("|x|+|x+1|", 2 * X + 1),
        ("|(x)(x-2)|", X * (2 - X)),
        ("-x^2", -(X**2)),
        ("2^-x", 2**-X),
        ("2^3^x", 2 ** (3**X)),
        ("x³-3x", X**3 - 3 * X),
        ("1/2x", X / 2),
        ("6÷2×x", 3 * X),
        ("y＝２（ｘ＋１）－．5", 2 * (X + 1) - 0.5),
        ("f(x) = 【x】·2", 2 * X),
        ("｜x－２｜", 2 - X),
        ("--x", X),
        ("1-2-3", -4),
        ("8/4/2", 1),
    ],
)
def test_values(text: str, value: float) -> None:
    formula = parse(text)
    assert isinstance(formula, Curve)
    assert evaluate(formula.tree, np.array([X]))[0] == pytest.approx(value)


def test_an_upright_line() -> None:
    formula = parse(" X = -2π")
    assert isinstance(formula, Vertical)
    assert evaluate(formula.tree, np.zeros(1))[0] == pytest.approx(-2 * math.pi)


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("", Reason.EMPTY, 0),
        ("　 ", Reason.EMPTY, 0),
        ("y =", Reason.MISSING_PART, 3),
        ("2+", Reason.MISSING_PART, 2),
        ("*x", Reason.MISSING_PART, 0),
        ("()", Reason.MISSING_PART, 1),
        ("sin", Reason.MISSING_PART, 3),
        ("x^^2", Reason.MISSING_PART, 2),
        ("2(x+1", Reason.MISSING_BRACKET, 1),
        ("1+|x", Reason.MISSING_BRACKET, 2),
        ("x)", Reason.NOT_EXPECTED, 1),
        ("|x)", Reason.NOT_EXPECTED, 2),
        ("2 3", Reason.NOT_EXPECTED, 2),
        ("y = x + y", Reason.NOT_EXPECTED, 8),
        ("x = 2x", Reason.NOT_A_NUMBER, 5),
        ("1.2.3", Reason.BAD_NUMBER, 0),
        ("x+" + "9" * 18, Reason.BAD_NUMBER, 2),
        ("2 foo", Reason.UNKNOWN_NAME, 2),
        ("x + 变", Reason.UNKNOWN_NAME, 4),
        ("x$", Reason.UNKNOWN_SIGN, 1),
        ("__import__('os')", Reason.UNKNOWN_SIGN, 0),
        ("x" * (MAX_LENGTH + 1), Reason.TOO_LONG, MAX_LENGTH),
        ("(" * 40 + "x" + ")" * 40, Reason.TOO_DEEP, MAX_DEPTH + 1),
        ("-" * 40 + "x", Reason.TOO_DEEP, MAX_DEPTH + 1),
        ("x" * 150, Reason.TOO_MANY, 101),
    ],
)
def test_what_is_no_formula(text: str, reason: Reason, position: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.reason, caught.value.position) == (reason, position)


signs = st.sampled_from([*"x123.+-*/^()|²√π ", "sin", "ln", "（", "×", "y=", "a", "$"])


@given(st.lists(signs, max_size=60).map("".join))
def test_any_text_gets_a_formula_or_a_place(text: str) -> None:
    try:
        formula = parse(text)
    except ParseError as exc:
        error = exc
    else:
        assert evaluate(formula.tree, np.linspace(-2, 2, 5)).shape == (5,)
        return
    assert 0 <= error.position <= len(text)


numbers = st.integers(0, 9).map(str)
trees = st.recursive(
    numbers | st.just("x"),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda t: f"({t[0]}{t[1]}{t[2]})"
    ),
    max_leaves=12,
)


@given(trees)
def test_same_value_as_python_gives(text: str) -> None:
    expected = eval(text, {"__builtins__": {}}, {"x": X})  # our own text of signs and numbers
    assert evaluate(parse(text).tree, np.array([X]))[0] == pytest.approx(expected)
