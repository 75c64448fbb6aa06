"""What every pen protocol offers to its link, and what each of them can do.

A protocol is pure: bytes in, events and bytes out, the time as an argument. Its link (a serial
port, BLE, a capture) owns the clock and the thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from pen_driver.commands import PenCommand, SettingName
from pen_driver.counters import PenCounters
from pen_driver.events import DisconnectReason, PenEvent
from pen_driver.neo1.packets import SETTINGS as NEO1_SETTINGS

AUTO = "auto"
"""In place of a protocol's name: find out, see `pen_driver.probe`."""


class PenProtocol(Protocol):
    """One connection with one pen.

    The owner calls `tick` at least ten times a second and after every `receive_data`, and writes
    what `data_to_send` returns. When `is_over`, it closes the link and starts a new one.
    """

    @property
    def is_over(self) -> bool:
        """Nothing more will come of this connection."""

    @property
    def next_stroke(self) -> int:
        """First stroke number for the connection after this one."""

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """Consume bytes that arrived at host time `now`; never raises for what they are."""

    def tick(self, now: float) -> list[PenEvent]:
        """Do what is due at `now`: requests, time-outs, commands."""

    def data_to_send(self) -> bytes:
        """Return and forget the bytes to write to the pen; after their events have been told."""

    def request(self, command: PenCommand) -> None:
        """Ask something of the pen at the next `tick`; events answer it."""

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """The link went away; lift an open stroke and say good-bye."""


NewProtocol: TypeAlias = Callable[[PenCounters, int], PenProtocol]
"""Makes one for a fresh connection: counters to add to, number of the first stroke."""


class PageKind(Enum):
    """How a protocol tells on which sheet the pen is."""

    NCODE = "ncode"  # section, owner, book, page
    ANOTO = "anoto"  # absolute coordinates, looked up in a list of regions
    SHEET = "sheet"  # not at all: one sheet under the device


@dataclass(frozen=True, slots=True)
class Supports:
    """What a protocol can do at best; one pen's own list is `PenConnected.capabilities`.

    Attributes:
        force_steps: largest raw force of most pens, 0 where none is measured.
        mm_per_step: resolution of a coordinate.
        own_time: samples carry the pen's time (`t_pen`).
        event_counter: lost events are seen as such.
        pen_down_message: without one, the first position after a lift begins a stroke.
        battery_levels: how many states of charge it tells apart, 0 none.
        keep_offline: stored ink can be copied and kept.
    """

    pages: PageKind
    mm_per_step: float
    force_steps: int = 0
    hover: bool = False
    tilt: bool = False
    twist: bool = False
    own_time: bool = False
    event_counter: bool = False
    pen_down_message: bool = True
    side_button: bool = False
    host_speaks_first: bool = False
    password: bool = False
    battery_levels: int = 0
    memory: bool = False
    offline: bool = False
    keep_offline: bool = False
    settings: frozenset[SettingName] = frozenset()


_NCODE_STEP_MM = 56 / 600 * 25.4 / 100

SUPPORTS: dict[str, Supports] = {
    "neo2": Supports(
        PageKind.NCODE,
        _NCODE_STEP_MM,
        force_steps=852,
        hover=True,
        tilt=True,
        twist=True,
        own_time=True,
        event_counter=True,
        host_speaks_first=True,
        password=True,
        battery_levels=101,
        memory=True,
        offline=True,
        keep_offline=True,
        settings=frozenset(SettingName),
    ),
    "neo1": Supports(
        PageKind.NCODE,
        _NCODE_STEP_MM,
        force_steps=255,
        own_time=True,
        password=True,
        battery_levels=101,
        memory=True,
        offline=True,
        settings=NEO1_SETTINGS,
    ),
    "anoto": Supports(PageKind.ANOTO, 0.3 / 8, force_steps=126, pen_down_message=False),
    "robotpen": Supports(
        PageKind.SHEET, 210 / 10_000, hover=True, side_button=True, battery_levels=2
    ),
}
"""By the name that ``?protocol=`` takes (pen/PROTOCOL 1, 13; pen/OTHER_PENS 8)."""
