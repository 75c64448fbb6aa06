"""Formulas of one unknown as teachers type them: ``y = 2sin²x``, ``x = 3``, ``|x-1|/√(x+2)``.

A small parser of its own, so that nothing that is typed is ever run. Multiplication signs may
be left out: ``2x``, ``3(x+1)``, ``x sin x``; such a product binds as one with a sign, so that
``1/2x`` is half of x. Brackets around the argument of sin, cos … may be left out: it then goes
on over numbers, x and constants that follow each other, ``sin 2x``; √ takes the next one only.
Full-width signs of Chinese keyboards and × ÷ ² ³ √ π are read as what they mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

MAX_LENGTH: Final = 200
MAX_DEPTH: Final = 30
MAX_NODES: Final = 200
"""So that a curve costs at most a few ms a thousand points."""


class Reason(Enum):
    """Why a formula cannot be read; texts belong to the window."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    UNKNOWN_SIGN = "unknown_sign"
    UNKNOWN_NAME = "unknown_name"
    BAD_NUMBER = "bad_number"
    MISSING_PART = "missing_part"
    MISSING_BRACKET = "missing_bracket"
    NOT_EXPECTED = "not_expected"
    NOT_A_NUMBER = "not_a_number"
    """``x = …`` needs a number there."""


class ParseError(Exception):
    """The formula cannot be read at `position` (0-based, of the text as typed)."""

    def __init__(self, reason: Reason, position: int) -> None:
        super().__init__(f"{reason.value} at {position}")
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """x."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument; `neg` for the sign."""

    name: str
    argument: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """One of + - * / ^."""

    sign: str
    left: Node
    right: Node


Node: TypeAlias = Number | Unknown | Call | Binary


@dataclass(frozen=True, slots=True)
class Curve:
    """``y = …``."""

    tree: Node


@dataclass(frozen=True, slots=True)
class Vertical:
    """``x = c``."""

    tree: Node


Formula: TypeAlias = Curve | Vertical

