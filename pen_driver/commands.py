"""What a host may ask of a pen, as values: one frozen dataclass per command.

Handed to `Pen.request` (or a protocol's `request`) and answered by events, never by a return value:
the pen may be away, locked or silent. A pen that cannot do it answers `PenCommandFailed`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from pen_driver.address import NcodeBook

SettingValue: TypeAlias = int | str
"""Switches are 0 and 1, so that every setting but the name is a number."""


class SettingName(Enum):
    """Settings of a pen; which of them it has is in `PenCapabilities.settings`."""

    AUTO_OFF_MINUTES = "auto_off_minutes"
    CAP_POWERS_OFF = "cap_powers_off"
    AUTO_ON = "auto_on"  # by writing
    BEEP = "beep"
    HOVER = "hover"
    OFFLINE_STORING = "offline_storing"  # off: what is written without a host is lost
    SENSITIVITY = "sensitivity"  # 0 (most sensitive) to 4
    USB_MODE = "usb_mode"  # 0 disk, 1 bulk
    DOWN_SAMPLING = "down_sampling"
    NAME = "name"
    LED_ARGB = "led_argb"  # cannot be read back


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Answered by `PenSettings`, `PenBattery` and `PenMemory`."""


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Answered by `PenSettingChanged`, after the settings have been read back."""

    name: SettingName
    value: SettingValue


@dataclass(frozen=True, slots=True)
class SubmitPassword:
    """A password that a person has just typed; sent once. Answered by `PenPasswordResult`.

    Attributes:
        is_confirmed: the person knows how many attempts are left. The last two need it.
    """

    password: str = field(repr=False)
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Answered by `PenPasswordResult`. `new` None: no password from now on."""

    old: str = field(repr=False)
    new: str | None = field(repr=False)
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class FindPen:
    """Beep and flash."""


@dataclass(frozen=True, slots=True)
class UseNotes:
    """Stream ink of these books only; the others' goes into the pen's memory.

    Attributes:
        books: None for all; empty for none.
    """

    books: tuple[NcodeBook, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListOffline:
    """Answered by `OfflineListed`."""


@dataclass(frozen=True, slots=True)
class ListOfflinePages:
    """Answered by `OfflinePagesListed`."""

    book: NcodeBook


@dataclass(frozen=True, slots=True)
class FetchOffline:
    """Copy one book; the pen keeps it. Answered by `OfflineProgress`, `OfflineInk` (often) and
    one `OfflineFetched`."""

    book: NcodeBook


@dataclass(frozen=True, slots=True)
class TakeOffline:
    """Copy one book from a pen that deletes what it has sent (`keeps_offline` is False).

    Each file is told by `OfflineInk` before the pen learns that it arrived. Answered like
    `FetchOffline`; pens that can keep their notes refuse it.

    Attributes:
        is_confirmed: the person knows that the pen's own copy will be gone.
    """

    book: NcodeBook
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class StopOffline:
    """End the running copy; it is answered by `OfflineFetched` with what came so far."""


_SEAL = object()


@dataclass(frozen=True, slots=True)
class VerifiedCopy:
    """Proof that a book of a pen is on disk, synced, read back and found equal.

    Made by `pen_driver.offline.verify` alone; without one nothing can be deleted.
    """

    pen_id: str
    book: NcodeBook
    strokes: int
    digest: str
    seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise ValueError("only a verified copy yields this")


def seal_copy(pen_id: str, book: NcodeBook, strokes: int, digest: str) -> VerifiedCopy:
    """Return the proof; to be called by the verifier only, after it has compared every byte."""
    return VerifiedCopy(pen_id, book, strokes, digest, _SEAL)


@dataclass(frozen=True, slots=True)
class DeleteOffline:
    """Delete one book on the pen, after a look whether it has grown since it was copied.

    Answered by `OfflineDeleted`.
    """

    copy: VerifiedCopy


PenCommand: TypeAlias = (
    ReadSettings
    | ChangeSetting
    | SubmitPassword
    | ChangePassword
    | FindPen
    | UseNotes
    | ListOffline
    | ListOfflinePages
    | FetchOffline
    | TakeOffline
    | StopOffline
    | DeleteOffline
)
