"""Parts of the pen's page: what was found, the lock, the settings."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pen_driver.commands import SettingName
from pen_driver.discovery.candidates import Explanation, Reason, ReasonKind
from pen_driver.discovery.texts import explanation_text, reason_text
from pen_driver.events import PasswordOutcome, SettingOutcome
from teacher_client.lesson.pen_messages import (
    ChoosePen,
    EnterPenPassword,
    FoundPen,
    PenCandidates,
    PenDetails,
    SetPenSetting,
)
from teacher_client.ui.parts import Confirmed, Label, set_property, text_button, tight
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.settings import Language
from teacher_client.ui.texts import Text, say, spoken

LAST_ATTEMPTS: Final = 2
"""So few attempts need the typed word (UX §3.11)."""
AUTO_OFF_MINUTES: Final = (5, 10, 20, 30, 60, 120)
_NO_SIGN: Final = Explanation.NO_SIGN
_UNTOLD: Final = (ReasonKind.BUILT_IN, ReasonKind.SYSTEM)
"""Reasons that tell a teacher nothing beside the explanation."""
_SWITCHES: Final = {
    SettingName.BEEP: PenText.BEEP,
    SettingName.HOVER: PenText.HOVER,
    SettingName.AUTO_ON: PenText.AUTO_ON,
    SettingName.CAP_POWERS_OFF: PenText.CAP,
    SettingName.OFFLINE_STORING: PenText.STORING,
}
_OUTCOMES: Final = {
    SettingOutcome.APPLIED: (PenText.SET, "good"),
    SettingOutcome.UNSEEN: (PenText.SET, "good"),
    SettingOutcome.NOT_YET: (PenText.SET_LATER, "warn"),
    SettingOutcome.NO_ANSWER: (PenText.SET_SILENT, "warn"),
}
_PASSWORDS: Final = {
    PasswordOutcome.WRONG: PenText.PASSWORD_WRONG,
    PasswordOutcome.INVALID: PenText.PASSWORD_INVALID,
    PasswordOutcome.NEEDS_CONFIRMATION: PenText.PASSWORD_WORD,
    PasswordOutcome.WIPED: PenText.PASSWORD_WIPED,
    PasswordOutcome.ERROR: PenText.PASSWORD_SILENT,
    PasswordOutcome.NO_ANSWER: PenText.PASSWORD_SILENT,
}


class FoundPens(QFrame):
    """The list of pens that are here, each with why it is listed.

    Signals:
        asked: ChoosePen.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(say(PenText.FOUND))
        self._shown: tuple[PenCandidates | None, str] | None = None
        self.hint = Label("", "smallDim")
        self.hint.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        column = QVBoxLayout(self)
        tight(column, 16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Label(say(PenText.FOUND), "title"))
        column.addWidget(self.hint)
        column.addLayout(self._rows)

    def show_pens(self, pens: PenCandidates | None, in_use: str) -> None:
        """Show what was found; `in_use` is the chosen pen's name."""
        if (pens, in_use) == self._shown:
            return
        self._shown = (pens, in_use)
        has_pen = pens is not None and any(
            one.is_supported and not one.is_in_software and one.explanation is not _NO_SIGN
            for one in pens.items
        )
        is_searching = pens is not None and pens.is_looking
        # who has a pen in use is not told that there is none
        self.hint.setVisible(is_searching or not (has_pen or in_use))
        self.hint.show_text(say(_hint(pens)))
        self.buttons = {}
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for pen in pens.items if pens is not None else ():
            self._rows.addWidget(self._row(pen, in_use))
        self.setVisible(self._rows.count() > 0 or not self.hint.isHidden())

    def _row(self, pen: FoundPen, in_use: str) -> QWidget:
        label = say(PenText.SOFTWARE, name=pen.label) if pen.is_in_software else pen.label
        row = QWidget()
        row.setAccessibleName(label)
        layout = QHBoxLayout(row)
        tight(layout)
        words = QVBoxLayout()
        tight(words)
        for text, role in ((label, "strong"), (_why(pen), "smallDim")):
            line = Label(text, role)
            line.setWordWrap(True)
            words.addWidget(line)
        layout.addLayout(words, 1)
        layout.addSpacing(12)
        if pen.name and pen.name in (in_use, *_without_options(in_use)):
            layout.addWidget(Label(say(PenText.IN_USE), "strong"))
        elif pen.is_supported:
            button = text_button(say(PenText.USE), say(PenText.USE_NAMED, name=label), "second")
            button.setAccessibleName(say(PenText.USE_NAMED, name=label))
            button.clicked.connect(lambda: self.asked.emit(ChoosePen(pen.name)))
            self.buttons[pen.name] = button
            layout.addWidget(button)
        return row