FUNCTIONS: Final = frozenset(
    {"sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "cbrt", "abs", "ln", "log", "exp"}
)
_OTHER_NAMES: Final = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "tg": "tan",
    "lg": "log",
    "√": "sqrt",
    "∛": "cbrt",
    "π": "pi",
}
_CONSTANTS: Final = {"pi": math.pi, "e": math.e}
_NAMES: Final = sorted(
    {*FUNCTIONS, *_OTHER_NAMES, *_CONSTANTS, "x", "y"}, key=lambda name: -len(name)
)
_SIGNS: Final = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    "\u3000": " ",
    "\u00a0": " ",
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "。": ".",
    "【": "(",
    "】": ")",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "［": "(",
    "］": ")",
    "｛": "(",
    "｝": ")",
    "∣": "|",
}
_TABLE: Final = {ord(typed): meant for typed, meant in _SIGNS.items()}
_POWERS: Final = {"²": 2.0, "³": 3.0}
_NUMBER: Final = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind`: number, x, y, function, power (² ³), a sign itself, or end."""

    kind: str
    at: int
    name: str = ""
    value: float = 0.0


def parse(text: str) -> Formula:
    """Read ``y = …``, ``f(x) = …``, ``x = c`` or the right side alone.

    Raises:
        ParseError: with the place and the reason.
    """
    if len(text) > MAX_LENGTH:
        raise ParseError(Reason.TOO_LONG, MAX_LENGTH)
    plain = text.translate(_TABLE)  # sign for sign: positions stay
    if not plain.strip():
        raise ParseError(Reason.EMPTY, 0)
    head = re.match(r"\s*(y|f\s*\(\s*x\s*\)|x)\s*=", plain, re.IGNORECASE)
    begin = head.end() if head else 0
    is_vertical = head is not None and head[1].lower() == "x"
    reader = _Reader(_tokens(plain, begin), has_x=not is_vertical)
    tree = reader.all()
    return Vertical(tree) if is_vertical else Curve(tree)


def _tokens(text: str, at: int) -> list[_Token]:
    tokens = []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        tokens.append(token)
    return [*tokens, _Token("end", len(text))]


def _token(text: str, at: int) -> tuple[_Token, int]:
    sign = text[at]
    number = _NUMBER.match(text, at)
    if number is not None:
        if len(number[0]) > 17 or text[number.end() : number.end() + 1] == ".":
            raise ParseError(Reason.BAD_NUMBER, at)
        return _Token("number", at, value=float(number[0])), number.end()
    if sign in _POWERS:
        return _Token("power", at, value=_POWERS[sign]), at + 1
    if sign in "+-*/^()|":
        return _Token(sign, at), at + 1
    for name in _NAMES:
        if text[at : at + len(name)].lower() == name:
            return _named(_OTHER_NAMES.get(name, name), at), at + len(name)
    raise ParseError(Reason.UNKNOWN_NAME if sign.isalpha() else Reason.UNKNOWN_SIGN, at)


def _named(name: str, at: int) -> _Token:
    if name in _CONSTANTS:
        return _Token("number", at, name, _CONSTANTS[name])
    return _Token("function" if name in FUNCTIONS else name, at, name)


class _Reader:
    """Recursive descent; each method reads one level and leaves the rest."""

    def __init__(self, tokens: list[_Token], *, has_x: bool) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._nodes = 0
        self._bars = 0
        self._has_x = has_x

    def all(self) -> Node:
        tree = self._sum()
        token = self._peek()
        if token.kind != "end":
            raise ParseError(Reason.NOT_EXPECTED, token.at)
        return tree

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ParseError(Reason.TOO_MANY, self._peek().at)
        return node

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ParseError(Reason.TOO_DEEP, self._peek().at)
        node = read()
        self._depth -= 1
        return node

    def _sum(self) -> Node:
        left = self._product()
        while self._peek().kind in ("+", "-"):
            sign = self._take().kind
            left = self._made(Binary(sign, left, self._product()))
        return left

    def _product(self) -> Node:
        left = self._signed()
        while True:
            if self._peek().kind in ("*", "/"):
                sign = self._take().kind
                left = self._made(Binary(sign, left, self._signed()))
            elif self._is_part():
                left = self._made(Binary("*", left, self._power()))
            else:
                return left

    def _is_part(self) -> bool:
        """Whether a factor begins here without a sign before it."""
        kind, before = self._peek().kind, self._tokens[self._next - 1]
        if kind == before.kind == "number" and not self._peek().name and not before.name:
            raise ParseError(Reason.NOT_EXPECTED, self._peek().at)  # 2 3: a sign was forgotten
        return kind in ("number", "x", "y", "function", "(") or (kind == "|" and not self._bars)

    def _signed(self) -> Node:
        token = self._peek()
        if token.kind not in ("+", "-"):
            return self._power()
        self._take()
        node = self._deeper(self._signed)
        return node if token.kind == "+" else self._made(Call("neg", node))

    def _power(self) -> Node:
        base = self._atom()
        while self._peek().kind == "power":
            base = self._made(Binary("^", base, Number(self._take().value)))
        if self._peek().kind == "^":
            self._take()
            base = self._made(Binary("^", base, self._deeper(self._signed)))
        return base

    def _atom(self) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                return self._made(Number(token.value))
            case "x" if self._has_x:
                return self._made(Unknown())
            case "x" | "y":
                reason = Reason.NOT_EXPECTED if self._has_x else Reason.NOT_A_NUMBER
                raise ParseError(reason, token.at)
            case "function":
                return self._deeper(lambda: self._call(token.name))
            case "(":
                return self._within(")", token.at)
            case "|":
                self._bars += 1
                inside = self._within("|", token.at)
                self._bars -= 1
                return self._made(Call("abs", inside))
            case _:
                raise ParseError(Reason.MISSING_PART, token.at)

    def _within(self, close: str, at: int) -> Node:
        bars = self._bars
        if close == ")":
            self._bars = 0
        node = self._deeper(self._sum)
        self._bars = bars
        if self._peek().kind != close:
            is_end = self._peek().kind == "end"
            raise ParseError(
                Reason.MISSING_BRACKET if is_end else Reason.NOT_EXPECTED,
                at if is_end else self._peek().at,
            )
        self._take()
        return node

    def _call(self, name: str) -> Node:
        """After the name: sin(…), sin 2x, sin²x, sin^2 x, √2."""
        power: Node | None = None
        if self._peek().kind == "power":
            power = Number(self._take().value)
        elif self._peek().kind == "^":
            self._take()
            power = self._atom()
        argument = self._argument(is_one=name in ("sqrt", "cbrt"))
        call = self._made(Call(name, argument))
        return call if power is None else self._made(Binary("^", call, power))

    def _argument(self, *, is_one: bool) -> Node:
        if self._peek().kind in ("(", "|") or is_one:
            return self._atom()
        if self._peek().kind == "function":
            return self._power()
        argument = self._signed()
        while self._peek().kind in ("number", "x"):
            argument = self._made(Binary("*", argument, self._power()))
        return argument
