"""Copy, cut and paste: own items as themselves, and as a picture for other programs."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QTemporaryDir
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter

from signaling_server.protocol.entries import PicturePlaced, TextPlaced
from signaling_server.protocol.ids import ItemId, PageField, PageId
from signaling_server.protocol.items import Item, Picture, Stroke, TextItem
from signaling_server.protocol.page import Page
from signaling_server.protocol.schema import (
    InvalidError,
    Items,
    Range,
    Text,
    decode,
    dumps,
    encode,
    loads,
)
from teacher_client.geometry.boxes import Box
from teacher_client.geometry.transform import moved
from teacher_client.lesson.board_commands import MAX_PUT, CopyItems, PutItems, PutStroke, Selected
from teacher_client.lesson.file_messages import ImportFiles
from teacher_client.ui.board.desk import Desk
from teacher_client.ui.board.picture import Look, as_image, as_svg, from_below
from teacher_client.ui.board.typed import placed_text
from teacher_client.ui.board_texts import BoardText

MIME: Final = "application/x-lamplight-items+json"
MOST_BYTES: Final = 32 * 1024 * 1024
MOST_PICTURED: Final = 3_000
"""More items than this are neither painted for other programs nor written out for another
lesson: it would hold up the pen. Within the lesson their names are enough.
"""
BESIDE: Final = 500
PIECES: Final = 40
TEXT_SIZE: Final = 500

Coordinate = Annotated[int, Range(-1_000_000, 1_000_000)]


@dataclass(frozen=True, slots=True)
class Contents:
    """Items as they would be placed."""

    strokes: Annotated[tuple[PutStroke, ...], Items(MAX_PUT)] = ()
    texts: Annotated[tuple[TextPlaced, ...], Items(MAX_PUT)] = ()
    pictures: Annotated[tuple[PicturePlaced, ...], Items(MAX_PUT)] = ()


@dataclass(frozen=True, slots=True)
class Copied:
    """What is on the clipboard: names for the same lesson, contents for another.

    Attributes:
        lesson: its session.
        left, top, right, bottom: what the items cover.
        contents: the same as new items; left out where there are too many.
    """

    lesson: Annotated[str, Text(64)]
    page: PageField
    items: Selected
    left: Coordinate
    top: Coordinate
    right: Coordinate
    bottom: Coordinate
    contents: Annotated[tuple[Contents, ...], Items(PIECES)] = ()


class Clipboard:
    """The system's clipboard, as the board uses it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._folder: QTemporaryDir | None = None
        self._times = 0

    def copy(self, names: Sequence[ItemId], bounds: Box, lesson: str, look: Look) -> None:
        """Put items there."""
        page = self._desk.page
        if page is None or not names:
            return
        left, top, right, bottom = (round(edge) for edge in bounds)
        items = [item for item in map(page.item, names) if item is not None]
        pieces: tuple[Contents, ...] = ()
        if len(names) <= MOST_PICTURED:
            pieces = tuple(itertools.islice(_contents(items), PIECES))
        copied = Copied(lesson, page.number, tuple(names), left, top, right, bottom, pieces)
        data = QMimeData()
        data.setData(MIME, QByteArray(dumps(encode(copied)).encode()))
        words = [item.body.text for item in items if isinstance(item, TextItem)]
        if words:
            data.setText("\n".join(words))
        if len(names) <= MOST_PICTURED:
            shown = list(from_below(page, names))
            image = as_image(shown, look, bounds)
            data.setImageData(image)
            data.setData("image/png", _png(image))
            data.setData("image/svg+xml", QByteArray(as_svg(shown, look, bounds)))
        QGuiApplication.clipboard().setMimeData(data)
        self._times = 0

    def paste(self, lesson: str) -> bool:
        """Ask for what is there on the shown page; whether own items are on their way."""
        data = QGuiApplication.clipboard().mimeData()
        page = self._desk.page
        if page is None or data is None:
            return False
        copied = _read(bytes(data.data(MIME).data())) if data.hasFormat(MIME) else None
        if copied is not None:
            return self._paste_items(copied, page, lesson)
        if data.hasImage():
            self._paste_image(page, QImage(data.imageData()))
        elif data.hasText() and data.text().strip():
            self._paste_text(page, data.text())
        else:
            self._desk.tell(BoardText.NOTHING_TO_PASTE)
        return False

    def _paste_items(self, copied: Copied, page: Page, lesson: str) -> bool:
        dx, dy = self._way(copied, page)
        if copied.lesson == lesson and self._desk.knows(copied.page, copied.items):
            self._desk.do(CopyItems(copied.page, copied.items, page.number, moved(dx, dy)))
            return True
        if not copied.contents:
            self._desk.tell(BoardText.TOO_MANY)
            return False
        for one in copied.contents:
            self._desk.do(_put(one, page.number, dx, dy))
        return True

    def _way(self, copied: Copied, page: Page) -> tuple[int, int]:
        """Beside the original; where that is not in view, to the middle of what is."""
        left, top, right, bottom = self._desk.visible()
        x, y = (copied.left + copied.right) / 2, (copied.top + copied.bottom) / 2
        self._times += 1
        if left <= x <= right and top <= y <= bottom:
            beside = 0 if copied.page != page.number and self._times == 1 else BESIDE * self._times
            return beside, beside
        return round((left + right) / 2 - x), round((top + bottom) / 2 - y)

    def _paste_text(self, page: Page, words: str) -> None:
        left, top, right, bottom = self._desk.visible()
        at = (max(left, 0.0) + self._desk.units(40), (top + bottom) / 2)
        style = self._desk.ink_style
        text = placed_text(words, TEXT_SIZE, at, style.ink, min(right, page.width) - at[0])
        if text is None:
            self._desk.tell(BoardText.TEXT_LONG)
        else:
            self._desk.do(PutItems(page.number, texts=(text,)))

    def _paste_image(self, page: Page, image: QImage) -> None:
        if self._folder is None:
            self._folder = QTemporaryDir()
        job = secrets.randbelow(2**31 - 1) + 1
        path = self._folder.filePath(f"{job}.png")
        if image.isNull() or not image.save(path):
            self._desk.tell(BoardText.NOTHING_TO_PASTE)
            return
        left, top, right, bottom = self._desk.visible()
        x, y = round((left + right) / 2), round((top + bottom) / 2)
        self._desk.ask(ImportFiles(job, (path,), on=page.number, x=x, y=y))


