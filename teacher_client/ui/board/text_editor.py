"""Typing over the board, where the words will stand; here alone the input method is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from signaling_server.protocol.commands import Ink
from signaling_server.protocol.ids import ItemId
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.texts import LINE, board_font
from teacher_client.geometry.boxes import Point
from teacher_client.lesson.board_commands import PutItems
from teacher_client.ui.board.desk import Desk
from teacher_client.ui.board.typed import SIZES, placed_text, shown_size
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.parts import frame, icon_button, tight
from teacher_client.ui.texts import say

START_SIZE: Final = 500
BAR: Final = 40
MARGIN: Final = 500
"""Words end so far before the page's right edge."""
LEAST: Final = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """What is being typed: where, how, and the text that it takes the place of."""

    at: Point
    size: int
    ink: Ink
    edits: ItemId | None = None
    before: str = ""


class TextEditor(QFrame):
    """A field over the page with its own small bar; `finish` asks for the text.

    It lies on a widget whose coordinates `place_of` gives for places of the page.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, place_of: Callable[[float, float], tuple[float, float]]
    ) -> None:
        super().__init__(parent)
        self._home = parent
        self._desk = desk
        self._place_of = place_of
        self._typed: Typed | None = None
        self._size = START_SIZE
        self._colors: PaperColors | None = None
        self._look = ""
        self.field = QTextEdit(self)
        self.field.setAcceptRichText(False)
        self.field.setFrameShape(QFrame.Shape.NoFrame)
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.document().setDocumentMargin(0)
        self.field.setAccessibleName(say(BoardText.TEXT_FIELD))
        self.field.setToolTip(say(BoardText.TEXT_HINT))
        self.field.textChanged.connect(self.place)
        self.field.installEventFilter(self)
        self.larger = icon_button("plus", say(BoardText.LARGER))
        self.smaller = icon_button("minus", say(BoardText.SMALLER))
        self.put = icon_button("check", say(BoardText.PUT))
        self.drop = icon_button("x", say(BoardText.DROP))
        self._build()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self._typed is not None

    def write(self, at: Point, colors: PaperColors) -> None:
        """New words at a place of the page."""
        self._open(Typed(at, self._size, self._desk.ink_style.ink), colors)

    def edit(self, item: TextItem, colors: PaperColors) -> None:
        """Other words in place of these."""
        (x, y), _, _ = item.corners
        words = item.body.text
        self._open(Typed((x, y), shown_size(item), item.ink, item.id, words), colors)

    def take_ink(self, ink: Ink) -> None:
        """The words in another colour."""
        if self._typed is not None:
            self._typed = replace(self._typed, ink=ink)
            self.place()

    def finish(self) -> None:
        """Ask for what was typed; nothing typed, or nothing changed, is nothing asked."""
        typed, page = self._typed, self._desk.page
        if typed is None or page is None:
            self.close_field()
            return
        words = self.field.toPlainText()
        erases = () if typed.edits is None else (typed.edits,)
        text = placed_text(words, typed.size, typed.at, typed.ink, self._width())
        if text is None and words.strip():
            self._desk.tell(BoardText.TEXT_LONG)
            return
        item = None if typed.edits is None else page.texts.get(typed.edits)
        if text is None:
            if erases:
                self._desk.do(PutItems(page.number, erases=erases))
        elif not self._is_same(item):
            self._desk.do(PutItems(page.number, erases=erases, texts=(text,)))
        self.close_field()

    def close_field(self) -> None:
        """Drop what is typed, if it was not asked for."""
        had, self._typed = self._typed, None
        self.hide()
        if had is not None:
            self._desk.leave_out(frozenset())
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Stand where the words will be; the board scrolled, zoomed, or more was typed."""
        typed = self._typed
        if typed is None:
            return
        scale = 1 / self._desk.units(1)
        x, y = self._place_of(*typed.at)
        self._dress(max(4, round(typed.size * scale)))
        wide = max(round(self._width() * scale), 300)
        high = max(round(self.field.document().size().height()), round(typed.size * LINE * scale))
        self.field.setFixedHeight(high + 6)
        self.setGeometry(round(x) - 1, round(y) - BAR - 1, wide + 2, high + BAR + 8)

    # Qt overrides

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            is_end = event.key() == Qt.Key.Key_Escape or (is_enter and has_control)
            if is_end and event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if is_end and event.type() is QEvent.Type.KeyPress:
                self.finish()
                return True
        return False

    def _open(self, typed: Typed, colors: PaperColors) -> None:
        self.finish()
        self._typed, self._colors = typed, colors
        if typed.edits is not None:
            self._desk.leave_out(frozenset((typed.edits,)))
        self._look = ""
        self.field.setPlainText(typed.before)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_same(self, item: TextItem | None) -> bool:
        typed = self._typed
        assert typed is not None
        return (
            item is not None
            and self.field.toPlainText() == typed.before
            and typed.ink is item.ink
            and typed.size == shown_size(item)
        )

    def _width(self) -> float:
        typed, page = self._typed, self._desk.page
        if typed is None or page is None:
            return LEAST
        return max(LEAST, page.width - typed.at[0] - MARGIN)

    def _step(self, step: int) -> None:
        typed = self._typed
        if typed is None:
            return
        nearest = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - typed.size))
        self._size = SIZES[max(0, min(len(SIZES) - 1, nearest + step))]
        self._typed = replace(typed, size=self._size)
        self.place()

    def _dress(self, size_px: int) -> None:
        """The words as they will be: the style sheet of the window would go before a font."""
        typed, colors = self._typed, self._colors
        if typed is None or colors is None:
            return
        ink, ground = colors.inks[typed.ink].name(), colors.ground.name()
        look = (
            f"QTextEdit {{ color: {ink}; background: {ground}; border: 0;"
            f" font-family: '{board_font().family()}'; font-size: {size_px}px; }}"
        )
        if look == self._look:
            return
        self._look = look
        with QSignalBlocker(self.field):
            self.field.setStyleSheet(look)
            spaced = QTextBlockFormat()
            spaced.setLineHeight(LINE * size_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            cursor = QTextCursor(self.field.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.mergeBlockFormat(spaced)

    def _build(self) -> None:
        self.setAccessibleName(say(BoardText.TEXT_FIELD))
        bar = frame("card", say(BoardText.TEXT))
        row = QHBoxLayout(bar)
        tight(row, 2, 2, 2, 2)
        for button in (self.smaller, self.larger, self.put, self.drop):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        tight(layout, 1, 0, 1, 1)
        layout.addWidget(bar, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.field)
        layout.addStretch()
        bar.setFixedHeight(BAR)
        self.larger.clicked.connect(lambda: self._step(1))
        self.smaller.clicked.connect(lambda: self._step(-1))
        self.put.clicked.connect(self.finish)
        self.drop.clicked.connect(self.close_field)
