"""Which pen of software is which make."""

from __future__ import annotations

from pen_driver.virtual.anoto import AnotoDevice
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from pen_driver.virtual.neo1 import Neo1Device
from pen_driver.virtual.plain import Device
from pen_driver.virtual.robotpen import RobotPenDevice

MAKES = ("neo2", "neo1", "anoto", "robotpen")
"""One of each protocol."""

MODELS = (*MAKES, "xn680t")


def make_device(make: str, options: DeviceOptions) -> Device:
    """Return a pen of one of `MODELS`."""
    match make:
        case "neo1":
            return Neo1Device(options)
        case "anoto":
            return AnotoDevice(options.page)
        case "robotpen":
            return RobotPenDevice(options.page)
        case "xn680t":
            return RobotPenDevice(options.page, has_lengths=True)
        case _:
            return NeoDevice(options)
