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

from pen_driver.address import AnotoPage as AnotoPage  # noqa: PLC0414
from pen_driver.address import NcodeBook as NcodeBook  # noqa: PLC0414 — offered from here too
from pen_driver.address import NcodePage as NcodePage  # noqa: PLC0414
from pen_driver.address import PageAddress as PageAddress  # noqa: PLC0414
from pen_driver.address import SheetPage as SheetPage  # noqa: PLC0414
from pen_driver.commands import PenCommand, SettingName, SettingValue

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
    SPIKE = auto()  # a dot far off between two near ones, left out by the filter
    IMAGE_ERROR = auto()  # the pen's camera could not read the pattern
    TAP = auto()  # down and up without a dot
    REFUSED = auto()
    NO_ANSWER = auto()


@dataclass(frozen=True, slots=True)
class PenCapabilities:
    """What this pen can do.

    Attributes:
        force_steps: largest raw force, 0 where the pen measures none.
        has_hover: hover positions are being reported.
        settings: what `ChangeSetting` may name.
        has_offline: it stores ink without a host and lists and gives it to one.
        keeps_offline: it can give stored ink and keep it; a pen without this deletes what it gives.
        can_delete: it deletes a stored book when the proof of a copy is shown to it.
        has_note_info: it can tell all pages of a stored book at once.
        has_live: ink comes as it is written; a pen's disk has stored ink only.
    """

    force_steps: int
    has_tilt: bool
    has_hover: bool
    can_hover: bool = False
    has_twist: bool = False
    has_battery: bool = False
    has_memory: bool = False
    has_password: bool = False
    has_find: bool = False
    has_offline: bool = False
    keeps_offline: bool = False
    can_delete: bool = False
    has_note_info: bool = False
    has_live: bool = True
    settings: frozenset[SettingName] = frozenset()


@dataclass(frozen=True, slots=True)
class PenConnected:
    """The handshake is done and ink is live from here on (but see `PenCapabilities.has_live`)."""

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
    needs_confirmation: bool = False  # too few are left to try without asking the person again


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
class RawDot:
    """What the pen itself sent: x, y in its own units, force in its own steps (None: none)."""

    x: float
    y: float
    force: int | None


@dataclass(frozen=True, slots=True)
class PenSample:
    """One position of the stroke.

    Attributes:
        tilt_x: degrees from upright, -90..90, None where not measured; likewise `tilt_y`.
        twist: degrees 0..359, None where not measured.
        raw: as sent, before conversion and clamping; None where the pen's make has no such form.
    """

    t_host: float
    t_pen: float | None
    stroke: StrokeNo
    x_mm: float
    y_mm: float
    force: float | None
    tilt_x: int | None = None
    tilt_y: int | None = None
    twist: int | None = None
    raw: RawDot | None = None


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
class PenMemory:
    """How full the pen's own memory is."""

    t_host: float
    used_percent: int


@dataclass(frozen=True, slots=True)
class PenClock:
    """The pen's clock as read before it was set at this connection; seconds since 1970.

    Attributes:
        pen_s: what the pen's clock said at `host_s` of the host's wall clock.
    """

    t_host: float
    pen_s: float
    host_s: float


@dataclass(frozen=True, slots=True)
class PenSettings:
    """The settings as the pen reports them; one that it does not report is not in `values`."""

    t_host: float
    values: tuple[tuple[SettingName, SettingValue], ...]

    def get(self, name: SettingName) -> SettingValue | None:
        """Return one value, None where the pen does not report it."""
        return dict(self.values).get(name)


class SettingOutcome(Enum):
    """What became of a change."""

    APPLIED = "applied"  # read back and equal
    NOT_YET = "not_yet"  # accepted, but read back as before: some apply after a power cycle
    UNSEEN = "unseen"  # accepted; this pen cannot tell the value
    UNSUPPORTED = "unsupported"
    INVALID = "invalid"  # out of range; not sent
    REFUSED = "refused"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class PenSettingChanged:
    """Answer to `ChangeSetting`; `value` as read back, None where it cannot be."""

    t_host: float
    name: SettingName
    outcome: SettingOutcome
    value: SettingValue | None = None


