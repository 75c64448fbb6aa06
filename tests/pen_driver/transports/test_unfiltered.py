"""The spike filter can be switched off by the name of the protocol."""

from __future__ import annotations

import pytest

from pen_driver.counters import PenCounters
from pen_driver.events import PenSample
from pen_driver.transports.sessions import recorded_session
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from tests.pen_driver.neo import examples as ex


@pytest.mark.parametrize(("protocol", "samples"), [("neo2", 4), ("neo2-unfiltered", 5)])
def test_stray_dot(protocol: str, samples: int) -> None:
    device = NeoDevice(DeviceOptions())
    device.receive(ex.VERSION_REQUEST + ex.CLOCK_REQUEST + ex.ALL_NOTES, 0)
    wire = device.pen_down(0)
    for n, x_mm in enumerate((50, 51, 120, 52, 53)):
        wire += device.dot(12 * (n + 1), x_mm, 60, 0.5)
    wire += device.pen_up(80)
    session = recorded_session(protocol, PenCounters())
    events = session.receive_data(wire, 1.0)
    assert sum(isinstance(event, PenSample) for event in events) == samples
