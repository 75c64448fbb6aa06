"""Entries of the log: kinds, bodies, and how one is written inside a block (PROTOCOL.md §2)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from signaling_server.protocol.commands import (
    MAX_ITEMS_NAMED,
    MAX_PARTS_NAMED,
    Coordinate,
    Ink,
    PageKind,
    Right,
    StrokePart,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    GLOBAL_PAGE,
    MAX_PAGE,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    CommandId,
    EntryField,
    EntryNumber,
    ItemField,
    Member,
    MemberField,
    PageField,
    PageId,
)
from signaling_server.protocol.ink import InkBody, decode_ink, encode_ink
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.messages import EndReason
from signaling_server.protocol.schema import (
    Dataclass,
    InvalidError,
    Items,
    Range,
    Text,
    decode,
    dumps,
    encode,
    loads,
)
from signaling_server.protocol.varint import ByteReader, write_varint

MUST_UNDERSTAND: Final = 0x80
MAX_BODY_BYTES: Final = 16 * 1024
MAX_TIME_MS: Final = 86_400_000
MAX_OUTLINE: Final = 14_000

Length = Annotated[int, Range(0, 1_000_000)]
PageLength = Annotated[int, Range(2_000, 1_000_000)]


class EntryKind(enum.IntEnum):
    """Kinds of entries; bit 7 set: a reader that does not know it must not go on."""

    LESSON_BEGUN = 0x81
    LESSON_ENDED = 0x82
    SESSION_ATTACHED = 0x03
    PAGE_ADDED = 0x84
    PAGE_SHOWN = 0x85
    INK_BEGIN = 0x86
    INK_MORE = 0x87
    INK_END = 0x88
    ITEMS_ERASED = 0x89
    ITEMS_RESTORED = 0x8A
    UNDONE = 0x8B
    REDONE = 0x8C
    MEMBER_JOINED = 0x0D
    MEMBER_LEFT = 0x0E
    HAND_RAISED = 0x0F
    HAND_LOWERED = 0x10
    RIGHT_GIVEN = 0x11
    RIGHT_TAKEN = 0x12
    CHAT_SAID = 0x13
    PICTURE_PLACED = 0x94
    AUDIO_MARK = 0x15
    PARTS_ERASED = 0x96
    ITEMS_CHANGED = 0x97
    TEXT_PLACED = 0x98
    PAGE_CLEARED = 0x99
    PAGE_MOVED = 0x9A
    PAGE_DELETED = 0x9B
    PAGE_CHANGED = 0x9C
    VIEW_SHOWN = 0x1D
    INSTRUMENT_SET = 0x1E


class TextKind(enum.StrEnum):
    """How a text is read."""

    TEXT = "text"
    FORMULA = "formula"


class InstrumentKind(enum.StrEnum):
    """What lies on a page to draw along."""

    NONE = "none"
    RULER = "ruler"
    SET_SQUARE_45 = "set_square_45"
    SET_SQUARE_60 = "set_square_60"
    PROTRACTOR = "protractor"
    COMPASS = "compass"


@dataclass(frozen=True, slots=True)
class LessonBegun:
    """First entry. `started_ms` is the engine's wall time (UTC) at lesson ms 0."""

    lesson: Annotated[str, Text(32, 8)]
    started_ms: Annotated[int, Range(0, 2**53 - 1)]


@dataclass(frozen=True, slots=True)
class LessonEnded:
    """Last entry of a lesson that ended; nothing follows."""

    reason: EndReason


@dataclass(frozen=True, slots=True)
class SessionAttached:
    """Ties the log's clock to the server's: `server_ms` (UTC) is the entry's time."""

    session: Annotated[str, Text(32, 8)]
    server_ms: Annotated[int, Range(0, 2**53 - 1)]


@dataclass(frozen=True, slots=True)
class PageAdded:
    """A page of the header's number. `paper` is a tagged address (``neo:3/27/603/12``) or ''.

    It stands behind page `after`; 0: first, None: last. The entry's audience is the page's.
    """

    width: PageLength
    height: PageLength
    kind: PageKind
    paper: Annotated[str, Text(64)] = ""
    after: PageField | None = None


@dataclass(frozen=True, slots=True)
class PageShown:
    """The header's page is before everybody's eyes."""


@dataclass(frozen=True, slots=True)
class PageMoved:
    """The header's page stands behind page `after` from now on; 0: first."""

    after: PageField


@dataclass(frozen=True, slots=True)
class PageDeleted:
    """The header's page is gone from the row of pages, with all that is on it."""


@dataclass(frozen=True, slots=True)
class PageChanged:
    """Size and ground of the header's page; what is None stays.

    So that growing downwards and another ground do not undo each other.
    """

    width: PageLength | None = None
    height: PageLength | None = None
    kind: PageKind | None = None


@dataclass(frozen=True, slots=True)
class PageCleared:
    """Everything on the header's page is hidden but pictures that are its ground."""