class PasswordOutcome(Enum):
    """What became of a password."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    CHANGED = "changed"
    WIPED = "wiped"  # the limit was reached: the pen has deleted its notes and its password
    NEEDS_CONFIRMATION = "needs_confirmation"  # not sent
    INVALID = "invalid"  # not sent: not 1 to 16 ASCII characters, or 0000
    NOT_ASKED = "not_asked"  # not sent: the pen is not locked, or (for a change) not ready
    ERROR = "error"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class PenPasswordResult:
    """Answer to `SubmitPassword` and `ChangePassword`; `attempts_left` None where unknown."""

    t_host: float
    outcome: PasswordOutcome
    attempts_left: int | None = None


class CommandFailure(Enum):
    """Why a command came to nothing."""

    NOT_READY = "not_ready"  # no pen, or locked
    UNSUPPORTED = "unsupported"
    NEEDS_CONFIRMATION = "needs_confirmation"  # not sent
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    BUSY = "busy"  # too many are waiting


@dataclass(frozen=True, slots=True)
class PenCommandFailed:
    """The pen did not, could not or must not do what was asked."""

    t_host: float
    command: PenCommand
    reason: CommandFailure
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PenCommandDone:
    """A command without an answer of its own was carried out."""

    t_host: float
    command: PenCommand


@dataclass(frozen=True, slots=True)
class OfflineListed:
    """Books in the pen's memory; `is_complete` False: the pen lists no more at once."""

    t_host: float
    books: tuple[NcodeBook, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class OfflinePagesListed:
    """Pages of one stored book, ascending."""

    t_host: float
    book: NcodeBook
    pages: tuple[int, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class OfflineDot:
    """One stored dot; `dt_ms` since the dot before, of the first since pen-down."""

    dt_ms: int
    x: float
    y: float
    force: int
    tilt_x: int
    tilt_y: int
    twist: int


@dataclass(frozen=True, slots=True)
class OfflineStroke:
    """One stored stroke; times in ms since 1970 on the pen's own clock, as it was then."""

    page: NcodePage
    down_ms: int
    up_ms: int
    tip: Tip
    colour_argb: int
    dots: tuple[OfflineDot, ...]


@dataclass(frozen=True, slots=True)
class OfflineInk:
    """Some strokes of the running copy, each whole and with right checksums."""

    t_host: float
    book: NcodeBook
    strokes: tuple[OfflineStroke, ...]


@dataclass(frozen=True, slots=True)
class OfflineProgress:
    """Where the running copy stands; `resends`: chunks that had to come again."""

    t_host: float
    book: NcodeBook
    strokes: int
    strokes_promised: int
    resends: int = 0


class FetchOutcome(Enum):
    """How a copy ended; only WHOLE can be verified."""

    WHOLE = "whole"
    EMPTY = "empty"  # the pen has nothing of this book
    INCOMPLETE = "incomplete"  # it said that all is sent, and less came than it promised
    DAMAGED = "damaged"  # a chunk stayed unreadable after all resends
    SILENT = "silent"  # nothing came any more
    LINK_LOST = "link_lost"
    STOPPED = "stopped"  # by `StopOffline`
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OfflineFetched:
    """A copy has ended."""

    t_host: float
    book: NcodeBook
    outcome: FetchOutcome
    strokes: int
    strokes_promised: int


class DeleteOutcome(Enum):
    """What became of a deletion."""

    DELETED = "deleted"
    GROWN = "grown"  # the book has more or fewer strokes than the copy; nothing was deleted
    OTHER_PEN = "other_pen"  # the copy is of another pen; nothing was deleted
    REFUSED = "refused"
    NO_ANSWER = "no_answer"  # unknown whether it was deleted: list again


@dataclass(frozen=True, slots=True)
class OfflineDeleted:
    """Answer to `DeleteOffline`."""

    t_host: float
    book: NcodeBook
    outcome: DeleteOutcome


@dataclass(frozen=True, slots=True)
class PenButtonPressed:
    """A printed button or a bound area was touched, made by `pen_driver.paper.buttons`; or the
    button on the pen itself was pressed (action "side")."""

    t_host: float
    action: str
    page: PageAddress


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
    | PenMemory
    | PenClock
    | PenSettings
    | PenSettingChanged
    | PenPasswordResult
    | PenCommandFailed
    | PenCommandDone
    | OfflineListed
    | OfflinePagesListed
    | OfflineInk
    | OfflineProgress
    | OfflineFetched
    | OfflineDeleted
    | PenButtonPressed
)
