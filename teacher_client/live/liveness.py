"""When a peer connection counts as open, lost or failed, and when to try another. Pure.

aiortc notices a dead path after about 30 s (measured), so its states only ever make things
quicker here: what counts is what was heard, and when.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class PeerState(enum.Enum):
    """How one pupil's live path stands."""

    CONNECTING = "connecting"
    OPEN = "open"
    LOST = "lost"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until something is done.

    Attributes:
        open_s: an attempt that is not open by then has FAILED (UDP blocked).
        silent_s: an open one that was not heard for so long is LOST.
        dead_s: after so much silence another attempt replaces it.
        again_s: another attempt after the other side ended this one.
        retry_s: another attempt after a failed one.
    """

    open_s: float = 8.0
    silent_s: float = 3.0
    dead_s: float = 10.0
    again_s: float = 1.0
    retry_s: float = 15.0


PATIENCE: Final = Patience()


class Liveness:
    """The state of one member's attempts, one after another.

    Every `now` is in seconds of the same monotonic clock. CONNECTING is only ever shown for a
    member's first attempt and for those that follow a good connection's end on request; later
    attempts go on quietly under LOST or FAILED until one opens.
    """

    def __init__(self, patience: Patience = PATIENCE) -> None:
        self._patience = patience
        self.state = PeerState.CONNECTING
        self._begun_at = 0.0
        self._heard_at = 0.0
        self._is_open = False
        self._retry_at: float | None = None

    def begun(self, now: float) -> None:
        """An attempt began, or its offer was sent."""
        self._begun_at = now
        self._is_open = False
        self._retry_at = None
        if self.state is PeerState.OPEN:
            self.state = PeerState.CONNECTING

    def opened(self, now: float) -> None:
        """The attempt's channel opened."""
        self._is_open = True
        self._retry_at = None
        self._heard_at = now
        self.state = PeerState.OPEN

    def heard(self, now: float) -> None:
        """Something came from the other side."""
        self._heard_at = now
        if self._is_open:
            self.state = PeerState.OPEN

    def ended(self, now: float) -> None:
        """The attempt is over: the other side said so, or the connection closed."""
        was_open, self._is_open = self._is_open, False
        if was_open:
            self.state = PeerState.LOST
            self._retry_at = now + self._patience.again_s
        elif self._retry_at is None:
            self.state = PeerState.FAILED
            self._retry_at = now + self._patience.retry_s

    def tick(self, now: float) -> bool:
        """Move with time; True when another attempt should begin now."""
        if self._retry_at is not None:
            return now >= self._retry_at
        if not self._is_open:
            if now - self._begun_at >= self._patience.open_s:
                self.state = PeerState.FAILED
                self._retry_at = now + self._patience.retry_s
            return False
        silence = now - self._heard_at
        if silence >= self._patience.silent_s:
            self.state = PeerState.LOST
        return silence >= self._patience.dead_s