class LockCard(QFrame):
    """Takes the pen's password; the last attempts need a typed word too.

    Signals:
        asked: EnterPenPassword.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(say(PenText.LOCK))
        self.left = Label("", "small")
        self.left.setWordWrap(True)
        self.word = _field(say(PenText.LOCK_WORD), 20)
        self.password = _field(say(PenText.PASSWORD), 16)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.error = Label("", "error")
        self.error.setWordWrap(True)
        self.button = text_button(say(PenText.UNLOCK), role="primary")
        self._needs_word = False
        column = QVBoxLayout(self)
        tight(column, 16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Label(say(PenText.LOCK), "title"))
        column.addWidget(self.left)
        column.addWidget(self.word)
        row = QHBoxLayout()
        row.addWidget(self.password, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addWidget(self.error)
        self.button.clicked.connect(self._ask)
        self.password.returnPressed.connect(self._ask)
        self.word.returnPressed.connect(self.password.setFocus)

    def show_card(self, card: PenDetails) -> None:
        """Show how many attempts are left, and what became of the last."""
        left = card.attempts_left
        is_wiped = card.password is PasswordOutcome.WIPED
        self.setVisible(left is not None or is_wiped)
        self._needs_word = card.needs_confirmation or (left is not None and left <= LAST_ATTEMPTS)
        self.word.setVisible(self._needs_word and left is not None)
        if left is None:
            self.left.show_text("")
        elif self._needs_word:
            word = say(PenText.LOCK_WORD)
            self.left.show_text(say(PenText.LOCK_LAST, count=left, word=word))
        else:
            self.left.show_text(say(PenText.LOCK_LEFT, count=left))
        self.left.set_tone("bad" if self._needs_word else "")
        for part in (self.password, self.button):
            part.setVisible(left is not None)
        words = _PASSWORDS.get(card.password) if card.password is not None else None
        self._show_error("" if words is None else say(words))

    def _ask(self) -> None:
        is_confirmed = self.word.text().strip().lower() == say(PenText.LOCK_WORD).lower()
        if self._needs_word and not is_confirmed:
            self._show_error(say(PenText.PASSWORD_WORD))
            self.word.setFocus()
            return
        password = self.password.text()
        if not password:
            self._show_error(say(PenText.PASSWORD_INVALID))
            self.password.setFocus()
            return
        self.password.clear()  # none is ever sent twice
        self.word.clear()
        self._show_error("")
        self.asked.emit(EnterPenPassword(password, self._needs_word))

    def _show_error(self, words: str) -> None:
        self.error.show_text(words)
        self.error.setVisible(bool(words))
        set_property(self.password, "hasError", bool(words))
        self.password.setAccessibleDescription(words)


class PenSettingsCard(QFrame):
    """The settings that the pen declares; each shows what the pen said.

    Signals:
        asked: SetPenSetting.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(say(PenText.SETTINGS))
        self.switches: dict[SettingName, QPushButton] = {}
        self._confirmed: dict[SettingName, Confirmed] = {}
        self.auto_off = QComboBox()
        self.auto_off.setAccessibleName(say(PenText.AUTO_OFF))
        self.auto_off.setMinimumHeight(32)
        self.auto_off.activated.connect(self._ask_auto_off)
        self._auto_off = _row(Label(say(PenText.AUTO_OFF), "small"), self.auto_off)
        self.outcome = Label("", "small")
        self.outcome.setWordWrap(True)
        column = QVBoxLayout(self)
        tight(column, 16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Label(say(PenText.SETTINGS), "title"))
        column.addWidget(self._auto_off)
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, name in enumerate(_SWITCHES):
            self._add_switch(name, grid, at)
        column.addLayout(grid)
        column.addWidget(self.outcome)

    def show_card(self, card: PenDetails) -> None:
        """Show the settings as the pen reports them."""
        values = {setting.name: setting.value for setting in card.settings}
        known = values.keys() & {*_SWITCHES, SettingName.AUTO_OFF_MINUTES}
        self.setVisible(bool(known))
        for name, button in self.switches.items():
            button.setVisible(name in values)
            self._confirmed[name].show(bool(values.get(name)))
            words = PenText.ON if values.get(name) else PenText.SWITCHED_OFF
            button.setText(say(words, name=say(_SWITCHES[name])))
            button.setAccessibleName(button.text())
        self._show_auto_off(values.get(SettingName.AUTO_OFF_MINUTES))
        outcome = card.outcome if card.changed in known else None
        self.outcome.setVisible(outcome is not None)
        if outcome is not None:
            said, tone = _OUTCOMES.get(outcome, (PenText.SET_NOT, "warn"))
            self.outcome.show_text(say(said))
            self.outcome.set_tone(tone)

    def _add_switch(self, name: SettingName, grid: QGridLayout, at: int) -> None:
        button = text_button(say(_SWITCHES[name]), role="plain")

        def ask(is_on: bool) -> None:
            self.asked.emit(SetPenSetting(name, int(is_on)))

        self._confirmed[name] = Confirmed(button, ask)
        self.switches[name] = button
        grid.addWidget(button, at // 2, at % 2)

    def _show_auto_off(self, minutes: int | None) -> None:
        self._auto_off.setVisible(minutes is not None)
        if minutes is None:
            return
        choices = sorted({*AUTO_OFF_MINUTES, minutes})
        if [self.auto_off.itemData(at) for at in range(self.auto_off.count())] != choices:
            self.auto_off.clear()
            for choice in choices:
                self.auto_off.addItem(say(Text.MINUTES, minutes=choice), choice)
        self.auto_off.setCurrentIndex(choices.index(minutes))

    def _ask_auto_off(self, at: int) -> None:
        minutes = int(self.auto_off.itemData(at))
        self.asked.emit(SetPenSetting(SettingName.AUTO_OFF_MINUTES, minutes))


def _without_options(name: str) -> tuple[str, ...]:
    """A virtual pen is the same one however it is told to behave."""
    return (name.partition("?")[0],) if name.startswith("virtual:") else ()


def _hint(pens: PenCandidates | None) -> PenText:
    if pens is None:
        return PenText.FOUND_HINT
    return PenText.LOOKING if pens.is_looking else PenText.FOUND_NONE


def _why(pen: FoundPen) -> str:
    """The explanation if there is one, then the signs."""
    is_chinese = spoken() is Language.ZH
    parts = []
    if pen.explanation is Explanation.MAKERS_LIBRARY:
        parts.append(say(PenText.UNSUPPORTED))
    elif pen.explanation is not None:
        parts.append(explanation_text(pen.explanation, is_chinese))
    reasons = [Reason(one.kind, one.value) for one in pen.reasons if one.kind not in _UNTOLD]
    words = ("；" if is_chinese else "; ").join(reason_text(one, is_chinese) for one in reasons)
    parts.append(words[:1].upper() + words[1:])
    return (" " if not is_chinese else "").join(part for part in parts if part)


def _field(name: str, longest: int) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(longest)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


def _row(*parts: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    tight(layout)
    layout.addWidget(parts[0], 1)
    for part in parts[1:]:
        layout.addWidget(part)
    return row
