"""Signalling messages: what travels as JSON text on ``/ws`` (PROTOCOL.md §7).

One socket a client: a teacher's engine or a pupil's page. Blocks of the log travel on the same
socket as binary frames. A message never carries who one is: user, role, session, room and time
come from the connection's own record (THREATS, ground rule 1).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.commands import Command, Refusal
from signaling_server.protocol.ids import CommandField, EngineField, EntryField, MemberField
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

VERSION: Final = 1
MAX_MESSAGE_BYTES: Final = 64 * 1024  # an SDP offer is 2-6 kB, a full ink command 2 kB

SessionField = Annotated[str, Text(32, 8)]
RequestField = Annotated[str, Text(32, 8)]
Duration = Annotated[int, Range(0, 86_400_000)]
EpochCounter = Annotated[int, Range(0, 0xFFFF)]


class Role(enum.StrEnum):
    """What an account may be."""

    TEACHER = "teacher"
    PUPIL = "pupil"


class SignalKind(enum.StrEnum):
    """A step of setting up one peer connection; the teacher's engine offers."""

    OFFER = "offer"
    ANSWER = "answer"
    CANDIDATE = "candidate"
    BYE = "bye"


class EndReason(enum.StrEnum):
    """Why a session ended."""

    TIME = "time"
    TEACHER = "teacher"
    NOBODY = "nobody"
    CLOSED = "closed"


class PauseReason(enum.StrEnum):
    """Why effective time stands still."""

    NO_PUPIL = "no_pupil"
    NO_TEACHER = "no_teacher"
    NOT_BEGUN = "not_begun"


# client to server


@dataclass(frozen=True, slots=True)
class Hello:
    """First message. A page is signed in by its cookie, an engine by `token`."""

    TAG: ClassVar[str] = "hello"

    version: Annotated[int, Range(0, 1_000_000)]
    token: Annotated[str, Text(128)] = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """Heartbeat, once a second, both ways; a missing answer for 3 s is a lost line."""

    TAG: ClassVar[str] = "ping"

    id: Annotated[int, Range(0, 0xFFFFFFFF)]


@dataclass(frozen=True, slots=True)
class SetDuty:
    """Teacher: take requests, or not."""

    TAG: ClassVar[str] = "set_duty"

    is_on: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Pupil: look for a teacher."""

    TAG: ClassVar[str] = "ask"

    subject: Annotated[str, Text(32, 1)]
    text: Annotated[str, Text(500)] = ""


@dataclass(frozen=True, slots=True)
class CancelAsk:
    """Pupil: stop looking."""

    TAG: ClassVar[str] = "cancel_ask"


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Teacher: take this pupil; the server opens a session and says so to both."""

    TAG: ClassVar[str] = "accept_request"

    request: RequestField


@dataclass(frozen=True, slots=True)
class DeclineRequest:
    """Teacher: pass this request on."""

    TAG: ClassVar[str] = "decline_request"

    request: RequestField


@dataclass(frozen=True, slots=True)
class Join:
    """Enter a session one belongs to, and say how much of its log is already held.

    `have` is the last number held without gaps (0: nothing), `have_counter` and `have_engine`
    the epoch of that entry. `keep_ink` and `keep_voice` are consents to keep.
    """

    TAG: ClassVar[str] = "join"

    session: SessionField
    have: EntryField
    have_counter: EpochCounter = 0
    have_engine: Annotated[str, Text(16, is_hex=True)] = ""
    keep_ink: bool = True
    keep_voice: bool = True


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the session; it goes on for the others."""

    TAG: ClassVar[str] = "leave"


@dataclass(frozen=True, slots=True)
class EndSession:
    """Teacher: end the session for all."""

    TAG: ClassVar[str] = "end_session"


@dataclass(frozen=True, slots=True)
class OpenEpoch:
    """Engine: from `first` on this engine writes the log. Answered by EpochOpened or Rejected."""

    TAG: ClassVar[str] = "open_epoch"

    counter: EpochCounter
    engine: EngineField
    first: EntryField


@dataclass(frozen=True, slots=True)
class Signal:
    """One step of a peer connection, to another member of the session.

    `attempt` numbers the peer connections between the two, so that a late answer to an old one
    is known as such. `data` is the SDP or the candidate as JSON text.
    """

    TAG: ClassVar[str] = "signal"

    to: MemberField
    kind: SignalKind
    attempt: Annotated[int, Range(0, 0xFFFFFFFF)]
    data: Annotated[str, Text(32_000)] = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Engine: this member's command was not carried out."""

    TAG: ClassVar[str] = "refuse"

    member: MemberField
    command: CommandField
    reason: Refusal


