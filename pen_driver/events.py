"""What a pen says, whatever its make: one frozen dataclass per event.

Lengths are millimetres on the sheet, origin top left, y down. Force is 0..1, or None where the pen
sends none. `t_host` is seconds on the host's monotonic clock, taken by the reader when the bytes of
the event arrived. `t_pen` is seconds since 1970 on the pen's own clock, or None where that clock is
unknown or wrong; its spacing within one stroke is better than that of `t_host`.

Order of one stroke: `PenPage` (only when the page changed), `PenDown`, one or more `PenSample`,
`PenLifted`. A started stroke is always lifted, also when the link is lost (`cut_short`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NewType, TypeAlias

StrokeNo = NewType("StrokeNo", int)
"""Number of a stroke since the pen was opened; it never repeats, also not after a reconnect."""

PenId = NewType("PenId", str)
"""Tells pens apart for a reader ("NEO-BBCC"); never the whole hardware address."""


class Tip(Enum):
    """Which end of the pen writes."""

    NORMAL = 0
    ERASER = 1


class DisconnectReason(Enum):
    """Why events stop."""

    NO_PORT = "no_port"  # the port cannot be opened (yet)
    LINK_LOST = "link_lost"
    POWERED_OFF = "powered_off"
    NO_ANSWER = "no_answer"  # the other side is silent or not a pen
    REFUSED = "refused"  # the pen refused the request to send live ink
    ENDED = "ended"  # a replay came to its end
    CLOSED = "closed"


class PowerOffReason(Enum):
    """Why the pen says that it switches itself off (pen/PROTOCOL 7.3)."""

    AUTO_OFF = 0
    LOW_BATTERY = 1
    FIRMWARE_UPDATE = 2
    POWER_KEY = 3
    CAP = 4
    SYSTEM_ERROR = 5
    USB = 6
    PASSWORD_FAILURES = 7
    TEST_TOOL = 8
    UNKNOWN = -1


class DiagnosticKind(Enum):
    """Something was wrong on the wire and has been repaired, or counted and left out."""

    JUNK = auto()  # bytes outside any frame
    TRUNCATED = auto()  # a frame began before the one before it ended
    SHORT = auto()  # less data than the frame declares
    TRAILING = auto()  # more data than declared; the declared part was used
    OVERSIZED = auto()
    BAD_PACKET = auto()
    LOST_EVENTS = auto()  # a gap in the pen's own event counter
    BAD_COUNTER = auto()  # that counter ran back
    DOUBLED = auto()  # the same event came twice
    LOST_DOTS = auto()  # fewer dots came than the pen says it made
    EARLY = auto()  # ink before the handshake was done
    MISSING_UP = auto()
    MISSING_DOWN = auto()
    MISSING_PAGE = auto()
    BAD_PAGE = auto()  # a page address outside the pattern's range
    OFF_PAGE = auto()  # a dot outside its sheet
    INVALID_TIME = auto()
    IMAGE_ERROR = auto()  # the pen's camera could not read the pattern
    TAP = auto()  # down and up without a dot
    REFUSED = auto()
    NO_ANSWER = auto()


@dataclass(frozen=True, slots=True, order=True)
class NcodePage:
    """Address of one sheet printed with the Ncode pattern (pen/PROTOCOL 18.2)."""

    section: int
    owner: int
    book: int
    page: int

    def __str__(self) -> str:
        return f"ncode:{self.section}.{self.owner}.{self.book}.{self.page}"


PageAddress: TypeAlias = NcodePage
"""A tagged page address; a further pattern joins as a further class of a union."""


@dataclass(frozen=True, slots=True)
class PenCapabilities:
    """What this pen can do.

    Attributes:
        force_steps: largest raw force, 0 where the pen measures none.
        has_hover: hover positions are being reported.
    """

    force_steps: int
    has_tilt: bool
    has_hover: bool


@dataclass(frozen=True, slots=True)
class PenConnected:
    """The handshake is done and ink is live from here on."""

    t_host: float
    pen_id: PenId
    model: str
    firmware: str
    protocol: str
    capabilities: PenCapabilities


@dataclass(frozen=True, slots=True)
class PenLocked:
    """The pen wants its password. Ten wrong ones wipe the pen: show `attempts_left` first."""

    t_host: float
    pen_id: PenId
    attempts_left: int


@dataclass(frozen=True, slots=True)
class PenPage:
    """The pen is on another page from here on."""

    t_host: float
    page: PageAddress


@dataclass(frozen=True, slots=True)
class PenDown:
    """A stroke begins; its first sample follows at once.

    Attributes:
        page_assumed: the page id was lost, `page` is the one before.
        colour_argb: 0xAARRGGBB as set on the pen, None where it gives none.
    """

    t_host: float
    t_pen: float | None
    stroke: StrokeNo
    page: PageAddress
    page_assumed: bool = False
    tip: Tip = Tip.NORMAL
    colour_argb: int | None = None


@dataclass(frozen=True, slots=True)
class PenSample:
    """One position of the stroke.

    Attributes:
        tilt_x: degrees from upright, -90..90, None where not measured; likewise `tilt_y`.
    """

    t_host: float
    t_pen: float | None
    stroke: StrokeNo
    x_mm: float
    y_mm: float
    force: float | None
    tilt_x: int | None = None
    tilt_y: int | None = None


@dataclass(frozen=True, slots=True)
class PenLifted:
    """The stroke ends at its last sample.

    Attributes:
        samples: samples reported for this stroke.
        lost: dots that the pen made and that did not arrive, as far as it says.
        cut_short: the link went away in mid-stroke.
    """

    t_host: float
    t_pen: float | None
    stroke: StrokeNo
    samples: int
    lost: int = 0
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class PenHover:
    """The pen is over the paper and does not touch it."""

    t_host: float
    page: PageAddress
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class PenBattery:
    """State of charge; `charging` is None where the pen does not say."""

    t_host: float
    percent: int
    charging: bool | None = None


@dataclass(frozen=True, slots=True)
class PenPoweredOff:
    """The pen says good-bye; `code` keeps a reason that we do not know."""

    t_host: float
    reason: PowerOffReason
    code: int


@dataclass(frozen=True, slots=True)
class PenDiagnostic:
    """Damage seen; `count` in the unit of its kind (bytes, frames, dots, events)."""

    t_host: float
    kind: DiagnosticKind
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PenDisconnected:
    """No events until the next `PenConnected`."""

    t_host: float
    reason: DisconnectReason


PenEvent: TypeAlias = (
    PenConnected
    | PenLocked
    | PenPage
    | PenDown
    | PenSample
    | PenLifted
    | PenHover
    | PenBattery
    | PenPoweredOff
    | PenDiagnostic
    | PenDisconnected
)
