"""Strict JSON for dataclasses: sizes, ranges and depth stand beside each field.

A message or an entry's body is a frozen dataclass whose fields carry their limits as
``Annotated[int, Range(0, 7)]``. From these alone come the decoder here, the encoder, the
TypeScript types and their validators (:mod:`signaling_server.protocol.typescript`).
Unknown fields, doubled keys, NaN, infinities, lone surrogates and deep nesting are refused
(THREATS, ground rule 6).
"""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import types
from collections.abc import Callable
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    NoReturn,
    Protocol,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH: Final = 16  # THREATS A25
MAX_SAFE_INTEGER: Final = 2**53 - 1  # what a JavaScript number holds

_HEX_DIGITS: Final = frozenset("0123456789abcdef")
_OUTSIDE_BRACKETS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[^"\[\]{}]+', re.DOTALL)


class Dataclass(Protocol):
    """Any dataclass instance."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[object]]]


T = TypeVar("T", bound=Dataclass)


class InvalidError(ValueError):
    """What came does not fit its schema.

    Attributes:
        path: the field, as ``body.strokes[3]``; never the value, which may be private.
        reason: a short English word for logs.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'message'}: {reason}")
        self.path = path
        self.reason = reason


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """Inclusive bounds of a number."""

    low: float
    high: float


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Bounds of a text's length in characters; `is_hex`: lower-case hex digits only."""

    longest: int
    shortest: int = 0
    is_hex: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Items:
    """Bounds of a list's length."""

    most: int
    fewest: int = 0


def loads(text: str | bytes, max_bytes: int) -> dict[str, Json]:
    """Parse one JSON object strictly.

    Raises:
        InvalidError: too long, too deep, doubled keys, NaN, lone surrogates, not an object.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > max_bytes:
        raise InvalidError("", "too long")
    if _depth(raw) > MAX_DEPTH:
        raise InvalidError("", "too deep")
    try:
        # decoding strictly refuses lone surrogates written as bytes; escapes are checked per text
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
    except InvalidError:
        raise
    except (ValueError, RecursionError) as exc:
        raise InvalidError("", "not JSON") from exc
    if not isinstance(value, dict):
        raise InvalidError("", "not an object")
    return value


def dumps(value: Json) -> str:
    """Write JSON in the canonical short form: sorted keys, no blanks, no escapes of letters."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def decode(kind: type[T], value: Json, path: str = "") -> T:
    """Build a `kind` from parsed JSON.

    Raises:
        InvalidError: a field is missing, unknown, of another type or outside its limits.
    """
    if not isinstance(value, dict):
        raise InvalidError(path, "not an object")
    readers = _readers(kind)
    for name in value:
        if name not in readers:
            raise InvalidError(f"{path}.{_shown(name)}", "unknown field")
    built: dict[str, object] = {}
    for name, (read, required) in readers.items():
        if name in value:
            built[name] = read(value[name], f"{path}.{name}" if path else name)
        elif required:
            raise InvalidError(f"{path}.{name}", "missing")
    return kind(**built)


def tagged(union: object) -> dict[str, type[Any]]:
    """The kinds of a union of dataclasses by their TAG, in order of the union."""
    return {kind.TAG: kind for kind in get_args(union)}


def decode_tagged(kinds: dict[str, type[T]], value: Json, path: str = "") -> T:
    """Build one of `kinds` from parsed JSON whose field ``t`` names the kind.

    Raises:
        InvalidError: the kind is unknown, or as :func:`decode`.
    """
    if not isinstance(value, dict):
        raise InvalidError(path, "not an object")
    tag = value.get("t")
    if not isinstance(tag, str) or tag not in kinds:
        raise InvalidError(f"{path}.t" if path else "t", "unknown kind")
    rest = {name: item for name, item in value.items() if name != "t"}
    return decode(kinds[tag], rest, path or tag)


def encode(value: Dataclass) -> dict[str, Json]:
    """Turn a dataclass into JSON values; fields equal to their default are left out."""
    tag = getattr(type(value), "TAG", None)
    out: dict[str, Json] = {} if tag is None else {"t": tag}
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if field.default is not dataclasses.MISSING and item == field.default:
            continue
        out[field.name] = _encode_value(item)
    return out


