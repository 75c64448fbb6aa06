"""Stored notes over the virtual radio, through the unmodified BLE transport."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pen_driver import FetchOutcome, NcodeBook, PenConnected, PenEvent, SettingName
from pen_driver.commands import ChangeSetting
from pen_driver.events import PenSettingChanged, SettingOutcome
from pen_driver.offline import PenTalk, fetch_book, offline_list
from pen_driver.virtual.ble import BleOptions
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.ink import fit_to_page, load_ink
from tests.fakes.bumble_radio import Air, on_air

BOOK = NcodeBook(3, 27, 604)
STROKES = fit_to_page(load_ink("maths"), 176.0, 250.0)


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[Air]:
    with on_air(monkeypatch) as one:
        yield one


def test_power_off_in_the_middle_over_the_air(air: Air, tmp_path: Path) -> None:
    device = DeviceOptions(off_in_chunk=3, bad_chunks=1)
    pen = air.add(STROKES, BleOptions(device=device, stored=40, is_looping=False, cut_s=0.3))
    events: list[PenEvent] = []
    with PenTalk("ble:any", events.append) as talk:
        assert offline_list(talk).books == (BOOK,)
        done = fetch_book(talk, BOOK, tmp_path)
    assert (done.outcome, done.strokes, done.new) == (FetchOutcome.WHOLE, 40, 40)
    assert done.copy is not None
    assert sum(isinstance(event, PenConnected) for event in events) == 2
    assert pen.report.deletes == 0


def test_a_setting_is_changed_and_read_back_over_the_air(air: Air) -> None:
    air.add(STROKES, BleOptions(is_looping=False))
    with PenTalk("ble:any") as talk:
        changed = talk.answer(ChangeSetting(SettingName.NAME, "Room 3"), PenSettingChanged)
    assert (changed.outcome, changed.value) == (SettingOutcome.APPLIED, "Room 3")
