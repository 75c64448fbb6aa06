"""The people: raised hands in order, every pupil's line and rights, history, chat."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from signaling_server.protocol.board import MemberState
from signaling_server.protocol.commands import GiveRight, LowerHand, Right, TakeRight
from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.messages import Role
from teacher_client.lesson.link import Do, Person
from teacher_client.ui.chat_panel import ChatPanel
from teacher_client.ui.history import History
from teacher_client.ui.icons import icon
from teacher_client.ui.parts import (
    IconLabel,
    Label,
    frame,
    rule,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.people_rows import ROW_HEIGHT, HandRow, PupilRow, view_of
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say

WRITING_MS = 1500
"""Ink so young means: writing now."""
MOST_HANDS = 4


class PeoplePanel(QWidget):
    """Shows who is here and what they may; asks for rights to be given and taken.

    Signals:
        asked: Do with a right, a hand or a chat line.
    """

    asked = Signal(object)

    def __init__(self, state: WindowState, lesson_ms: Callable[[], int]) -> None:
        """`lesson_ms` tells the lesson's time now, in ms: raised hands wait by it."""
        super().__init__()
        self._state = state
        self._lesson_ms = lesson_ms
        self._rows: dict[Member, PupilRow] = {}
        self._hands: list[HandRow] = []
        self._writers: dict[Member, QTimer] = {}
        self._hands_card = frame("hands", say(Text.HAS_HAND))
        self._hands_icon = IconLabel("hand-stop", "lamp.text")
        self._hands_title = Label("", "hands")
        self._hands_key = Label(say(Text.NEXT_HAND), "handsKey")
        self._hands_room = QWidget()
        self._hands_rows = QVBoxLayout()
        self._history = History(5)
        self._title = Label(say(Text.PEOPLE), "heading")
        self._hint = Label(say(Text.MEMBERS_HINT), "caption")
        self._empty = Label(say(Text.MEMBERS_EMPTY), "smallDim")
        self._list = QVBoxLayout()
        self.mute_all = text_button(say(Text.MUTE_ALL), say(Text.MUTE_ALL_TIP))
        self.take_pens = text_button(say(Text.TAKE_WRITING), say(Text.TAKE_ALL_TIP))
        self._all = QWidget()
        self._area = QScrollArea()
        self.chat = ChatPanel(state)
        self.chat.asked.connect(self.asked)
        self._build()

    def show_people(self) -> None:
        """Show lines, names, rights and hands as they stand now."""
        pupils = [one for one in self._state.people if one.info.role is Role.PUPIL]
        here = sum(one.info.is_connected for one in pupils)
        self._title.show_text(say(Text.MEMBERS, here=here, all=len(pupils)))
        self._empty.setVisible(not pupils)
        for member in self._rows.keys() - {one.info.member for one in pupils}:
            row = self._rows.pop(member)
            self._list.removeWidget(row)
            row.deleteLater()
        for place, person in enumerate(pupils):
            self._show_pupil(place, person)
        self._area.setMaximumHeight(max(1, len(self._rows)) * ROW_HEIGHT + 8)
        self._show_hands()
        taken = self._state.taken
        self._history.setVisible(taken is not None and len(pupils) <= 1)
        self._all.setVisible(len(pupils) > 1 and self._state.is_live)

    def show_history(self) -> None:
        """Show the earlier lessons of the pupil that was accepted."""
        if self._state.taken is not None:
            self._history.show_earlier(self._state.taken.earlier)
        self.show_people()

    def notice_writing(self, members: set[Member]) -> None:
        """These pupils' ink just came."""
        for member in members - {TEACHER}:
            timer = self._writers.get(member)
            if timer is None:
                timer = QTimer(self, singleShot=True, interval=WRITING_MS)
                timer.timeout.connect(self.show_people)
                self._writers[member] = timer
            is_new = not timer.isActive()
            timer.start()
            if is_new:
                self.show_people()

    def set_live(self, is_live: bool) -> None:
        """In playback rights are only looked at."""
        self.chat.set_live(is_live)
        self._hint.setVisible(is_live)
        for row in self._rows.values():
            row.speak.setEnabled(is_live)
            row.write.setEnabled(is_live)

    def call_next(self) -> None:
        """Let the first raised hand speak."""
        waiting = self._waiting()
        if waiting:
            self._call(waiting[0][0])

    def give_pen(self) -> None:
        """Let those who may speak write as well."""
        for member, state in self._states():
            if state.may_speak and not state.may_write:
                self.asked.emit(Do(GiveRight(member, Right.WRITE)))

    def take_rights(self, *rights: Right) -> None:
        """Take these rights from everybody who has them."""
        for member, state in self._states():
            for right in rights:
                if state.may_speak if right is Right.SPEAK else state.may_write:
                    self.asked.emit(Do(TakeRight(member, right)))

    def _states(self) -> list[tuple[Member, MemberState]]:
        members = self._state.board.members
        return [(member, state) for member, state in members.items() if member != TEACHER]

    def _waiting(self) -> list[tuple[Member, int]]:
        """Raised hands, the longest waiting first, with the lesson's time of raising."""
        hands = [
            (member, state.hand_since_ms)
            for member, state in self._states()
            if state.hand_since_ms is not None
        ]
        return sorted(hands, key=lambda hand: hand[1])

    def _call(self, member: int) -> None:
        self.asked.emit(Do(GiveRight(Member(member), Right.SPEAK)))
        self.asked.emit(Do(LowerHand(Member(member))))

    def _show_pupil(self, place: int, person: Person) -> None:
        member = person.info.member
        row = self._rows.get(member)
        if row is None:
            row = PupilRow(member)
            row.asked.connect(self.asked)
            row.speak.setEnabled(self._state.is_live)
            row.write.setEnabled(self._state.is_live)
            self._rows[member] = row
            self._list.insertWidget(place, row)
        timer = self._writers.get(member)
        is_writing = timer is not None and timer.isActive()
        state = self._state.board.members.get(member) or MemberState()
        row.show_pupil(view_of(person, state, is_writing=is_writing))

    def _show_hands(self) -> None:
        waiting = self._waiting() if self._state.is_live else []
        self._hands_card.setVisible(self._state.is_live)
        words = say(Text.HANDS, count=len(waiting)) if waiting else say(Text.HANDS_NONE)
        self._hands_title.show_text(words)
        set_property(self._hands_card, "isEmpty", not waiting)
        set_property(self._hands_title, "role", "hands" if waiting else "smallDim")
        self._hands_key.setVisible(bool(waiting))
        self._hands_icon.show_icon("hand-stop", "lamp.text" if waiting else "text.3")
        self._hands_room.setVisible(not waiting)
        shown = waiting[:MOST_HANDS]
        while len(self._hands) < len(shown):
            row = HandRow()
            row.called.connect(self._call)
            self._hands.append(row)
            self._hands_rows.addWidget(row)
        now = self._lesson_ms()
        for place, row in enumerate(self._hands):
            row.setVisible(place < len(shown))
            if place < len(shown):
                member, since = shown[place]
                name = self._state.name_of(member) or say(Text.MEMBER, number=member)
                row.show_hand(place + 1, member, name, max(0, now - since))

    def _build(self) -> None:
        panel = frame("peoplePanel", say(Text.PEOPLE))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(panel)
        layout = QVBoxLayout(panel)
        tight(layout)
        self._build_hands(layout)
        layout.addWidget(self._history)
        head = QHBoxLayout()
        tight(head, 12, 10, 12, 4)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._hint)
        layout.addLayout(head)
        self._build_list()
        layout.addWidget(self._area, 3)
        layout.addWidget(self._all)
        layout.addWidget(rule())
        layout.addWidget(self.chat, 2)
        self._build_all()

    def _build_hands(self, layout: QVBoxLayout) -> None:
        card = QVBoxLayout(self._hands_card)
        tight(card, 0, 4, 0, 6)
        head = QHBoxLayout()
        tight(head, 12, 4, 12, 4)
        head.setSpacing(6)
        head.addWidget(self._hands_icon)
        head.addWidget(self._hands_title)
        head.addStretch()
        head.addWidget(self._hands_key)
        card.addLayout(head)
        self._hands_room.setFixedHeight(HandRow.HEIGHT)  # so that the first hand moves nothing
        card.addWidget(self._hands_room)
        tight(self._hands_rows)
        card.addLayout(self._hands_rows)
        margin = QHBoxLayout()
        tight(margin, 12, 12, 12, 0)
        margin.addWidget(self._hands_card)
        layout.addLayout(margin)
        self._hands_card.hide()

    def _build_list(self) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 8, 0, 8)
        column.addWidget(self._empty)
        column.addLayout(self._list)
        column.addStretch()
        area = self._area
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName(say(Text.PEOPLE))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(60)

    def _build_all(self) -> None:
        row = QHBoxLayout(self._all)
        tight(row, 12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.mute_all, 1)
        row.addWidget(self.take_pens, 1)
        self.mute_all.setIcon(icon("microphone-off", "text.1"))
        self.take_pens.setIcon(icon("pencil-off", "text.1"))
        self.mute_all.clicked.connect(lambda: self.take_rights(Right.SPEAK))
        self.take_pens.clicked.connect(lambda: self.take_rights(Right.WRITE))
        self._all.hide()
