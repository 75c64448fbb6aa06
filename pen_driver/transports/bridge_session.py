"""What a bridge says, line by line, as pen events (docs/bridge.md): pure.

Unlike the pens' own protocols this one is ours, so a wrong line is a fault of the bridge; it is
counted and left out all the same, because a lesson must not end by it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from pen_driver.address import NcodePage, PageAddress, SheetPage
from pen_driver.commands import PenCommand, SubmitPassword
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DiagnosticKind,
    DisconnectReason,
    PenBattery,
    PenCapabilities,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenId,
    PenLifted,
    PenLocked,
    PenPage,
    PenPoweredOff,
    PenSample,
    PowerOffReason,
    StrokeNo,
    Tip,
)

BRIDGE_VERSION = 1
MAX_LINE = 64 * 1024
_MAX_SAMPLES = 2000
_MAX_MM = 100_000.0
_MAX_TEXT = 60
_NCODE = re.compile(r"ncode:(\d{1,3})\.(\d{1,8})\.(\d{1,10})\.(\d{1,10})", re.ASCII)
_UNKNOWN_PAGE = SheetPage("bridge:unknown")


class _BadLineError(ValueError):
    """The line breaks a rule of docs/bridge.md."""


class _Fields:
    """The fields of one line, each read with its rule."""

    def __init__(self, line: bytes) -> None:
        try:
            value = json.loads(line, parse_constant=_refuse)
        except (ValueError, RecursionError) as exc:
            raise _BadLineError(str(exc)) from exc
        if not isinstance(value, dict):
            raise _BadLineError("no object")
        self._values: dict[str, object] = value

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name, default)
        if not (isinstance(value, str) and len(value) <= _MAX_TEXT and value.isprintable()):
            raise _BadLineError(name)
        return value

    def flag(self, name: str) -> bool:
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise _BadLineError(name)
        return value

    def whole(self, name: str, largest: int, default: int | None = None) -> int:
        value = self._values.get(name, default)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not (is_whole and isinstance(value, int) and 0 <= value <= largest):
            raise _BadLineError(name)
        return value

    def number(self, name: str) -> float | None:
        value = self._values.get(name)
        return None if value is None else _number(name, value)

    def column(self, name: str) -> list[float]:
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > _MAX_SAMPLES:
            raise _BadLineError(name)
        return [_number(name, item) for item in value]

    def other_column(self, name: str, rows: int) -> list[float] | list[None]:
        """A column that may be left out; as long as the first one."""
        if self._values.get(name) is None:
            return [None] * rows
        values = self.column(name)
        if len(values) != rows:
            raise _BadLineError(f"{name}: {len(values)} values, not {rows}")
        return values


def _refuse(word: str) -> float:
    raise ValueError(word)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise _BadLineError(name)
    return float(value)


def _mm(name: str, values: list[float]) -> list[float]:
    if any(abs(value) > _MAX_MM for value in values):
        raise _BadLineError(name)
    return values


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000.0


def _page(fields: _Fields) -> PageAddress:
    text = fields.text("page")
    match = _NCODE.fullmatch(text)
    if match:
        section, owner, book, page = (int(part) for part in match.groups())
        return NcodePage(section, owner, book, page)
    if not text:
        raise _BadLineError("page")
    return SheetPage(text)


class BridgeSession:
    """One run of a bridge; the same duties as `pen_driver.neo.session.NeoSession`.

    The pen behind the bridge may come and go (``device``, ``gone``) while the session goes on.
    """

    def __init__(self, counters: PenCounters, first_stroke: int = 1) -> None:
        self.is_over = False
        self.next_stroke = first_stroke
        self._counters = counters
        self._line = bytearray()
        self._is_skipping = False
        self._events: list[PenEvent] = []
        self._out = bytearray()
        self._is_started = False
        self._now = 0.0
        self._is_connected = False
        self._page: PageAddress | None = None
        self._down: PenDown | None = None  # waits for its first sample
        self._open: StrokeNo | None = None
        self._samples = 0
        self._last_t_pen: float | None = None

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """Consume bytes; any chunking of the same bytes gives the same events."""
        self._counters.bytes_in += len(data)
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._collect(end, now)
            if self._line.strip() and not self._is_skipping:
                self._take_line(bytes(self._line), now)
            self._line.clear()
            self._is_skipping = False
        self._collect(rest, now)
        return self._take()

    def _collect(self, part: bytes, now: float) -> None:
        if self._is_skipping:
            return
        self._line += part
        if len(self._line) > MAX_LINE:
            self._is_skipping = True
            self._line.clear()
            self._counters.oversized += 1
            self._tell(DiagnosticKind.OVERSIZED, now)

    def tick(self, now: float) -> list[PenEvent]:
        """Greet the bridge."""
        self._now = now
        if not self._is_started:
            self._is_started = True
            self._say({"command": "start", "bridge_version": BRIDGE_VERSION})
        return self._take()

    def data_to_send(self) -> bytes:
        """Return and forget the bytes to write to the bridge."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def request(self, command: PenCommand) -> None:
        """Passwords go on to the bridge; it has no form for the rest."""
        if isinstance(command, SubmitPassword):
            self._say({"command": "password", "password": command.password})
        else:
            failure = PenCommandFailed(self._now, command, CommandFailure.UNSUPPORTED)
            self._events.append(failure)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """The bridge has ended."""
        if not self.is_over:
            self.is_over = True
            self._lift(now, None, cut_short=True)
            self._events.append(PenDisconnected(now, reason))
        return self._take()

    def _take(self) -> list[PenEvent]:
        events, self._events = self._events, []
        return events

    def _say(self, message: dict[str, str | int]) -> None:
        self._out += json.dumps(message).encode() + b"\n"

    def _tell(self, kind: DiagnosticKind, now: float, detail: str = "") -> None:
        self._events.append(PenDiagnostic(now, kind, 1, detail[:_MAX_TEXT]))

    def _take_line(self, line: bytes, now: float) -> None:
        if not line.lstrip().startswith(b"{"):  # what libraries print for themselves
            self._counters.junk_bytes += len(line) + 1
            self._events.append(PenDiagnostic(now, DiagnosticKind.JUNK, len(line) + 1))
            return
        try:
            fields = _Fields(line)
            word = fields.text("event")
            self._dispatch(word, fields, now)
        except _BadLineError as exc:
            self._counters.bad_packets += 1
            self._tell(DiagnosticKind.BAD_PACKET, now, str(exc))
        else:
            self._counters.frames += 1

    def _dispatch(self, word: str, fields: _Fields, now: float) -> None:
        match word:
            case "device":
                self._device(fields, now)
            case "locked":
                left = fields.whole("attempts_left", 1000)
                self._events.append(PenLocked(now, self._pen_id(fields), left))
            case "gone":
                self._gone(now)
            case _ if not self._is_connected:
                self._counters.early += 1
                self._tell(DiagnosticKind.EARLY, now, word)
            case _:
                self._live(word, fields, now)

    def _live(self, word: str, fields: _Fields, now: float) -> None:
        match word:
            case "page":
                self._new_page(_page(fields), now)
            case "down":
                self._pen_down(fields, now)
            case "samples":
                self._new_samples(fields, now)
            case "up":
                self._pen_up(_seconds(fields.number("t_pen_ms")), now)
            case "hover":
                self._hover(fields, now)
            case "battery":
                percent = fields.whole("percent", 100)
                self._events.append(PenBattery(now, percent, fields.flag("charging")))
            case "powered_off":
                self._powered_off(fields, now)
            case _:
                self._counters.unknown_packets += 1

    def _pen_id(self, fields: _Fields) -> PenId:
        return PenId(fields.text("pen_id") or "BRIDGE")

    def _device(self, fields: _Fields, now: float) -> None:
        connected = PenConnected(
            now,
            self._pen_id(fields),
            fields.text("model"),
            fields.text("firmware"),
            fields.text("protocol") or "bridge",
            PenCapabilities(
                fields.whole("force_steps", 1 << 16, 0),
                has_tilt=fields.flag("has_tilt"),
                has_hover=fields.flag("has_hover"),
                can_hover=fields.flag("has_hover"),
                has_battery=fields.flag("has_battery"),
                has_password=fields.flag("has_password"),
            ),
        )
        if self._is_connected:
            self._gone(now)
        self._is_connected = True
        self._counters.connections += 1
        self._events.append(connected)

    def _gone(self, now: float) -> None:
        if self._is_connected:
            self._lift(now, None, cut_short=True)
            self._is_connected = False
            self._page = None
            self._events.append(PenDisconnected(now, DisconnectReason.LINK_LOST))

    def _new_page(self, page: PageAddress, now: float) -> None:
        if page == self._page:
            return
        if self._open is not None:
            self._repair(DiagnosticKind.MISSING_UP, now)
            self._lift(now, self._last_t_pen)
        self._page = page
        self._events.append(PenPage(now, page))

    def _pen_down(self, fields: _Fields, now: float) -> None:
        tip = fields.text("tip", "normal")
        colour = fields.number("colour_argb")
        t_pen = _seconds(fields.number("t_pen_ms"))
        if tip not in ("normal", "eraser"):
            raise _BadLineError("tip")
        if self._down is not None or self._open is not None:
            self._repair(DiagnosticKind.MISSING_UP, now)
            self._lift(now, self._last_t_pen)
        self._down = PenDown(
            now,
            t_pen,
            StrokeNo(self.next_stroke),
            _UNKNOWN_PAGE,
            tip=Tip.ERASER if tip == "eraser" else Tip.NORMAL,
            colour_argb=None if colour is None else int(colour) & 0xFFFFFFFF,
        )

    def _begin(self, down: PenDown, now: float) -> StrokeNo:
        if self._page is None:
            self._repair(DiagnosticKind.MISSING_PAGE, now)
            self._page = _UNKNOWN_PAGE
            self._events.append(PenPage(now, self._page))
        self._events.append(replace(down, page=self._page))
        self._down = None
        self._open = down.stroke
        self._samples = 0
        self.next_stroke += 1
        return down.stroke

    def _new_samples(self, fields: _Fields, now: float) -> None:
        xs = _mm("x_mm", fields.column("x_mm"))
        ys = _mm("y_mm", fields.column("y_mm"))
        rows = len(xs)
        if len(ys) != rows:
            raise _BadLineError("y_mm")
        times = fields.other_column("t_pen_ms", rows)
        forces = fields.other_column("force", rows)
        tilts_x = fields.other_column("tilt_x_deg", rows)
        tilts_y = fields.other_column("tilt_y_deg", rows)
        if not rows:
            return
        stroke = self._open
        if stroke is None:
            down = self._down
            if down is None:
                self._repair(DiagnosticKind.MISSING_DOWN, now)
                first = StrokeNo(self.next_stroke)
                down = PenDown(now, _seconds(times[0]), first, _UNKNOWN_PAGE)
            stroke = self._begin(down, now)
        for row in zip(times, xs, ys, forces, tilts_x, tilts_y, strict=True):
            self._sample(stroke, row, now)

    def _sample(
        self,
        stroke: StrokeNo,
        row: tuple[float | None, float, float, float | None, float | None, float | None],
        now: float,
    ) -> None:
        t_ms, x, y, force, tilt_x, tilt_y = row
        self._last_t_pen = _seconds(t_ms)
        self._samples += 1
        self._counters.samples += 1
        self._events.append(
            PenSample(
                now,
                self._last_t_pen,
                stroke,
                x,
                y,
                None if force is None else min(max(force, 0.0), 1.0),
                _degrees(tilt_x),
                _degrees(tilt_y),
            )
        )

    def _pen_up(self, t_pen: float | None, now: float) -> None:
        if self._open is None and self._down is None:
            self._repair(DiagnosticKind.MISSING_DOWN, now)
        self._lift(now, t_pen)

    def _lift(self, now: float, t_pen: float | None, cut_short: bool = False) -> None:
        if self._down is not None:
            self._down = None
            self._tell(DiagnosticKind.TAP, now)
        if self._open is None:
            return
        self._counters.strokes += 1
        self._counters.cut_short += cut_short
        self._events.append(PenLifted(now, t_pen, self._open, self._samples, cut_short=cut_short))
        self._open = None

    def _hover(self, fields: _Fields, now: float) -> None:
        x, y = fields.number("x_mm"), fields.number("y_mm")
        if x is None or y is None:
            raise _BadLineError("x_mm, y_mm")
        _mm("x_mm, y_mm", [x, y])
        self._counters.hovers += 1
        self._events.append(PenHover(now, self._page or _UNKNOWN_PAGE, x, y))

    def _powered_off(self, fields: _Fields, now: float) -> None:
        word = fields.text("reason", "unknown").upper()
        known = PowerOffReason.__members__
        reason = known.get(word, PowerOffReason.UNKNOWN)
        self._lift(now, self._last_t_pen, cut_short=True)
        self._events.append(PenPoweredOff(now, reason, reason.value))

    def _repair(self, kind: DiagnosticKind, now: float) -> None:
        self._counters.repairs += 1
        self._tell(kind, now)


def _degrees(value: float | None) -> int | None:
    return None if value is None else round(min(max(value, -90.0), 90.0))
