"""The pictures that have come, at the sizes they are drawn in; what is missing is asked for."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage

MOST_BYTES: Final = 256 * 1024 * 1024
PART: Final = 1024
"""Device pixels: about what one sharper part of a picture is wide and high."""

Part: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height, of (0, 0, 1, 1)."""
WHOLE: Final[Part] = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class PictureWish:
    """What the owner should get: a picture at least `width` device pixels wide (the largest
    there is, where it is none so wide), or one part of it as of a picture so wide.
    """

    sha256: str
    width: int
    part: Part = WHOLE


_Key: TypeAlias = PictureWish | tuple[str, int]
"""What came, or a picture scaled down to a width."""


class PictureShelf:
    """A :class:`~teacher_client.drawing.pictures.PictureSource` in memory. GUI thread only.

    The owner fetches each wish once, calls :meth:`put`, then ``PageCanvas.picture_came``. What was
    not drawn for longest is let go beyond `most_bytes`, and wished for again when it is seen.
    """

    def __init__(self, want: Callable[[PictureWish], None], most_bytes: int = MOST_BYTES) -> None:
        self._want = want
        self._most = most_bytes
        self._bytes = 0
        self._images: OrderedDict[_Key, QImage] = OrderedDict()
        self._largest: dict[str, PictureWish] = {}
        self._wanted: set[PictureWish] = set()
        self._complete: set[str] = set()

    def put(self, wish: PictureWish, image: QImage) -> None:
        """What came for a wish; an image that is none says that there is nothing to be had."""
        self._wanted.add(wish)  # whatever it is, it is not asked for again
        if wish.part == WHOLE and image.width() < wish.width:
            self._complete.add(wish.sha256)
        if image.isNull():
            return
        largest = self._whole(wish.sha256)
        if wish.part == WHOLE and (largest is None or image.width() >= largest.width()):
            self._largest[wish.sha256] = wish
        self._keep(wish, image)

    def image(self, sha256: str, width: int) -> QImage | None:
        """The whole picture, less than twice as wide as wanted; a smaller one if need be."""
        largest = self._whole(sha256)
        if largest is None or (largest.width() < width and sha256 not in self._complete):
            self._ask(PictureWish(sha256, width))
        if largest is None or largest.width() < 2 * width:
            return largest
        scaled = self._used((sha256, width))
        if scaled is None:
            scaled = largest.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            self._keep((sha256, width), scaled)
        return scaled

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """The parts over an area that have come; the others are asked for."""
        count = max(1, math.ceil(width / PART))
        found = []
        for column in _steps(area.left(), area.right(), count):
            for row in _steps(area.top(), area.bottom(), count):
                part = (column / count, row / count, 1 / count, 1 / count)
                wish = PictureWish(sha256, width, part)
                image = self._used(wish)
                if image is None:
                    self._ask(wish)
                else:
                    found.append((image, QRectF(*part)))
        return found

    def _whole(self, sha256: str) -> QImage | None:
        wish = self._largest.get(sha256)
        return None if wish is None else self._used(wish)

    def _used(self, key: _Key) -> QImage | None:
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
        return image

    def _ask(self, wish: PictureWish) -> None:
        if wish not in self._wanted:
            self._wanted.add(wish)
            self._want(wish)

    def _keep(self, key: _Key, image: QImage) -> None:
        before = self._images.pop(key, None)
        self._bytes += image.sizeInBytes() - (0 if before is None else before.sizeInBytes())
        self._images[key] = image
        while self._bytes > self._most and len(self._images) > 1:
            old, gone = self._images.popitem(last=False)
            self._bytes -= gone.sizeInBytes()
            if isinstance(old, PictureWish):
                self._wanted.discard(old)


def _steps(low: float, high: float, count: int) -> range:
    return range(max(0, math.floor(low * count)), min(count, math.ceil(high * count)))
