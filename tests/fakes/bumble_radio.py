"""A machine's Bluetooth, in software: a bleak backend over bumble's virtual radio.

The radio has an event loop and a thread of its own, as the system's Bluetooth service has; the
backend crosses into it and back, so the driver's bleak code runs unmodified.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import bleak
import pytest
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDeviceNotFoundError,
    BleakError,
)
from bumble.controller import Controller
from bumble.core import AdvertisingData, BaseBumbleError
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from pen_driver.virtual.ble import BleOptions, BleVirtualPen
from pen_driver.virtual.ink import Stroke

T = TypeVar("T")
_HOST_MTU = 517
_PATIENCE_S = 10.0
_PROPERTIES = {0x02: "read", 0x04: "write-without-response", 0x08: "write",
               0x10: "notify", 0x20: "indicate"}  # fmt: skip


class Air:
    """The virtual radio and this machine's adapter on it. Pens join with `add`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.is_powered = True
        self.clients_made = 0
        self.refuses_writes_above: int | None = None
        self.host: Device | None = None
        self.scanners: set[BumbleScanner] = set()
        self.clients: set[BumbleClient] = set()
        self._pens: list[Future[None]] = []
        self._thread = threading.Thread(target=self.loop.run_forever, name="air")
        self._thread.start()
        self.run(self._open())

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run on the radio's loop, from a test."""
        return asyncio.run_coroutine_threadsafe(coro, self.loop).result(_PATIENCE_S)

    async def there(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run on the radio's loop, from another loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coro, self.loop))

    async def _open(self) -> None:
        self.link = LocalLink()
        controller = Controller("host", link=self.link)
        self.host = Device(
            address=Address.generate_static_address(),
            host=Host(controller, AsyncPipeSink(controller)),
        )
        self.host.on(self.host.EVENT_ADVERTISEMENT, self._advertised)
        await self.host.power_on()
        await self.host.start_scanning()

    def _advertised(self, seen: Advertisement) -> None:
        if self.is_powered:
            for scanner in list(self.scanners):
                scanner.heard(seen)

    def add(self, strokes: tuple[Stroke, ...], options: BleOptions) -> BleVirtualPen:
        """Switch a pen on."""

        async def make() -> BleVirtualPen:
            return BleVirtualPen(self.link, strokes, options)

        pen = self.run(make())
        self._pens.append(asyncio.run_coroutine_threadsafe(pen.run(), self.loop))
        return pen

    def join(self, run: Callable[[LocalLink], Coroutine[Any, Any, None]]) -> None:
        """Switch on a device of another kind."""
        self._pens.append(asyncio.run_coroutine_threadsafe(run(self.link), self.loop))

    def power(self, is_on: bool) -> None:
        """Switch this machine's Bluetooth on or off."""
        self.is_powered = is_on
        if not is_on:
            self.run(self._hang_up())

    async def _hang_up(self) -> None:
        for client in list(self.clients):
            await client.hang_up()

    def close(self) -> None:
        for pen in self._pens:
            pen.cancel()
        self.run(self._shut())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_PATIENCE_S)
        self.loop.close()

    async def _shut(self) -> None:
        await self._hang_up()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


_air: Air | None = None


def _here() -> Air:
    assert _air is not None
    return _air


def _to_data(seen: Advertisement) -> AdvertisementData:
    name = None
    services: list[str] = []
    manufacturer: dict[int, bytes] = {}
    for kind, value in seen.data.ad_structures:
        match kind:
            case AdvertisingData.COMPLETE_LOCAL_NAME:
                name = value.decode()
            case AdvertisingData.MANUFACTURER_SPECIFIC_DATA:  # split as every system does
                manufacturer[int.from_bytes(value[:2], "little")] = value[2:]
            case AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS:
                services += [
                    f"0000{value[at + 1]:02x}{value[at]:02x}-0000-1000-8000-00805f9b34fb"
                    for at in range(0, len(value), 2)
                ]
    return AdvertisementData(name, manufacturer, {}, services, None, seen.rssi, ())


