from __future__ import annotations

from pathlib import Path

import pytest

from pen_driver.discovery.usb import from_instance, from_ioreg, from_sysfs, plugged_in

IOREG = """
+-o Root  <class IORegistryEntry>
  +-o AppleT8103USBXHCI@00000000  <class AppleT8103USBXHCI>
  | +-o USB Dongle@00100000  <class IOUSBHostDevice>
  |     {
  |       "idProduct" = 28825
  |       "idVendor" = 3141
  |     }
  +-o Hub@2  <class IOUSBHostDevice>
        {
          "idVendor" = 1452
        }
"""


def test_linux(tmp_path: Path) -> None:
    for name, vendor, product in (("1-1", "0c45", "7099"), ("1-2", "1d6b", "0002")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "idVendor").write_text(vendor + "\n")
        (tmp_path / name / "idProduct").write_text(product + "\n")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "idVendor").write_text("0c45\n")
    assert sorted(from_sysfs(tmp_path)) == ["0C45:7099", "1D6B:0002"]


@pytest.mark.parametrize(
    ("instance", "usb_id"),
    [
        ("USB\\VID_0C45&PID_7099\\5&2f", "0C45:7099"),
        ("USB\\VID_0c45&PID_7099&MI_00\\6&1", "0C45:7099"),
        ("HID\\VID_0C45&PID_7099\\1", None),
        ("2", None),
    ],
)
def test_windows(instance: str, usb_id: str | None) -> None:
    assert from_instance(instance) == usb_id


def test_macos() -> None:
    assert list(from_ioreg(IOREG)) == ["0C45:7099"]
    assert list(from_ioreg("")) == []


def test_this_machine_answers() -> None:
    assert all(len(usb_id) == 9 for usb_id in plugged_in())
