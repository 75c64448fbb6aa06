"""Icons from assets/icons (Tabler, 24 grid): the colour is written into the SVG's text.

QtSvg paints ``currentColor`` black, so each colour is an SVG of its own; pictures are kept by
name, size, colour and pixel ratio.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from teacher_client.drawing.tokens import assets_dir
from teacher_client.ui.theme import theme


def icon(name: str, color: str = "text.2", checked: str | None = None) -> QIcon:
    """An icon in a token's colour; disabled in the disabled one, checked in `checked`."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        for mode, state, token in (
            (QIcon.Mode.Normal, QIcon.State.Off, color),
            (QIcon.Mode.Disabled, QIcon.State.Off, "text.disabled"),
            (QIcon.Mode.Normal, QIcon.State.On, checked or color),
            (QIcon.Mode.Disabled, QIcon.State.On, "text.disabled"),
        ):
            made.addPixmap(pixmap(name, 24, token, ratio), mode, state)
    return made


def pixmap(name: str, size: int, color: str, ratio: float = 2.0) -> QPixmap:
    """An icon as a picture of `size` logical pixels."""
    return _painted(name, size, theme().color(color).name(), ratio)


@cache
def _painted(name: str, size: int, color: str, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    path = assets_dir() / "icons" / f"{name}.svg"
    if path.is_file():
        text = path.read_text(encoding="utf-8").replace("currentColor", color)
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(picture.rect()))
    else:  # a missing file leaves a mark to be seen, not a hole
        painter.fillRect(picture.rect().adjusted(8, 8, -8, -8), QColor(color))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
