"""What can go wrong with sound.

AudioError
├── OpusMissing          no libopus on this machine
├── OpusFailed           libopus refused a call or a packet
└── DeviceError
    ├── DeviceNameWrong  a device name nobody can understand
    ├── DeviceMissing    no such sound card, file or folder
    └── DeviceFailed     it was there and stopped working
"""

from __future__ import annotations


class AudioError(Exception):
    """Any failure of sound."""


class OpusMissing(AudioError):  # noqa: N818
    """libopus was not found in any of the places looked at."""

    def __init__(self, looked_at: tuple[str, ...]) -> None:
        super().__init__(looked_at)
        self.looked_at = looked_at

    def __str__(self) -> str:
        return "libopus not found; looked at: " + ", ".join(self.looked_at)


class OpusFailed(AudioError):  # noqa: N818
    """libopus returned an error.

    Attributes:
        call: name of the function.
        code: libopus error code, negative (`opus_defines.h`); -4 is a damaged packet.
    """

    def __init__(self, call: str, code: int) -> None:
        super().__init__(call, code)
        self.call = call
        self.code = code

    def __str__(self) -> str:
        return f"{self.call} failed with {self.code}"


class DeviceError(AudioError):
    """A microphone or speaker cannot be used; `name` is the name asked for."""

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}" if self.reason else self.name


class DeviceNameWrong(DeviceError):  # noqa: N818
    """The name has no known scheme or a bad value behind it."""


class DeviceMissing(DeviceError):  # noqa: N818
    """No such sound card, file or folder."""


class DeviceFailed(DeviceError):  # noqa: N818
    """The device was opened and then failed or fell silent for good."""
