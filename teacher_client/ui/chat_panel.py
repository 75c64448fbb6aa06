"""Chat: what was said, as plain text, with pictures, and a line to say something."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from signaling_server.protocol.board import ChatLine
from signaling_server.protocol.commands import Say
from signaling_server.protocol.ids import TEACHER
from teacher_client.drawing.pictures import NoPictures, PictureSource
from teacher_client.lesson.link import Do
from teacher_client.ui.chat_texts import ChatText
from teacher_client.ui.parts import Label, icon_button, tight
from teacher_client.ui.picture_sheet import thumbnail
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, clock_text, say
from teacher_client.ui.theme import theme

LONGEST = 500
THUMBNAIL = 140
OPEN = "open:"
PUT = "put:"


class ChatPanel(QWidget):
    """Shows the log's chat; asks for a line to be said.

    Signals:
        asked: Do(Say).
        picture_opened: SHA-256 of a picture, and whose it is in words.
        put_wanted: SHA-256 of a picture to put on the board.
        picture_wanted: a picture is to be sent.
    """

    asked = Signal(object)
    picture_opened = Signal(str, str)
    put_wanted = Signal(str)
    picture_wanted = Signal()

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self._pictures: PictureSource = NoPictures()
        self._said: dict[str, str] = {}
        self._shown: tuple[int, int] = (0, 0)
        self._names: tuple[str, ...] = ()
        self._log = QTextBrowser()
        self._log.setOpenLinks(False)
        self._log.anchorClicked.connect(self._follow)
        self._log.setObjectName("chatLog")
        self._log.setReadOnly(True)
        self._log.setUndoRedoEnabled(False)
        self._log.setAcceptRichText(False)
        self._log.setFrameShape(QFrame.Shape.NoFrame)
        self._log.setPlaceholderText(say(Text.CHAT_EMPTY))
        self._log.setAccessibleName(say(ChatText.CHAT))
        self._log.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        self.line.setPlaceholderText(say(Text.CHAT_HINT))
        self.line.setAccessibleName(say(Text.CHAT_HINT))
        self.send = icon_button("send", say(Text.SEND), 36)
        self.line.returnPressed.connect(self._say)
        self.send.clicked.connect(self._say)
        self.picture = icon_button("photo", say(ChatText.SEND_PICTURE), 36)
        self.picture.clicked.connect(self.picture_wanted)
        layout = QVBoxLayout(self)
        tight(layout, 12, 4, 12, 12)
        layout.addWidget(Label(say(ChatText.CHAT), "heading"))
        layout.addWidget(self._log, 1)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.line, 1)
        below.addWidget(self.picture)
        below.addWidget(self.send)
        layout.addLayout(below)

    def show_chat(self) -> None:
        """Show what the log holds now; only new lines are added."""
        lines = self._state.board.chat
        known, board = self._shown
        names = tuple(person.info.name for person in self._state.people)
        if board != id(self._state.board) or known > len(lines) or names != self._names:
            self._log.clear()
            known = 0
        self._names = names
        for line in lines[known:]:
            self._append(line)
        if len(lines) != known:
            bar = self._log.verticalScrollBar()
            bar.setValue(bar.maximum())
        self._shown = (len(lines), id(self._state.board))

    def set_pictures(self, pictures: PictureSource) -> None:
        """Where the chat's pictures come from."""
        self._pictures = pictures

    def picture_came(self, sha256: str) -> None:
        """Fill a grey frame."""
        if sha256 in self._said:
            self._add_image(sha256)
            document = self._log.document()
            document.markContentsDirty(0, document.characterCount())

    def focus_line(self) -> None:
        """Put the cursor into the line."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_live(self, is_live: bool) -> None:
        """Nothing can be said in a playback."""
        for part in (self.line, self.picture, self.send):
            part.setVisible(is_live)

    def _append(self, line: ChatLine) -> None:
        name = self._state.name_of(line.member) or say(Text.MEMBER, number=line.member)
        who = say(Text.ME) if line.member == TEACHER else name
        cursor = QTextCursor(self._log.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block = QTextBlockFormat()
        block.setBottomMargin(6)
        if not self._log.document().isEmpty():
            cursor.insertBlock()
        cursor.setBlockFormat(block)
        cursor.insertText(
            f"{who} {self._time(line.time_ms)}  ", _format(theme().color("text.2"), 12)
        )
        cursor.insertText(line.text, _format(theme().color("text.1"), 13))
        if line.picture:
            self._append_picture(cursor, line.picture, who)

    def _append_picture(self, cursor: QTextCursor, sha256: str, who: str) -> None:
        """A thumbnail that opens large, and the way to the board below it."""
        self._said[sha256] = say(ChatText.PICTURE_OF, name=who)
        self._add_image(sha256)
        cursor.insertBlock()
        shown = QTextImageFormat()
        shown.setName(_image_url(sha256).toString())
        shown.setWidth(THUMBNAIL)
        shown.setAnchor(True)
        shown.setAnchorHref(f"{OPEN}{sha256}")
        shown.setToolTip(say(ChatText.OPEN_PICTURE))
        shown.setProperty(QTextImageFormat.Property.ImageAltText, self._said[sha256])
        cursor.insertImage(shown)
        link = _format(theme().color("primary"), 13)
        link.setAnchor(True)
        link.setAnchorHref(f"{PUT}{sha256}")
        link.setToolTip(say(ChatText.PUT_TIP))
        cursor.insertBlock()
        cursor.insertText(say(ChatText.PUT_ON_BOARD), link)

    def _add_image(self, sha256: str) -> None:
        ratio = self.devicePixelRatioF()
        wide = round(THUMBNAIL * ratio)
        image = thumbnail(self._pictures.image(sha256, wide), wide)
        image.setDevicePixelRatio(ratio)
        kind = QTextDocument.ResourceType.ImageResource.value
        self._log.document().addResource(kind, _image_url(sha256), image)

    def _follow(self, link: QUrl) -> None:
        words = link.toString()
        if words.startswith(OPEN):
            sha256 = words.removeprefix(OPEN)
            self.picture_opened.emit(sha256, self._said.get(sha256, ""))
        elif words.startswith(PUT):
            self.put_wanted.emit(words.removeprefix(PUT))

    def _time(self, time_ms: int) -> str:
        """The hour when it was said; the lesson's time while its start is unknown."""
        lesson = self._state.board.lesson
        if lesson is None:
            return clock_text(time_ms)
        at = datetime.fromtimestamp((lesson.started_ms + time_ms) / 1000).astimezone()
        return at.strftime("%H:%M")

    def _say(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.asked.emit(Do(Say(text[:LONGEST])))


def _image_url(sha256: str) -> QUrl:
    return QUrl(f"picture:{sha256}")


def _format(color: QColor, pixels: int) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color)
    made.setProperty(QTextCharFormat.Property.FontPixelSize, pixels)
    return made
