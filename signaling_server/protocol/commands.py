"""What a person asks of the lesson; only the engine turns a command into an entry.

A pupil's command goes through the server, which stamps the sender; the window's goes over the
local socket and is the teacher's. PROTOCOL.md §6. Rights are the engine's to check, and the
server's again.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from signaling_server.protocol.ids import ItemField, MemberField, PageField, StrokeField
from signaling_server.protocol.schema import Items, Range, Text

MAX_COMMAND_SAMPLES = 64
MAX_ITEMS_NAMED = 512
MAX_PARTS_NAMED = 200

Coordinate = Annotated[int, Range(-100_000, 1_000_000)]
"""1/100 mm on the page; pages may grow downwards, so y has room."""
Force = Annotated[int, Range(0, 1023)]
Milliseconds = Annotated[int, Range(0, 86_400_000)]


class Tool(enum.IntEnum):
    """What drew a stroke. The eraser draws nothing and is not one.

    The fineliner's width does not follow the force; straightened shapes are drawn with it.
    The laser only points: its strokes fade, and no undo, eraser or export knows them (P-3.5).
    """

    PEN = 1
    MARKER = 2
    FINELINER = 3
    LASER = 4


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
    SQUARES = "squares"
    LINES = "lines"
    ENGLISH = "english"
    TIANZIGE = "tianzige"
    MUSIC = "music"
    AXES = "axes"


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
class EraseItems:
    """Hide these items of one page; a pupil may name only own strokes."""

    TAG: ClassVar[str] = "erase"

    page: PageField
    items: Annotated[tuple[ItemField, ...], Items(MAX_ITEMS_NAMED, 1)]


@dataclass(frozen=True, slots=True)
class StrokePart:
    """The samples of a stroke from index `first` up to `stop`, and the line between them."""

    stroke: StrokeField
    first: Annotated[int, Range(0, 1_000_000)]
    stop: Annotated[int, Range(1, 1_000_000)]


@dataclass(frozen=True, slots=True)
class EraseParts:
    """Rub out parts of strokes that have ended; a pupil may name only own strokes."""

    TAG: ClassVar[str] = "erase_parts"

    page: PageField
    parts: Annotated[tuple[StrokePart, ...], Items(MAX_PARTS_NAMED, 1)]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the sender's own newest action that still stands."""

    TAG: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again the sender's action undone last, unless a newer action came since."""

    TAG: ClassVar[str] = "redo"


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
    """Plain text to everybody in the lesson, or a picture that was uploaded to it, or both.

    A pupil's picture is for the teacher alone until the teacher puts it on the board.
    """

    TAG: ClassVar[str] = "say"

    text: Annotated[str, Text(500)]
    picture: Annotated[str, Text(64, is_hex=True)] = ""


Command: TypeAlias = (
    WriteInk
    | EraseItems
    | EraseParts
    | Undo
    | Redo
    | RaiseHand
    | LowerHand
    | GiveRight
    | TakeRight
    | Say
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
