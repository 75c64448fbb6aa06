"""What the faces of the pen's page are made of: a frame, rows that last, a second press."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from teacher_client.ui.parts import Label, set_property, text_button, tight
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.texts import Words, say
from teacher_client.ui.theme import theme

AGAIN_MS: Final = 3000
"""UX §1: the second press on the same button."""
BAR_PX: Final = 8
FIRST_ROWS: Final = 4

K = TypeVar("K")
T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


class Face(QFrame):
    """One face: its title and one main button, what it says, and a body that scrolls.

    Signals:
        asked: a message for the engine.
    """

    asked = Signal(object)

    def __init__(self, title: Words, hint: Words, main: QPushButton | None = None) -> None:
        super().__init__()
        self.main = main
        self.setObjectName("card")
        self.setAccessibleName(say(title))
        self.hint = wrapped(say(hint), "smallDim")
        self.said = wrapped("", "small")
        """Why it cannot be used now, or how things stand."""
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column = QVBoxLayout(self)
        tight(column, 20, 16, 12, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.setSpacing(12)
        head.addWidget(wrapped(say(title), "title"), 1)
        if main is not None:
            head.addWidget(main, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.hint)
        column.addWidget(self.said)
        column.addWidget(self._area(), 1)

    def say_this(self, words: str, tone: str = "") -> None:
        """Show a line above the body, '' for none."""
        show_words(self.said, words, tone)

    def leave(self) -> None:
        """Nobody looks at this face any more."""

    def _area(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 4, 8)
        column.addLayout(self.body, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName(self.accessibleName())
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area


class Rows(Generic[K, T, W]):
    """Widgets by key in a column. What is there already is told, not made anew, so that the
    focus and a pressed button outlast news."""

    def __init__(self, column: QVBoxLayout, make: Callable[[T], W]) -> None:
        self.column = column
        self.widgets: dict[K, W] = {}
        self._make = make

    def show(self, items: Iterable[tuple[K, T]], tell: Callable[[W, T], None]) -> None:
        """Show these, in this order; `tell` gives a widget its item."""
        wanted = dict(items)
        for key in [key for key in self.widgets if key not in wanted]:
            gone = self.widgets.pop(key)
            self.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for at, (key, item) in enumerate(wanted.items()):
            widget = self.widgets.get(key)
            if widget is None:
                widget = self.widgets[key] = self._make(item)
            if self.column.indexOf(widget) != at:
                self.column.insertWidget(at, widget)
            tell(widget, item)


class FoldedRows(Generic[K, T, W]):
    """Rows of which the first few are shown until all are asked for; a book has hundreds."""

    def __init__(self, name: str, make: Callable[[T], W], tell: Callable[[W, T], None]) -> None:
        self.layout = QVBoxLayout()
        self.layout.setSpacing(4)
        self.more = text_button("", role="plain")
        self.more.clicked.connect(self._toggle)
        inner = QVBoxLayout()
        inner.setSpacing(4)
        self.rows: Rows[K, T, W] = Rows(inner, make)
        self.layout.addLayout(inner)
        self.layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._name, self._tell = name, tell
        self._items: list[tuple[K, T]] = []
        self._shows_all = False

    def show(self, items: Iterable[tuple[K, T]]) -> None:
        """Show these, or the first of them."""
        self._items = list(items)
        rest = len(self._items) - FIRST_ROWS
        self.rows.show(self._items[: None if self._shows_all else FIRST_ROWS], self._tell)
        text = PenText.LESS if self._shows_all else PenText.MORE
        words = say(text, count=rest)
        self.more.setVisible(rest > 0)
        self.more.setText(words)
        self.more.setAccessibleName(f"{words} · {self._name}")

    def _toggle(self) -> None:
        self._shows_all = not self._shows_all
        self.show(self._items)


class Twice(QObject):
    """A button that acts at the second press within 3 s, and says so after the first."""

    def __init__(self, button: QPushButton, again: str, act: Callable[[], None]) -> None:
        super().__init__(button)
        self._button, self._again, self._act = button, again, act
        self._words = button.text(), button.accessibleName()
        self._over = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._over.timeout.connect(self.disarm)
        button.clicked.connect(self._press)

    def disarm(self) -> None:
        """The first press no longer counts."""
        self._show(is_armed=False)

    def _press(self) -> None:
        is_second = self._over.isActive()
        self._show(is_armed=not is_second)
        if is_second:
            self._act()

    def _show(self, *, is_armed: bool) -> None:
        if is_armed:
            self._over.start()
        else:
            self._over.stop()
        text, said = (self._again, self._again) if is_armed else self._words
        self._button.setText(text)
        self._button.setAccessibleName(said)
        set_property(self._button, "isArmed", is_armed)


class Bar(QWidget):
    """How far something has come; the words stand beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.setFixedHeight(BAR_PX)

    def show_share(self, share: float) -> None:
        """Show a share, 0 to 1."""
        if share != self.share:
            self.share = share
            self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("bg.sunken"))
        done = self.rect()
        done.setWidth(round(self.width() * self.share))
        painter.fillRect(done, theme().color("primary"))
        painter.setPen(QPen(theme().color("line.strong"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


def wrapped(text: str, role: str) -> Label:
    """Words that take as many lines as they need."""
    label = Label(text, role)
    label.setWordWrap(True)
    return label


def show_words(label: Label, words: str, tone: str = "") -> None:
    """Show words in a tone; without words the label takes no room."""
    label.show_text(words)
    label.set_tone(tone)
    label.setVisible(bool(words))


def allow(button: QWidget, why_not: str, tip: str = "") -> None:
    """Enable a control, or disable it and let it say why."""
    button.setEnabled(not why_not)
    if button.toolTip() != (why_not or tip):
        button.setToolTip(why_not or tip)
        button.setAccessibleDescription(why_not or tip)


def show_path(label: Label, text: Words, path: str, tone: str = "") -> None:
    """Show words with a path in them, which breaks at its separators; nothing without a path."""
    breakable = path.replace("/", "/\u200b").replace("\\", "\\\u200b")
    show_words(label, say(text, path=breakable) if path else "", tone)
    label.setAccessibleName(say(text, path=path) if path else "")


def focus_next(roots: Sequence[QWidget], *, is_next: bool) -> bool:
    """Move the focus as the eye reads, by the layouts; Qt's own chain goes by age of widgets.

    Returns:
        False where nothing can take the focus.
    """
    order = [one for root in roots for one in _reading_order(root) if one.isVisible()]
    order = [one for one in order if one.isEnabled()]
    if not order:
        return False
    here = next((at for at, one in enumerate(order) if one.hasFocus()), -1 if is_next else 0)
    chosen = order[(here + (1 if is_next else -1)) % len(order)]
    reasons = Qt.FocusReason
    chosen.setFocus(reasons.TabFocusReason if is_next else reasons.BacktabFocusReason)
    parent = chosen.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(chosen)
        parent = parent.parentWidget()
    return True


def _reading_order(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    inside = widget.widget() if isinstance(widget, QScrollArea) else None
    if inside is not None:
        yield from _reading_order(inside)
    layout = widget.layout()
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            yield from _in_layout(inner)
        elif widget is not None:
            yield from _reading_order(widget)
