from __future__ import annotations

import pytest

from pen_driver.commands import SettingName
from pen_driver.events import NcodeBook
from pen_driver.neo1 import packets
from pen_driver.neo1.framing import Frame
from tests.pen_driver.neo1 import examples as ex

BOOK = NcodeBook(3, 27, 603)


def parse(data: bytes) -> packets.Packet:
    return packets.parse_packet(Frame(data[1], data[4:-1]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ex.PEN_ON, packets.PenOn(ex.TIME_MS, 1, 255, "1.38")),
        (ex.DOWN, packets.Down(None, ex.TIME_MS, 0, 0xFF102030)),
        (ex.UP, packets.Up(None, ex.TIME_MS + 34, None)),
        (ex.PAGE, packets.PageId(None, 3, 27, 603, 5)),
        (ex.DOT, packets.Dot(None, 12, 128, 192.25, 41.07, None, None, None)),
        (ex.WANTED, packets.PasswordWanted(0, 10)),
    ],
)
def test_worked_examples(data: bytes, expected: packets.Packet) -> None:
    assert parse(data) == expected


def test_requests_are_the_examples() -> None:
    assert packets.on_answer(ex.TIME_MS) == ex.ON_ANSWER
    assert packets.clock_request(ex.TIME_MS, 8 * 3_600_000) == ex.CLOCK
    assert packets.notes_request(None) == ex.ALL_NOTES


def test_two_in_a_flag_of_the_state_means_off() -> None:
    state = parse(ex.STATE)
    assert isinstance(state, packets.PenState)
    assert (state.battery_percent, state.memory_percent, state.force_steps) == (64, 12, 255)
    assert dict(state.settings) == {
        SettingName.AUTO_ON: 1,
        SettingName.HOVER: 0,
        SettingName.BEEP: 1,
        SettingName.AUTO_OFF_MINUTES: 20,
        SettingName.SENSITIVITY: 2,
    }


def test_a_list_with_less_than_it_counts_gives_what_it_has() -> None:
    data = bytes.fromhex("01 1B000003 05 5B020000 5C0200")
    assert packets.parse_book_list(data) == packets.BookList(True, (BOOK,))


def test_request_for_a_book_is_45_bytes() -> None:
    request = packets.take_request(BOOK)
    assert request[:4] == bytes.fromhex("C0472D00")
    assert request[4:13] == bytes.fromhex("1B000003 01 5B020000")


@pytest.mark.parametrize(("value", "is_fine"), [(0, True), (1, True), (2, False), (-1, False)])
def test_setting_out_of_range_has_no_request(value: int, is_fine: bool) -> None:
    assert (packets.setting_request(SettingName.BEEP, value) is not None) == is_fine
