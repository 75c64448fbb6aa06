"""Sign-in: account and password, what went wrong under the field, nothing kept here."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from signaling_server.protocol.commands import Refusal
from teacher_client.lesson.link import Account, SignIn
from teacher_client.ui.parts import IconLabel, Label, frame, set_property, text_button, tight
from teacher_client.ui.texts import Text, say, say_refusal


def refusal_text(account: Account) -> str:
    """Why signing in did not work, and when it may."""
    if account.retry_in_ms > 0:
        return say(Text.SIGN_IN_WAIT, seconds=-(-account.retry_in_ms // 1000))
    if account.refusal in (Refusal.NOT_SIGNED_IN, Refusal.NOT_ALLOWED, Refusal.INVALID):
        return say(Text.SIGN_IN_WRONG)
    if account.refusal in (Refusal.GONE, Refusal.NO_ENGINE):
        return say(Text.SIGN_IN_NO_LINE)
    if account.refusal is Refusal.BUSY:
        return say(Text.SIGN_IN_ELSEWHERE)
    return "" if account.refusal is None else say_refusal(account.refusal)


class SignInPage(QWidget):
    """Asks to be signed in; the engine does it.

    Signals:
        asked: SignIn.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.login = _field(say(Text.LOGIN), 64)
        self.password = _field(say(Text.PASSWORD), 128)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.error = Label("", "error")
        self.error.setWordWrap(True)
        self.server = Label("", "caption")
        self.button = text_button(say(Text.SIGN_IN), role="primary")
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(lambda: self._set_busy(False))
        self._build()

    def show_account(self, account: Account | None) -> None:
        """Show the server, and why the last try was refused."""
        if account is None:
            return
        self.server.show_text(say(Text.SERVER, server=account.server) if account.server else "")
        self._set_busy(False)
        words = refusal_text(account)
        self._show_error(words)
        if words:
            self.password.clear()
            self.password.setFocus()
        if account.retry_in_ms > 0:
            self._set_busy(True)
            self._wait.start(account.retry_in_ms)

    def show_engine(self, *, is_here: bool) -> None:
        """Without the engine nobody can be signed in."""
        self.setEnabled(is_here)
        if not is_here:
            self.error.show_text(say(Text.ENGINE_STARTING))
        elif self.error.text() == say(Text.ENGINE_STARTING):
            self.error.show_text("")

    def _ask(self) -> None:
        login, password = self.login.text().strip(), self.password.text()
        if not login or not password:
            self._show_error(say(Text.SIGN_IN_EMPTY))
            (self.password if login else self.login).setFocus()
            return
        self._show_error("")
        self._set_busy(True)
        self._wait.start(15_000)
        self.asked.emit(SignIn(login, password))

    def _set_busy(self, is_busy: bool) -> None:
        self._wait.stop()
        self.button.setEnabled(not is_busy)
        self.button.setText(say(Text.SIGNING_IN if is_busy else Text.SIGN_IN))

    def _show_error(self, words: str) -> None:
        self.error.show_text(words)
        set_property(self.password, "hasError", bool(words))
        self.password.setAccessibleDescription(words)

    def _build(self) -> None:
        self.setObjectName("ground")
        self.setAccessibleName(say(Text.SIGN_IN_TITLE))
        card = frame("card", say(Text.SIGN_IN_TITLE))
        card.setFixedWidth(380)
        column = QVBoxLayout(card)
        tight(column, 32, 24, 32, 24)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(IconLabel("bulb", "lamp.text", 32))
        head.addSpacing(8)
        head.addWidget(Label(say(Text.APP), "page"))
        head.addStretch()
        column.addLayout(head)
        column.addWidget(Label(say(Text.SIGN_IN_TITLE), "smallDim"))
        column.addSpacing(12)
        for name, field in ((Text.LOGIN, self.login), (Text.PASSWORD, self.password)):
            label = Label(say(name), "small")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        column.addWidget(self.error)
        column.addSpacing(8)
        column.addWidget(self.button)
        column.addSpacing(8)
        column.addWidget(self.server)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.button.setMinimumHeight(40)
        self.button.clicked.connect(self._ask)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._ask)


def _field(name: str, longest: int) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(longest)
    field.setAccessibleName(name)
    return field
