"""An N2 over the virtual radio: a characteristic for each field (pen/PROTOCOL 14)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from pen_driver import (
    FetchOutcome,
    ListOffline,
    NcodeBook,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    PenConnected,
    PenLifted,
    PenSample,
    TakeOffline,
)
from pen_driver.neo1.files import parse_file
from tests.fakes.bumble_radio import on_air
from tests.pen_driver.neo1 import examples as ex
from tests.pen_driver.neo1.sliced import SlicedFile
from tests.pen_driver.neo1.test_files import stored
from tests.pen_driver.transports.desk import opened

SERVICES = {
    0x18F1: {0x2AA0: "n", 0x2AA1: "n", 0x2AA2: "n"},
    0x18F2: {0x2AC1: "w", 0x2AC2: "n"},
    0x18F3: {0x2AC7: "w", 0x2AC8: "n", 0x2AC9: "n", 0x2ACA: "n", 0x2ACB: "w", 0x2ACC: "n"},
    0x18F5: {0x2AB0: "n", 0x2AB1: "w", 0x2AB2: "w", 0x2AB4: "w", 0x2AB5: "n"},
    0x18F6: {0x2AB7: "n", 0x2AB8: "w"},
}
DOT = ex.NEAR_DOT[4:-1]


class N2:
    """Plays its part of the handshake, then writes one stroke."""

    def __init__(self, link: LocalLink) -> None:
        controller = Controller("n2", link=link)
        self.radio = Device(
            address=Address.generate_static_address(),
            host=Host(controller, AsyncPipeSink(controller)),
        )
        self.fields: dict[int, Characteristic[bytes]] = {}
        self.file = SlicedFile(stored(30), 512, 100)
        self.written: list[tuple[int, bytes]] = []
        self.todo: asyncio.Queue[list[tuple[int, bytes]]] = asyncio.Queue()
        for service, fields in SERVICES.items():
            made = [self._field(number, way) for number, way in fields.items()]
            self.radio.add_service(Service(UUID.from_16_bits(service), made))

    def _field(self, number: int, way: str) -> Characteristic[bytes]:
        if way == "n":
            field: Characteristic[bytes] = Characteristic(
                UUID.from_16_bits(number),
                Characteristic.Properties.NOTIFY,
                Characteristic.READABLE,
                b"",
            )
            if number == 0x2AB7:  # the last one that the host subscribes to
                field.on(field.EVENT_SUBSCRIPTION, lambda *_: self._say((0x2AB5, b"\x01")))
        else:
            field = Characteristic(
                UUID.from_16_bits(number),
                Characteristic.Properties.WRITE,
                Characteristic.WRITEABLE,
                CharacteristicValue(write=self._answer(number)),
            )
        self.fields[number] = field
        return field

    def _say(self, *values: tuple[int, bytes]) -> None:
        self.todo.put_nowait(list(values))

    def _answer(self, number: int) -> Callable[[Connection, bytes], None]:
        def write(_: Connection, data: bytes) -> None:
            self.written.append((number, data))
            match number:
                case 0x2AB4:
                    self._say((0x2AB7, b"\x00\x0a"))
                case 0x2AB8:
                    self._say((0x2AB0, ex.STATE[4:-1]))
                case 0x2AC1:
                    self._say((0x2AC2, bytes.fromhex("01 1B000003 01 5C020000")))
                case 0x2AC7:
                    self._say(*self.file.start())
                case 0x2ACB:
                    self._say(*self.file.answered(data))
                case 0x2AB2:
                    self._say(
                        (0x2AA2, ex.DOWN[4:13] + bytes(4)),
                        (0x2AA1, ex.PAGE[4:-1]),
                        (0x2AA0, b"\x03" + DOT * 3),
                        (0x2AA2, ex.UP[4:-1]),
                    )

        return write

    async def run(self) -> None:
        await self.radio.power_on()
        data = AdvertisingData(
            [
                (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\xf1\x18"),
                (AdvertisingData.COMPLETE_LOCAL_NAME, b"Neosmartpen_N2"),
            ]
        )
        await self.radio.start_advertising(advertising_data=bytes(data))
        while True:
            for number, value in await self.todo.get():
                await self.radio.notify_subscribers(self.fields[number], value)


def test_an_n2_writes_over_the_air(monkeypatch: pytest.MonkeyPatch) -> None:
    pens: list[N2] = []

    async def run(link: LocalLink) -> None:
        pens.append(N2(link))
        await pens[0].run()

    with on_air(monkeypatch) as air:
        air.join(run)
        with opened("ble:any") as (_, heard):
            heard.wait_for(PenLifted)
            assert len(heard.of(PenConnected)) == 1
            assert len(heard.of(PenSample)) == 3
    numbers = [number for number, _ in pens[0].written]
    assert numbers == [0x2AB4, 0x2AB8, 0x2AB1, 0x2AB2]
    assert not heard.of(PenLifted)[0].cut_short


def test_its_stored_notes_come_over_the_air(monkeypatch: pytest.MonkeyPatch) -> None:
    pens: list[N2] = []

    async def run(link: LocalLink) -> None:
        pens.append(N2(link))
        await pens[0].run()

    with on_air(monkeypatch) as air:
        air.join(run)
        with opened("ble:any") as (pen, heard):
            heard.wait_for(PenConnected)
            pen.request(ListOffline())
            (book,) = heard.wait_for(OfflineListed).books
            assert book == NcodeBook(3, 27, 604)
            pen.request(TakeOffline(book, is_confirmed=True))
            assert heard.wait_for(OfflineFetched).outcome is FetchOutcome.WHOLE
    (ink,) = heard.of(OfflineInk)
    assert ink.strokes == parse_file(stored(30)).strokes
    assert pens[0].file.is_done
