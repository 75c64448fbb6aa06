"""The lesson as the pen's desk sees it: whether one is on, its ink, and what paper buttons do."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pen_driver import PenEvent
from pen_driver.offline import StoredStroke
from signaling_server.protocol.commands import (
    GiveRight,
    Ink,
    LowerHand,
    Refusal,
    Right,
    Tool,
    Undo,
)
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, Member
from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.lesson_desk import LessonDesk
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.note_messages import PlaceOutcome
from teacher_client.lesson.paper_messages import PaperAction, PressOutcome

INK_OF: Final = {
    PaperAction.INK_1: Ink.INK,
    PaperAction.INK_2: Ink.BLUE,
    PaperAction.INK_3: Ink.RED,
    PaperAction.INK_4: Ink.GREEN,
}


class PenLesson:
    """A thin face of the lesson's desk; lives in the engine's loop."""

    def __init__(self, desk: LessonDesk) -> None:
        self._desk = desk
        self._tool_before = Tool.PEN

    @property
    def name(self) -> str:
        """The lesson that is on or being prepared; '' without one."""
        room = self._desk.board
        return "" if room is None or room.is_finishing else room.session

    def now(self) -> tuple[str, str] | None:
        """Session and pupils' names of the lesson that is on."""
        return (self.name, self._desk.pupils) if self.name else None

    def take(self, event: PenEvent) -> None:
        """The pen wrote."""
        self._desk.pen_event(event)

    # stored ink

    def write_late(self, strokes: list[StoredStroke]) -> int:
        """Write what was stored while the pen was away; how many became ink."""
        room = self._room()
        return 0 if room is None else room.pen.write_late(strokes)

    def place(self, strokes: list[StoredStroke], on_shown: bool) -> tuple[PlaceOutcome, int]:
        """Write kept ink, on the page that is shown or on the sheet's own."""
        room = self._room()
        if room is None:
            return PlaceOutcome.NO_LESSON, 0
        shown = room.author.board.shown if on_shown else None
        if on_shown and shown not in room.author.board.pages:
            return PlaceOutcome.NO_PAGE, 0
        try:
            count = room.pen.place(strokes, shown)
        except RefusedError:
            return PlaceOutcome.NO_PAGE, 0
        return (PlaceOutcome.PLACED, count) if count else (PlaceOutcome.NO_INK, 0)

    # buttons

    def press(self, action: PaperAction) -> PressOutcome:
        """Do what a button on paper says."""
        room = self._room()
        if room is None:
            return PressOutcome.NO_LESSON
        match action:
            case PaperAction.UNDO:
                refusal = room.command(TEACHER, NO_COMMAND, Undo())
                is_empty = refusal is Refusal.NOTHING_TO_UNDO
                return PressOutcome.NOTHING_TO_UNDO if is_empty else PressOutcome.DONE
            case PaperAction.NEXT_HAND:
                return self._next_hand(room)
            case PaperAction.MICROPHONE if self._desk.room is None:
                return PressOutcome.NO_LESSON
            case PaperAction.MICROPHONE:
                self._desk.mute(not self._desk.is_muted)
            case PaperAction.LASER:
                self._laser()
            case _:
                ink = INK_OF[action]
                self._desk.choose_tool(
                    replace(self._desk.tool, tool=Tool.PEN, ink=ink, is_eraser=False)
                )
        return PressOutcome.DONE

    def _laser(self) -> None:
        """Take the laser in hand; a second touch puts it away."""
        tool = self._desk.tool
        if tool.tool is Tool.LASER:
            self._desk.choose_tool(replace(tool, tool=self._tool_before))
        else:
            self._tool_before = tool.tool
            self._desk.choose_tool(replace(tool, tool=Tool.LASER, is_eraser=False))

    def _next_hand(self, room: BoardRoom) -> PressOutcome:
        """Give the word to whoever raised a hand first, and take that hand down."""
        hands = [
            (state.hand_since_ms, member)
            for member, state in room.author.board.members.items()
            if state.hand_since_ms is not None
        ]
        if not hands:
            return PressOutcome.NO_HAND
        member: Member = min(hands)[1]
        room.command(TEACHER, NO_COMMAND, GiveRight(member, Right.SPEAK))
        room.command(TEACHER, NO_COMMAND, LowerHand(member))
        return PressOutcome.DONE

    def _room(self) -> BoardRoom | None:
        return self._desk.board if self.name else None
