"""Which pages, as what: the sheet before an export."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from signaling_server.protocol.ids import PageId
from teacher_client.lesson.file_messages import ExportFormat
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.kinds import chosen_pages, seen_pages
from teacher_client.ui.parts import Label, text_button
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say

FORMATS: Final = {
    ExportFormat.PDF: FileText.PDF,
    ExportFormat.SVG: FileText.SVG,
    ExportFormat.PNG: FileText.PNG,
    ExportFormat.INKML: FileText.INKML,
    ExportFormat.XOPP: FileText.XOPP,
}


class ExportSheet(SideSheet):
    """Asks for a format and pages; the place is asked for in a dialog.

    Signals:
        chosen: ExportFormat and the pages, () for all that pupils see.
    """

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget, state: WindowState) -> None:
        super().__init__(parent, say(FileText.EXPORT_TITLE))
        self._state = state
        self.formats = {one: self._radio(say(words)) for one, words in FORMATS.items()}
        self.seen = self._radio("")
        self.mine = self._radio("")
        self.shown = self._radio("")
        self.some = self._radio(say(FileText.SOME))
        self.range = QLineEdit()
        self.range.setPlaceholderText(say(FileText.RANGE_HINT))
        self.range.setAccessibleName(say(FileText.SOME))
        self.range.textEdited.connect(lambda: self.some.setChecked(True))
        self._wrong = Label("", "error")
        self._wrong.setWordWrap(True)
        self.go = text_button(say(FileText.EXPORT_NOW), role="primary")
        self.go.clicked.connect(self._go)
        self._build()
        self._count_pages()

    def open(self) -> None:
        self._count_pages()
        self._wrong.show_text("")
        super().open()

    def first_field(self) -> QWidget:
        return next(radio for radio in self.formats.values() if radio.isChecked())

    def _count_pages(self) -> None:
        board = self._state.board
        place = board.order.index(board.shown) + 1 if board.shown in board.order else 0
        for radio, words in (
            (self.seen, say(FileText.ALL_SEEN, count=len(seen_pages(board)))),
            (self.mine, say(FileText.ALL_MINE, count=len(board.order))),
            (self.shown, say(FileText.SHOWN, page=place)),
        ):
            radio.setText(words)
            radio.setAccessibleName(words)
        self.mine.setVisible(len(seen_pages(board)) != len(board.order))

    def _go(self) -> None:
        pages = self._pages()
        if pages is None:
            count = len(self._state.board.order)
            self._wrong.show_text(say(FileText.RANGE_WRONG, count=count))
            self.range.setFocus()
            return
        self._wrong.show_text("")
        chosen = next(one for one, radio in self.formats.items() if radio.isChecked())
        self.leave()
        self.chosen.emit(chosen, tuple(pages))

    def _pages(self) -> list[PageId] | None:
        board = self._state.board
        if self.mine.isChecked():
            return list(board.order)
        if self.shown.isChecked():
            return [board.shown]
        if self.some.isChecked():
            return chosen_pages(self.range.text(), board.order)
        return []

    def _radio(self, words: str) -> QRadioButton:
        radio = QRadioButton(words)
        radio.setAccessibleName(words)
        return radio

    def _build(self) -> None:
        for heading, radios in (
            (FileText.FORMAT, list(self.formats.values())),
            (FileText.WHICH, [self.seen, self.mine, self.shown, self.some]),
        ):
            self.column.addWidget(Label(say(heading), "heading"))
            group = QButtonGroup(self)
            for radio in radios:
                group.addButton(radio)
                self.column.addWidget(radio)
            radios[0].setChecked(True)
        self.column.addWidget(self.range)
        self.column.addWidget(self._wrong)
        self.column.addStretch()
        self.column.addWidget(self.go)
