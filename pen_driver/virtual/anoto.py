"""The pen's side of an Anoto stream. Shares no code with `pen_driver.anoto`."""

from __future__ import annotations

from pen_driver.virtual.plain import PlainDevice

_DOT_MM = 0.3
# A pad somewhere in the pattern, as in the notes: y is above half of the unsigned range.
_LEFT, _TOP = 150_000_000, 2_147_490_000
_PAGE_DOTS = 5_000  # from one page of the pad to the next, across
_HARDEST, _SOFTEST = 0, 63


class AnotoDevice(PlainDevice):
    """Says where it is and when it is lifted; page n of its pad lies right of page n - 1."""

    def corner(self) -> tuple[int, int]:
        """Return the corner of the page in dots."""
        return _LEFT + self.page * _PAGE_DOTS, _TOP

    def pen_down(self, now_ms: int) -> bytes:
        """See `Device`. There is no such packet."""
        del now_ms
        return b""

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """See `Device`."""
        del now_ms
        left, top = self.corner()
        x = round((left + x_mm / _DOT_MM) * 8)
        y = round((top + y_mm / _DOT_MM) * 8)
        raw = round(_SOFTEST + (_HARDEST - _SOFTEST) * min(max(force, 0.0), 1.0))
        return (
            b"\x00\x00\x0b"
            + (x // 8).to_bytes(4, "big")
            + (y // 8).to_bytes(4, "big")
            + bytes(((x % 8) << 5, (y % 8) << 5, raw))
        )

    def pen_up(self, now_ms: int) -> bytes:
        """See `Device`."""
        del now_ms
        return b"\x01\x00\x00"
