"""The figures that a session is held to; a programme's policy makes them (R-S1, R-B11)."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines of one session, in real milliseconds.

    With ``--time-scale N`` a rule's minute lasts 60 000 / N real ms; then every figure here
    is that much smaller and nothing else in the server knows of it.

    Attributes:
        limit_ms: from first contact to the end.
        minute_ms: length of one counted minute.
        warnings: minutes left at which everybody is warned, falling.
        empty_ms: a session that has begun and that everybody left ends after this.
        unbegun_ms: the same where the two never met; they are free again soon.
    """

    limit_ms: int
    minute_ms: int = MINUTE_MS
    warnings: tuple[int, ...] = (5, 1)
    empty_ms: int = 10 * MINUTE_MS
    unbegun_ms: int = MINUTE_MS

    def minutes(self, duration_ms: int) -> int:
        """Whole minutes; a begun one does not count (R-B11)."""
        return duration_ms // self.minute_ms
