"""The first window: sign-in, then home."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from signaling_server.protocol.messages import RequestGone
from teacher_client.lesson.link import Account, FromEngine
from teacher_client.lesson.pen_messages import PenTrial, PenTrialInk
from teacher_client.ui.home import HomePage
from teacher_client.ui.pen_page import PenPage
from teacher_client.ui.settings import Settings, load_settings
from teacher_client.ui.settings_page import SettingsPage
from teacher_client.ui.sign_in import SignInPage
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say


class MainWindow(QMainWindow):
    """Shows sign-in until somebody is signed in, home afterwards.

    Signals:
        asked: any message for the engine.
        quit_wanted: the window was closed.
    """

    asked = Signal(object)
    quit_wanted = Signal()

    def __init__(self, state: WindowState, settings: Settings | None = None) -> None:
        super().__init__()
        self._state = state
        self.sign_in = SignInPage()
        self.home = HomePage(state)
        self.pen = PenPage(state)
        self.settings = SettingsPage(settings or load_settings())
        self._inside: QWidget = self.home
        self._pages = QStackedWidget()
        self._pages.setAccessibleName(say(Text.APP))
        self._pages.addWidget(self.sign_in)
        self._pages.addWidget(self.home)
        self._pages.addWidget(self.pen)
        self._pages.addWidget(self.settings)
        self.setCentralWidget(self._pages)
        self.setWindowTitle(say(Text.APP))
        self.setAccessibleName(say(Text.APP))
        self.setMinimumSize(QSize(1000, 640))
        self.resize(1280, 760)
        self.sign_in.asked.connect(self.asked)
        self.home.asked.connect(self.asked)
        self.home.library.asked.connect(self.asked)
        self.home.pen_wanted.connect(lambda: self.show_pen(is_shown=True))
        self.home.settings_wanted.connect(lambda: self.show_settings(is_shown=True))
        self.settings.left.connect(lambda: self.show_settings(is_shown=False))
        self.pen.asked.connect(self.asked)
        self.pen.left.connect(lambda: self.show_pen(is_shown=False))
        self._show_page()

    def show_message(self, message: FromEngine) -> None:
        """Show one message that stands in the state already."""
        self.pen.show_message(message)
        if isinstance(message, PenTrial | PenTrialInk):
            return
        if isinstance(message, Account):
            self._show_page()
        if isinstance(message, RequestGone) and self._state.lesson is None:
            self.home.show_gone()
        self.home.show_all()

    def show_engine(self, lost_seconds: int | None) -> None:
        """The engine is away for so long, or (None) here."""
        self.sign_in.show_engine(is_here=lost_seconds is None)
        self.home.show_engine(lost_seconds)
        self.pen.show_engine(lost_seconds)

    def show_pen(self, *, is_shown: bool) -> None:
        """Go to the pen's page, or back to home."""
        self._inside = self.pen if is_shown else self.home
        self._show_page()
        if self._pages.currentWidget() is self.pen:
            self.pen.open()

    def show_settings(self, *, is_shown: bool) -> None:
        """Go to the settings, or back to home."""
        self._inside = self.settings if is_shown else self.home
        self._show_page()
        if self._pages.currentWidget() is self.settings:
            self.settings.open()

    def _show_page(self) -> None:
        account = self._state.account
        is_in = account is not None and account.is_signed_in
        self.sign_in.show_account(account)
        self._pages.setCurrentWidget(self._inside if is_in else self.sign_in)
        if not is_in and (account is None or account.refusal is None):
            self.sign_in.login.setFocus()

    # Qt overrides

    def closeEvent(self, event: QCloseEvent) -> None:
        self.quit_wanted.emit()
        event.accept()
