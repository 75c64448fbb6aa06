"""A pen over Bluetooth LE, through bleak.

The event loop runs inside the pen's reader thread, one step at a time: no second thread, no locks,
and bytes are stamped where they arrive.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.backends.service import BleakGATTServiceCollection
from bleak.exc import BleakError

from pen_driver.errors import UnknownProtocolError
from pen_driver.neo.session import SETTLE_S as SESSION_SETTLE_S
from pen_driver.neo1.ble import NOTIFIES
from pen_driver.transports.base import OnEvent, Tap
from pen_driver.transports.ble_adverts import (
    NEO1_SERVICE,
    SERVICE_SETS,
    Advert,
    ServiceSet,
    chunk_size,
    is_wanted,
    next_chunk_size,
    uuid16,
)
from pen_driver.transports.ble_records import NEO1_BLE, RecordDecoder, encode_record
from pen_driver.transports.link import TICK_S, LinkAbsentError, LinkLostError, LinkPen
from pen_driver.transports.sessions import new_session

_LOG = logging.getLogger(__name__)

SCAN_S = 5.0
"""One look around; then absence is told, and the next begins."""

SETTLE_S = 0.5  # from enabled notifications to the version request (PROTOCOL 2.1)
VARIANTS = {
    "neo2": "neo2",
    "neo2-unfiltered": "neo2",
    "robotpen": "robotpen",
    "robotpen-a5": "robotpen",
    "xn680t": "robotpen",
}
"""What ``?protocol=`` takes here, and the protocol of the service that carries it."""

_CONNECT_S = 15.0
_WRITE_S = 5.0
_DISCONNECT_S = 3.0
_ATT_HEAD = 3

# What bleak lets through besides its own errors: D-Bus sockets that end, WinRT's OSError.
RADIO_ERRORS = (BleakError, OSError, EOFError)


def to_advert(device: BLEDevice, data: AdvertisementData) -> Advert:
    """Return what a scanner reported in our own form."""
    return Advert(
        address=device.address,
        name=data.local_name or device.name or "",
        services=frozenset(uuid.lower() for uuid in data.service_uuids),
        manufacturer=dict(data.manufacturer_data),
        rssi=data.rssi,
    )


@asynccontextmanager
async def _limited(seconds: float, closing: threading.Event) -> AsyncIterator[None]:
    """Raise TimeoutError after `seconds`, or as soon as the pen is being closed."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds) as limit:
        handle: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal handle
            if limit.expired():
                return
            if closing.is_set():
                limit.reschedule(loop.time())
            else:
                handle = loop.call_later(TICK_S, look)

        look()
        try:
            yield
        finally:
            if handle is not None:
                handle.cancel()


