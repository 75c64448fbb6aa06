from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.address import NcodeBook
from pen_driver.commands import SettingName
from pen_driver.neo import offline_packets as offline
from pen_driver.neo import packets
from pen_driver.neo.framing import Frame, FrameDecoder
from pen_driver.neo.setting_values import encode_change, version_parts
from tests.pen_driver.neo import examples


def parse(wire: bytes) -> packets.Packet:
    (frame,) = FrameDecoder().receive_data(wire)
    assert isinstance(frame, Frame)
    return packets.parse_packet(frame)


def test_requests_are_the_captured_ones() -> None:
    assert packets.version_request("0.1.0", "2.18") == examples.VERSION_REQUEST
    assert packets.settings_request() == examples.SETTINGS_REQUEST
    assert packets.password_request("4711") == examples.PASSWORD_4711
    assert packets.clock_request(examples.TIME_MS) == examples.CLOCK_REQUEST
    assert packets.notes_request(None) == examples.ALL_NOTES


def test_version_of_a_captured_shape() -> None:
    assert parse(examples.VERSION) == packets.VersionInfo(
        model="NWP-F51",
        firmware="1.04.0036",
        protocol="2.18",
        sub_name="Neosmartpen_M1+",
        device_type=1,
        mac=bytes.fromhex("9C7BD2AABBCC"),
        sensor=1,
    )


def test_settings() -> None:
    assert parse(examples.SETTINGS) == packets.Settings(
        is_locked=False,
        attempts_allowed=10,
        attempts_used=0,
        clock_ms=examples.TIME_MS,
        force_steps=852,
        has_hover=False,
        battery_percent=64,
        is_charging=True,
        memory_percent=12,
        values=(
            (SettingName.AUTO_OFF_MINUTES, 20),
            (SettingName.CAP_POWERS_OFF, 1),
            (SettingName.AUTO_ON, 1),
            (SettingName.BEEP, 1),
            (SettingName.HOVER, 0),
            (SettingName.OFFLINE_STORING, 1),
            (SettingName.SENSITIVITY, 2),
            (SettingName.USB_MODE, 0),
            (SettingName.DOWN_SAMPLING, 0),
            (SettingName.NAME, "Room 3"),
        ),
    )


def test_settings_may_be_short_and_force_may_be_unsaid() -> None:
    data = bytearray(examples.unescaped(examples.SETTINGS)[4:27])
    data[13:15] = b"\0\0"
    settings = packets.parse_packet(Frame(0x84, 0, bytes(data)))
    assert isinstance(settings, packets.Settings)
    assert settings.force_steps == 852


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (examples.PASSWORD_ACCEPTED, packets.PasswordStatus(True, 0, 10, 1)),
        (examples.PASSWORD_WRONG, packets.PasswordStatus(False, 1, 10)),
        (examples.CLOCK_SET, packets.SettingChanged(1, 0)),
        (examples.NOTES_ACCEPTED, packets.NotesAccepted()),
        (examples.NOT_PERMITTED, packets.Refused(0x11, 2)),
        (examples.NOT_PERMITTED_SHORT, packets.Refused(0x11, 2)),
        (examples.LOW_BATTERY, packets.LowBattery(9)),
        (examples.POWER_OFF_CAP, packets.PowerOff(4)),
        (examples.DOWN, packets.Down(0xC0, examples.TIME_MS, 0, 0xFF000000)),
        (examples.PAGE, packets.PageId(0xC1, 3, 27, 603, 5)),
        (examples.DOT_1, packets.Dot(0xC2, 0, 210, 30.25, 41.07, 88, 101, 125)),
        (examples.DOT_2, packets.Dot(0xC3, 11, 380, 30.49, 41.5, 88, 101, 193)),
        (examples.UP, packets.Up(0xC4, examples.TIME_MS + 34, 2)),
        (examples.HOVER, packets.Hover(12, 30.25, 41.07)),
        (examples.IMAGE_ERROR, packets.ImageError(0xC5, 8, 20, 3)),
        (examples.OLD_DOWN, packets.Down(None, examples.TIME_MS, 0, 0xFF000000)),
        (examples.OLD_PAGE, packets.PageId(None, 3, 27, 603, 5)),
        (examples.OLD_DOT, packets.Dot(None, 9, 210, 30.25, 41.07, 88, 101, 125)),
        (examples.OLD_UP, packets.Up(None, examples.TIME_MS + 34, None)),
    ],
)
def test_worked_examples(wire: bytes, expected: packets.Packet) -> None:
    assert parse(wire) == expected


def test_old_dots_without_force() -> None:
    plain = packets.parse_packet(Frame(0x66, None, bytes.fromhex("091E0029001907")))
    small = packets.parse_packet(Frame(0x67, None, bytes.fromhex("091E291907")))
    assert plain == small == packets.Dot(None, 9, None, 30.25, 41.07, None, None, None)


def test_unknown_commands_are_kept_raw() -> None:
    assert packets.parse_packet(Frame(0xF5, 0, b"abc")) == packets.Raw(0xF5, 0, b"abc")


def test_too_little_data_is_told() -> None:
    assert packets.parse_packet(Frame(0x6C, None, b"\0\0")) == packets.Malformed(0x6C, 2)


@given(st.integers(0, 255), st.sampled_from([None, 0, 1, 2]), st.binary(max_size=80))
def test_no_frame_raises(command: int, result: int | None, data: bytes) -> None:
    packets.parse_packet(Frame(command, result, data))


