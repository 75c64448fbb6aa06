"""What every transport offers."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeAlias

from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import PenEvent

OnEvent: TypeAlias = Callable[[PenEvent], None]
"""Called on the pen's reader thread, one event at a time, in order. An asyncio program passes
``lambda event: loop.call_soon_threadsafe(take, event)``. It must not block and must not raise."""


class Direction(Enum):
    """Which way bytes went; NOTE is a remark of the transport."""

    FROM_PEN = "<"
    TO_PEN = ">"
    NOTE = "!"


Tap: TypeAlias = Callable[[float, Direction, bytes], None]
"""Sees raw bytes with their monotonic time, on the reader thread."""


class Pen(Protocol):
    """An opened pen. Events come to the `on_event` given to `open_pen`."""

    @property
    def name(self) -> str:
        """The name that it was opened by."""

    @property
    def counters(self) -> PenCounters:
        """Counts over all connections; read-only for others."""

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """Try a password that a person typed after `PenLocked`; from any thread.

        Args:
            confirm: the person knows how many attempts are left; the last two need it.
        """

    def request(self, command: PenCommand) -> None:
        """Ask something of the pen; from any thread. Its answer comes as an event."""

    def close(self) -> None:
        """End the reader thread and free the port; from any thread, more than once.

        No event comes after it returns, except when it is called from `on_event` itself.
        """
