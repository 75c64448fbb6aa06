"""One connection with a Neo pen: handshake, retries, and the way of its bytes to pen events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    PenBattery,
    PenCapabilities,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenLocked,
    PenPoweredOff,
    PowerOffReason,
)
from pen_driver.neo import packets
from pen_driver.neo.framing import DropKind, Frame, FrameDecoder, FrameDropped
from pen_driver.neo.packets import Command, Packet
from pen_driver.neo.states import TRANSITIONS, State, Trigger
from pen_driver.neo.strokes import StrokeMachine

APP_VERSION = "0.1.0"
# With 2.12 or later a pen sends the event family that has a counter; 2.18 adds hover events.
HOST_PROTOCOL = "2.18"

SETTLE_S = 0.2  # after opening a serial port (PROTOCOL 2.3)
VERSION_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 3.0
REFUSED_PAUSE_S = 1.0
ATTEMPTS = 3

_REQUEST_OF: dict[State, Command] = {
    State.VERSION: Command.VERSION,
    State.SETTINGS: Command.SETTINGS,
    State.UNLOCKING: Command.PASSWORD,
    State.CLOCK: Command.CHANGE_SETTING,
    State.NOTES: Command.USING_NOTES,
}
_RESULT_NOT_PERMITTED = 2

_DROPPED: dict[DropKind, DiagnosticKind] = {
    DropKind.JUNK: DiagnosticKind.JUNK,
    DropKind.TRUNCATED: DiagnosticKind.TRUNCATED,
    DropKind.SHORT: DiagnosticKind.SHORT,
    DropKind.OVERSIZED: DiagnosticKind.OVERSIZED,
}


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
    ) -> None:
        self._unix_ms = unix_ms
        self._counters = counters
        self._decoder = FrameDecoder()
        self._strokes = StrokeMachine(counters, first_stroke)
        self._state = State.VERSION if handshake else State.STREAMING
        self._out = bytearray()
        self._events: list[PenEvent] = []
        self._damage: Counter[tuple[DiagnosticKind, str]] = Counter()
        self._due: float | None = None  # when to send or send again; None: at the next tick
        self._sent = 0
        self._refusals = 0
        self._password = ""
        self._version: packets.VersionInfo | None = None
        self._settings: packets.Settings | None = None
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
                self._dropped(item)
            else:
                self._frame(item, now)
        self._counters.escapes += self._decoder.escapes
        self._decoder.escapes = 0
        # One diagnostic per kind and read: a flood of junk must not become a flood of events.
        for (kind, detail), count in self._damage.items():
            self._events.append(PenDiagnostic(now, kind, count, detail))
        self._damage.clear()
        return self._take()

    def data_to_send(self) -> bytes:
        """Return and forget the bytes to write to the pen."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def tick(self, now: float) -> list[PenEvent]:
        """Send what is due; give up where the pen stays silent."""
        if self._state not in _REQUEST_OF:
            return []
        if self._due is None:
            self._due = now + (SETTLE_S if self._state is State.VERSION else 0.0)
        if now < self._due:
            return []
        if self._sent >= ATTEMPTS:
            detail = self._state.name.lower()
            self._events.append(PenDiagnostic(now, DiagnosticKind.NO_ANSWER, ATTEMPTS, detail))
            self._end(DisconnectReason.NO_ANSWER, now)
            return self._take()
        # A password is the exception: each one counts against the pen's limit of ten.
        self._sent = ATTEMPTS if self._state is State.UNLOCKING else self._sent + 1
        is_version = self._state is State.VERSION
        self._due = now + (VERSION_TIMEOUT_S if is_version else ANSWER_TIMEOUT_S)
        self._out += self._request()
        return self._take()

    def submit_password(self, password: str) -> None:
        """Try a password that a person has just typed; ignored unless the pen is locked."""
        if self._state is State.LOCKED:
            self._password = password
            self._move(Trigger.PASSWORD_GIVEN)

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
                return packets.all_notes_request()

    def _move(self, trigger: Trigger) -> None:
        self._state = TRANSITIONS[self._state, trigger]
        self._due = None
        self._sent = 0

    def _end(self, reason: DisconnectReason, now: float) -> None:
        self._events += self._strokes.link_lost(now)
        if self._power_off and reason is DisconnectReason.LINK_LOST:
            reason = DisconnectReason.POWERED_OFF
        self._events.append(PenDisconnected(now, reason))
        self._move(Trigger.LINK_LOST)

    def _dropped(self, item: FrameDropped) -> None:
        match item.kind:
            case DropKind.JUNK:
                self._counters.junk_bytes += item.count
            case DropKind.TRUNCATED:
                self._counters.truncated += item.count
            case DropKind.SHORT:
                self._counters.short += item.count
            case DropKind.OVERSIZED:
                self._counters.oversized += item.count
        self._damage[_DROPPED[item.kind], ""] += item.count

    def _frame(self, frame: Frame, now: float) -> None:
        if self.is_over:
            return
        self._counters.frames += 1
        if frame.trailing:
            self._counters.trailing += 1
            self._damage[DiagnosticKind.TRAILING, ""] += 1
        self._packet(packets.parse_packet(frame), now)

    def _packet(self, packet: Packet, now: float) -> None:
        match packet:
            case packets.Raw():
                self._counters.unknown_packets += 1
            case packets.Malformed():
                self._counters.bad_packets += 1
                self._damage[DiagnosticKind.BAD_PACKET, f"{packet.command:02X}"] += 1
            case packets.LowBattery():
                self._events.append(PenBattery(now, packet.percent))
            case packets.PowerOff():
                self._powered_off(packet.reason, now)
            case (
                packets.VersionInfo()
                | packets.Settings()
                | packets.PasswordStatus()
                | packets.SettingChanged()
                | packets.NotesAccepted()
                | packets.Refused()
            ):
                self._answer(packet, now)
            case _:
                self._live(packet, now)

    def _live(self, packet: packets.LivePacket, now: float) -> None:
        if self._state is State.NOTES:
            self._move(Trigger.INK_CAME)
            self._connected(now)
        if self._state is State.STREAMING:
            self._events += self._strokes.receive(packet, now)
        else:
            self._counters.early += 1
            self._damage[DiagnosticKind.EARLY, ""] += 1

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
            case _, packets.Refused():
                self._refused(answer, now)
            case State.VERSION, packets.VersionInfo():
                self._version = answer
                self._move(Trigger.ANSWERED)
            case State.SETTINGS, packets.Settings():
                self._take_settings(answer, now)
            case State.UNLOCKING, packets.PasswordStatus():
                self._take_password(answer, now)
            case State.CLOCK, packets.SettingChanged():
                self._move(Trigger.ANSWERED)
            case State.NOTES, packets.NotesAccepted():
                self._move(Trigger.ANSWERED)
                self._connected(now)

    def _take_settings(self, settings: packets.Settings, now: float) -> None:
        self._settings = settings
        self._strokes.force_steps = settings.force_steps
        self._strokes.has_hover = settings.has_hover
        if settings.is_locked:
            self._move(Trigger.IS_LOCKED)
            self._locked(settings.attempts_allowed - settings.attempts_used, now)
        else:
            self._move(Trigger.ANSWERED)

    def _take_password(self, status: packets.PasswordStatus, now: float) -> None:
        self._password = ""
        if status.is_accepted:
            self._move(Trigger.ANSWERED)
        else:
            self._move(Trigger.IS_LOCKED)
            self._locked(status.attempts_allowed - status.attempts_used, now)

    def _locked(self, attempts_left: int, now: float) -> None:
        self._events.append(PenLocked(now, self._pen_id(), max(attempts_left, 0)))

    def _refused(self, answer: packets.Refused, now: float) -> None:
        if _REQUEST_OF.get(self._state) != answer.command:
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
                PenCapabilities(settings.force_steps, has_tilt=True, has_hover=settings.has_hover),
            )
        )
        self._events.append(PenBattery(now, settings.battery_percent, settings.is_charging))
