"""Values for property tests, made from the dataclasses' own field types and limits.

A new message, command or entry kind is covered by being in its union or table.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from hypothesis import strategies as st

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import BODIES, INK_KINDS, Entry, EntryKind, Unknown
from signaling_server.protocol.ids import (
    MAX_PAGE,
    CommandId,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import InkBody, Samples, Style
from signaling_server.protocol.schema import (
    MAX_SAFE_INTEGER,
    Dataclass,
    Items,
    Json,
    Range,
    Text,
    hints_of,
    tagged,
)

D = TypeVar("D", bound=Dataclass)
L = TypeVar("L")


def field_parts(hint: object) -> tuple[Any, tuple[object, ...]]:
    """A field's bare type and its limits."""
    limits: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        limits = tuple(rest)
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint, limits


def limit_of(limits: tuple[object, ...], kind: type[L]) -> L:
    return next(limit for limit in limits if isinstance(limit, kind))


def is_union(hint: object) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def values_of(hint: object) -> st.SearchStrategy[Any]:
    """Values of a field's type inside its limits."""
    bare, limits = field_parts(hint)
    if is_union(bare):
        args: list[st.SearchStrategy[Any]] = [
            st.none() if arg is type(None) else values_of(arg) for arg in get_args(bare)
        ]
        return st.one_of(args)
    if get_origin(bare) is tuple:
        items = limit_of(limits, Items)
        most = min(items.most, items.fewest + 6)
        return st.lists(values_of(get_args(bare)[0]), min_size=items.fewest, max_size=most).map(
            tuple
        )
    if bare is bool:
        return st.booleans()
    if bare is int:
        span = limit_of(limits, Range)
        return st.integers(int(span.low), int(span.high))
    if bare is str:
        return _texts(limit_of(limits, Text))
    if issubclass(bare, enum.Enum):
        return st.sampled_from(list(bare))
    return instances(bare)


def _texts(text: Text) -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    alphabet = st.sampled_from("0123456789abcdef") if text.is_hex else letters
    most = max(text.shortest, min(text.longest, 40))
    return st.text(alphabet, min_size=text.shortest, max_size=most)


def instances(kind: type[D]) -> st.SearchStrategy[D]:
    """Instances of a dataclass with limits beside its fields."""
    fields = {name: values_of(hint) for name, hint in hints_of(kind).items()}
    return st.builds(kind, **fields)


# plain JSON, at the limits and beyond


def plain(hint: object) -> Json:
    """The smallest JSON value that a field takes."""
    return edges(hint)[0][0]


def plain_object(kind: type[Dataclass]) -> dict[str, Json]:
    """A kind's fields, each as small as it may be; without its tag."""
    return {name: plain(hint) for name, hint in hints_of(kind).items()}


def with_tag(kind: type[Dataclass]) -> dict[str, Json]:
    tag = getattr(kind, "TAG", None)
    return plain_object(kind) if tag is None else {"t": tag, **plain_object(kind)}


def edges(hint: object) -> tuple[list[Json], list[Json]]:
    """JSON values that a field must take, and such as it must refuse."""
    bare, limits = field_parts(hint)
    if is_union(bare):
        return _union_edges(bare)
    if get_origin(bare) is tuple:
        return _list_edges(get_args(bare)[0], limit_of(limits, Items))
    if bare is bool:
        return [False, True], [0, 1, "true", None, []]
    if bare is int:
        span = limit_of(limits, Range)
        low, high = int(span.low), int(span.high)
        return [low, high], [low - 1, high + 1, float(high), low + 0.5, True, "1", None, [], 10**30]
    if bare is str:
        return _text_edges(limit_of(limits, Text))
    if issubclass(bare, enum.Enum):
        good: list[Json] = [member.value for member in bare]
        return good, ["nothing", 99, True, 1.0, None, [], {}]
    return _object_edges(bare)


def _union_edges(union: object) -> tuple[list[Json], list[Json]]:
    inner = [arg for arg in get_args(union) if arg is not type(None)]
    if len(inner) == 1:
        good, bad = edges(inner[0])
        return [None, *good], [value for value in bad if value is not None]
    kinds = cast("dict[str, type[Dataclass]]", tagged(union))
    refused: list[Json] = [
        None,
        1,
        [],
        {},
        {"t": "nothing"},
        {"t": 1},
        {"t": None},
        {"t": ["undo"]},
    ]
    return [with_tag(kind) for kind in kinds.values()], refused


