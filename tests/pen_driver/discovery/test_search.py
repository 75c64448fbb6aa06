"""The search on this machine's real ports and on a virtual radio."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pen_driver.discovery import Candidate, CandidateKind, Explanation, discover, search, usb
from pen_driver.virtual.ble import BleOptions
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.ink import fit_to_page, load_ink
from tests.fakes.bumble_radio import on_air
from tests.pen_driver.transports.desk import wait_until


def test_pens_on_the_air_are_found_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    strokes = fit_to_page(load_ink("maths"), 176.0, 250.0)
    found: list[Candidate] = []
    threads: set[str] = set()

    def take(candidate: Candidate) -> None:
        found.append(candidate)
        threads.add(threading.current_thread().name)

    done = threading.Event()
    with on_air(monkeypatch) as air:
        air.add(strokes, BleOptions())
        second = DeviceOptions(mac=bytes.fromhex("9C7BD2001234"))
        air.add(strokes, BleOptions(device=second, name="NWP-F80"))
        running = discover(1.0, take, done.set, frozenset({CandidateKind.BLE}))
        running.wait(10)
    assert done.is_set()
    assert sorted(candidate.name for candidate in found) == [
        "ble:9C:7B:D2:00:12:34",
        "ble:9C:7B:D2:00:A1:7E",
    ]
    assert threads == {"pen search"}


def test_bluetooth_that_is_off_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Candidate] = []
    with on_air(monkeypatch) as air:
        air.power(False)
        discover(0.1, found.append, kinds=frozenset({CandidateKind.BLE})).wait(10)
    assert [candidate.explanation for candidate in found] == [Explanation.NO_BLUETOOTH]


def test_virtual_pens_are_listed() -> None:
    found: list[Candidate] = []
    discover(0, found.append, kinds=frozenset({CandidateKind.VIRTUAL})).wait(10)
    assert "virtual:maths" in [candidate.name for candidate in found]


def test_what_is_plugged_in_later_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usb, "_DEVICES", tmp_path)
    monkeypatch.setattr(search, "_LOOK_S", 0.05)
    found: list[Candidate] = []
    running = discover(20, found.append, kinds=frozenset({CandidateKind.USB}))
    time.sleep(0.1)
    assert not found
    plug = tmp_path / "1-1"
    plug.mkdir()
    (plug / "idProduct").write_text("7099\n")
    (plug / "idVendor").write_text("0c45\n")
    wait_until(lambda: found)
    running.stop()
    assert [candidate.title for candidate in found] == ["TQL dongle"]


def test_stopping_is_quick_and_says_nothing_more() -> None:
    done = threading.Event()
    running = discover(60, lambda _: None, done.set, frozenset({CandidateKind.USB}))
    start = time.monotonic()
    running.stop()
    assert time.monotonic() - start < 2
    assert not done.is_set()
