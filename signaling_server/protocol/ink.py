"""Ink as it travels: at most 100 ms of one stroke, packed in columns (PROTOCOL.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.ids import StrokeId
from signaling_server.protocol.schema import InvalidError
from signaling_server.protocol.varint import ByteReader, write_column, write_varint

MAX_SAMPLES: Final = 512
MAX_COORDINATE: Final = 1_000_000
MAX_FIRST: Final = 1_000_000

_FORCE, _TILT, _LAST, _CUT = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Samples:
    """Columns of one length n.

    Attributes:
        x, y: 1/100 mm on the page, origin top left, y down.
        ms: since the stroke's begin.
        force: 0..1023, or None where the pen has none.
        tilt: two columns in degrees (x, y), or None.
    """

    x: tuple[int, ...]
    y: tuple[int, ...]
    ms: tuple[int, ...]
    force: tuple[int, ...] | None = None
    tilt: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    def __len__(self) -> int:
        return len(self.x)

    def part(self, start: int, stop: int | None = None) -> Samples:
        """The samples from `start` up to `stop`."""
        cut = slice(start, stop)
        return Samples(
            self.x[cut],
            self.y[cut],
            self.ms[cut],
            None if self.force is None else self.force[cut],
            None if self.tilt is None else (self.tilt[0][cut], self.tilt[1][cut]),
        )


NO_SAMPLES: Final = Samples((), (), ())


@dataclass(frozen=True, slots=True)
class Style:
    """How a stroke is drawn: tool, ink id, width in 1/100 mm, and its begin in lesson ms."""

    tool: Tool
    ink: Ink
    width: int
    t0_ms: int


@dataclass(frozen=True, slots=True)
class InkBody:
    """Body of an ink entry.

    Attributes:
        stroke: whose samples these are.
        style: at the stroke's begin; None later.
        first: index of the first sample here, in the stroke.
        samples: may be empty at the end.
        is_last: the stroke ends with these.
        is_cut: it ended without the pen being lifted (link lost, engine gone).
    """

    stroke: StrokeId
    first: int
    samples: Samples
    style: Style | None = None
    is_last: bool = False
    is_cut: bool = False


def write_samples(out: bytearray, samples: Samples) -> None:
    """Append count and columns; whether force and tilt are there stands in the flags before."""
    write_varint(out, len(samples))
    write_column(out, samples.x)
    write_column(out, samples.y)
    write_column(out, samples.ms)
    if samples.force is not None:
        write_column(out, samples.force)
    if samples.tilt is not None:
        write_column(out, samples.tilt[0])
        write_column(out, samples.tilt[1])


def write_style(out: bytearray, style: Style) -> None:
    """Append tool, ink, width and begin."""
    out.append(style.tool)
    out.append(style.ink)
    write_varint(out, style.width)
    write_varint(out, style.t0_ms)


def flags_of(samples: Samples, *, is_last: bool, is_cut: bool = False) -> int:
    """The flag byte before samples."""
    return (
        (_FORCE if samples.force is not None else 0)
        | (_TILT if samples.tilt is not None else 0)
        | (_LAST if is_last else 0)
        | (_CUT if is_cut else 0)
    )


def encode_ink(body: InkBody) -> bytes:
    """Pack an ink body; a style is written where there is one (kind INK_BEGIN)."""
    out = bytearray()
    out.append(flags_of(body.samples, is_last=body.is_last, is_cut=body.is_cut))
    write_varint(out, body.stroke)
    if body.style is not None:
        write_style(out, body.style)
    write_varint(out, body.first)
    write_samples(out, body.samples)
    return bytes(out)


def decode_ink(data: bytes, *, has_style: bool) -> InkBody:
    """Unpack an ink body.

    Raises:
        InvalidError: cut short, trailing bytes, unknown flags, numbers out of range.
    """
    reader = ByteReader(data)
    flags = reader.byte()
    stroke = StrokeId(reader.varint())
    style = read_style(reader) if has_style else None
    first = reader.varint()
    samples = read_samples(reader, flags)
    if not reader.is_empty or first > MAX_FIRST or (flags & _CUT and not flags & _LAST):
        raise InvalidError("ink", "malformed")
    return InkBody(stroke, first, samples, style, bool(flags & _LAST), bool(flags & _CUT))


def read_style(reader: ByteReader) -> Style:
    """Read what :func:`write_style` wrote."""
    try:
        tool, ink = Tool(reader.byte()), Ink(reader.byte())
    except ValueError as exc:
        raise InvalidError("ink.style", "unknown tool or ink") from exc
    width, t0_ms = reader.varint(), reader.varint()
    if not 5 <= width <= 2000 or t0_ms > 86_400_000:
        raise InvalidError("ink.style", "out of range")
    return Style(tool, ink, width, t0_ms)


def read_samples(reader: ByteReader, flags: int) -> Samples:
    """Read what :func:`write_samples` wrote, under the flags of :func:`flags_of`."""
    if flags & ~(_FORCE | _TILT | _LAST | _CUT):
        raise InvalidError("ink.flags", "unknown")
    count = reader.varint()
    if count > MAX_SAMPLES:
        raise InvalidError("ink", "too many samples")
    x, y, ms = reader.column(count), reader.column(count), reader.column(count)
    force = reader.column(count) if flags & _FORCE else None
    tilt = (reader.column(count), reader.column(count)) if flags & _TILT else None
    _check(x, -MAX_COORDINATE, MAX_COORDINATE)
    _check(y, -MAX_COORDINATE, MAX_COORDINATE)
    _check(ms, 0, 86_400_000)
    _check(force or (), 0, 1023)
    for column in tilt or ():
        _check(column, -180, 180)
    return Samples(
        tuple(x),
        tuple(y),
        tuple(ms),
        None if force is None else tuple(force),
        None if tilt is None else (tuple(tilt[0]), tuple(tilt[1])),
    )


def is_last_flag(flags: int) -> bool:
    """Whether the flags say that a stroke ends here."""
    return bool(flags & _LAST)


def _check(column: list[int] | tuple[()], low: int, high: int) -> None:
    if column and not (low <= min(column) and max(column) <= high):
        raise InvalidError("ink", "sample out of range")
