"""What window and engine say to each other over the local socket.

A frame is ``u32 length (little-endian) | u8 kind | payload``, the length counting kind and
payload. JSON frames carry one of the messages below; block and hint frames carry the bytes of
:mod:`signaling_server.protocol.blocks` and :mod:`signaling_server.protocol.hints`, which every
reader of the log gets. The window's first frame is :class:`Attach`; anything else closes.
The window is a reader with a mouse: it shows what the engine confirms, nothing of its own.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.commands import Command, Ink, Refusal, Tool
from signaling_server.protocol.ids import MemberField
from signaling_server.protocol.messages import (
    Clock,
    Ended,
    MemberInfo,
    RequestField,
    RequestGone,
    RequestOffered,
    SessionField,
    TimeWarning,
)
from signaling_server.protocol.schema import (
    Items,
    Range,
    Text,
    decode_tagged,
    dumps,
    encode,
    loads,
    tagged,
)
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.file_messages import (
    CancelJob,
    ClosePrepared,
    DropPrepared,
    ExportPages,
    ImportFiles,
    JobProgress,
    ListPrepared,
    PicturesCame,
    PictureSharpened,
    PreparedLessons,
    PrepareLesson,
    SayPicture,
    SharpenPicture,
)
from teacher_client.lesson.note_messages import (
    CopyStored,
    DeleteStored,
    KeptNotes,
    KeptPlaced,
    ListKept,
    ListStored,
    PlaceKept,
    StopCopy,
    StoredNotes,
)
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    CalibratePaper,
    ForgetBook,
    NameBook,
    PaperBooks,
    PaperButtons,
    PaperCalibration,
    PaperPressed,
    StopBinding,
    UnbindButton,
)
from teacher_client.lesson.pen_messages import (
    ChoosePen,
    EnterPenPassword,
    LookForPens,
    PenCandidates,
    PenDetails,
    PenTrial,
    PenTrialInk,
    SaveTrialLog,
    SetPenSetting,
    SoundPen,
    StopLooking,
    TrialLogSaved,
    TryPen,
)

MAX_FRAME: Final = 4 * 1024 * 1024
HEAD: Final = struct.Struct("<IB")

Unit = Annotated[float, Range(0, 1)]
Milliseconds = Annotated[int, Range(0, 86_400_000)]


class FrameKind(enum.IntEnum):
    """What a frame's payload is."""

    JSON = 1
    BLOCK = 2
    HINT = 3


class LinkState(enum.StrEnum):
    """State of a connection, as a badge shows it."""

    OFF = "off"
    CONNECTING = "connecting"
    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"
    LOST = "lost"


class NoticeId(enum.StrEnum):
    """One-line notices; the words stand in the face's text table."""

    NETWORK_LOST = "network_lost"
    NETWORK_BACK = "network_back"
    PUPIL_LOST = "pupil_lost"
    PUPIL_BACK = "pupil_back"
    PEN_LOST = "pen_lost"
    PEN_LOST_NO_MEMORY = "pen_lost_no_memory"
    PEN_BACK = "pen_back"
    PEN_BACK_PARTLY = "pen_back_partly"
    PEN_LOCKED = "pen_locked"
    PEN_LOW = "pen_low"
    PEN_EMPTY = "pen_empty"
    MICROPHONE_GONE = "microphone_gone"
    SPEAKER_GONE = "speaker_gone"
    ECHO_REMAINS = "echo_remains"
    DISK_REFUSED = "disk_refused"
    DISK_BACK = "disk_back"
    ENGINE_RESTARTED = "engine_restarted"
    COMMAND_REFUSED = "command_refused"
    LESSON_DAMAGED = "lesson_damaged"
    PICTURES_NOT_TAKEN = "pictures_not_taken"


# window to engine