def _list_edges(item: object, items: Items) -> tuple[list[Json], list[Json]]:
    one = plain(item)
    good: list[Json] = [[one] * items.fewest, [one] * items.most]
    bad: list[Json] = [[one] * (items.most + 1), "text", {}, None, 1]
    bad += [[*[one] * (items.fewest - 1)]] if items.fewest else []
    bad += [[value] for value in edges(item)[1]]
    return good, bad


def _text_edges(text: Text) -> tuple[list[Json], list[Json]]:
    least, most = text.shortest, text.longest
    rest = "a" * (max(least, 1) - 1)
    good: list[Json] = ["a" * least, "a" * most]
    bad: list[Json] = ["a" * (most + 1), 1, None, [], True]
    bad += [letter + rest for letter in ("\0", "\ud800", "\udfff")]
    if least:
        bad.append("a" * (least - 1))
    if text.is_hex:
        bad += [letter + rest for letter in ("A", "g", " ", "٣", "\n")]
    else:
        good.append("\U0001f600" * most)  # one letter, two units of UTF-16
    return good, bad


def _object_edges(kind: type[Dataclass]) -> tuple[list[Json], list[Json]]:
    whole = with_tag(kind)
    bad: list[Json] = [None, [], "x", 1, {**whole, "extra": 1}]
    if "t" in whole:
        bad += [plain_object(kind), {**whole, "t": "nothing"}]
    return [whole], bad


# ink, entries, blocks


def samples(most: int = 12) -> st.SearchStrategy[Samples]:
    """Any columns inside their limits."""

    def columns(count: int) -> st.SearchStrategy[Samples]:
        def column(low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
            one = st.integers(low, high)
            return st.lists(one, min_size=count, max_size=count).map(tuple)

        place, tilt = column(-1_000_000, 1_000_000), column(-180, 180)
        return st.builds(
            Samples,
            place,
            place,
            column(0, 86_400_000),
            st.none() | column(0, 1023),
            st.none() | st.tuples(tilt, tilt),
        )

    return st.integers(0, most).flatmap(columns)


STYLES = st.builds(
    Style,
    st.sampled_from(list(Tool)),
    st.sampled_from(list(Ink)),
    st.integers(5, 2000),
    st.integers(0, 86_400_000),
)
STROKES = st.integers(0, MAX_SAFE_INTEGER).map(StrokeId)
EPOCHS = st.builds(
    Epoch, st.integers(0, 0xFFFF), st.binary(min_size=8, max_size=8).map(lambda raw: raw.hex())
)
SALTS = st.binary(min_size=16, max_size=16)


@st.composite
def inks(draw: st.DrawFn, kind: EntryKind) -> InkBody:
    """An ink body that fits its kind."""
    is_last = kind == EntryKind.INK_END or (kind == EntryKind.INK_BEGIN and draw(st.booleans()))
    return InkBody(
        draw(STROKES),
        draw(st.integers(0, 1_000_000)),
        draw(samples()),
        draw(STYLES) if kind == EntryKind.INK_BEGIN else None,
        is_last,
        is_last and draw(st.booleans()),
    )


UNKNOWN_KINDS = [byte for byte in range(256) if byte not in set(EntryKind)]


@st.composite
def entries(draw: st.DrawFn, number: int = 1) -> Entry:
    """Any entry of any kind, sense or nonsense."""
    kind: EntryKind | int = draw(st.sampled_from([*EntryKind, UNKNOWN_KINDS[0], UNKNOWN_KINDS[-1]]))
    body: Any
    if kind in INK_KINDS:
        body = draw(inks(EntryKind(kind)))
    elif kind in BODIES:
        body = draw(instances(BODIES[EntryKind(kind)]))
    else:
        body = Unknown(draw(st.binary(max_size=30)))
    return Entry(
        kind,
        EntryNumber(number),
        draw(st.integers(0, 86_400_000)),
        body,
        PageId(draw(st.integers(0, MAX_PAGE))),
        Member(draw(st.integers(0, 4))),
        draw(st.integers(0, 4)),
        CommandId(draw(st.integers(0, MAX_SAFE_INTEGER))),
    )


@st.composite
def entry_lists(draw: st.DrawFn, most: int = 8) -> list[Entry]:
    """Entries as a block takes them: numbered without gaps."""
    first, count = draw(st.integers(1, 0xFFFFFF00)), draw(st.integers(1, most))
    return [draw(entries(first + offset)) for offset in range(count)]


def flipped(data: bytes, at: int, bit: int) -> bytes:
    """`data` with one bit turned over; `at` and `bit` may be any number."""
    out = bytearray(data)
    out[at % len(out)] ^= 1 << bit % 8
    return bytes(out)


def fields_of(kind: type[Dataclass]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]
