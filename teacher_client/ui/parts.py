"""Small widgets that every panel is made of. All text is plain text, all have names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from teacher_client.ui.icons import icon, pixmap

BUSY_AFTER_MS: Final = 150
GIVE_UP_MS: Final = 5000
"""A press that nobody answered may be pressed again after this."""
KEYBOARD_REASONS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Label(QLabel):
    """Plain text with a role of the style sheet; set_tone() colours it by meaning."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setAccessibleName(text)

    def show_text(self, text: str) -> None:
        """Show other words, and say them to a screen reader."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def set_tone(self, tone: str) -> None:
        """Colour by meaning: '', 'good', 'warn', 'bad' or 'lamp'."""
        set_property(self, "tone", tone)


class ElidedLabel(Label):
    """One line that shortens with an ellipsis instead of pushing its neighbours away."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        self._whole = text
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)

    def show_text(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    # Qt overrides

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())


class IconLabel(QLabel):
    """An icon of meaning; the word stands beside it, so it is silent unless named."""

    def __init__(self, name: str, color: str = "text.2", size: int = 18) -> None:
        super().__init__()
        self._shown = ("", "")
        self._size = size
        self.show_icon(name, color)

    def show_icon(self, name: str, color: str, said: str = "") -> None:
        """Show another icon; `said` is its meaning for a screen reader."""
        if (name, color) != self._shown:
            self._shown = (name, color)
            self.setPixmap(pixmap(name, self._size, color))
        self.setAccessibleName(said or name)
        self.setToolTip(said)


def text_button(text: str, tip: str = "", role: str = "") -> QPushButton:
    """A button with words."""
    button = QPushButton(text)
    if role:
        button.setProperty("role", role)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def icon_button(
    name: str, tip: str, size: int = 32, role: str = "", glyph: int = 20
) -> QToolButton:
    """A square button with an icon; the tip is its name."""
    button = QToolButton()
    if role:
        button.setProperty("role", role)
    button.setIcon(icon(name, checked="on.primary" if role == "tool" else "primary"))
    button.setIconSize(QSize(glyph, glyph))
    button.setFixedSize(size, size)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def follow_action(button: QPushButton | QToolButton, action: QAction) -> None:
    """Let a button trigger an action and be enabled with it."""
    button.clicked.connect(action.trigger)

    def copy() -> None:
        button.setEnabled(action.isEnabled())

    action.changed.connect(copy)
    copy()


class Confirmed(QObject):
    """A button that shows what was confirmed and asks for what was pressed.

    Pressing asks and changes nothing; after 150 ms without an answer the button shows that it
    is busy and takes no second press; show() is the answer. After 5 s without one it may be
    pressed again.
    """

    def __init__(self, button: QPushButton | QToolButton, ask: Callable[[bool], None]) -> None:
        super().__init__(button)
        self._button = button
        self._ask = ask
        self._is_on = False
        self._is_waiting = False
        self._busy = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._busy.timeout.connect(lambda: set_property(button, "isBusy", True))
        self._over = QTimer(self, singleShot=True, interval=GIVE_UP_MS)
        self._over.timeout.connect(lambda: self.show(self._is_on))
        button.setCheckable(True)
        button.clicked.connect(self._press)

    @property
    def is_busy(self) -> bool:
        """Whether a press waits for its answer."""
        return self._is_waiting

    def show(self, is_on: bool) -> None:
        """Show the confirmed state."""
        self._is_on, self._is_waiting = is_on, False
        self._busy.stop()
        self._over.stop()
        set_property(self._button, "isBusy", False)
        self._button.setChecked(is_on)

    def confirm_if(self, is_on: bool) -> None:
        """Show a state that is told again and again; while waiting only a change counts."""
        if not self._is_waiting or is_on != self._is_on:
            self.show(is_on)

    def _press(self) -> None:
        self._button.setChecked(self._is_on)  # Qt toggled it; nobody confirmed that yet
        if self._is_waiting:
            return
        self._is_waiting = True
        self._busy.start()
        self._over.start()
        self._ask(not self._is_on)


class KeyboardFocus(QObject):
    """Set property `kbd` while focus came by the keyboard; QSS ``:focus`` knows no difference."""

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and isinstance(event, QFocusEvent):
            is_keyboard = event.gotFocus() and event.reason() in KEYBOARD_REASONS
            if bool(watched.property("kbd")) != is_keyboard:
                set_property(watched, "kbd", is_keyboard)
        return False


def watch_keyboard_focus(application: QApplication) -> None:
    """Install the filter once for all windows."""
    application.installEventFilter(KeyboardFocus(application))


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def rule(is_upright: bool = False) -> QFrame:
    """A thin line between parts."""
    line = QFrame()
    line.setObjectName("rule")
    if is_upright:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def frame(name: str, said: str = "") -> QFrame:
    """A frame that the style sheet knows by name."""
    made = QFrame()
    made.setObjectName(name)
    made.setAccessibleName(said)
    return made


def tight(layout: QLayout, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> None:
    """Set margins, no spacing."""
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(0)