@dataclass(frozen=True, slots=True)
class Attach:
    """First frame: the one-time token."""

    TAG: ClassVar[str] = "attach"

    token: Annotated[str, Text(128, 16)]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign in at the server whose address the engine was started with, or at `server`."""

    TAG: ClassVar[str] = "sign_in"

    login: Annotated[str, Text(64, 1)]
    password: Annotated[str, Text(128, 1)]
    server: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, slots=True)
class SignOut:
    """Forget the session token."""

    TAG: ClassVar[str] = "sign_out"


@dataclass(frozen=True, slots=True)
class ChooseDuty:
    """Go on duty or off."""

    TAG: ClassVar[str] = "choose_duty"

    is_on: bool


@dataclass(frozen=True, slots=True)
class Accept:
    """Take a request."""

    TAG: ClassVar[str] = "accept"

    request: RequestField


@dataclass(frozen=True, slots=True)
class Decline:
    """Pass a request on."""

    TAG: ClassVar[str] = "decline"

    request: RequestField


@dataclass(frozen=True, slots=True)
class Do:
    """The teacher's command to the lesson."""

    TAG: ClassVar[str] = "do"

    body: Command | BoardCommand


@dataclass(frozen=True, slots=True)
class ChooseTool:
    """What the paper pen draws with from now on; mouse ink carries its own style."""

    TAG: ClassVar[str] = "choose_tool"

    tool: Tool
    ink: Ink
    width: Annotated[int, Range(5, 2000)]
    is_eraser: bool = False
    erases_area: bool = False


class Smoothing(enum.StrEnum):
    """How much the writer's ink is calmed before it is stored."""

    OFF = "off"
    LIGHT = "light"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class SetWriting:
    """The teacher's habits, for the paper pen as for the mouse; sent after attaching.

    Attributes:
        straightens: a stroke held still at its end becomes a line or a shape.
        snaps: ink near an instrument's edge runs along it.
    """

    TAG: ClassVar[str] = "set_writing"

    smoothing: Smoothing = Smoothing.LIGHT
    straightens: bool = True
    snaps: bool = True


@dataclass(frozen=True, slots=True)
class SwitchMicrophone:
    """Open or close the teacher's microphone."""

    TAG: ClassVar[str] = "switch_microphone"

    is_on: bool


@dataclass(frozen=True, slots=True)
class FinishLesson:
    """End the lesson for all."""

    TAG: ClassVar[str] = "finish_lesson"


@dataclass(frozen=True, slots=True)
class ListLessons:
    """Ask for the kept lessons."""

    TAG: ClassVar[str] = "list_lessons"


@dataclass(frozen=True, slots=True)
class OpenLesson:
    """Open a kept lesson for playback; its log comes as blocks, as in a live one."""

    TAG: ClassVar[str] = "open_lesson"

    session: SessionField


@dataclass(frozen=True, slots=True)
class CloseLesson:
    """Close the playback."""

    TAG: ClassVar[str] = "close_lesson"


@dataclass(frozen=True, slots=True)
class Play:
    """Go on from the position."""

    TAG: ClassVar[str] = "play"


@dataclass(frozen=True, slots=True)
class Pause:
    """Stand still at the position."""

    TAG: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to a moment; the engine answers with Restarted, the log up to there, PlayState."""

    TAG: ClassVar[str] = "seek"

    position_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class ChooseSpeed:
    """Playback speed, the voices keep their pitch."""

    TAG: ClassVar[str] = "choose_speed"

    speed: Annotated[float, Range(0.75, 2)]


@dataclass(frozen=True, slots=True)
class Quit:
    """The teacher quits: the engine leaves the lesson and ends."""

    TAG: ClassVar[str] = "quit"


FromWindow: TypeAlias = (
    Attach
    | SignIn
    | SignOut
    | ChooseDuty
    | Accept
    | Decline
    | Do
    | ChooseTool
    | SetWriting
    | PrepareLesson
    | ClosePrepared
    | ListPrepared
    | DropPrepared
    | ImportFiles
    | SayPicture
    | ExportPages
    | CancelJob
    | SharpenPicture
    | SwitchMicrophone
    | FinishLesson
    | ListLessons
    | OpenLesson
    | CloseLesson
    | Play
    | Pause
    | Seek
    | ChooseSpeed
    | Quit
    | LookForPens
    | StopLooking
    | ChoosePen
    | SetPenSetting
    | EnterPenPassword
    | SoundPen
    | TryPen
    | SaveTrialLog
    | ListStored
    | CopyStored
    | StopCopy
    | DeleteStored
    | ListKept
    | PlaceKept
    | NameBook
    | ForgetBook
    | CalibratePaper
    | BindButton
    | StopBinding
    | UnbindButton
)


# engine to window


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in; `refusal` after a failed try (`retry_in_ms`: wait so long)."""

    TAG: ClassVar[str] = "account"

    server: Annotated[str, Text(200)]
    name: Annotated[str, Text(64)] = ""
    is_signed_in: bool = False
    refusal: Refusal | None = None
    retry_in_ms: Milliseconds = 0


