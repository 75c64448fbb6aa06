"""What the log tells of a pen: enough to help, nothing that names it."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver import PenConnected, PenDisconnected
from pen_driver.transports.names import redacted
from pen_driver.virtual.ble import BleOptions
from pen_driver.virtual.ink import fit_to_page, load_ink
from tests.fakes.bumble_radio import on_air
from tests.pen_driver.transports.desk import opened

MAC = bytes.fromhex("9C7BD200A17E")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_a_connection_is_told_without_the_pens_id(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "pen_driver"), opened("virtual:maths") as (_, heard):
        pen_id = heard.wait_for(PenConnected).pen_id
    assert "connected: NWP-F51 1.04.0036, protocol 2.18" in caplog.text
    assert "disconnected: closed" in caplog.text
    assert pen_id not in caplog.text
    assert "PenConnected" not in caplog.text


def test_no_address_is_whole_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    strokes = fit_to_page(load_ink("maths"), 176.0, 250.0)
    with caplog.at_level(logging.DEBUG, "pen_driver"), on_air(monkeypatch) as air:
        air.add(strokes, BleOptions())
        with opened(f"ble:{MAC.hex(':').upper()}") as (_, heard):
            heard.wait_for(PenConnected)
            air.power(False)
            heard.wait_for(PenDisconnected)
    assert "9C:7B:D2:xx:A1:7E: connected" in caplog.text
    assert MAC.hex(":").upper() not in caplog.text.upper()


@given(st.binary(min_size=6, max_size=6), st.sampled_from([":", "-", "_", ""]), st.booleans())
def test_every_way_of_writing_an_address(mac: bytes, mark: str, is_upper: bool) -> None:
    text = mac.hex(mark) if mark else mac.hex()
    text = text.upper() if is_upper else text
    hidden = redacted(f"ble:{text} /org/bluez/hci0/dev_{text} is away")
    assert text not in hidden
    assert hidden.count("xx") == 2
    assert len(hidden) == len(f"ble:{text} /org/bluez/hci0/dev_{text} is away")


@given(st.text(alphabet="ghijklmnopqrstuvwyz/.", max_size=40))
def test_other_words_stay(text: str) -> None:
    assert redacted(text) == text