class BleLink:
    """One connection; see `Link`. Made anew for each attempt, because clients do not recover."""

    def __init__(self, runner: asyncio.Runner, device: BLEDevice) -> None:
        self.protocol = ""
        self._runner = runner
        self._inbox: asyncio.Queue[tuple[bytes, float] | None] = asyncio.Queue()
        self._client = BleakClient(
            device, disconnected_callback=lambda _: self._inbox.put_nowait(None)
        )
        self._write: BleakGATTCharacteristic | None = None
        self._fields: dict[str, BleakGATTCharacteristic] = {}  # of protocol 1
        self._chunk: int | None = None  # None: as the link's MTU says

    async def connect(self) -> None:
        """Connect, find the pen's service, listen, and let it settle."""
        await self._client.connect()
        services = self._client.services
        known = self._choose(services)
        if known is not None:
            self.protocol = known[0].protocol
            await self._client.start_notify(known[1], self._notified)
        elif any(service.uuid.lower() == NEO1_SERVICE for service in services):
            self.protocol = NEO1_BLE
            await self._listen_to_fields(services)
        else:
            raise LinkAbsentError("no pen's service on this device")
        await asyncio.sleep(SETTLE_S - SESSION_SETTLE_S)  # the session waits for the rest

    def _choose(
        self, services: BleakGATTServiceCollection
    ) -> tuple[ServiceSet, BleakGATTCharacteristic] | None:
        offered = {service.uuid.lower(): service for service in services}
        for known in SERVICE_SETS:
            service = offered.get(known.service)
            notify = service.get_characteristic(known.notify) if service else None
            if service is None or notify is None:
                continue
            self._write = service.get_characteristic(known.write) if known.write else None
            return known, notify
        return None

    async def _listen_to_fields(self, services: BleakGATTServiceCollection) -> None:
        for characteristic in services.characteristics.values():
            self._fields[characteristic.uuid.lower()] = characteristic
        for short in NOTIFIES:
            field = self._fields.get(uuid16(short))
            if field is not None:
                await self._client.start_notify(field, self._field_notified)

    def _field_notified(self, field: BleakGATTCharacteristic, data: bytearray) -> None:
        record = encode_record(int(field.uuid[4:8], 16), bytes(data))
        self._inbox.put_nowait((record, time.monotonic()))

    def _notified(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self._inbox.put_nowait((bytes(data), time.monotonic()))

    def read(self) -> tuple[bytes, float]:
        """See `Link`; one notification at a time, each with its own time."""
        item = self._runner.run(self._next()) if self._inbox.empty() else self._inbox.get_nowait()
        if item is None:
            raise LinkLostError("disconnected")
        return item

    async def _next(self) -> tuple[bytes, float] | None:
        try:
            async with asyncio.timeout(TICK_S):
                return await self._inbox.get()
        except TimeoutError:
            return b"", time.monotonic()

    def write(self, data: bytes) -> None:
        """See `Link`; in pieces that the link can carry, each one acknowledged."""
        try:
            if self._write is not None:
                self._runner.run(self._write_all(self._write, data))
            elif self._fields:
                self._runner.run(self._write_fields(data))
        except RADIO_ERRORS as exc:
            raise LinkLostError from exc

    async def _write_all(self, to: BleakGATTCharacteristic, data: bytes) -> None:
        async with asyncio.timeout(_WRITE_S):
            while data:
                size = self._chunk or chunk_size(to.max_write_without_response_size + _ATT_HEAD)
                try:
                    await self._client.write_gatt_char(to, data[:size], response=True)
                except BleakError:
                    smaller = next_chunk_size(min(size, len(data)))
                    if smaller is None or not self._client.is_connected:
                        raise
                    self._chunk = smaller
                    continue
                data = data[size:]

    async def _write_fields(self, records: bytes) -> None:
        async with asyncio.timeout(_WRITE_S):
            for short, data in RecordDecoder().receive_data(records):
                field = self._fields.get(uuid16(short))
                if field is not None:  # a value is one whole; the system cuts long ones itself
                    await self._client.write_gatt_char(field, data, response=True)

    def close(self) -> None:
        """See `Link`."""
        with suppress(*RADIO_ERRORS):
            self._runner.run(self._disconnect())

    async def _disconnect(self) -> None:
        async with asyncio.timeout(_DISCONNECT_S):
            await self._client.disconnect()


class BlePen(LinkPen):
    """A pen over the air; one that is away, or that went away, is looked for again and again.

    Args:
        wanted: see `pen_driver.transports.ble_adverts.is_wanted`. The address that a pen
            advertises is random, so it is looked for by what it says, each time.
        protocol: of several that go with the pen's service; None: the service's own.

    Raises:
        UnknownProtocolError: nothing over BLE speaks that.
    """

    def __init__(
        self,
        name: str,
        wanted: str,
        on_event: OnEvent,
        tap: Tap | None = None,
        protocol: str | None = None,
    ) -> None:
        if protocol is not None and protocol not in VARIANTS:
            raise UnknownProtocolError(protocol)
        self._wanted = wanted
        self._protocol = protocol
        self._runner = asyncio.Runner()
        super().__init__(name, self._open, new_session, on_event, tap)

    def _open(self, closing: threading.Event) -> BleLink:
        try:
            return self._runner.run(self._find_and_connect(closing))
        except RADIO_ERRORS as exc:
            raise LinkAbsentError(str(exc) or type(exc).__name__) from exc

    async def _find_and_connect(self, closing: threading.Event) -> BleLink:
        device = await self._find(closing)
        _LOG.debug("%s: found, connecting", self._shown)
        link = BleLink(self._runner, device)
        try:
            async with _limited(_CONNECT_S, closing):
                await link.connect()
                if link.protocol == VARIANTS.get(self._protocol or ""):
                    link.protocol = str(self._protocol)
        except BaseException:
            with suppress(*RADIO_ERRORS):
                await link._disconnect()
            raise
        return link

    async def _find(self, closing: threading.Event) -> BLEDevice:
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def seen(device: BLEDevice, data: AdvertisementData) -> None:
            if not found.done() and is_wanted(to_advert(device, data), self._wanted):
                found.set_result(device)

        # Unfiltered and active: some pens show their service nowhere, their name only when asked.
        async with BleakScanner(seen, scanning_mode="active"), _limited(SCAN_S, closing):
            return await found

    def _finish(self) -> None:
        self._runner.close()
