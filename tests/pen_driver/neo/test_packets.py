from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.neo import packets
from pen_driver.neo.framing import Frame, FrameDecoder
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
    assert packets.all_notes_request() == examples.ALL_NOTES


def test_version_of_a_captured_shape() -> None:
    assert parse(examples.VERSION) == packets.VersionInfo(
        model="NWP-F51",
        firmware="1.04.0036",
        protocol="2.18",
        sub_name="Neosmartpen_M1+",
        device_type=1,
        mac=bytes.fromhex("9C7BD2AABBCC"),
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
        (examples.PASSWORD_ACCEPTED, packets.PasswordStatus(True, 0, 10)),
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
        (examples.IMAGE_ERROR, packets.ImageError(0xC5, 8)),
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
