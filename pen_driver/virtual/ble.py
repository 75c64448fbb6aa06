"""The virtual pen on a virtual radio: a GATT peripheral of ``bumble``'s, on a local link.

For tests and demonstrations: `bumble` is not among the product's requirements.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from bumble.controller import Controller
from bumble.core import AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address, HCI_LE_Set_Random_Address_Command
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.faults import Faults
from pen_driver.virtual.ink import Stroke
from pen_driver.virtual.makes import make_device
from pen_driver.virtual.player import Hover, Lift, Move, Player, Touch, store_strokes

# service, write, notify; written down again here so that a slip of the host's cannot hide.
SERVICE_16 = (
    "000019F1-0000-1000-8000-00805F9B34FB",
    "00002BA0-0000-1000-8000-00805F9B34FB",
    "00002BA1-0000-1000-8000-00805F9B34FB",
)
SERVICE_128 = (
    "4F99F138-9D53-5BFA-9E50-B147491AFE68",
    "8BC8CC7D-88CA-56B0-AF9A-9BF514D0D61A",
    "64CD86B1-2256-5AEB-9F04-2CAF6C60AE57",
)
SERVICE_ROBOTPEN = (
    "0000FE03-0000-1000-8000-00805F9B34FB",
    None,
    "0000FFC1-0000-1000-8000-00805F9B34FB",
)
ServiceUuids: TypeAlias = tuple[str, str | None, str]
_INTERVAL_MS = 50.0
_IDLE_S = 0.2
_ATT_HEAD = 3
_REMOTE_USER = 0x13
_SUPERVISION_TIMEOUT = 0x08


@dataclass(frozen=True, slots=True)
class BleOptions:
    """How the pen behaves on the air.

    Attributes:
        make: one of `pen_driver.virtual.makes.MODELS`, but no "neo1".
        services: sets of service, write and notify UUIDs that it offers.
        name: as advertised; its hardware address is advertised where `sends_mac`.
        manufacturer: advertised in place of the address.
        mtu: largest that it grants.
        cut_after_dots: dots after which it drops the link once; 0 never.
        cut_reason: Bluetooth's reason for that.
        cut_s: how long it is then off the air. It comes back under another address.
        refused_connections: how many first connections fail to be established (0x3E).
        stored: so many strokes of the ink are in its memory from the beginning.
    """

    make: str = "neo2"
    device: DeviceOptions = field(default_factory=DeviceOptions)
    faults: Faults = field(default_factory=Faults)
    services: tuple[ServiceUuids, ...] = (SERVICE_16, SERVICE_128)
    name: str = "Smart Pen"
    sends_mac: bool = True
    manufacturer: bytes = b""
    mtu: int = 185
    speed: float = 1.0
    is_looping: bool = True
    cut_after_dots: int = 0
    cut_reason: int = 0x08
    cut_s: float = 0.5
    refused_connections: int = 0
    stored: int = 0


def robotpen_options(make: str = "robotpen", **options: Any) -> BleOptions:
    """Return how a RobotPen behaves: it listens to nothing and streams to whoever subscribes."""
    return BleOptions(
        make=make,
        services=(SERVICE_ROBOTPEN,),
        name="RobotPen",
        sends_mac=False,
        manufacturer=b"DP\x01\x02",  # and its version
        **options,
    )


@dataclass(slots=True)
class BleReport:
    """What happened on the pen's side.

    Attributes:
        used: UUIDs of the characteristics that the host wrote to.
        longest_write: bytes of the longest single write.
    """

    samples_sent: int = 0
    hovers_sent: int = 0
    strokes_sent: int = 0
    connections: int = 0
    cuts: int = 0
    used: set[str] = field(default_factory=set)
    longest_write: int = 0
    deletes: int = 0


class BleVirtualPen:
    """One pen. All methods on the event loop that `link` belongs to."""

    def __init__(
        self, link: LocalLink, strokes: tuple[Stroke, ...], options: BleOptions, seed: int = 1
    ) -> None:
        self._options = options
        self._core = make_device(options.make, options.device)
        self._player = Player(strokes, options.speed, options.is_looping)
        self._random = Random(seed)
        self._controller = Controller("pen", link=link)
        self._outbox = bytearray()
        self._wake = asyncio.Event()
        self._was_streaming = False
        self._connection: Connection | None = None
        self._notify: Characteristic[bytes] | None = None
        self._radio: Device | None = None
        self.report = BleReport()
        store_strokes(self._core, strokes[: options.stored], _ms(time.monotonic()))

    async def run(self) -> None:
        """Be on the air and write until cancelled."""
        radio = self._make_radio()
        self._radio = radio
        await radio.power_on()
        await self._advertise(radio)
        while True:
            await self._step(radio)

    def _make_radio(self) -> Device:
        radio = Device(
            address=Address.generate_static_address(),
            host=Host(self._controller, AsyncPipeSink(self._controller)),
        )
        radio.gatt_server.max_mtu = self._options.mtu
        for service, write, notify in self._options.services:
            radio.add_service(self._make_service(service, write, notify))
        radio.on(radio.EVENT_CONNECTION, self._connected)
        return radio

    def _make_service(self, service: str, write: str | None, notify: str) -> Service:
        source: Characteristic[bytes] = Characteristic(
            notify,
            Characteristic.Properties.NOTIFY | Characteristic.Properties.INDICATE,
            Characteristic.READABLE,
            b"",
        )

        if write is None:

            def subscribed(_: Connection, is_notified: bool, is_indicated: bool) -> None:
                self._notify = source if is_notified or is_indicated else None
                self._wake.set()

            source.on(source.EVENT_SUBSCRIPTION, subscribed)
            return Service(service, [source])
        return Service(service, [self._make_sink(write, source), source])

    def _make_sink(self, write: str, source: Characteristic[bytes]) -> Characteristic[bytes]:
        def written(connection: Connection, data: bytes) -> None:
            del connection
            self.report.used.add(write)
            self.report.longest_write = max(self.report.longest_write, len(data))
            self._notify = source
            self._send(self._core.receive(data, _ms(time.monotonic())))
            self._wake.set()

        return Characteristic(
            write,
            Characteristic.Properties.WRITE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=written),
        )

    async def _advertise(self, radio: Device) -> None:
        options = self._options
        fields: list[tuple[int, bytes]] = [
            (AdvertisingData.FLAGS, b"\x06"),
            (AdvertisingData.COMPLETE_LOCAL_NAME, options.name.encode()),
        ]
        # The address itself, without a company id before it.
        sent = options.device.mac if options.sends_mac else options.manufacturer
        if sent:
            fields.append((AdvertisingData.MANUFACTURER_SPECIFIC_DATA, sent))
        await radio.start_advertising(
            advertising_data=bytes(AdvertisingData(fields)),
            advertising_interval_min=_INTERVAL_MS,
            advertising_interval_max=_INTERVAL_MS,
        )

    def _connected(self, connection: Connection) -> None:
        self.report.connections += 1
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._disconnected)
        self._wake.set()

    def _disconnected(self, _: int) -> None:
        self._connection = None
        self._notify = None
        self._was_streaming = False
        self._outbox.clear()
        self._core.host_gone()
        self._wake.set()

    async def _step(self, radio: Device) -> None:
        connection = self._connection
        if connection is None:
            if not radio.is_advertising:
                await self._advertise(radio)
        elif self.report.connections <= self._options.refused_connections:
            await connection.disconnect(0x3E)
        else:
            self._write(time.monotonic())
            await self._flush(radio, connection)
            self.report.deletes = self._core.memory.deletes
            if self._core.is_off:  # in the middle of a chunk
                await self.vanish(_SUPERVISION_TIMEOUT, self._options.cut_s)
                self._core.power_on()
        await self._sleep()

    async def _sleep(self) -> None:
        due = self._player.next_at() if self._core.is_streaming else None
        timeout = _IDLE_S if due is None else min(max(due - time.monotonic(), 0.0), _IDLE_S)
        try:
            async with asyncio.timeout(timeout):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _write(self, now: float) -> None:
        if self._notify is not None:
            self._send(self._core.tick(_ms(now)))
        if self._core.is_streaming and not self._was_streaming:
            self._player.resume(now)
        self._was_streaming = self._core.is_streaming
        if not self._core.is_streaming:
            return
        for action in self._player.take(now):
            match action:
                case Touch():
                    self._core.page = self._options.device.page + action.round_no
                    self._send(self._core.pen_down(_ms(action.at)))
                case Move():
                    at = _ms(action.at)
                    self._send(self._core.dot(at, action.x_mm, action.y_mm, action.force))
                    self.report.samples_sent += 1
                case Hover():
                    over = self._core.hover(_ms(action.at), action.x_mm, action.y_mm)
                    self.report.hovers_sent += bool(over)
                    self._send(over)
                case Lift():
                    self._send(self._core.pen_up(_ms(action.at)))
                    self.report.strokes_sent += 1
            if self._is_cut_due():
                return

    def _is_cut_due(self) -> bool:
        after = self._options.cut_after_dots
        return bool(after) and not self.report.cuts and self.report.samples_sent >= after

    def _send(self, frames: bytes) -> None:
        if frames:
            self._outbox += self._options.faults.apply(frames, self._random)

    async def _flush(self, radio: Device, connection: Connection) -> None:
        size = connection.att_mtu - _ATT_HEAD
        while self._outbox and self._notify is not None:
            part = bytes(self._outbox[:size])
            del self._outbox[:size]
            await radio.notify_subscriber(connection, self._notify, part)
        if self._is_cut_due():
            self.report.cuts += 1
            await self.vanish(self._options.cut_reason, self._options.cut_s)

    async def vanish(self, reason: int = _REMOTE_USER, seconds: float = 0.5) -> None:
        """Drop the link for `reason`, stay off the air, come back under another address."""
        if self._radio is None:
            return
        if self._connection is not None:
            await self._connection.disconnect(reason)
        await self._radio.stop_advertising()
        await asyncio.sleep(seconds)
        await self._change_address(self._radio)

    async def _change_address(self, radio: Device) -> None:
        radio.random_address = Address.generate_static_address()
        command = HCI_LE_Set_Random_Address_Command(random_address=radio.random_address)
        await radio.host.send_sync_command(command)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