BOOK = NcodeBook(3, 27, 603)


def test_requests_are_the_worked_ones() -> None:
    assert packets.find_pen_request() == examples.FIND_PEN
    notes = (BOOK, NcodeBook(3, 27, 0xFFFFFFFF))
    assert packets.notes_request(notes) == examples.TWO_NOTES
    assert offline.books_request() == examples.LIST_ALL
    assert offline.pages_request(BOOK) == examples.PAGES_OF_603
    assert offline.fetch_request(BOOK) == examples.FETCH_603
    assert offline.acknowledgement(0, True, False) == examples.ACK_LAST
    assert offline.acknowledgement(0, True, True) == examples.ACK_MORE
    assert offline.acknowledgement(0, False, True) == examples.ACK_RESEND


@pytest.mark.parametrize(
    ("name", "value", "frame"),
    [
        (SettingName.AUTO_OFF_MINUTES, 20, "C0 05 03 00 02 14 00 C1"),
        (SettingName.HOVER, 1, "C0 05 02 00 06 01 C1"),
        (SettingName.OFFLINE_STORING, 1, "C0 05 02 00 07 01 C1"),
        (SettingName.LED_ARGB, 0xFF2060C0, "C0 05 05 00 08 FF 20 60 7D E0 C1"),
        (
            SettingName.NAME,
            "Room 3",
            "C0 05 12 00 0C 06 52 6F 6F 6D 20 33 00 00 00 00 00 00 00 00 00 00 C1",
        ),
    ],
)
def test_changes_are_the_worked_ones(name: SettingName, value: int | str, frame: str) -> None:
    data = encode_change(name, value, (2, 18), 0)
    assert data is not None
    assert packets.setting_request(data) == examples.frames(frame)


def test_the_two_sensors_have_a_setting_each() -> None:
    assert encode_change(SettingName.SENSITIVITY, 3, (2, 18), 0) == b"\x09\x03"
    assert encode_change(SettingName.SENSITIVITY, 3, (2, 18), 1) == b"\x0d\x03"


@pytest.mark.parametrize(
    ("name", "value", "version"),
    [
        (SettingName.AUTO_OFF_MINUTES, 4, (2, 17)),
        (SettingName.AUTO_OFF_MINUTES, 3601, (2, 18)),
        (SettingName.BEEP, 2, (2, 18)),
        (SettingName.BEEP, "on", (2, 18)),
        (SettingName.SENSITIVITY, 5, (2, 18)),
        (SettingName.NAME, "", (2, 18)),
        (SettingName.NAME, "教室", (2, 18)),
        (SettingName.NAME, "seventeen letters", (2, 18)),
        (SettingName.NAME, 3, (2, 18)),
        (SettingName.LED_ARGB, -1, (2, 18)),
    ],
)
def test_impossible_values_are_not_sent(
    name: SettingName, value: int | str, version: tuple[int, ...]
) -> None:
    assert encode_change(name, value, version, None) is None


def test_versions_compare_by_parts() -> None:
    assert version_parts("2.9") < version_parts("2.10") < version_parts("2.18")
    assert version_parts("odd") == (0,)


def test_offline_lists() -> None:
    assert parse(examples.TWO_BOOKS) == offline.BookList((BOOK, NcodeBook(3, 27, 625)))
    assert parse(examples.PAGES_5_6) == offline.PageList(BOOK, (5, 6))
    assert parse(examples.INFO_5_6) == offline.BookInfo(0, BOOK, (5, 6), has_more=False)
    assert parse(examples.ANNOUNCED) == offline.Announcement(1, 59)


@pytest.mark.parametrize("wire", [examples.CHUNK_PLAIN, examples.CHUNK_ZLIB])
def test_offline_chunk(wire: bytes) -> None:
    chunk = parse(wire)
    assert isinstance(chunk, offline.Chunk)
    strokes = offline.read_strokes(chunk)
    assert strokes is not None
    (stroke,) = strokes
    assert (stroke.page, stroke.down_ms, stroke.up_ms) == (
        BOOK.page(5),
        examples.TIME_MS,
        examples.TIME_MS + 34,
    )
    first, second = stroke.dots
    assert (first.dt_ms, first.force, first.x, first.y, first.twist) == (0, 210, 30.25, 41.07, 125)
    assert (second.dt_ms, second.force, second.x, second.y) == (11, 380, 30.49, 41.5)


@pytest.mark.parametrize("wire", [examples.CHUNK_PLAIN, examples.CHUNK_ZLIB])
@given(data=st.data())
def test_no_damaged_chunk_is_read_as_another(wire: bytes, data: st.DataObject) -> None:
    """A flipped bit in dots is found by their sums, in a stream by its own."""
    body = bytearray(examples.unescaped(wire)[3:])
    at = data.draw(st.integers(18, len(body) - 1))
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    good, damaged = parse(wire), offline.parse_chunk(bytes(body))
    assert isinstance(good, offline.Chunk)
    strokes = offline.read_strokes(damaged)
    if strokes is None:
        return
    good_strokes = offline.read_strokes(good)
    assert good_strokes is not None
    assert strokes[0].dots == good_strokes[0].dots  # the head of a stroke has no sum


def test_no_chunk_unpacks_to_more_than_it_says() -> None:
    bomb = zlib.compress(bytes(1 << 24))
    chunk = offline.Chunk(0, True, 59, 2, BOOK, 1, bomb)
    assert offline.read_strokes(chunk) is None