# server to client


@dataclass(frozen=True, slots=True)
class Welcome:
    """Answer to Hello. `session` names a running session one belongs to, to be joined again."""

    TAG: ClassVar[str] = "welcome"

    name: Annotated[str, Text(64)]
    role: Role
    server_ms: Annotated[int, Range(0, 2**53 - 1)]
    session: Annotated[str, Text(32)] = ""
    is_on_duty: bool = False


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer to Ping."""

    TAG: ClassVar[str] = "pong"

    id: Annotated[int, Range(0, 0xFFFFFFFF)]


@dataclass(frozen=True, slots=True)
class EarlierLesson:
    """One line of the history that the teacher sees with a request (R-N1)."""

    session: SessionField
    subject: Annotated[str, Text(32)]
    started_ms: Annotated[int, Range(0, 2**53 - 1)]
    minutes: Annotated[int, Range(0, 1440)]


@dataclass(frozen=True, slots=True)
class RequestOffered:
    """To the teacher on duty: somebody asks."""

    TAG: ClassVar[str] = "request_offered"

    request: RequestField
    name: Annotated[str, Text(64)]
    subject: Annotated[str, Text(32)]
    text: Annotated[str, Text(500)]
    waited_ms: Duration
    earlier: Annotated[tuple[EarlierLesson, ...], Items(20)] = ()


@dataclass(frozen=True, slots=True)
class RequestGone:
    """To the teacher: the request was taken, cancelled or passed on."""

    TAG: ClassVar[str] = "request_gone"

    request: RequestField


@dataclass(frozen=True, slots=True)
class Queued:
    """To the pupil: place in the queue, 1 is next. `teachers` are on duty now."""

    TAG: ClassVar[str] = "queued"

    place: Annotated[int, Range(0, 100_000)]
    teachers: Annotated[int, Range(0, 100_000)] = 0


@dataclass(frozen=True, slots=True)
class SessionReady:
    """To both: a session is open, join it."""

    TAG: ClassVar[str] = "session_ready"

    session: SessionField


@dataclass(frozen=True, slots=True)
class MemberInfo:
    """A person in the session, as this receiver may know them.

    `has_left`: away by own wish, not by a lost line.
    """

    member: MemberField
    name: Annotated[str, Text(64)]
    role: Role
    is_connected: bool
    connection: Annotated[int, Range(0, 0xFFFF)] = 0
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The session's clock, in real ms from now; sent on change and every 5 s."""

    TAG: ClassVar[str] = "clock"

    ends_in_ms: Duration
    limit_ms: Duration
    effective_min: Annotated[int, Range(0, 1440)]
    is_effective: bool
    has_begun: bool
    paused: PauseReason | None = None


@dataclass(frozen=True, slots=True)
class IceServer:
    """One entry of the peer connections' iceServers."""

    urls: Annotated[tuple[Annotated[str, Text(200)], ...], Items(4)]
    username: Annotated[str, Text(200)] = ""
    credential: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Answer to Join: who one is here, who else is, and what the log holds.

    `stored` is the last number the server holds; `counter`, `engine` and `first` describe the
    newest epoch (counter 0: none yet). The missing blocks follow as binary frames. `ice` may be
    used until the session ends; `is_relay_only`: neither side shows the other an own address.
    """

    TAG: ClassVar[str] = "joined"

    session: SessionField
    subject: Annotated[str, Text(32)]
    member: MemberField
    connection: Annotated[int, Range(1, 0xFFFF)]
    members: Annotated[tuple[MemberInfo, ...], Items(64)]
    clock: Clock
    stored: EntryField
    counter: EpochCounter
    engine: Annotated[str, Text(16, is_hex=True)]
    first: EntryField
    ice: Annotated[tuple[IceServer, ...], Items(4)] = ()
    is_relay_only: bool = False


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Somebody joined, left or was lost (heartbeat missing for 3 s)."""

    TAG: ClassVar[str] = "member_changed"

    info: MemberInfo


