"""Stored notes of an N2 over BLE: any packets and slices, loss, damage."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.commands import FetchOffline, ListOffline, TakeOffline
from pen_driver.events import (
    FetchOutcome,
    NcodeBook,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    PenCommandFailed,
    PenEvent,
)
from pen_driver.neo1.ble import Write
from pen_driver.neo1.ble_session import Neo1BleSession
from pen_driver.neo1.files import parse_file
from tests.pen_driver.neo1.sliced import SlicedFile
from tests.pen_driver.neo1.test_ble import connected
from tests.pen_driver.neo1.test_files import stored

BOOK = NcodeBook(3, 27, 604)
ASK = Write(0x2AC7, bytes.fromhex("1B000003 01 5C020000").ljust(45, b"\0"))


def asked() -> Neo1BleSession:
    """A session that has just asked for a book."""
    session, _ = connected()
    session.request(TakeOffline(BOOK, is_confirmed=True))
    session.tick(1.0)
    assert session.writes() == [ASK]
    return session


def transfer(
    file: SlicedFile, lose: Callable[[], bool] = lambda: False, seconds: float = 30.0
) -> list[PenEvent]:
    """Let pen and host exchange a file; a packet that is not answered comes again."""
    session, now = asked(), 1.0
    events: list[PenEvent] = []
    todo = file.start()
    while now < seconds and not any(isinstance(event, OfflineFetched) for event in events):
        now += 0.1
        for field, value in todo:
            if field != 0x2ACA or not lose():
                events += session.notified(field, value, now)
        events += session.tick(now)
        writes = session.writes()
        assert {write.characteristic for write in writes} <= {0x2ACB}
        todo = [said for write in writes for said in file.answered(write.data)]
        todo = todo or ([] if file.is_done else file.slices())
    return events


def outcome(events: list[PenEvent]) -> FetchOutcome:
    (fetched,) = (event for event in events if isinstance(event, OfflineFetched))
    return fetched.outcome


def ink(events: list[PenEvent]) -> tuple[object, ...]:
    return tuple(
        stroke for event in events if isinstance(event, OfflineInk) for stroke in event.strokes
    )


@given(st.integers(1, 300), st.integers(1, 40))
def test_any_packets_and_slices_give_the_file(packet: int, slice_: int) -> None:
    slice_ = max(slice_, -(-packet // 256))  # a slice is numbered in one byte
    file = SlicedFile(stored(), packet, slice_)
    events = transfer(file)
    assert outcome(events) is FetchOutcome.WHOLE
    assert ink(events) == parse_file(stored()).strokes
    assert file.is_done


def test_packed_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.data", stored(40))
    events = transfer(SlicedFile(packed.getvalue(), kind=1))
    assert outcome(events) is FetchOutcome.WHOLE
    assert len(ink(events)) == 40


@given(st.integers(0, 2**32))
def test_lost_slices_come_again(seed: int) -> None:
    random, file = Random(seed), SlicedFile(stored(20), 60, 20)
    events = transfer(file, lambda: random.random() < 0.1, seconds=300.0)
    assert outcome(events) is FetchOutcome.WHOLE
    assert len(ink(events)) == 20


def test_a_file_that_cannot_be_read_stays_in_the_pen() -> None:
    data = bytearray(stored())
    data[-40] ^= 0xFF  # the trailer's count of strokes
    file = SlicedFile(bytes(data))
    events = transfer(file)
    assert outcome(events) is FetchOutcome.DAMAGED
    assert len(ink(events)) == 3  # what could be read was told
    assert not file.is_done


def test_silence_ends_the_copy() -> None:
    file = SlicedFile(stored())
    events = transfer(file, lambda: True, seconds=60.0)
    assert outcome(events) is FetchOutcome.SILENT
    assert not file.is_done


def test_list_and_what_needs_a_confirmation() -> None:
    session, _ = connected()
    for command in (ListOffline(), FetchOffline(BOOK), TakeOffline(BOOK)):
        session.request(command)
    events = session.tick(1.0)
    assert session.writes() == [Write(0x2AC1, b"\0")]
    assert sum(isinstance(event, PenCommandFailed) for event in events) == 2
    events = session.notified(0x2AC2, bytes.fromhex("01 1B000003 01 5C020000"), 1.1)
    (listed,) = (event for event in events if isinstance(event, OfflineListed))
    assert listed.books == (BOOK,)


@given(
    st.lists(
        st.tuples(st.sampled_from([0x2AC8, 0x2AC9, 0x2ACA, 0x2ACC]), st.binary(max_size=40)),
        max_size=30,
    )
)
def test_any_notification_is_borne(said: list[tuple[int, bytes]]) -> None:
    session = asked()
    events: list[PenEvent] = []
    for field, value in [*SlicedFile(stored()).start(), *said]:
        events += session.notified(field, value, 2.0)
        session.writes()
    events += session.tick(60.0)
    assert isinstance(outcome(events), FetchOutcome)