@dataclass(frozen=True, slots=True)
class Duty:
    """Whether requests come, as the server confirmed."""

    TAG: ClassVar[str] = "duty"

    is_on: bool


@dataclass(frozen=True, slots=True)
class LessonOpened:
    """A lesson or a playback begins; the window empties its board."""

    TAG: ClassVar[str] = "lesson_opened"

    session: SessionField
    subject: Annotated[str, Text(32)]
    is_playback: bool = False
    is_reopened: bool = False
    question: Annotated[str, Text(500)] = ""
    """What the pupil asked, as on the request card."""
    is_prepared: bool = False
    """A lesson without a session: no clock, no people, no voices; `session` is its own id."""
    title: Annotated[str, Text(100)] = ""
    """Of a prepared lesson."""


@dataclass(frozen=True, slots=True)
class LessonClosed:
    """The lesson is left or the playback closed; the board stays to look at."""

    TAG: ClassVar[str] = "lesson_closed"

    session: SessionField


@dataclass(frozen=True, slots=True)
class Restarted:
    """Playback jumped: empty the board, the log up to the new position follows."""

    TAG: ClassVar[str] = "restarted"


@dataclass(frozen=True, slots=True)
class Person:
    """A member with the state of the line; `level` 0..1 is how loud they are now."""

    info: MemberInfo
    link: LinkState
    lost_for_ms: Milliseconds = 0
    level: Unit = 0.0


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in the lesson; sent on change and, while somebody speaks, 5 times a second."""

    TAG: ClassVar[str] = "people"

    persons: Annotated[tuple[Person, ...], Items(64)]


@dataclass(frozen=True, slots=True)
class PenState:
    """The pen's badge; one that is locked waits for its password, whatever its link."""

    TAG: ClassVar[str] = "pen_state"

    link: LinkState
    model: Annotated[str, Text(64)] = ""
    battery_percent: Annotated[int, Range(0, 100)] | None = None
    lost_events: Annotated[int, Range(0, 2**31)] = 0
    paper: Annotated[str, Text(100)] = ""
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class NetworkState:
    """The network's badge: the line to the server, round trip, and for how long it is lost."""

    TAG: ClassVar[str] = "network_state"

    link: LinkState
    delay_ms: Milliseconds = 0
    lost_for_ms: Milliseconds = 0
    stored: Annotated[int, Range(0, 0xFFFFFFFF)] = 0


@dataclass(frozen=True, slots=True)
class MicrophoneState:
    """What the engine really sends; `level` 0..1; `is_cleaned`: echo and noise are taken out."""

    TAG: ClassVar[str] = "microphone_state"

    is_on: bool
    level: Unit = 0.0
    is_working: bool = True
    is_cleaned: bool = True