@dataclass(frozen=True, slots=True)
class ItemsNamed:
    """Body of ITEMS_ERASED and ITEMS_RESTORED."""

    items: Annotated[tuple[ItemField, ...], Items(MAX_ITEMS_NAMED, 1)]


@dataclass(frozen=True, slots=True)
class PartsNamed:
    """Body of PARTS_ERASED."""

    parts: Annotated[tuple[StrokePart, ...], Items(MAX_PARTS_NAMED, 1)]


@dataclass(frozen=True, slots=True)
class ItemsChanged:
    """Items moved, turned, scaled or recoloured; applied on top of what stands (P-8.5).

    Attributes:
        matrix: of points on the page; None: they stay.
        scale: of stroke widths, in thousandths.
        ink, width: new ones, or None.
    """

    items: Annotated[tuple[ItemField, ...], Items(MAX_ITEMS_NAMED, 1)]
    matrix: Matrix | None = None
    scale: Annotated[int, Range(1, 1_000_000)] = 1000
    ink: Ink | None = None
    width: Annotated[int, Range(5, 2000)] | None = None


@dataclass(frozen=True, slots=True)
class TextPlaced:
    """Typed text or a formula; its item is this entry's number. Lengths in 1/100 mm.

    Attributes:
        text: what was typed; of a formula its LaTeX source.
        x, y: top left corner of its box.
        width, height: of the box, as its writer measured it.
        size: of the letters (em).
        ink: its colour.
        kind: text, or a formula.
        breaks: of a text: the indices before which a line begins, besides those after a line
            feed, so that every reader breaks lines where the writer does.
        outline: of a formula: its shape as path commands (P-3.6), in 1/100 mm from (x, y).
    """

    text: Annotated[str, Text(2000, 1)]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length
    size: Annotated[int, Range(100, 10_000)]
    ink: Ink
    kind: TextKind = TextKind.TEXT
    breaks: Annotated[tuple[Annotated[int, Range(1, 2000)], ...], Items(200)] = ()
    outline: Annotated[str, Text(MAX_OUTLINE)] = ""


@dataclass(frozen=True, slots=True)
class ViewShown:
    """The part of the header's page that the teacher looks at; all zero: no frame to follow."""

    x: Coordinate = 0
    y: Coordinate = 0
    width: Length = 0
    height: Length = 0


@dataclass(frozen=True, slots=True)
class InstrumentSet:
    """An instrument lies on the header's page, or (NONE) lies there no more.

    Attributes:
        x, y: ruler and set square: their zero; protractor: its centre; compass: its needle.
        angle: of its long edge, in 1/100 degree, clockwise from the x axis.
        size: ruler: its length; set square: its longer leg; protractor: its radius.
        opening: compass: needle to pencil.
    """

    kind: InstrumentKind
    x: Coordinate = 0
    y: Coordinate = 0
    angle: Annotated[int, Range(0, 35_999)] = 0
    size: Length = 0
    opening: Length = 0


@dataclass(frozen=True, slots=True)
class ActionNamed:
    """Body of UNDONE and REDONE: the entry that began the action."""

    of: EntryField


@dataclass(frozen=True, slots=True)
class MemberNamed:
    """Body of MEMBER_JOINED, MEMBER_LEFT and HAND_LOWERED."""

    member: MemberField


@dataclass(frozen=True, slots=True)
class HandRaised:
    """The author asks to speak."""


@dataclass(frozen=True, slots=True)
class RightNamed:
    """Body of RIGHT_GIVEN and RIGHT_TAKEN."""

    member: MemberField
    right: Right


@dataclass(frozen=True, slots=True)
class ChatSaid:
    """Plain text, a picture, or both."""

    text: Annotated[str, Text(500)]
    picture: Annotated[str, Text(64, is_hex=True)] = ""


@dataclass(frozen=True, slots=True)
class PicturePlaced:
    """A stored picture on the header's page; lengths in 1/100 mm.

    Its item is this entry's number. `is_ground`: printed on the page (a worksheet), so that
    nothing selects, erases or clears it.
    """

    sha256: Annotated[str, Text(64, 64, is_hex=True)]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length
    is_ground: bool = False


