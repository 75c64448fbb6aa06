"""A version 1 pen over BLE: notifications in, events and writes out, around the one session."""

from __future__ import annotations

from collections.abc import Callable

from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import DisconnectReason, PenEvent
from pen_driver.neo1 import packets
from pen_driver.neo1.ble import Write, clock_write, parse_notification, write_of
from pen_driver.neo1.ble_slices import SliceJoiner
from pen_driver.neo1.framing import Frame
from pen_driver.neo1.session import Neo1Session

_STATE = 0x2AB0
_NOTES = 0x2AB2
_HEAD_BYTES, _END_BYTES = 4, 1


class Neo1BleSession:
    """What the transport of BLE calls; it subscribes, then writes what `writes` returns, in order.

    The clock is set once, after the first state, because it is a part of the state here. A write
    with response is the answer to a using-notes request, which has no other.
    """

    def __init__(
        self,
        unix_ms: Callable[[], int],
        counters: PenCounters,
        first_stroke: int = 1,
        offset_ms: int = 0,
    ) -> None:
        self._unix_ms = unix_ms
        self._offset_ms = offset_ms
        self._session = Neo1Session(unix_ms, counters, first_stroke, offset_ms)
        self._counters = counters
        self._writes: list[Write] = []
        self._is_clock_set = False
        self._slices = SliceJoiner()

    @property
    def is_over(self) -> bool:
        """Nothing more will come of this connection."""
        return self._session.is_over

    @property
    def next_stroke(self) -> int:
        """First stroke number for the connection after this one."""
        return self._session.next_stroke

    def notified(self, characteristic: int, data: bytes, now: float) -> list[PenEvent]:
        """Take one notification; `characteristic` is its 16-bit number."""
        self._counters.bytes_in += len(data)
        joined = self._slices.receive(characteristic, data)
        if joined is not None:
            return self._session.receive_packet(joined, now)
        heard = parse_notification(characteristic, data)
        self._writes += heard.answers
        if characteristic == _STATE and heard.packets and not self._is_clock_set:
            clock = clock_write(data, self._unix_ms(), self._offset_ms)
            self._is_clock_set = clock is not None
            self._writes += [clock] if clock is not None else []
        events: list[PenEvent] = []
        for packet in heard.packets:
            events += self._session.receive_packet(packet, now)
        return events

    def tick(self, now: float) -> list[PenEvent]:
        """Do what is due at `now`."""
        return self._session.tick(now)

    def writes(self) -> list[Write]:
        """Return and forget what is to be written."""
        for frame in _frames(self._session.data_to_send()):
            write = write_of(frame)
            self._writes += [write] if write is not None else []
        writes, self._writes = self._writes, []
        return writes

    def written(self, write: Write, now: float) -> list[PenEvent]:
        """The pen has answered a write."""
        if write.characteristic != _NOTES:
            return []
        return self._session.receive_packet(packets.Accepted(packets.NOTES_COMMAND, True), now)

    def request(self, command: PenCommand) -> None:
        """Ask something of the pen at the next `tick`."""
        self._session.request(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """The link went away."""
        return self._session.link_lost(now, reason)


def _frames(data: bytes) -> list[Frame]:
    """Take apart the frames that our own session wrote."""
    frames: list[Frame] = []
    while data:
        length = int.from_bytes(data[2:4], "little")
        frames.append(Frame(data[1], data[_HEAD_BYTES : _HEAD_BYTES + length]))
        data = data[_HEAD_BYTES + length + _END_BYTES :]
    return frames
