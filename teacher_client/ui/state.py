"""What the engine told: the lesson's log and the newest message of each kind.

Windows are built from this and told of changes; throwing them away and building them again
(another language, another theme) loses nothing. Nothing here is decided, only kept.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.board import Board, Changes, TooNewError
from signaling_server.protocol.commands import WriteInk
from signaling_server.protocol.hints import HintBatch, decode_hints
from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.ink import Samples, Style
from signaling_server.protocol.messages import Clock, Ended, RequestGone, RequestOffered
from signaling_server.protocol.reader import LessonReader
from signaling_server.protocol.schema import InvalidError
from teacher_client.lesson.file_messages import PreparedLesson, PreparedLessons
from teacher_client.lesson.link import (
    Account,
    Duty,
    FromEngine,
    KeptLesson,
    LessonClosed,
    LessonOpened,
    Lessons,
    MicrophoneState,
    NetworkState,
    PenState,
    People,
    Person,
    PlayState,
    Restarted,
    ToolState,
)
from teacher_client.lesson.pen_messages import PenCandidates, PenDetails
from teacher_client.ui.pen_told import PenTold

_log = logging.getLogger(__name__)

ALL_NEW: Final = Changes(was_refolded=True, people=True, chat=True, shown=True)


class WindowState(QObject):
    """The newest of everything. GUI thread only.

    Signals:
        changed: a message came and stands here already; the message.
        board_changed: ink, pages, people or chat of the log; a Changes.
    """

    changed = Signal(object)
    board_changed = Signal(object)

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self.account: Account | None = None
        self.is_on_duty = False
        self.requests: dict[str, RequestOffered] = {}
        self.asked_at: dict[str, float] = {}
        self.taken: RequestOffered | None = None
        self.lesson: LessonOpened | None = None
        self.is_closed = False
        self.ended: Ended | None = None
        self.people: tuple[Person, ...] = ()
        self.clock: Clock | None = None
        self.clock_at = 0.0
        self.pen: PenState | None = None
        self.pen_card: PenDetails | None = None
        self.pens: PenCandidates | None = None
        self.pen_told = PenTold()
        self.network: NetworkState | None = None
        self.microphone: MicrophoneState | None = None
        self.tool: ToolState | None = None
        self.kept: tuple[KeptLesson, ...] = ()
        self.prepared: tuple[PreparedLesson, ...] = ()
        self.play: PlayState | None = None
        self.bars: tuple[float, ...] = ()
        self.reader = LessonReader()
        self.damaged = 0
        self._entry_at = now()

    @property
    def board(self) -> Board:
        """The board of the log alone."""
        return self.reader.board

    @property
    def is_live(self) -> bool:
        """Whether a lesson (no playback) runs, or pages are being prepared."""
        return self.lesson is not None and not self.lesson.is_playback and not self.is_closed

    @property
    def is_preparing(self) -> bool:
        """Whether pages are being prepared: nobody else is there, no time runs."""
        return self.is_live and self.lesson is not None and self.lesson.is_prepared

    def left_ms(self) -> int | None:
        """Time left by this window's own clock since the last word; None before any."""
        if self.clock is None:
            return None
        if not self.clock.has_begun:
            return self.clock.ends_in_ms
        return max(0, self.clock.ends_in_ms - round((self._now() - self.clock_at) * 1000))

    def waited_ms(self, request: str) -> int:
        """How long a request has waited by now."""
        offered = self.requests[request]
        return offered.waited_ms + round((self._now() - self.asked_at[request]) * 1000)

    def lesson_ms(self) -> int:
        """The lesson's time now: that of the newest entry, and what passed since it came."""
        return self.board.time_ms + round((self._now() - self._entry_at) * 1000)

    def name_of(self, member: Member) -> str:
        """A member's name as the engine told it, '' if it did not."""
        for person in self.people:
            if person.info.member == member:
                return person.info.name
        return ""

    # what the link brings

    def take_message(self, message: FromEngine) -> None:
        """Keep a message and pass it on."""
        match message:
            case LessonOpened():
                self._open(message)
            case LessonClosed():
                self.is_closed = True
            case Restarted():
                self.reader = LessonReader()
                self.board_changed.emit(ALL_NEW)
            case Ended():
                self.ended = message
            case People():
                self.people = message.persons
            case RequestOffered() | RequestGone():
                self._change_requests(message)
            case PenState() | PenDetails() | PenCandidates():
                self._keep_pen(message)
            case _:
                self._keep(message)
        self.changed.emit(message)

    def take_block(self, data: bytes) -> None:
        """Read a block into the log; a bad one is counted and left out."""
        try:
            changes = self.reader.add_block(decode_block(data))
        except (InvalidError, TooNewError) as exc:
            self.damaged += 1
            _log.warning("block refused: %s", exc)
            return
        self._entry_at = self._now()
        self.board_changed.emit(changes)

    def take_hints(self, data: bytes) -> None:
        """Read ink of the live path over the log."""
        try:
            changes = self.reader.add_hints(decode_hints(data))
        except InvalidError as exc:
            _log.warning("hint refused: %s", exc)
            return
        if changes.pages:
            self.board_changed.emit(changes)

    def echo(self, command: WriteInk) -> None:
        """Show own mouse ink before anybody confirmed it; the entry takes its place."""
        style = Style(command.tool, command.ink, command.width, self.board.time_ms)
        samples = Samples(command.x, command.y, command.ms, command.force or None)
        batch = HintBatch(
            command.stroke, command.page, TEACHER, style, command.first, samples, command.is_last
        )
        self.board_changed.emit(self.reader.add_pending(batch))

    def forget_engine(self) -> None:
        """A new engine tells all anew: requests and lists go, the board stays to look at."""
        self.requests.clear()
        self.asked_at.clear()
        self.pens = None
        self.pen_told = PenTold()

    def _open(self, message: LessonOpened) -> None:
        if self.lesson is None or self.lesson.session != message.session:
            self.people, self.clock = (), None
        self.lesson, self.is_closed, self.ended = message, False, None
        self.play, self.bars = None, ()
        self.reader = LessonReader()
        self.board_changed.emit(ALL_NEW)

    def _change_requests(self, message: RequestOffered | RequestGone) -> None:
        if isinstance(message, RequestOffered):
            self.requests[message.request] = message
            self.asked_at.setdefault(message.request, self._now())
        else:
            self.requests.pop(message.request, None)
            self.asked_at.pop(message.request, None)

    def _keep_pen(self, message: PenState | PenDetails | PenCandidates) -> None:
        match message:
            case PenState():
                self.pen = message
            case PenDetails():
                self.pen_card = message
            case PenCandidates():
                self.pens = message

    def _keep(self, message: FromEngine) -> None:
        match message:
            case Account():
                self.account = message
            case Duty():
                self.is_on_duty = message.is_on
            case Clock():
                self.clock, self.clock_at = message, self._now()
            case NetworkState():
                self.network = message
            case MicrophoneState():
                self.microphone = message
            case ToolState():
                self.tool = message
            case Lessons():
                self.kept = message.items
            case PreparedLessons():
                self.prepared = message.items
            case PlayState():
                self.play = message
                self.bars = message.bars or self.bars
            case _:
                self.pen_told.take(message)  # notices and warnings are for the moment only