@dataclass(frozen=True, slots=True)
class TimeWarning:
    """5 minutes or 1 minute left (R-S1)."""

    TAG: ClassVar[str] = "time_warning"

    minutes_left: Annotated[int, Range(0, 60)]


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over, on every side, now."""

    TAG: ClassVar[str] = "ended"

    session: SessionField
    reason: EndReason
    effective_min: Annotated[int, Range(0, 1440)]


@dataclass(frozen=True, slots=True)
class EpochOpened:
    """Answer to OpenEpoch: blocks from `first` on are awaited."""

    TAG: ClassVar[str] = "epoch_opened"

    counter: EpochCounter
    first: EntryField


@dataclass(frozen=True, slots=True)
class Stored:
    """To the engine: the log is stored up to and including `n`."""

    TAG: ClassVar[str] = "stored"

    n: EntryField


@dataclass(frozen=True, slots=True)
class Signalled:
    """A Signal, with its sender stamped by the server."""

    TAG: ClassVar[str] = "signalled"

    sender: MemberField
    kind: SignalKind
    attempt: Annotated[int, Range(0, 0xFFFFFFFF)]
    data: Annotated[str, Text(32_000)] = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """To a member: the engine (or the server) did not carry out this command."""

    TAG: ClassVar[str] = "refused"

    command: CommandField
    reason: Refusal


@dataclass(frozen=True, slots=True)
class Rejected:
    """The last message of kind `to` was not accepted; costs nobody else anything."""

    TAG: ClassVar[str] = "rejected"

    to: Annotated[str, Text(32)]
    reason: Refusal
    rule: Annotated[str, Text(16)] = ""
    retry_in_ms: Duration | None = None


# commands: wrapped, and stamped by the server


@dataclass(frozen=True, slots=True)
class SendCommand:
    """Member: please do this. The sender is known from the connection."""

    TAG: ClassVar[str] = "command"

    command: CommandField
    body: Command


@dataclass(frozen=True, slots=True)
class Commanded:
    """To the engine: a member's command, stamped with its sender by the server."""

    TAG: ClassVar[str] = "commanded"

    member: MemberField
    command: CommandField
    body: Command


ClientMessage: TypeAlias = (
    Hello
    | Ping
    | SetDuty
    | Ask
    | CancelAsk
    | AcceptRequest
    | DeclineRequest
    | Join
    | Leave
    | EndSession
    | OpenEpoch
    | Signal
    | Refuse
    | SendCommand
)
ServerMessage: TypeAlias = (
    Welcome
    | Pong
    | RequestOffered
    | RequestGone
    | Queued
    | SessionReady
    | Joined
    | MemberChanged
    | Clock
    | TimeWarning
    | Ended
    | EpochOpened
    | Stored
    | Signalled
    | Refused
    | Rejected
    | Commanded
)

CLIENT_MESSAGES: Final = tagged(ClientMessage)
SERVER_MESSAGES: Final = tagged(ServerMessage)


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `per_second` refilled, `burst` at most."""

    per_second: float
    burst: float


RATES: Final[dict[str, Rate]] = {
    Ping.TAG: Rate(2, 10),
    Hello.TAG: Rate(1, 2),
    Join.TAG: Rate(1, 10),
    Signal.TAG: Rate(50, 200),
    Ask.TAG: Rate(0.5, 5),
    SendCommand.TAG: Rate(60, 240),
    Refuse.TAG: Rate(400, 4000),
}
"""Per connection (THREATS A24); a kind not named here has DEFAULT_RATE."""

DEFAULT_RATE: Final = Rate(2, 20)
SAY_RATE: Final = Rate(2, 5)
HAND_RATE: Final = Rate(1, 5)
"""Hands up and down, and rights given back, of one pupil; each is an entry of the log."""
INK_SAMPLE_RATE: Final = Rate(400, 800)
"""Samples of ink commands a pupil may send; over it the command is refused."""
ERASE_RATE: Final = Rate(200, 4000)
"""Items and parts that a pupil may erase: each is kept in every reader and in the log for good."""
STEP_RATE: Final = Rate(20, 200)
"""Undo and redo of one pupil; each may fold hundreds of items anew in every reader."""
LOG_BYTES_RATE: Final = Rate(512 * 1024, 4 * 1024 * 1024)
"""An engine's blocks; over it reading is slowed, never cut."""


def decode_client(text: str | bytes) -> ClientMessage:
    """Read what a client sent.

    Raises:
        InvalidError: anything but a complete, known message inside its limits.
    """
    message: ClientMessage = decode_tagged(CLIENT_MESSAGES, loads(text, MAX_MESSAGE_BYTES))
    return message


def decode_server(text: str | bytes) -> ServerMessage:
    """Read what the server sent; raises InvalidError like :func:`decode_client`."""
    message: ServerMessage = decode_tagged(SERVER_MESSAGES, loads(text, MAX_MESSAGE_BYTES))
    return message


def encode_message(message: ClientMessage | ServerMessage) -> str:
    """Write a message as canonical JSON text."""
    return dumps(encode(message))