def _contents(items: Sequence[Item]) -> Iterator[Contents]:
    strokes = [put for item in items if isinstance(item, Stroke) for put in _strokes(item)]
    texts = [
        replace(item.body, x=item.corners[0][0], y=item.corners[0][1], ink=item.ink)
        for item in items
        if isinstance(item, TextItem)
    ]
    pictures = [
        replace(item.body, x=item.corners[0][0], y=item.corners[0][1])
        for item in items
        if isinstance(item, Picture)
    ]
    for first in range(0, max(len(strokes), len(texts), len(pictures)), MAX_PUT):
        part = slice(first, first + MAX_PUT)
        yield Contents(tuple(strokes[part]), tuple(texts[part]), tuple(pictures[part]))


def _strokes(stroke: Stroke) -> Iterator[PutStroke]:
    for first, stop in stroke.runs():
        part = slice(first, stop)
        force = () if stroke.force is None else tuple(stroke.force[part])
        style = stroke.style
        x, y = tuple(stroke.x[part]), tuple(stroke.y[part])
        if x:
            yield PutStroke(style.tool, style.ink, style.width, x, y, force)


def _put(contents: Contents, page: PageId, dx: int, dy: int) -> PutItems:
    return PutItems(
        page,
        strokes=tuple(
            replace(one, x=tuple(x + dx for x in one.x), y=tuple(y + dy for y in one.y))
            for one in contents.strokes
        ),
        texts=tuple(replace(one, x=one.x + dx, y=one.y + dy) for one in contents.texts),
        pictures=tuple(replace(one, x=one.x + dx, y=one.y + dy) for one in contents.pictures),
    )


def _read(data: bytes) -> Copied | None:
    """Items of this program; what any other program left there under the name is nothing."""
    try:
        copied: Copied = decode(Copied, loads(data, MOST_BYTES))
    except InvalidError:
        return None
    return copied


def _png(image: QImage) -> QByteArray:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return data
