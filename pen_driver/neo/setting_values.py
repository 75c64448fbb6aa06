"""Settings of a Neo pen: answer 84 and request 05 ⇄ named values (pen/PROTOCOL 6.4 and 6.5)."""

from __future__ import annotations

from pen_driver.commands import SettingName, SettingValue

_N = SettingName
_TYPES: dict[SettingName, int] = {
    _N.AUTO_OFF_MINUTES: 2,
    _N.CAP_POWERS_OFF: 3,
    _N.AUTO_ON: 4,
    _N.BEEP: 5,
    _N.HOVER: 6,
    _N.OFFLINE_STORING: 7,
    _N.LED_ARGB: 8,
    _N.SENSITIVITY: 9,
    _N.USB_MODE: 10,
    _N.DOWN_SAMPLING: 11,
    _N.NAME: 12,
}
# Type 17 formats the pen's disk and 14 changes how it sends: neither has a name here.
_FSC_SENSITIVITY = 13
_FSC = 1

# One byte each: offset in answer 84.
_BYTES: dict[SettingName, int] = {
    _N.CAP_POWERS_OFF: 16,
    _N.AUTO_ON: 17,
    _N.BEEP: 18,
    _N.HOVER: 19,
    _N.OFFLINE_STORING: 21,
    _N.SENSITIVITY: 22,
    _N.USB_MODE: 23,
    _N.DOWN_SAMPLING: 24,
}
_FIXED_SENSITIVITY = 255
_SENSITIVITY_STEPS = 5
_NAME_AT, _NAME_SIZE = 25, 16
_AUTO_OFF_MOST = 3600


def version_parts(protocol: str) -> tuple[int, ...]:
    """Return ``2.18`` as (2, 18), so that 2.9 comes before 2.10; what is no number counts 0."""
    return tuple(int(part) if part.isdecimal() else 0 for part in protocol.split("."))


def read_values(data: bytes) -> tuple[tuple[SettingName, SettingValue], ...]:
    """Return the settings in the data of answer 84 (at least 23 bytes)."""
    values: list[tuple[SettingName, SettingValue]] = [
        (_N.AUTO_OFF_MINUTES, int.from_bytes(data[11:13], "little"))
    ]
    for name, at in _BYTES.items():
        if at < len(data) and not (name is _N.SENSITIVITY and data[at] == _FIXED_SENSITIVITY):
            values.append((name, data[at]))
    text = data[_NAME_AT : _NAME_AT + _NAME_SIZE].split(b"\0", 1)[0].decode("ascii", "replace")
    if text:
        values.append((_N.NAME, text))
    return tuple(values)


def changeable(values: tuple[tuple[SettingName, SettingValue], ...]) -> frozenset[SettingName]:
    """Return what may be changed on a pen that reported `values`.

    The colour of its light is never reported; every pen of this protocol takes it.
    """
    return frozenset(name for name, _ in values) | {_N.LED_ARGB}


def encode_change(
    name: SettingName, value: SettingValue, version: tuple[int, ...], sensor: int | None
) -> bytes | None:
    """Return the data of request 05, None where no pen takes such a value.

    Args:
        version: protocol of the pen, as `version_parts` gives it.
        sensor: pressure sensor of answer 81; the two kinds have a setting each.
    """
    kind = _TYPES[name]
    if name is _N.NAME:
        return _encode_name(kind, value)
    if isinstance(value, str) or not 0 <= value <= _most(name):
        return None
    match name:
        case _N.AUTO_OFF_MINUTES:
            least = 1 if version >= (2, 18) else 5
            return bytes((kind,)) + value.to_bytes(2, "little") if value >= least else None
        case _N.LED_ARGB:
            return bytes((kind,)) + value.to_bytes(4, "big")  # A, R, G, B, unlike everywhere else
        case _N.SENSITIVITY if sensor == _FSC:
            return bytes((_FSC_SENSITIVITY, value))
        case _:
            return bytes((kind, value))


def _most(name: SettingName) -> int:
    match name:
        case _N.AUTO_OFF_MINUTES:
            return _AUTO_OFF_MOST
        case _N.LED_ARGB:
            return 0xFFFFFFFF
        case _N.SENSITIVITY:
            return _SENSITIVITY_STEPS - 1
        case _:
            return 1


def _encode_name(kind: int, value: SettingValue) -> bytes | None:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return None
    text = value.encode("ascii")
    if not 0 < len(text) <= _NAME_SIZE:
        return None
    return bytes((kind, len(text))) + text.ljust(_NAME_SIZE, b"\0")
