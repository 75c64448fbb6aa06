"""One connection with an N2: the pen speaks first, then clock, password, notes (PROTOCOL 13)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pen_driver import commands
from pen_driver.address import NcodeBook
from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    FetchOutcome,
    OfflineListed,
    PasswordOutcome,
    PenBattery,
    PenCapabilities,
    PenCommandDone,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenLocked,
    PenMemory,
    PenPasswordResult,
    PenPoweredOff,
    PenSettingChanged,
    PenSettings,
    PowerOffReason,
    SettingOutcome,
)
from pen_driver.neo.packets import Dot, Down, PageId, Up
from pen_driver.neo.strokes import StrokeMachine
from pen_driver.neo1 import packets
from pen_driver.neo1.framing import Frame, FrameDecoder
from pen_driver.neo1.states import State, refusal
from pen_driver.neo1.transfer import Transfer

ANSWER_TIMEOUT_S = 3.0
HALF_FRAME_S = 0.5
ATTEMPTS = 3
LAST_ATTEMPTS = 2  # too few to try without asking again
NO_PASSWORD = "0000"  # noqa: S105 — what an unlocked pen wants to hear, once
_MAX_WAITING = 32
_MOST_BOOKS = 4096  # of a list whose end stays away

PEN_ID = "NEO-N2"
"""It tells neither name nor address, on a serial port and as a disk."""


class Neo1Session:
    """Satisfies `pen_driver.protocol.PenProtocol`; see there.

    A password is sent when a person gave it, but for one: the first time in a session that the pen
    asks, it gets 0000, because a pen without a password asks too.

    Args:
        unix_ms: the host's wall clock.
        counters: added to; shared by the sessions of one pen.
        offset_ms: local time minus UTC.
        handshake: False for bytes from anywhere in a session: events count at once.
    """

    def __init__(
        self,
        unix_ms: Callable[[], int],
        counters: PenCounters,
        first_stroke: int = 1,
        offset_ms: int = 0,
        handshake: bool = True,
    ) -> None:
        self._unix_ms = unix_ms
        self._offset_ms = offset_ms
        self._counters = counters
        self._decoder = FrameDecoder()
        self._strokes = StrokeMachine(counters, first_stroke)
        self._strokes.force_steps = packets.FORCE_STEPS
        self._state = State.SILENT if handshake else State.STREAMING
        self._is_tail = not handshake
        self._out = bytearray()
        self._events: list[PenEvent] = []
        self._commands: deque[PenCommand] = deque()
        self._due: float | None = None
        self._sent = 0
        self._heard_at = 0.0
        self._has_answered = False
        self._is_woken = False
        self._is_unprotected = False  # 0000 has opened it at this connection
        self._used_books: tuple[NcodeBook, ...] | None = None
        self._firmware = ""
        self._attempts_left: int | None = None
        self._books: list[NcodeBook] = []
        self._transfer: Transfer | None = None
        self._change: commands.ChangeSetting | None = None

    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._state

    @property
    def is_over(self) -> bool:
        """See `PenProtocol`."""
        return self._state is State.OVER

    @property
    def next_stroke(self) -> int:
        """See `PenProtocol`."""
        return self._strokes.next_stroke

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        self._counters.bytes_in += len(data)
        self._heard_at = now
        self._frames(self._decoder.receive_data(data), now)
        return self._take()

    def receive_packet(self, packet: packets.Packet, now: float) -> list[PenEvent]:
        """Take a packet that came without a frame, as over BLE (PROTOCOL 14)."""
        if not self.is_over:
            self._packet(packet, now)
        return self._take()

    def tick(self, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        if self._decoder.is_waiting and now - self._heard_at > HALF_FRAME_S:
            self._frames(self._decoder.give_up(), now)
        while self._commands and not self.is_over:
            self._carry_out(self._commands.popleft(), now)
        if self._transfer is not None:
            self._end_transfer(self._transfer.tick(now))
        self._wait(now)
        return self._take()

    def data_to_send(self) -> bytes:
        """See `PenProtocol`."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def request(self, command: PenCommand) -> None:
        """See `PenProtocol`."""
        if len(self._commands) < _MAX_WAITING:
            self._commands.append(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """See `PenProtocol`."""
        if not self.is_over:
            self._end(reason, now)
        return self._take()

    def _take(self) -> list[PenEvent]:
        if self._transfer is not None:
            self._out += self._transfer.out
            self._transfer.out.clear()
        events, self._events = self._events, []
        return events

    def _wait(self, now: float) -> None:
        """Ask again, or give up, where the pen owes an answer."""
        if self._state not in (State.SILENT, State.GREETED, State.UNLOCKING, State.NOTES):
            return
        if self._due is None:
            self._due = now + ANSWER_TIMEOUT_S
            self._sent = 1
        if now < self._due:
            return
        if self._state is State.UNLOCKING or self._sent >= ATTEMPTS:
            detail = self._state.name.lower()
            self._events.append(PenDiagnostic(now, DiagnosticKind.NO_ANSWER, self._sent, detail))
            self._end(DisconnectReason.NO_ANSWER, now)
            return
        self._sent += 1
        self._due = now + ANSWER_TIMEOUT_S
        is_notes = self._state is State.NOTES
        self._out += (
            packets.notes_request(self._used_books) if is_notes else packets.status_request()
        )

    def _move(self, state: State) -> None:
        self._state = state
        self._due = None

    def _end(self, reason: DisconnectReason, now: float) -> None:
        self._events += self._strokes.link_lost(now)
        if self._transfer is not None:
            self._end_transfer(self._transfer.end(FetchOutcome.LINK_LOST, now))
        self._events.append(PenDisconnected(now, reason))
        self._move(State.OVER)

    def _frames(self, frames: list[Frame], now: float) -> None:
        if self._decoder.junk:
            self._counters.junk_bytes += self._decoder.junk
            self._events.append(PenDiagnostic(now, DiagnosticKind.JUNK, self._decoder.junk))
            self._decoder.junk = 0
        for frame in frames:
            if not self.is_over:
                self._counters.frames += 1
                self._packet(packets.parse_packet(frame), now)

    def _packet(self, packet: packets.Packet, now: float) -> None:
        match packet:
            case packets.PenOn():
                self._pen_on(packet, now)
            case packets.PasswordWanted():
                self._password_wanted(packet, now)
            case packets.PenState():
                self._pen_state(packet, now)
            case packets.Accepted():
                self._accepted(packet, now)
            case packets.PasswordChanged():
                outcomes = {0: PasswordOutcome.CHANGED, 1: PasswordOutcome.WRONG}
                outcome = outcomes.get(packet.result, PasswordOutcome.ERROR)
                self._events.append(PenPasswordResult(now, outcome))
            case packets.Unknown():
                self._counters.unknown_packets += 1
            case Down() | Up() | PageId() | Dot():
                self._ink(packet, now)
            case _:
                self._offline(packet, now)

    def _pen_on(self, packet: packets.PenOn, now: float) -> None:
        self._events += self._strokes.link_lost(now)
        if packet.status in (packets.Status.OFF, packets.Status.SLEEP):
            reason = PowerOffReason.UNKNOWN
            self._events.append(PenPoweredOff(now, reason, packet.status))
            if packet.status == packets.Status.OFF:
                self._end(DisconnectReason.POWERED_OFF, now)
            return
        self._strokes.force_steps = packet.force_steps
        self._firmware = packet.firmware
        unix_ms = self._unix_ms()
        self._out += packets.on_answer(unix_ms) + packets.clock_request(unix_ms, self._offset_ms)
        if packet.status == packets.Status.WAKE and self._state is State.STREAMING:
            self._is_woken = True
            self._out += packets.notes_request(self._used_books)
        elif self._is_tail:
            self._connected(now)
        else:
            self._has_answered = False
            self._move(State.GREETED)

    def _password_wanted(self, packet: packets.PasswordWanted, now: float) -> None:
        was_unlocking = self._state is State.UNLOCKING
        if self._is_woken and self._state is State.STREAMING:
            self._is_woken = False
            self._has_answered = not self._is_unprotected
            self._move(State.GREETED)
        if self._state in (State.STREAMING, State.NOTES):
            return
        if self._state is State.SILENT:
            self._move(State.GREETED)
        if not self._has_answered:
            self._has_answered = True
            self._out += packets.password_answer(NO_PASSWORD)
            return
        self._attempts_left = max(packet.attempts_allowed - packet.attempts_used, 0)
        if was_unlocking:
            self._password_result(PasswordOutcome.WRONG, now)
        if was_unlocking or self._state is State.GREETED:
            self._move(State.LOCKED)
            few = self._attempts_left <= LAST_ATTEMPTS
            self._events.append(PenLocked(now, self._pen_id(), self._attempts_left, few))

    def _password_result(self, outcome: PasswordOutcome, now: float) -> None:
        self._events.append(PenPasswordResult(now, outcome, self._attempts_left))

    def _pen_state(self, packet: packets.PenState, now: float) -> None:
        self._strokes.force_steps = packet.force_steps
        if self._state is State.UNLOCKING:
            self._password_result(PasswordOutcome.ACCEPTED, now)
        if self._state is State.SILENT:  # its first word was lost, as we came late
            self._out += packets.clock_request(self._unix_ms(), self._offset_ms)
        if self._state in (State.SILENT, State.GREETED, State.LOCKED, State.UNLOCKING):
            self._is_unprotected |= self._state is State.GREETED
            self._move(State.NOTES)
            self._out += packets.notes_request(self._used_books)
        self._events.append(PenSettings(now, packet.settings))
        self._events.append(PenBattery(now, packet.battery_percent))
        self._events.append(PenMemory(now, packet.memory_percent))
        if self._change is not None:
            self._changed(self._change, packet, now)

    def _changed(self, change: commands.ChangeSetting, state: packets.PenState, now: float) -> None:
        self._change = None
        value = dict(state.settings).get(change.name)
        outcome = SettingOutcome.APPLIED if value == change.value else SettingOutcome.NOT_YET
        if value is None:
            outcome = SettingOutcome.UNSEEN
        self._events.append(PenSettingChanged(now, change.name, outcome, value))

    def _accepted(self, packet: packets.Accepted, now: float) -> None:
        if packet.request == packets.NOTES_COMMAND and self._state is State.NOTES:
            self._connected(now)
        elif self._change is not None and packet.request == packets.command_of(self._change.name):
            if packet.is_ok:
                self._out += packets.status_request()
                return
            name, self._change = self._change.name, None
            self._events.append(PenSettingChanged(now, name, SettingOutcome.REFUSED))

    def _connected(self, now: float) -> None:
        self._move(State.STREAMING)
        self._counters.connections += 1
        can = PenCapabilities(
            self._strokes.force_steps,
            has_tilt=False,
            has_hover=False,
            has_battery=True,
            has_memory=True,
            has_password=True,
            has_offline=True,
            keeps_offline=False,
            settings=packets.SETTINGS,
        )
        self._events.append(PenConnected(now, self._pen_id(), "N2", self._firmware, "1", can))

    def _pen_id(self) -> PenId:
        return PenId(PEN_ID)

    def _ink(self, packet: packets.Ink, now: float) -> None:
        if self._state is State.NOTES:
            self._connected(now)  # the answer got lost
        if self._state is State.STREAMING:
            self._events += self._strokes.receive(packet, now)
        else:
            self._counters.early += 1
            self._events.append(PenDiagnostic(now, DiagnosticKind.EARLY))

    def _offline(self, packet: packets.Offline, now: float) -> None:
        if isinstance(packet, packets.BookList):
            self._books = [*self._books, *packet.books][-_MOST_BOOKS:]
            if packet.is_last:
                self._events.append(OfflineListed(now, tuple(self._books), True))
                self._books.clear()
        elif self._transfer is not None:
            self._end_transfer(self._transfer.receive(packet, now))

    def _end_transfer(self, events: list[PenEvent]) -> None:
        self._events += events
        if self._transfer is not None and self._transfer.is_over:
            self._out += self._transfer.out
            self._transfer = None

    def _carry_out(self, command: PenCommand, now: float) -> None:
        if isinstance(command, commands.SubmitPassword):
            self._submit(command, now)
            return
        failure = refusal(command, self._state, is_copying=self._transfer is not None)
        if failure is not None:
            self._events.append(PenCommandFailed(now, command, failure))
            return
        match command:
            case commands.ReadSettings():
                self._out += packets.status_request()
            case commands.ChangeSetting():
                self._change_setting(command, now)
            case commands.ChangePassword() if not command.is_confirmed:
                self._password_result(PasswordOutcome.NEEDS_CONFIRMATION, now)
            case commands.ChangePassword():
                self._out += packets.password_change(command.old, command.new or NO_PASSWORD)
            case commands.UseNotes():
                self._used_books = command.books
                self._out += packets.notes_request(command.books)
                self._events.append(PenCommandDone(now, command))
            case _:
                self._carry_out_offline(command, now)

    def _carry_out_offline(self, command: PenCommand, now: float) -> None:
        match command:
            case commands.ListOffline():
                self._books.clear()
                self._out += packets.list_request()
            case commands.TakeOffline():
                self._transfer = Transfer(command.book, self._counters, now)
                self._out += packets.take_request(command.book)
            case commands.StopOffline() if self._transfer is not None:
                self._end_transfer(self._transfer.end(FetchOutcome.STOPPED, now))

    def _submit(self, command: commands.SubmitPassword, now: float) -> None:
        left = self._attempts_left
        is_ascii = command.password.isascii() and 1 <= len(command.password) <= 16
        if self._state is not State.LOCKED:
            self._password_result(PasswordOutcome.NOT_ASKED, now)
        elif not is_ascii or command.password == NO_PASSWORD:
            self._password_result(PasswordOutcome.INVALID, now)
        elif left is not None and left <= LAST_ATTEMPTS and not command.is_confirmed:
            self._password_result(PasswordOutcome.NEEDS_CONFIRMATION, now)
        else:
            self._out += packets.password_answer(command.password)
            self._move(State.UNLOCKING)

    def _change_setting(self, command: commands.ChangeSetting, now: float) -> None:
        is_known = command.name in packets.SETTINGS
        data = packets.setting_request(command.name, command.value) if is_known else None
        if data is None:
            outcome = SettingOutcome.INVALID if is_known else SettingOutcome.UNSUPPORTED
            self._events.append(PenSettingChanged(now, command.name, outcome))
            return
        self._change = command
        self._out += data