class BumbleScanner(BaseBleakScanner):
    """What this machine hears."""

    def __init__(
        self,
        detection_callback: Callable[[BLEDevice, AdvertisementData], None] | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **_: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        assert scanning_mode == "active"
        assert service_uuids is None, "pens do not advertise their services"
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        if not _here().is_powered:
            raise BleakBluetoothNotAvailableError(
                "off", BleakBluetoothNotAvailableReason.POWERED_OFF
            )
        self._loop = asyncio.get_running_loop()
        _here().scanners.add(self)

    async def stop(self) -> None:
        _here().scanners.discard(self)

    def heard(self, seen: Advertisement) -> None:
        """On the radio's thread."""
        address = seen.address.to_string(False)
        data = _to_data(seen)

        def tell() -> None:
            device = self.create_or_update_device(address, address, data.local_name, seen, data)
            self.call_detection_callbacks(device, data)

        assert self._loop is not None
        with suppress(RuntimeError):  # the driver's loop has just ended
            self._loop.call_soon_threadsafe(tell)


class BumbleClient(BaseBleakClient):
    """One connection of this machine's adapter."""

    def __init__(self, address_or_ble_device: BLEDevice | str, **kwargs: Any) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=kwargs["disconnected_callback"],
            timeout=kwargs["timeout"],
        )
        self._loop = asyncio.get_running_loop()
        self._connection: Connection | None = None
        self._was_used = False
        self._was_dropped = False
        self._mtu = 23
        _here().clients_made += 1

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return self._mtu

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_: object) -> None:
        assert not self._was_used, "a client must not be used twice"
        assert not pair, "these pens need no pairing"
        self._was_used = True
        try:
            async with asyncio.timeout(self._timeout):
                self.services = await _here().there(self._connect())
        except BaseBumbleError as exc:
            raise BleakDeviceNotFoundError(self.address, str(exc)) from exc
        except asyncio.CancelledError as exc:
            if self._was_dropped:
                raise BleakError("failed to be established") from exc
            raise

    async def _connect(self) -> BleakGATTServiceCollection:
        air = _here()
        assert air.host is not None
        if not air.is_powered:
            raise BleakError("off")
        # The address type is the one it advertises under.
        self._connection = await air.host.connect(Address(self.address), timeout=5)
        self._connection.on(self._connection.EVENT_DISCONNECTION, self._disconnected)
        air.clients.add(self)
        return await self._connection.cancel_on_disconnection(self._collect(Peer(self._connection)))

    async def _collect(self, peer: Peer) -> BleakGATTServiceCollection:
        self._mtu = await peer.request_mtu(_HOST_MTU)
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            ours = BleakGATTService(service, service.handle, str(uuid_of(service)))
            found.add_service(ours)
            for one in await service.discover_characteristics():
                names: Any = [name for bit, name in _PROPERTIES.items() if one.properties & bit]
                found.add_characteristic(
                    BleakGATTCharacteristic(
                        one, one.handle, uuid_of(one), names, lambda: self._mtu - 3, ours
                    )
                )
        return found

    def _disconnected(self, _: int) -> None:
        """On the radio's thread."""
        self._connection = None
        self._was_dropped = True
        _here().clients.discard(self)
        if self._disconnected_callback is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._disconnected_callback)

    async def hang_up(self) -> None:
        """On the radio's loop."""
        if self._connection is not None:
            await self._connection.disconnect()

    async def disconnect(self) -> None:
        await _here().there(self.hang_up())

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: Callable[[bytearray], None],
        **_: object,
    ) -> None:  # fmt: skip
        def arrived(value: bytes) -> None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(callback, bytearray(value))

        await self._do(characteristic.obj.subscribe(arrived))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        assert response, "these pens take writes with response only"
        most = _here().refuses_writes_above
        if most is not None and len(data) > most:
            raise BleakError("refused")
        assert len(data) <= self._mtu - 3, "a long write; pens know none"
        await self._do(characteristic.obj.write_value(bytes(data), with_response=True))

    async def _do(self, coro: Coroutine[Any, Any, None]) -> None:
        connection = self._connection
        if connection is None:
            coro.close()
            raise BleakError("not connected")

        async def until_dropped() -> None:
            await connection.cancel_on_disconnection(coro)

        try:
            await _here().there(until_dropped())
        except (BaseBumbleError, asyncio.CancelledError) as exc:
            if self._was_dropped:
                raise BleakError("not connected") from exc
            raise

    async def pair(self, *_: object, **__: object) -> None:
        raise NotImplementedError

    async def unpair(self) -> None:
        raise NotImplementedError

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_: object
    ) -> bytearray:
        raise NotImplementedError

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: object
    ) -> bytearray:
        raise NotImplementedError

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        raise NotImplementedError

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        raise NotImplementedError


def uuid_of(thing: Any) -> str:
    """Return bumble's UUID in bleak's spelling."""
    text = thing.uuid.to_hex_str("-").lower()
    return text if len(text) == 36 else f"0000{text}-0000-1000-8000-00805f9b34fb"


@contextmanager
def on_air(monkeypatch: pytest.MonkeyPatch) -> Iterator[Air]:
    """Give this machine a Bluetooth adapter for the time of a test."""
    global _air  # noqa: PLW0603
    monkeypatch.setattr(bleak, "get_platform_scanner_backend_type", lambda: (BumbleScanner, "air"))
    monkeypatch.setattr(bleak, "get_platform_client_backend_type", lambda: (BumbleClient, "air"))
    _air = Air()
    try:
        yield _air
    finally:
        _air.close()
        _air = None
