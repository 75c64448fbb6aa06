"""Vendor and product of what is plugged in, as each system tells it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_DEVICES = Path("/sys/bus/usb/devices")
_IOREG = ("ioreg", "-p", "IOUSB", "-l", "-w", "0")
_IOREG_S = 5.0
# Windows lists what is present under the driver that serves it: input devices, parts of a
# composite device, plain USB, serial ports.
_DRIVERS = ("HidUsb", "usbccgp", "WinUSB", "usbser")
_INSTANCE = re.compile(r"^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_IOREG_ID = re.compile(r'"(idVendor|idProduct)" = (\d+)')


def plugged_in() -> list[str]:
    """Return ids like "0C45:7099", each once; empty where the system does not tell."""
    found = from_sysfs(_DEVICES)
    if sys.platform == "win32":
        found = iter(_from_registry())
    elif sys.platform == "darwin":
        found = from_ioreg(_ioreg())
    return sorted(set(found))


def from_sysfs(devices: Path) -> Iterator[str]:
    """Yield the ids under Linux's list of devices."""
    for vendor in devices.glob("*/idVendor"):
        try:
            product = vendor.with_name("idProduct").read_text(encoding="ascii")
            yield f"{vendor.read_text(encoding='ascii').strip()}:{product.strip()}".upper()
        except (OSError, UnicodeDecodeError):
            continue  # unplugged between two reads


def from_instance(instance: str) -> str | None:
    """Return the id in a Windows device instance: ``USB\\VID_0C45&PID_7099\\5&2F``."""
    match = _INSTANCE.match(instance)
    return f"{match.group(1)}:{match.group(2)}".upper() if match else None


def from_ioreg(text: str) -> Iterator[str]:
    """Yield the ids in macOS's ``ioreg``, where both numbers of a device stand in its block."""
    for block in text.split("+-o "):
        ids = {name: int(number) for name, number in _IOREG_ID.findall(block)}
        if len(ids) == 2:
            yield f"{ids['idVendor']:04X}:{ids['idProduct']:04X}"


def _ioreg() -> str:
    try:
        done = subprocess.run(
            _IOREG, capture_output=True, text=True, errors="replace", timeout=_IOREG_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _from_registry() -> list[str]:
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        for driver in _DRIVERS:
            path = rf"SYSTEM\CurrentControlSet\Services\{driver}\Enum"
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                    count = winreg.QueryInfoKey(key)[1]
                    values = [winreg.EnumValue(key, at)[1] for at in range(count)]
            except OSError:
                continue  # nothing that needs this driver was ever here
            ids = (from_instance(value) for value in values if isinstance(value, str))
            found += [usb_id for usb_id in ids if usb_id is not None]
    return found
