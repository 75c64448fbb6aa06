"""One row a pupil, one row a raised hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from signaling_server.protocol.board import MemberState
from signaling_server.protocol.commands import GiveRight, Right, TakeRight
from signaling_server.protocol.ids import Member
from teacher_client.lesson.link import Do, LinkState, Person
from teacher_client.ui.badges import LINK_ICONS
from teacher_client.ui.icons import icon
from teacher_client.ui.parts import (
    Confirmed,
    ElidedLabel,
    IconLabel,
    Label,
    icon_button,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.texts import Text, clock_text, say, say_link

SPEAKING_LEVEL = 0.08
ROW_HEIGHT = 46
PUPIL_LINKS = {**LINK_ICONS, LinkState.LOST: ("wifi-off", "warning")}


@dataclass(frozen=True, slots=True)
class PupilView:
    """What a row shows: the line's side from the engine, rights and hand from the log."""

    member: Member
    name: str
    link: LinkState
    lost_for_ms: int
    level: float
    is_here: bool
    is_writing: bool
    state: MemberState


def view_of(person: Person, state: MemberState, *, is_writing: bool) -> PupilView:
    """A person in the lesson as a row shows them."""
    info = person.info
    name = info.name or say(Text.MEMBER, number=info.member)
    return PupilView(
        info.member,
        name,
        person.link,
        person.lost_for_ms,
        person.level,
        info.is_connected,
        is_writing,
        state,
    )


def status_of(view: PupilView) -> tuple[str, str]:
    """What a pupil does now, in words, and the tone of the words."""
    if view.link is LinkState.LOST:
        return say(Text.IS_RECONNECTING, time=clock_text(view.lost_for_ms)), "warn"
    if not view.is_here:
        return say(Text.HAS_LEFT), ""
    words: list[str] = []
    tone = ""
    if view.is_writing:
        words, tone = [say(Text.IS_WRITING)], "lamp"
    elif view.state.may_speak and view.level >= SPEAKING_LEVEL:
        words, tone = [say(Text.IS_SPEAKING)], "lamp"
    if view.state.hand_since_ms is not None:
        words.append(say(Text.HAS_HAND))
    if view.link is LinkState.WEAK:
        words.append(say(Text.IS_WEAK))
    if not words:
        if view.state.may_speak:
            words.append(say(Text.MAY_SPEAK))
        if view.state.may_write:
            words.append(say(Text.MAY_WRITE))
    return " · ".join(words or [say(Text.IS_LISTENING)]), tone


class RightButton(QToolButton):
    """Give or take one right; on and off differ in shape, ground and words."""

    def __init__(self, on: str, off: str, give: Text, take: Text, ask: Callable[[bool], None]):
        super().__init__()
        self._glyphs = (on, off)
        self._words = (give, take)
        self._shown = ""
        template = icon_button(off, "")
        self.setFixedSize(template.size())
        self.setIconSize(template.iconSize())
        self.setFocusPolicy(template.focusPolicy())
        self._confirmed = Confirmed(self, ask)
        self.setAccessibleName(say(give, name=""))

    def show_right(self, name: str, *, is_given: bool) -> None:
        """Show the confirmed right."""
        self._confirmed.confirm_if(is_given)
        said = say(self._words[1 if is_given else 0], name=name)
        if said != self._shown:
            self._shown = said
            glyph = self._glyphs[0 if is_given else 1]
            self.setIcon(icon(glyph, "primary" if is_given else "text.3", checked="primary"))
            self.setToolTip(said)
            self.setAccessibleName(said)


class PupilRow(QWidget):
    """Line, name, what they do, and the two rights.

    Signals:
        asked: Do(GiveRight) or Do(TakeRight).
    """

    asked = Signal(object)

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self._link = IconLabel("antenna-bars-5", "success")
        self._name = ElidedLabel("")
        self._status = ElidedLabel("", "caption")
        self.speak = RightButton(
            "microphone", "microphone-off", Text.GIVE_SPEAK, Text.TAKE_SPEAK, self._ask_speak
        )
        self.write = RightButton(
            "pencil", "pencil-off", Text.GIVE_WRITE, Text.TAKE_WRITE, self._ask_write
        )
        layout = QHBoxLayout(self)
        tight(layout, 4, 2, 4, 2)
        layout.setSpacing(4)
        words = QVBoxLayout()
        tight(words)
        words.addStretch()
        words.addWidget(self._name)
        words.addWidget(self._status)
        words.addStretch()
        layout.addWidget(self._link)
        layout.addSpacing(4)
        layout.addLayout(words, 1)
        layout.addWidget(self.speak)
        layout.addWidget(self.write)
        self.setFixedHeight(ROW_HEIGHT)

    def show_pupil(self, view: PupilView) -> None:
        """Show this pupil."""
        glyph, color = PUPIL_LINKS[view.link]
        self._link.show_icon(glyph, color, say_link(view.link))
        self._name.show_text(view.name)
        status, tone = status_of(view)
        self._status.show_text(status)
        self._status.set_tone(tone)
        self.speak.show_right(view.name, is_given=view.state.may_speak)
        self.write.show_right(view.name, is_given=view.state.may_write)
        self.setAccessibleName(f"{view.name}: {status}")

    def _ask_speak(self, is_on: bool) -> None:
        self._ask(Right.SPEAK, is_on)

    def _ask_write(self, is_on: bool) -> None:
        self._ask(Right.WRITE, is_on)

    def _ask(self, right: Right, is_on: bool) -> None:
        command = GiveRight(self._member, right) if is_on else TakeRight(self._member, right)
        self.asked.emit(Do(command))


class HandRow(QWidget):
    """A raised hand: place, name, how long, and the button that lets them speak.

    Signals:
        called: the member whose turn it is to be.
    """

    called = Signal(int)
    HEIGHT = 44

    def __init__(self) -> None:
        super().__init__()
        self._member = Member(0)
        self._place = Label("1", "place")
        self._place.setFixedSize(20, 20)
        self._place.setAlignment(self._place.alignment().AlignCenter)
        self._name = ElidedLabel("")
        self._waited = Label("", "handsDim")
        self.button = text_button(say(Text.CALL), role="primary")
        self.button.clicked.connect(lambda: self.called.emit(self._member))
        layout = QHBoxLayout(self)
        tight(layout, 12, 4, 8, 4)
        layout.setSpacing(8)
        layout.addWidget(self._place)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._waited)
        layout.addWidget(self.button)
        self.setFixedHeight(self.HEIGHT)

    def show_hand(self, place: int, member: Member, name: str, waited_ms: int) -> None:
        """Show a hand; only the first one's button is the primary one."""
        self._member = member
        self._place.show_text(str(place))
        self._name.show_text(name)
        self._waited.show_text(say(Text.HAND_WAITED, time=clock_text(waited_ms)))
        set_property(self.button, "role", "primary" if place == 1 else "second")
        tip = say(Text.CALL_TIP, name=name)
        if self.button.toolTip() != tip:
            self.button.setToolTip(tip)
            self.button.setAccessibleName(tip)
