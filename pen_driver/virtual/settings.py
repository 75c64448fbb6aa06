"""Settings of the virtual pen, by the numbers that they have on the wire."""

from __future__ import annotations

import struct

_AUTO_OFF, _CAP, _AUTO_ON, _BEEP, _HOVER, _STORING, _LED = range(2, 9)
_USB, _DOWN_SAMPLING, _NAME, _FSC, _FIND = 10, 11, 12, 13, 16

OK, UNSUPPORTED, WRONG_LENGTH, UNKNOWN = 0, 3, 4, 5

_SIZES = {_AUTO_OFF: 2, _LED: 4, _NAME: 17}
# Type 9 sets the other kind of pressure sensor; this pen has the newer one.
_KNOWN = frozenset((*range(_AUTO_OFF, _LED + 1), _USB, _DOWN_SAMPLING, _NAME, _FSC, _FIND))
_OTHER_SENSOR = 9


class DeviceSettings:
    """What the host has set. The cap's setting takes effect after the next switching on."""

    def __init__(self, hover: bool = False) -> None:
        self._values: dict[int, int] = {
            _AUTO_OFF: 20, _CAP: 1, _AUTO_ON: 1, _BEEP: 1, _HOVER: int(hover), _STORING: 1,
            _LED: 0xFF000000, _USB: 0, _DOWN_SAMPLING: 0, _FSC: 2,
        }  # fmt: skip
        self._name = b"Virtual pen"
        self._cap_next = 1
        self.finds = 0

    @property
    def hover(self) -> bool:
        """Hover is to be reported."""
        return self._values[_HOVER] == 1

    @property
    def is_storing(self) -> bool:
        """Ink without a host is kept."""
        return self._values[_STORING] == 1

    def power_on(self) -> None:
        """Let take effect what waits for it."""
        self._values[_CAP] = self._cap_next

    def change(self, data: bytes) -> int:
        """Apply the data of request 05 but the clock; return the result of the answer."""
        kind, value = data[0], data[1:]
        if kind == _OTHER_SENSOR:
            return UNSUPPORTED
        if kind not in _KNOWN:
            return UNKNOWN
        if len(value) != _SIZES.get(kind, 1):
            return WRONG_LENGTH
        match kind:
            case 12:  # name
                self._name = value[1 : 1 + min(value[0], 16)]
            case 16:  # find my pen
                self.finds += 1
            case 3:  # cap
                self._cap_next = value[0]
            case _:
                self._values[kind] = int.from_bytes(value, "little")
        return OK

    def flags(self, battery: int) -> bytes:
        """Return bytes 16 to 40 of answer 84."""
        values = self._values
        flags = bytes(
            (
                values[_CAP], values[_AUTO_ON], values[_BEEP], values[_HOVER], battery,
                values[_STORING], values[_FSC], values[_USB], values[_DOWN_SAMPLING],
            )
        )  # fmt: skip
        return flags + self._name.ljust(16, b"\0")

    def auto_off(self) -> bytes:
        """Return bytes 11 and 12 of answer 84."""
        return struct.pack("<H", self._values[_AUTO_OFF])