@dataclass(frozen=True, slots=True)
class ToolState:
    """The tool in hand, as confirmed."""

    TAG: ClassVar[str] = "tool_state"

    tool: Tool
    ink: Ink
    width: Annotated[int, Range(5, 2000)]
    is_eraser: bool = False
    erases_area: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A one-line notice beside the writing.

    Attributes:
        percent: the pen's battery where it is low.
        count: with PEN_BACK and PEN_BACK_PARTLY, strokes that the pen had kept and that are on the
            board now.
    """

    TAG: ClassVar[str] = "notice"

    id: NoticeId
    member: MemberField | None = None
    seconds: Annotated[int, Range(0, 86_400)] = 0
    refusal: Refusal | None = None
    percent: Annotated[int, Range(0, 100)] = 0
    count: Annotated[int, Range(0, 2**31)] = 0


@dataclass(frozen=True, slots=True)
class KeptLesson:
    """One line of the library."""

    session: SessionField
    subject: Annotated[str, Text(32)]
    started_ms: Annotated[int, Range(0, 2**53 - 1)]
    duration_ms: Milliseconds
    pupils: Annotated[str, Text(200)] = ""
    damage: Annotated[str, Text(200)] = ""
    effective_min: Annotated[int, Range(0, 1440)] | None = None
    """As the server counted them; None where that is not known here."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """The kept lessons, newest first."""

    TAG: ClassVar[str] = "lessons"

    items: Annotated[tuple[KeptLesson, ...], Items(500)]


@dataclass(frozen=True, slots=True)
class PlayState:
    """Where playback stands; `bars` is ink per slot over the whole lesson, sent at opening."""

    TAG: ClassVar[str] = "play_state"

    position_ms: Milliseconds
    duration_ms: Milliseconds
    is_playing: bool
    speed: Annotated[float, Range(0.5, 4)]
    bars: Annotated[tuple[Unit, ...], Items(400)] = ()


FromEngine: TypeAlias = (
    Account
    | Duty
    | RequestOffered
    | RequestGone
    | LessonOpened
    | LessonClosed
    | Restarted
    | People
    | Clock
    | TimeWarning
    | Ended
    | PenState
    | NetworkState
    | MicrophoneState
    | ToolState
    | Notice
    | Lessons
    | PlayState
    | PenCandidates
    | PenDetails
    | PenTrial
    | PenTrialInk
    | TrialLogSaved
    | StoredNotes
    | KeptNotes
    | KeptPlaced
    | PaperBooks
    | PaperCalibration
    | PaperButtons
    | ButtonBinding
    | PaperPressed
    | JobProgress
    | PicturesCame
    | PictureSharpened
    | PreparedLessons
)

FROM_WINDOW: Final = tagged(FromWindow)
FROM_ENGINE: Final = tagged(FromEngine)


def pack(kind: FrameKind, payload: bytes) -> bytes:
    """One frame."""
    return HEAD.pack(len(payload) + 1, kind) + payload


def pack_message(message: FromWindow | FromEngine) -> bytes:
    """One JSON frame."""
    return pack(FrameKind.JSON, dumps(encode(message)).encode())


def read_from_window(payload: bytes) -> FromWindow:
    """Decode a JSON frame of the window; raises InvalidError."""
    message: FromWindow = decode_tagged(FROM_WINDOW, loads(payload, MAX_FRAME))
    return message


def read_from_engine(payload: bytes) -> FromEngine:
    """Decode a JSON frame of the engine; raises InvalidError."""
    message: FromEngine = decode_tagged(FROM_ENGINE, loads(payload, MAX_FRAME))
    return message


class FrameReader:
    """Cut a byte stream into frames; any chunking gives the same frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive_data(self, data: bytes) -> Iterator[tuple[FrameKind, bytes]]:
        """Yield the frames that `data` completed.

        Raises:
            ValueError: a length or kind that no frame has; the stream is lost.
        """
        self._buffer += data
        while len(self._buffer) >= HEAD.size:
            length, kind = HEAD.unpack_from(self._buffer)
            if not 1 <= length <= MAX_FRAME:
                raise ValueError("frame length")
            if len(self._buffer) < HEAD.size - 1 + length:
                return
            payload = bytes(self._buffer[HEAD.size : HEAD.size - 1 + length])
            del self._buffer[: HEAD.size - 1 + length]
            yield FrameKind(kind), payload
