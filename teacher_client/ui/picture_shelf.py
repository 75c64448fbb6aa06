"""The pictures that board and thumbnails show, read from the folder that the engine keeps.

Files are opened and decoded in a worker thread: a photo takes longer than a frame may.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QRectF, QRunnable, QSize, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from signaling_server.protocol.pictures import PictureSize
from teacher_client.drawing.picture_shelf import WHOLE, PictureShelf, PictureWish
from teacher_client.lesson.file_messages import PicturePart, PictureSharpened, SharpenPicture
from teacher_client.picture_files import PictureFiles

MOST_THREADS: Final = 2


class DiskPictures(QObject):
    """A :class:`~teacher_client.drawing.pictures.PictureSource` over the shared folder.

    GUI thread only; it never waits for the disk. Hand it to board and page panel, and tell it
    what the engine says with :meth:`pictures_came` and :meth:`sharpened`.

    Args:
        profile: the user's private folder.

    Signals:
        came: more of this picture (SHA-256) can be painted than before.
        asked: a message for the engine.
    """

    came = Signal(str)
    asked = Signal(object)

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = PictureFiles(profile)
        self._shelf = PictureShelf(self._load)
        self._missing: dict[str, set[PictureWish]] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(MOST_THREADS)
        self._loaded = _Loaded()
        self._loaded.done.connect(self._take)

    def image(self, sha256: str, width: int) -> QImage | None:
        """The whole picture, as :class:`PictureSource` says."""
        return self._shelf.image(sha256, width)

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """Parts of a PDF page, drawn sharper."""
        return self._shelf.sharper(sha256, width, area)

    def pictures_came(self, hashes: Iterable[str]) -> None:
        """The engine has fetched these."""
        for sha256 in hashes:
            for wish in self._missing.pop(sha256, ()):
                self._load(wish)

    def sharpened(self, answer: PictureSharpened) -> None:
        """The engine has drawn a part, or cannot."""
        part = answer.part
        size = 1 / part.count
        place = (part.column / part.count, part.row / part.count, size, size)
        wish = PictureWish(answer.sha256, part.width, place)
        self._start(wish, is_last_try=True)

    def close(self) -> None:
        """Come to the end of what is being read."""
        self._loaded.done.disconnect(self._take)
        self._pool.clear()
        self._pool.waitForDone()

    def _load(self, wish: PictureWish) -> None:
        self._start(wish)

    def _start(self, wish: PictureWish, *, is_last_try: bool = False) -> None:
        self._pool.start(_Loading(self._paths(wish), wish, self._loaded, is_last_try))

    def _paths(self, wish: PictureWish) -> list[Path]:
        """Where it may be, the smallest file that will do first."""
        if wish.part != WHOLE:
            part = _part_of(wish)
            place = part.width, part.count, part.column, part.row
            return [self._files.part_path(wish.sha256, place)]
        sizes = (PictureSize.SMALL, PictureSize.FULL)
        return [self._files.path(wish.sha256, size) for size in sizes]

    def _take(self, wish: PictureWish, image: QImage, is_last_try: bool) -> None:
        if not image.isNull() or is_last_try:
            self._shelf.put(wish, image)
            if not image.isNull():
                self.came.emit(wish.sha256)
        elif wish.part != WHOLE:
            self.asked.emit(SharpenPicture(wish.sha256, _part_of(wish)))
        elif self._files.has(wish.sha256):
            self._start(wish, is_last_try=True)  # it came a moment ago, or it is damaged
        else:
            self._missing.setdefault(wish.sha256, set()).add(wish)


class _Loaded(QObject):
    """Carries what a worker read to the GUI thread: wish, image, whether it was the last try."""

    done = Signal(object, QImage, bool)


class _Loading(QRunnable):
    def __init__(
        self, paths: list[Path], wish: PictureWish, loaded: _Loaded, is_last_try: bool
    ) -> None:
        super().__init__()
        self._paths, self._wish, self._loaded = paths, wish, loaded
        self._is_last_try = is_last_try

    def run(self) -> None:
        """In a worker thread: the first file that is as wide as wanted, else the widest."""
        best = QImage()
        for path in self._paths:
            image = read_image(path, self._wish.width if self._wish.part == WHOLE else 0)
            if image.width() > best.width():
                best = image
            if best.width() >= self._wish.width:
                break
        self._loaded.done.emit(self._wish, best, self._is_last_try)


def read_image(path: Path, width: int) -> QImage:
    """A picture, scaled down to `width` (0: as it is) while it is decoded; null where none is."""
    reader = QImageReader(str(path))
    size = reader.size()
    if width and size.width() > width:
        reader.setScaledSize(QSize(width, max(1, round(size.height() * width / size.width()))))
    return reader.read()


def _part_of(wish: PictureWish) -> PicturePart:
    left, top, size, _height = wish.part
    count = round(1 / size)
    return PicturePart(wish.width, count, round(left * count), round(top * count))
