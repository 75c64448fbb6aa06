"""Entries of the log: kinds, bodies, and how one is written inside a block (PROTOCOL.md §2)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from signaling_server.protocol.commands import MAX_STROKES_NAMED, Coordinate, PageKind, Right
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
    Member,
    MemberField,
    PageId,
    StrokeField,
)
from signaling_server.protocol.ink import InkBody, decode_ink, encode_ink
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

Length = Annotated[int, Range(0, 1_000_000)]


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
    STROKES_ERASED = 0x89
    STROKES_RESTORED = 0x8A
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
    """A page of the header's number. `paper` is a tagged address (``neo:3/27/603/12``) or ''."""

    width: Annotated[int, Range(2_000, 100_000)]
    height: Annotated[int, Range(2_000, 100_000)]
    kind: PageKind
    paper: Annotated[str, Text(64)] = ""


@dataclass(frozen=True, slots=True)
class PageShown:
    """The header's page is before everybody's eyes."""


@dataclass(frozen=True, slots=True)
class StrokesNamed:
    """Body of STROKES_ERASED and STROKES_RESTORED."""

    strokes: Annotated[tuple[StrokeField, ...], Items(MAX_STROKES_NAMED, 1)]


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
    """Plain text."""

    text: Annotated[str, Text(500, 1)]


@dataclass(frozen=True, slots=True)
class PicturePlaced:
    """A stored picture on the header's page; lengths in 1/100 mm."""

    sha256: Annotated[str, Text(64, 64, is_hex=True)]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length


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
    | StrokesNamed
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
    EntryKind.STROKES_ERASED: StrokesNamed,
    EntryKind.STROKES_RESTORED: StrokesNamed,
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
