from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import PenConnected, PenEvent, PenLifted, PenSample
from pen_driver.transports.ble_records import RecordDecoder, encode_record
from pen_driver.transports.sessions import recorded_session
from tests.pen_driver.neo1 import examples as ex

RECORDS = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=8)


@given(RECORDS, st.lists(st.integers(1, 30)))
def test_round_trip_in_any_chunks(records: list[tuple[int, bytes]], sizes: list[int]) -> None:
    wire = b"".join(encode_record(*record) for record in records)
    decoder = RecordDecoder()
    found = []
    for size in sizes:
        found += decoder.receive_data(wire[:size])
        wire = wire[size:]
    assert found + decoder.receive_data(wire) == records


def test_a_recording_connects_and_writes() -> None:
    session = recorded_session("neo1-ble", PenCounters(), handshake=True)
    events: list[PenEvent] = []
    for field, data in (
        (0x2AB7, b"\x00\x0a"),
        (0x2AB0, ex.STATE[4:-1]),
        (0x2AA2, ex.DOWN[4:13] + bytes(4)),
        (0x2AA1, ex.PAGE[4:-1]),
        (0x2AA0, b"\x02" + ex.NEAR_DOT[4:-1] * 2),
        (0x2AA2, ex.UP[4:-1]),
    ):
        events += session.receive_data(encode_record(field, data), 1.0)
        session.data_to_send()
    assert sum(isinstance(event, PenConnected) for event in events) == 1
    assert sum(isinstance(event, PenSample) for event in events) == 2
    assert sum(isinstance(event, PenLifted) for event in events) == 1
