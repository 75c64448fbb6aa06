"""The pen's side of a RobotPen stream. Shares no code with `pen_driver.robotpen`."""

from __future__ import annotations

from pen_driver.virtual.plain import PlainDevice

_BATTERY_GOOD = 0x82
_TIP, _HOVER, _NONE = 0x81, 0x88, 0x80
_OUT_OF_RANGE = bytes.fromhex("808000000080")
_WIDTH, _HEIGHT = 10_000, 14_500
_WIDTH_MM, _HEIGHT_MM = 210.0, 297.0
_STALE_MS = 400
_HOVERS = 3  # records above the paper before and after each stroke


class RobotPenDevice(PlainDevice):
    """Moves above the paper most of the time, as a hand does.

    What it sends to a new host first is stale: a stroke of somebody else.

    Args:
        has_lengths: an XN680T: each notification begins with its length.
    """

    def __init__(self, page: int = 1, has_lengths: bool = False) -> None:
        super().__init__(page)
        self._has_lengths = has_lengths
        self._came_ms: int | None = None
        self._place = (0, 0)
        self._is_first = False

    def tick(self, now_ms: int) -> bytes:
        """See `Device`."""
        if self.is_streaming:
            return b""
        if self._came_ms is None:
            self._came_ms = now_ms
            return self._record(_TIP, 100, 100) * 3
        self.is_streaming = now_ms - self._came_ms >= _STALE_MS
        return self._record(_HOVER, 0, 7_000)

    def host_gone(self) -> None:
        """See `Device`."""
        super().host_gone()
        self._came_ms = None

    def pen_down(self, now_ms: int) -> bytes:
        """See `Device`. It shows with the first position only."""
        del now_ms
        self._is_first = True
        return b""

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """See `Device`. It measures no force."""
        del now_ms, force
        self._place = (x, y) = _units(x_mm, y_mm)
        before = self._record(_HOVER, x, y) * _HOVERS if self._is_first else b""
        self._is_first = False
        return before + self._record(_TIP, x, y)

    def pen_up(self, now_ms: int) -> bytes:
        """See `Device`."""
        del now_ms
        after = self._record(_HOVER, *self._place) * _HOVERS
        return after + self._record(_NONE, 0, 0) + self._notify(_OUT_OF_RANGE)

    def hover(self, now_ms: int, x_mm: float, y_mm: float) -> bytes:
        """See `Device`."""
        del now_ms
        return self._record(_HOVER, *_units(x_mm, y_mm)) if self.is_streaming else b""

    def side_button(self) -> bytes:
        """Press the button above the paper, and let it go."""
        pressed = self._record(_HOVER | 2, *self._place)
        return pressed + self._record(_HOVER, *self._place)

    def _record(self, state: int, x: int, y: int) -> bytes:
        place = b"".join(value.to_bytes(2, "little", signed=True) for value in (x, y))
        return self._notify(bytes((_BATTERY_GOOD, state)) + place)

    def _notify(self, record: bytes) -> bytes:
        return bytes((len(record),)) + record if self._has_lengths else record


def _units(x_mm: float, y_mm: float) -> tuple[int, int]:
    x = round((x_mm / _WIDTH_MM - 0.5) * _WIDTH)
    return x, round(y_mm / _HEIGHT_MM * _HEIGHT)