def hints_of(kind: type[Dataclass]) -> dict[str, object]:
    """Resolved field types with their limits, in order of the fields."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


# how each kind of field is read

Reader: TypeAlias = Callable[[Json, str], object]


@cache
def _readers(kind: type[Dataclass]) -> dict[str, tuple[Reader, bool]]:
    fields = {field.name: field for field in dataclasses.fields(kind)}
    return {
        name: (reader_for(hint), fields[name].default is dataclasses.MISSING)
        for name, hint in hints_of(kind).items()
    }


def reader_for(hint: object) -> Reader:
    """The strict reader of one field type; a type without limits is a bug and raises TypeError."""
    limits: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        limits = tuple(rest)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _union_reader(hint, limits)
    if origin is tuple:
        return _tuple_reader(hint, _limit(limits, Items))
    if hasattr(hint, "__supertype__"):  # a NewType: the limits decide
        hint = hint.__supertype__
    if isinstance(hint, type):
        return _plain_reader(hint, limits)
    raise TypeError(f"no reader for {hint!r}")


def _plain_reader(hint: type, limits: tuple[object, ...]) -> Reader:
    if hint is bool:
        return _read_bool
    if hint is int:
        return _int_reader(_limit(limits, Range))
    if hint is float:
        return _float_reader(_limit(limits, Range))
    if hint is str:
        return _text_reader(_limit(limits, Text))
    if issubclass(hint, enum.Enum):
        return _enum_reader(hint)
    if dataclasses.is_dataclass(hint):
        inner = cast("type[Dataclass]", hint)
        tag = getattr(inner, "TAG", None)
        if tag is not None:  # encode() writes its tag here too, as Clock inside Joined
            return lambda value, path: decode_tagged({tag: inner}, value, path)
        return lambda value, path: decode(inner, value, path)
    raise TypeError(f"no reader for {hint!r}")


Limit = TypeVar("Limit")


def _limit(limits: tuple[object, ...], kind: type[Limit]) -> Limit:
    for limit in limits:
        if isinstance(limit, kind):
            return limit
    raise TypeError(f"a field lacks its {kind.__name__}")


def _union_reader(hint: object, limits: tuple[object, ...]) -> Reader:
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    if len(inner) > 1:
        kinds = tagged(hint)
        return lambda value, path: decode_tagged(kinds, value, path)
    read = reader_for(Annotated[inner[0], *limits] if limits else inner[0])
    return lambda value, path: None if value is None else read(value, path)


def _tuple_reader(hint: object, items: Items) -> Reader:
    item_hint = get_args(hint)[0]
    read, span = reader_for(item_hint), _int_range(item_hint)

    def read_tuple(value: Json, path: str) -> object:
        if not isinstance(value, list):
            raise InvalidError(path, "not a list")
        if not items.fewest <= len(value) <= items.most:
            raise InvalidError(path, "list too long or too short")
        if span is not None and _are_ints_within(value, span):
            return tuple(value)
        return tuple(read(item, f"{path}[{i}]") for i, item in enumerate(value))

    return read_tuple


def _int_range(hint: object) -> Range | None:
    """The limits of a whole number's field type; None of any other type."""
    if get_origin(hint) is not Annotated:
        return None
    bare, *limits = get_args(hint)
    is_int = getattr(bare, "__supertype__", bare) is int
    return _limit(tuple(limits), Range) if is_int else None


def _are_ints_within(values: list[Json], span: Range) -> bool:
    """A quick look at whole columns; where it fails, each item is asked for its fault."""
    if not values or set(map(type, values)) != {int}:
        return False
    numbers = cast("list[int]", values)
    return span.low <= min(numbers) and max(numbers) <= span.high


def _read_bool(value: Json, path: str) -> object:
    if not isinstance(value, bool):
        raise InvalidError(path, "not true or false")
    return value


def _int_reader(limit: Range) -> Reader:
    def read_int(value: Json, path: str) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidError(path, "not a whole number")
        if not limit.low <= value <= limit.high:
            raise InvalidError(path, "out of range")
        return value

    return read_int


def _float_reader(limit: Range) -> Reader:
    def read_float(value: Json, path: str) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidError(path, "not a number")
        if not limit.low <= value <= limit.high:  # also refuses NaN and infinities
            raise InvalidError(path, "out of range")
        return float(value)

    return read_float


def _text_reader(limit: Text) -> Reader:
    def read_text(value: Json, path: str) -> object:
        if not isinstance(value, str):
            raise InvalidError(path, "not a text")
        if not limit.shortest <= len(value) <= limit.longest:
            raise InvalidError(path, "text too long or too short")
        if any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in value):
            raise InvalidError(path, "not a plain text")
        if limit.is_hex and not _HEX_DIGITS.issuperset(value):
            raise InvalidError(path, "not hex digits")
        return value

    return read_text


def _enum_reader(kind: type[enum.Enum]) -> Reader:
    def read_enum(value: Json, path: str) -> object:
        if isinstance(value, bool | float):  # True and 1.0 equal 1
            raise InvalidError(path, "unknown value")
        try:
            return kind(value)
        except ValueError as exc:
            raise InvalidError(path, "unknown value") from exc

    return read_enum


def _encode_value(value: object) -> Json:
    if isinstance(value, enum.Enum):
        return cast("Json", value.value)
    if dataclasses.is_dataclass(value):
        return encode(cast("Dataclass", value))
    if isinstance(value, tuple):
        return [_encode_value(item) for item in value]
    return cast("Json", value)


def _depth(raw: bytes) -> int:
    """Deepest nesting, counted before parsing; brackets inside texts do not count."""
    depth = deepest = 0
    for byte in _OUTSIDE_BRACKETS.sub(b"", raw):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _shown(name: str) -> str:
    """A field's name from outside as it may stand in a log line."""
    return name[:40].encode("ascii", "backslashreplace").decode() if name.isprintable() else "?"


def _no_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise InvalidError("", "doubled key")
    return out


def _no_constant(_name: str) -> NoReturn:
    raise InvalidError("", "not a finite number")
