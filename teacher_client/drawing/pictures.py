"""Pictures on a page: asked of a source that has them or fetches them, a grey frame until then."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF, QTransform

from signaling_server.protocol.board import Page, Picture
from signaling_server.protocol.items import Corners
from teacher_client.drawing.colors import PaperColors

WIDEST: Final = 16_384
"""Device pixels; no picture is wanted wider than this."""

WHOLE: Final = QRectF(0, 0, 1, 1)


class PictureSource(Protocol):
    """Where pictures come from. Both answers come at once; what is not there yet is fetched, and
    the source then tells its owner, who calls ``PageCanvas.picture_came(sha256)``.
    """

    def image(self, sha256: str, width: int) -> QImage | None:
        """The whole picture, best a little wider than `width` device pixels.

        A smaller one is returned while a larger one is fetched; None while there is none.
        """

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """Parts of a ground picture (a PDF page), rendered for a width that `image` has not.

        Args:
            sha256: the picture.
            width: device pixels that the whole picture would be wide; from :func:`wanted_width`,
                so that small steps of the zoom ask for the same.
            area: what is needed, as a part of (0, 0, 1, 1), the whole picture.

        Returns:
            Images and the parts they show, to be painted over the whole picture.
        """


class NoPictures:
    """A source without pictures: frames only."""

    def image(self, sha256: str, width: int) -> QImage | None:
        """No picture."""
        return None

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """No part of one."""
        return []


def visible_pictures(page: Page) -> list[Picture]:
    """The pictures that stand on a page, from below."""
    return from_below(picture for picture in page.pictures.values() if picture.is_visible)


def from_below(pictures: Iterable[Picture]) -> list[Picture]:
    """Pictures that are the page's ground first, else as they came."""
    return sorted(pictures, key=lambda picture: not picture.body.is_ground)


def wanted_width(pixels: float) -> int:
    """The next of the widths that are asked for: powers of the root of two."""
    if pixels <= 1:
        return 1
    return min(WIDEST, math.ceil(2 ** (math.ceil(2 * math.log2(pixels)) / 2)))


def box_transform(corners: Corners, width: float, height: float) -> QTransform:
    """From a box (0, 0, width, height) to the page, where its corners lie; lengths in 1/100 mm."""
    (x0, y0), (x1, y1), (x2, y2) = corners
    width, height = width or 1, height or 1
    return QTransform(
        (x1 - x0) / width, (y1 - y0) / width, (x2 - x0) / height, (y2 - y0) / height, x0, y0
    )


def box_bounds(corners: Corners) -> QRectF:
    """The upright box around a turned one."""
    return _polygon(corners).boundingRect()


def draw_pictures(
    painter: QPainter,
    pictures: Iterable[Picture],
    colors: PaperColors,
    source: PictureSource,
    area: QRectF | None = None,
) -> None:
    """Paint pictures; the painter is in page units and its transform says how sharp.

    Args:
        area: what is needed of the page, None: all.
    """
    for picture in pictures:
        bounds = box_bounds(picture.corners)
        if area is None or bounds.intersects(area):
            _draw(painter, picture, colors, source, area or bounds)


def _draw(
    painter: QPainter, picture: Picture, colors: PaperColors, source: PictureSource, area: QRectF
) -> None:
    body, place = picture.body, box_transform(picture.corners, 1, 1)
    (x0, y0), (x1, y1), _ = picture.corners
    matrix = painter.worldTransform()
    scale = math.hypot(matrix.m11(), matrix.m12())
    width = wanted_width(math.hypot(x1 - x0, y1 - y0) * scale)
    image = source.image(body.sha256, width)
    if image is None or image.isNull():
        painter.setPen(QPen(colors.frame_line, 0))
        painter.setBrush(colors.frame)
        painter.drawPolygon(_polygon(picture.corners))
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(place, True)
    painter.drawImage(WHOLE, image)
    back, _ = place.inverted()
    needed = back.mapRect(area) & WHOLE
    if body.is_ground and image.width() < width and not needed.isEmpty():
        for part, where in source.sharper(body.sha256, width, needed):
            painter.drawImage(where, part)
    painter.restore()


def _polygon(corners: Corners) -> QPolygonF:
    (x0, y0), (x1, y1), (x2, y2) = corners
    far = QPointF(x1 + x2 - x0, y1 + y2 - y0)
    return QPolygonF([QPointF(x0, y0), QPointF(x1, y1), far, QPointF(x2, y2)])
