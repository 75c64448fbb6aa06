"""A page as PNG, as it is painted on the board."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from signaling_server.protocol.page import Page
from teacher_client.drawing.render import render_page
from teacher_client.drawing.texts import letters_path
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import Lost
from teacher_client.files.pdf_pages import WATERMARK_OPACITY, WATERMARK_SIZE, Sources
from teacher_client.files.pictures import PaintedPictures
from teacher_client.files.request import ExportRequest
from teacher_client.files.svg import names

MOST_PIXELS: Final = 60_000_000
"""A page of several metres gets fewer dots an inch."""
INCH: Final = 2_540


def write_png(
    pages: Sequence[Page],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write each page to a file of its own.

    Raises:
        FileError: the disk is full or refused.
    """
    files = names(Path(request.target), len(pages))
    for done, (page, target) in enumerate(zip(pages, files, strict=True), 1):
        data = png(page, sources, request.dpi)
        with atomic(target) as file:
            file.write(data)
        progress(done)
    return files


def png(page: Page, sources: Sources, dpi: float) -> bytes:
    """A page's picture; `dpi` is lowered where it would be too large."""
    area = page.width * page.height / INCH**2
    dpi = min(dpi, math.sqrt(MOST_PIXELS / area))
    scale = dpi / INCH
    size = QSize(max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    pictures = PaintedPictures(sources.pictures)
    image = render_page(page, size, sources.colors, pictures=pictures)
    for picture in page.pictures.values():
        is_missing = picture.is_visible and pictures.image(picture.body.sha256, 1) is None
        sources.losses.add(Lost.PICTURE_MISSING, page.number, int(is_missing))
    if sources.watermark:
        _draw_watermark(image, sources.watermark, size.width() / page.width, page.height)
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    return encoded(image)


def encoded(image: QImage) -> bytes:
    """A picture as PNG, without an alpha channel."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image.convertToFormat(QImage.Format.Format_RGB32))
    return bytes(data.data())


def _draw_watermark(image: QImage, words: str, scale: float, height: int) -> None:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(WATERMARK_SIZE, height - 2 * WATERMARK_SIZE)
    painter.setOpacity(WATERMARK_OPACITY)
    painter.fillPath(letters_path(words, WATERMARK_SIZE, ()), QColor(0x80, 0x80, 0x80))
    painter.end()
