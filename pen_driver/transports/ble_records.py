"""Many characteristics over one stream of bytes, for the pens that have one for each field.

A record is ``characteristic u16 LE, length u16 LE, data``, both ways. It is our own form, made so
that such a pen has the same link, the same captures and the same replay as all others.
"""

from __future__ import annotations

from pen_driver.commands import PenCommand
from pen_driver.events import DisconnectReason, PenEvent
from pen_driver.neo1.ble import Write
from pen_driver.neo1.ble_session import Neo1BleSession

NEO1_BLE = "neo1-ble"
"""Name of this protocol in captures and links."""

_HEAD = 4


def encode_record(characteristic: int, data: bytes) -> bytes:
    """Return one record."""
    return characteristic.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


class RecordDecoder:
    """Cut a stream into records; any chunking gives the same ones."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive_data(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the records that are complete now: characteristic and data."""
        self._buffer += data
        records = []
        while len(self._buffer) >= _HEAD:
            end = _HEAD + int.from_bytes(self._buffer[2:4], "little")
            if len(self._buffer) < end:
                break
            characteristic = int.from_bytes(self._buffer[:2], "little")
            records.append((characteristic, bytes(self._buffer[_HEAD:end])))
            del self._buffer[:end]
        return records


class Neo1BleStream:
    """A protocol 1 pen over BLE as a `PenProtocol`."""

    def __init__(self, session: Neo1BleSession) -> None:
        self._session = session
        self._decoder = RecordDecoder()
        self._sent: list[Write] = []  # acknowledged by the time we are called again

    @property
    def is_over(self) -> bool:
        """See `PenProtocol`."""
        return self._session.is_over

    @property
    def next_stroke(self) -> int:
        """See `PenProtocol`."""
        return self._session.next_stroke

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        events = self._written(now)
        for characteristic, value in self._decoder.receive_data(data):
            events += self._session.notified(characteristic, value, now)
        return events

    def tick(self, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        return self._written(now) + self._session.tick(now)

    def _written(self, now: float) -> list[PenEvent]:
        sent, self._sent = self._sent, []
        return [event for write in sent for event in self._session.written(write, now)]

    def data_to_send(self) -> bytes:
        """See `PenProtocol`; the link writes each record with response before we are called."""
        writes = self._session.writes()
        self._sent += writes
        return b"".join(encode_record(write.characteristic, write.data) for write in writes)

    def request(self, command: PenCommand) -> None:
        """See `PenProtocol`."""
        self._session.request(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """See `PenProtocol`."""
        return self._session.link_lost(now, reason)
