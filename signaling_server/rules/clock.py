"""The session's clock: 30 minutes from first contact, once and never again (R-S1, A7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signaling_server.rules.durations import Moment, elapsed_ms
from signaling_server.rules.limits import Limits


@dataclass(frozen=True, slots=True)
class SavedClock:
    """What the store keeps of a clock, renewed each second.

    Attributes:
        age_ms: since the session was opened, at `at`.
        begun_ms: age at first contact; None while the two have not met.
    """

    age_ms: int
    begun_ms: int | None
    at: Moment


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Session time. `now_ms` is everywhere the monotonic clock of one process.

    *Age* counts from the opening of the session, across restarts of the server, and stands
    still at the deadline; presence is recorded in it.
    """

    limits: Limits
    origin_ms: int  # process time at age 0; may be negative
    begun_ms: int | None = None

    @staticmethod
    def opened(limits: Limits, now_ms: int) -> SessionClock:
        """A clock at age 0."""
        return SessionClock(limits, now_ms)

    @staticmethod
    def resumed(limits: Limits, saved: SavedClock, now: Moment) -> SessionClock:
        """The clock after a restart; the time away counts, as far as it can be known."""
        age = saved.age_ms + elapsed_ms(saved.at, now)
        if saved.begun_ms is not None:
            age = min(age, saved.begun_ms + limits.limit_ms)
        return SessionClock(limits, now.monotonic_ms - age, saved.begun_ms)

    def begun(self, now_ms: int) -> SessionClock:
        """The two have met; a clock that has begun stays as it is."""
        return self if self.begun_ms is not None else replace(self, begun_ms=self.age(now_ms))

    def age(self, now_ms: int) -> int:
        """Milliseconds since the opening, never past the deadline."""
        age = max(0, now_ms - self.origin_ms)
        return age if self.begun_ms is None else min(age, self.begun_ms + self.limits.limit_ms)

    def left_ms(self, now_ms: int) -> int:
        """Until the end; the whole limit while it has not begun."""
        if self.begun_ms is None:
            return self.limits.limit_ms
        return self.begun_ms + self.limits.limit_ms - self.age(now_ms)

    def is_over(self, now_ms: int) -> bool:
        """True from the deadline on."""
        return self.left_ms(now_ms) <= 0

    def warnings_due(self, now_ms: int) -> tuple[int, ...]:
        """Minutes of the warnings whose time has come."""
        if self.begun_ms is None:
            return ()
        left = self.left_ms(now_ms)
        return tuple(m for m in self.limits.warnings if left <= m * self.limits.minute_ms)
