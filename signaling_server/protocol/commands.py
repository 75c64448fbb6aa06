"""What a person asks of the lesson; only the engine turns a command into an entry.

A pupil's command goes through the server, which stamps the sender; the window's goes over the
local socket and is the teacher's. PROTOCOL.md §6. Rights are the engine's to check, and the
server's again.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from signaling_server.protocol.ids import MemberField, PageField, StrokeField
from signaling_server.protocol.schema import Items, Range, Text

MAX_COMMAND_SAMPLES = 64
MAX_STROKES_NAMED = 512

Coordinate = Annotated[int, Range(-100_000, 1_000_000)]
"""1/100 mm on the page; pages may grow downwards, so y has room."""
Force = Annotated[int, Range(0, 1023)]
Milliseconds = Annotated[int, Range(0, 86_400_000)]


class Tool(enum.IntEnum):
    """What drew a stroke. The eraser draws nothing and is not one."""

    PEN = 1
    MARKER = 2


class Ink(enum.IntEnum):
    """Ink ids as stored; the colour comes from the tokens and the paper, never from the log."""

    INK = 1
    BLUE = 2
    RED = 3
    GREEN = 4
    OCHRE = 5
    PURPLE = 6
    PUPIL = 7
    MARKER_YELLOW = 8
    MARKER_AQUA = 9


class PageKind(enum.StrEnum):
    """What is printed on a page's ground."""

    BLANK = "blank"
    DOTS = "dots"


class Right(enum.StrEnum):
    """What the teacher may give a pupil."""

    SPEAK = "speak"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class WriteInk:
    """At most 100 ms of one stroke, in order; the style counts at the first chunk only.

    `first` is the index of the first sample. Columns are of one length; `force` is empty where
    the writer has none. `ms` counts from the stroke's begin.
    """

    TAG: ClassVar[str] = "ink"

    stroke: StrokeField
    page: PageField
    tool: Tool
    ink: Ink
    width: Annotated[int, Range(5, 2000)]
    first: Annotated[int, Range(0, 1_000_000)]
    x: Annotated[tuple[Coordinate, ...], Items(MAX_COMMAND_SAMPLES)]
    y: Annotated[tuple[Coordinate, ...], Items(MAX_COMMAND_SAMPLES)]
    ms: Annotated[tuple[Milliseconds, ...], Items(MAX_COMMAND_SAMPLES)]
    force: Annotated[tuple[Force, ...], Items(MAX_COMMAND_SAMPLES)] = ()
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class EraseStrokes:
    """Hide these strokes of one page; a pupil may name only own strokes."""

    TAG: ClassVar[str] = "erase"

    page: PageField
    strokes: Annotated[tuple[StrokeField, ...], Items(MAX_STROKES_NAMED, 1)]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the sender's own newest action that still stands."""

    TAG: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again the sender's action undone last, unless a newer action came since."""

    TAG: ClassVar[str] = "redo"


@dataclass(frozen=True, slots=True)
class AddPage:
    """Add a page behind the last one and show it. Teacher only. Sizes in 1/100 mm."""

    TAG: ClassVar[str] = "add_page"

    width: Annotated[int, Range(2_000, 100_000)] = 17_600
    height: Annotated[int, Range(2_000, 100_000)] = 25_000
    kind: PageKind = PageKind.DOTS


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Turn everybody's board to a page. Teacher only."""

    TAG: ClassVar[str] = "show_page"

    page: PageField


@dataclass(frozen=True, slots=True)
class RaiseHand:
    """Ask to speak."""

    TAG: ClassVar[str] = "raise_hand"


@dataclass(frozen=True, slots=True)
class LowerHand:
    """Take a hand down: one's own, or (teacher) anybody's."""

    TAG: ClassVar[str] = "lower_hand"

    member: MemberField


@dataclass(frozen=True, slots=True)
class GiveRight:
    """Let a pupil speak or write. Teacher only."""

    TAG: ClassVar[str] = "give_right"

    member: MemberField
    right: Right


@dataclass(frozen=True, slots=True)
class TakeRight:
    """Take a right back: the teacher anybody's, a pupil the own one ("I am done")."""

    TAG: ClassVar[str] = "take_right"

    member: MemberField
    right: Right


@dataclass(frozen=True, slots=True)
class Say:
    """Plain text to everybody in the lesson."""

    TAG: ClassVar[str] = "say"

    text: Annotated[str, Text(500, 1)]


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """Put a stored picture on a page. Teacher only. Lengths in 1/100 mm."""

    TAG: ClassVar[str] = "place_picture"

    page: PageField
    sha256: Annotated[str, Text(64, 64, is_hex=True)]
    x: Coordinate
    y: Coordinate
    width: Annotated[int, Range(100, 1_000_000)]
    height: Annotated[int, Range(100, 1_000_000)]


Command: TypeAlias = (
    WriteInk
    | EraseStrokes
    | Undo
    | Redo
    | AddPage
    | ShowPage
    | RaiseHand
    | LowerHand
    | GiveRight
    | TakeRight
    | Say
    | PlacePicture
)


class Refusal(enum.StrEnum):
    """Why a command or message was not carried out; turned into words at the face."""

    NO_RIGHT = "no_right"
    NOT_YOURS = "not_yours"
    UNKNOWN_PAGE = "unknown_page"
    UNKNOWN_STROKE = "unknown_stroke"
    UNKNOWN_MEMBER = "unknown_member"
    OUT_OF_ORDER = "out_of_order"
    NOTHING_TO_UNDO = "nothing_to_undo"
    INVALID = "invalid"
    TOO_FAST = "too_fast"
    TOO_LARGE = "too_large"
    NO_ENGINE = "no_engine"
    NOT_IN_SESSION = "not_in_session"
    SESSION_OVER = "session_over"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    BUSY = "busy"
    PROTOCOL_VERSION = "protocol_version"
