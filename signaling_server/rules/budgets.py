"""Token buckets (THREATS A24): how much of something in which time."""

from __future__ import annotations

from signaling_server.protocol.messages import Rate


class Budget:
    """One token bucket, full at the start. `now_ms` is monotonic."""

    __slots__ = ("_at_ms", "_left", "_rate")

    def __init__(self, rate: Rate, now_ms: int) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at_ms = now_ms

    def take(self, amount: float, now_ms: int) -> bool:
        """Take `amount` if it is there; take nothing otherwise."""
        self._refill(now_ms)
        if amount > self._left:
            return False
        self._left -= amount
        return True

    def owe(self, amount: float, now_ms: int) -> int:
        """Take `amount` in any case; return the ms to wait until the debt is paid."""
        self._refill(now_ms)
        self._left -= amount
        return self.wait_ms(0)

    def wait_ms(self, amount: float) -> int:
        """How long until `amount` is there, as of the last call."""
        missing = amount - self._left
        return 0 if missing <= 0 else int(1000 * missing / self._rate.per_second) + 1

    def _refill(self, now_ms: int) -> None:
        spent = max(0, now_ms - self._at_ms) / 1000
        self._at_ms = now_ms
        self._left = min(self._rate.burst, self._left + spent * self._rate.per_second)
