"""One connection with a Neo pen: handshake, retries, and the way of its bytes to pen events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pen_driver import commands
from pen_driver.address import NcodeBook
from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DiagnosticKind,
    DisconnectReason,
    PasswordOutcome,
    PenBattery,
    PenClock,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenLocked,
    PenPasswordResult,
    PenPoweredOff,
    PowerOffReason,
)
from pen_driver.neo import offline_packets as offline
from pen_driver.neo import packets
from pen_driver.neo.abilities import capabilities_of, settings_events
from pen_driver.neo.damage import DamageLog
from pen_driver.neo.framing import Frame, FrameDecoder, FrameDropped
from pen_driver.neo.jobs import PenFacts, attempts_left, is_password, password_outcome
from pen_driver.neo.overheard import Overheard
from pen_driver.neo.packets import Command, Packet
from pen_driver.neo.requests import RequestDesk
from pen_driver.neo.setting_values import version_parts
from pen_driver.neo.states import TRANSITIONS, State, Trigger
from pen_driver.neo.strokes import StrokeMachine, StrokeOptions

APP_VERSION = "0.1.0"
# With 2.12 or later a pen sends the event family that has a counter; 2.18 adds hover events.
HOST_PROTOCOL = "2.18"

SETTLE_S = 0.2  # after opening a serial port (PROTOCOL 2.3)
VERSION_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 3.0
REFUSED_PAUSE_S = 1.0
ATTEMPTS = 3
# So many attempts before the pen wipes itself, the person must have been told the number.
LAST_ATTEMPTS = 2

_REQUEST_OF: dict[State, Command] = {
    State.VERSION: Command.VERSION,
    State.SETTINGS: Command.SETTINGS,
    State.UNLOCKING: Command.PASSWORD,
    State.CLOCK: Command.CHANGE_SETTING,
    State.NOTES: Command.USING_NOTES,
}
_RESULT_NOT_PERMITTED = 2


@dataclass(frozen=True, slots=True)
class NeoOptions:
    """What to ask of the pen and how to read it.

    Attributes:
        books: whose ink is streamed; None for all.
        is_recording: the pen answers somebody else's requests; its answers are told too.
    """

    strokes: StrokeOptions = field(default_factory=StrokeOptions)
    books: tuple[NcodeBook, ...] | None = None
    is_recording: bool = False


class NeoSession:
    """Bytes in, events and bytes out. Never raises for what the pen sent, never sends a password
    by itself, one request outstanding at a time.

    The owner calls `tick` at least ten times a second and after every `receive_data`, and writes
    what `data_to_send` returns. When `is_over`, it closes the link and starts a new session.

    Args:
        unix_ms: the host's wall clock, for setting the pen's.
        counters: added to; shared by the sessions of one pen.
        first_stroke: number of the first stroke.
        handshake: False for a recording that begins in mid-session: events count at once.
    """

    def __init__(
        self,
        unix_ms: Callable[[], int],
        counters: PenCounters,
        first_stroke: int = 1,
        handshake: bool = True,
        options: NeoOptions | None = None,
    ) -> None:
        self._options = options or NeoOptions()
        self._unix_ms = unix_ms
        self._counters = counters
        self._decoder = FrameDecoder()
        self._strokes = StrokeMachine(counters, first_stroke, self._options.strokes)
        self._state = State.VERSION if handshake else State.STREAMING
        self._out = bytearray()
        self._events: list[PenEvent] = []
        self._damage = DamageLog(counters)
        self._due: float | None = None  # when to send or send again; None: at the next tick
        self._sent = 0
        self._refusals = 0
        self._password = ""
        self._version: packets.VersionInfo | None = None
        self._settings: packets.Settings | None = None
        self._clock: tuple[float, float] | None = None  # pen's and host's, before it was set
        self._facts = PenFacts()
        self._desk = RequestDesk(self._facts, counters)
        self._overheard = Overheard(counters) if self._options.is_recording else None
        self._commands: list[PenCommand] = []
        self._power_off = False

    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._state

    @property
    def is_over(self) -> bool:
        """True once nothing more will come of this session."""
        return self._state is State.OVER

    @property
    def next_stroke(self) -> int:
        """First stroke number for the session after this one."""
        return self._strokes.next_stroke

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """Consume bytes that arrived at host time `now`; return what they say, oldest first."""
        self._counters.bytes_in += len(data)
        for item in self._decoder.receive_data(data):
            if isinstance(item, FrameDropped):
                self._damage.dropped(item)
            else:
                self._frame(item, now)
        self._counters.escapes += self._decoder.escapes
        self._decoder.escapes = 0
        self._events += self._damage.take(now)
        return self._take()

    def data_to_send(self) -> bytes:
        """Return and forget the bytes to write to the pen."""
        data = bytes(self._out) + self._desk.data_to_send()
        self._out.clear()
        return data

    def tick(self, now: float) -> list[PenEvent]:
        """Send what is due; give up where the pen stays silent."""
        waiting, self._commands = self._commands, []
        for command in waiting:
            self._carry_out(command, now)
        if self._state is State.STREAMING:
            self._events += self._desk.tick(now)
        self._handshake(now)
        return self._take()

    def _handshake(self, now: float) -> None:
        if self._state not in _REQUEST_OF:
            return
        if self._due is None:
            self._due = now + (SETTLE_S if self._state is State.VERSION else 0.0)
        if now < self._due:
            return
        if self._sent >= ATTEMPTS:
            if self._state is State.UNLOCKING:
                self._password_result(PasswordOutcome.NO_ANSWER, now)
            detail = self._state.name.lower()
            self._events.append(PenDiagnostic(now, DiagnosticKind.NO_ANSWER, ATTEMPTS, detail))
            self._end(DisconnectReason.NO_ANSWER, now)
            return
        # A password is the exception: each one counts against the pen's limit of ten.
        self._sent = ATTEMPTS if self._state is State.UNLOCKING else self._sent + 1
        is_version = self._state is State.VERSION
        self._due = now + (VERSION_TIMEOUT_S if is_version else ANSWER_TIMEOUT_S)
        self._out += self._request()

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """Ask for `SubmitPassword`; sent only while the pen is locked."""
        self.request(commands.SubmitPassword(password, confirm))

    def request(self, command: PenCommand) -> None:
        """Ask something of the pen at the next `tick`; events answer it.

        A pen that is not connected, or locked, answers `PenCommandFailed` with NOT_READY.
        """
        self._commands.append(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """The link went away; end what is open."""
        if not self.is_over:
            self._end(reason, now)
        return self._take()

    def _take(self) -> list[PenEvent]:
        events, self._events = self._events, []
        return events

    def _request(self) -> bytes:
        match self._state:
            case State.VERSION:
                return packets.version_request(APP_VERSION, HOST_PROTOCOL)
            case State.SETTINGS:
                return packets.settings_request()
            case State.UNLOCKING:
                return packets.password_request(self._password)
            case State.CLOCK:
                return packets.clock_request(self._unix_ms())
            case _:
                return packets.notes_request(self._options.books)

    def _carry_out(self, command: PenCommand, now: float) -> None:
        if isinstance(command, commands.SubmitPassword):
            self._submit(command, now)
        elif self._state is State.STREAMING:
            self._events += self._desk.add(command, now)
        else:
            failed = PenCommandFailed(now, command, CommandFailure.NOT_READY)
            self._events.append(failed)

    def _submit(self, command: commands.SubmitPassword, now: float) -> None:
        left = self._facts.attempts_left
        if self._state is not State.LOCKED:
            self._password_result(PasswordOutcome.NOT_ASKED, now)
        elif not is_password(command.password):
            self._password_result(PasswordOutcome.INVALID, now)
        elif (left is None or left <= LAST_ATTEMPTS) and not command.is_confirmed:
            self._password_result(PasswordOutcome.NEEDS_CONFIRMATION, now)
        else:
            self._password = command.password
            self._move(Trigger.PASSWORD_GIVEN)

    def _password_result(self, outcome: PasswordOutcome, now: float) -> None:
        self._events.append(PenPasswordResult(now, outcome, self._facts.attempts_left))

    def _move(self, trigger: Trigger) -> None:
        self._state = TRANSITIONS[self._state, trigger]
        self._due = None
        self._sent = 0

    def _end(self, reason: DisconnectReason, now: float) -> None:
        self._events += self._strokes.link_lost(now)
        self._events += self._desk.link_lost(now)
        if self._overheard is not None:
            self._events += self._overheard.link_lost(now)
        if self._power_off and reason is DisconnectReason.LINK_LOST:
            reason = DisconnectReason.POWERED_OFF
        self._events.append(PenDisconnected(now, reason))
        self._move(Trigger.LINK_LOST)

    def _frame(self, frame: Frame, now: float) -> None:
        if self.is_over:
            return
        self._counters.frames += 1
        if frame.trailing:
            self._damage.trailing()
        self._packet(packets.parse_packet(frame), now)

    def _packet(self, packet: Packet, now: float) -> None:
        match packet:
            case packets.Raw():
                self._counters.unknown_packets += 1
            case packets.Malformed():
                self._damage.malformed(packet.command)
            case packets.LowBattery():
                self._events.append(PenBattery(now, packet.percent))
            case packets.PowerOff():
                self._powered_off(packet.reason, now)
            case offline.Chunk():
                self._chunk(packet, now)
            case (
                packets.Down()
                | packets.Up()
                | packets.PageId()
                | packets.Dot()
                | packets.ImageError()
                | packets.Hover()
            ):
                self._live(packet, now)
            case _:
                self._answer(packet, now)

    def _chunk(self, chunk: offline.Chunk, now: float) -> None:
        if self._state is State.STREAMING:
            self._events += (self._overheard or self._desk).chunk(chunk, now)
        else:
            self._damage.early()

    def _live(self, packet: packets.LivePacket, now: float) -> None:
        if self._state is State.NOTES:
            self._move(Trigger.INK_CAME)
            self._connected(now)
        if self._state is State.STREAMING:
            self._events += self._strokes.receive(packet, now)
        else:
            self._damage.early()

    def _powered_off(self, code: int, now: float) -> None:
        self._power_off = True
        self._events += self._strokes.link_lost(now)
        try:
            reason = PowerOffReason(code)
        except ValueError:
            reason = PowerOffReason.UNKNOWN
        self._events.append(PenPoweredOff(now, reason, code))

    def _answer(self, answer: packets.Answer, now: float) -> None:
        """Take an answer where its request is the outstanding one; late doubles change nothing."""
        if isinstance(answer, packets.VersionInfo):
            self._strokes.reset_counter()
        match self._state, answer:
            case State.STREAMING, _:
                self._late_answer(answer, now)
            case _, packets.Refused():
                self._refused(answer, now)
            case State.VERSION, packets.VersionInfo():
                self._take_version(answer)
                self._move(Trigger.ANSWERED)
            case State.SETTINGS, packets.Settings():
                self._take_settings(answer, now)
            case State.UNLOCKING, packets.PasswordStatus():
                self._take_password(answer, now)
            case State.LOCKED, packets.PasswordStatus() if self._overheard:
                self._move(Trigger.PASSWORD_GIVEN)
                self._take_password(answer, now)
            case State.CLOCK, packets.SettingChanged():
                self._move(Trigger.ANSWERED)
            case State.NOTES, packets.NotesAccepted():
                self._move(Trigger.ANSWERED)
                self._connected(now)

    def _late_answer(self, answer: packets.Answer, now: float) -> None:
        """Take an answer to one of our commands, or to anybody's in a recording."""
        is_awaited = self._overheard or self._desk.outstanding == Command.SETTINGS
        if isinstance(answer, packets.Settings) and is_awaited:
            self._late_settings(answer, now)
        elif isinstance(answer, packets.VersionInfo) and self._overheard:
            self._take_version(answer)
            self._settings = None  # with them the pen is known
        else:
            self._events += (self._overheard or self._desk).take(answer, now)

    def _late_settings(self, settings: packets.Settings, now: float) -> None:
        is_new = self._settings is None and self._version is not None
        self._note_settings(settings)
        if is_new:
            self._connected(now)
        else:
            self._events += settings_events(settings, now)
        self._events += self._desk.take(settings, now)
        if settings.is_locked:
            self._events += self._strokes.link_lost(now) + self._desk.link_lost(now)
            self._move(Trigger.IS_LOCKED)
            self._locked(now)

    def _take_version(self, version: packets.VersionInfo) -> None:
        self._version = version
        self._facts.pen_id = self._pen_id()
        self._facts.version = version_parts(version.protocol)
        self._facts.sensor = version.sensor

    def _note_settings(self, settings: packets.Settings) -> None:
        self._settings = settings
        self._strokes.force_steps = settings.force_steps
        self._strokes.has_hover = settings.has_hover
        self._note_attempts(settings.attempts_allowed, settings.attempts_used)

    def _note_attempts(self, allowed: int, used: int) -> None:
        self._facts.attempts_left = attempts_left(allowed, used)

    def _take_settings(self, settings: packets.Settings, now: float) -> None:
        self._note_settings(settings)
        if self._clock is None:
            self._clock = (settings.clock_ms / 1000, self._unix_ms() / 1000)
        if settings.is_locked:
            self._move(Trigger.IS_LOCKED)
            self._locked(now)
        else:
            self._move(Trigger.ANSWERED)

    def _take_password(self, status: packets.PasswordStatus, now: float) -> None:
        self._password = ""
        self._note_attempts(status.attempts_allowed, status.attempts_used)
        self._password_result(password_outcome(status), now)
        if status.is_accepted:
            self._move(Trigger.ANSWERED)
        elif status.status == packets.PASSWORD_WIPED:
            # What follows is written nowhere: the lock and the count are asked for anew.
            self._move(Trigger.LOOK_AGAIN)
        else:
            self._move(Trigger.IS_LOCKED)
            self._locked(now)

    def _locked(self, now: float) -> None:
        left = self._facts.attempts_left or 0
        self._events.append(PenLocked(now, self._pen_id(), left, left <= LAST_ATTEMPTS))

    def _refused(self, answer: packets.Refused, now: float) -> None:
        if _REQUEST_OF.get(self._state) != answer.command:
            return
        if self._state is State.UNLOCKING:
            self._password = ""
            self._password_result(PasswordOutcome.ERROR, now)
            self._move(Trigger.LOOK_AGAIN)
            return
        kind = DiagnosticKind.REFUSED
        detail = f"{answer.command:02X} result {answer.result}"
        self._events.append(PenDiagnostic(now, kind, 1, detail))
        self._refusals += 1
        if self._state is State.CLOCK:
            self._move(Trigger.ANSWERED)  # old firmware: degrade, do not fail (PROTOCOL 17, 23)
        elif self._refusals >= ATTEMPTS:
            self._end(DisconnectReason.REFUSED, now)
        elif self._state is State.NOTES and answer.result == _RESULT_NOT_PERMITTED:
            self._move(Trigger.NO_CLOCK)
        else:
            self._due = now + REFUSED_PAUSE_S

    def _pen_id(self) -> PenId:
        mac = self._version.mac if self._version else b""
        return PenId("NEO-" + mac[-2:].hex().upper())

    def _connected(self, now: float) -> None:
        version, settings = self._version, self._settings
        if version is None or settings is None:
            return
        self._counters.connections += 1
        self._events.append(
            PenConnected(
                now,
                self._pen_id(),
                version.model,
                version.firmware,
                version.protocol,
                capabilities_of(version, settings),
            )
        )
        if self._clock is not None:
            self._events.append(PenClock(now, *self._clock))
        self._events += settings_events(settings, now)