@dataclass(frozen=True, slots=True)
class AudioMark:
    """At the entry's time the track of `member` stood at `sample` (48 kHz)."""

    member: MemberField
    sample: Annotated[int, Range(0, 2**53 - 1)]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Body of a kind this reader does not know; kept as bytes."""

    data: bytes


JsonBody: TypeAlias = (
    LessonBegun
    | LessonEnded
    | SessionAttached
    | PageAdded
    | PageShown
    | PageMoved
    | PageDeleted
    | PageChanged
    | PageCleared
    | ItemsNamed
    | PartsNamed
    | ItemsChanged
    | TextPlaced
    | ViewShown
    | InstrumentSet
    | ActionNamed
    | MemberNamed
    | HandRaised
    | RightNamed
    | ChatSaid
    | PicturePlaced
    | AudioMark
)
Body: TypeAlias = InkBody | JsonBody | Unknown

INK_KINDS: Final = (EntryKind.INK_BEGIN, EntryKind.INK_MORE, EntryKind.INK_END)
BODIES: Final[dict[EntryKind, type[JsonBody]]] = {
    EntryKind.LESSON_BEGUN: LessonBegun,
    EntryKind.LESSON_ENDED: LessonEnded,
    EntryKind.SESSION_ATTACHED: SessionAttached,
    EntryKind.PAGE_ADDED: PageAdded,
    EntryKind.PAGE_SHOWN: PageShown,
    EntryKind.ITEMS_ERASED: ItemsNamed,
    EntryKind.ITEMS_RESTORED: ItemsNamed,
    EntryKind.UNDONE: ActionNamed,
    EntryKind.REDONE: ActionNamed,
    EntryKind.MEMBER_JOINED: MemberNamed,
    EntryKind.MEMBER_LEFT: MemberNamed,
    EntryKind.HAND_RAISED: HandRaised,
    EntryKind.HAND_LOWERED: MemberNamed,
    EntryKind.RIGHT_GIVEN: RightNamed,
    EntryKind.RIGHT_TAKEN: RightNamed,
    EntryKind.CHAT_SAID: ChatSaid,
    EntryKind.PICTURE_PLACED: PicturePlaced,
    EntryKind.AUDIO_MARK: AudioMark,
    EntryKind.PARTS_ERASED: PartsNamed,
    EntryKind.ITEMS_CHANGED: ItemsChanged,
    EntryKind.TEXT_PLACED: TextPlaced,
    EntryKind.PAGE_CLEARED: PageCleared,
    EntryKind.PAGE_MOVED: PageMoved,
    EntryKind.PAGE_DELETED: PageDeleted,
    EntryKind.PAGE_CHANGED: PageChanged,
    EntryKind.VIEW_SHOWN: ViewShown,
    EntryKind.INSTRUMENT_SET: InstrumentSet,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log.

    Attributes:
        kind: an :class:`EntryKind`, or the bare byte of one unknown here.
        number: its place in the log.
        time_ms: lesson time.
        page: the page it is about, 0 for global ones.
        author: in whose name it stands: 0 the lesson, 1 the teacher, else a pupil.
        audience: 0 everybody, else the one member who reads it (with author and teacher).
        command: the forwarded command it carries out; never 0 in a pupil's name.
        body: fits the kind.
    """

    kind: EntryKind | int
    number: EntryNumber
    time_ms: int
    body: Body
    page: PageId = GLOBAL_PAGE
    author: Member = NOBODY
    audience: int = EVERYBODY
    command: CommandId = NO_COMMAND

    @property
    def must_understand(self) -> bool:
        """Whether a reader that does not know this kind has to stop."""
        return bool(self.kind & MUST_UNDERSTAND)


@dataclass(frozen=True, slots=True)
class Blank:
    """An entry that this reader may not see, or that was erased: its number only."""

    number: EntryNumber
    author: Member
    audience: int


def may_read(reader: Member, author: Member, audience: int) -> bool:
    """Whether `reader` may see an entry; its author and the teacher always may."""
    return audience == EVERYBODY or reader in (audience, author, TEACHER)


def encode_entry(entry: Entry) -> bytes:
    """Write kind, time, page, command and body; the rest stands at the section."""
    out = bytearray((entry.kind,))
    write_varint(out, entry.time_ms)
    write_varint(out, entry.page)
    write_varint(out, entry.command)
    body = _encode_body(entry.body)
    write_varint(out, len(body))
    return bytes(out) + body


def decode_entry(reader: ByteReader, number: EntryNumber, author: Member, audience: int) -> Entry:
    """Read one entry of a section.

    Raises:
        InvalidError: malformed, or a body that does not fit its kind.
    """
    kind = reader.byte()
    time_ms, page, command, length = (reader.varint() for _ in range(4))
    if length > MAX_BODY_BYTES or page > MAX_PAGE or time_ms > MAX_TIME_MS:
        raise InvalidError("entry", "out of range")
    body = _decode_body(kind, reader.take(length))
    known = EntryKind(kind) if not isinstance(body, Unknown) else kind
    return Entry(known, number, time_ms, body, PageId(page), author, audience, CommandId(command))


def _encode_body(body: Body) -> bytes:
    if isinstance(body, InkBody):
        return encode_ink(body)
    if isinstance(body, Unknown):
        return body.data
    as_dataclass: Dataclass = body
    return dumps(encode(as_dataclass)).encode()


def _decode_body(kind: int, data: bytes) -> Body:
    if kind in INK_KINDS:
        body = decode_ink(data, has_style=kind == EntryKind.INK_BEGIN)
        if body.is_last and kind == EntryKind.INK_MORE:
            raise InvalidError("ink", "an end that is none")
        return body
    if kind not in BODIES:
        return Unknown(data)
    return decode(BODIES[EntryKind(kind)], loads(data, MAX_BODY_BYTES))
