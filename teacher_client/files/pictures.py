"""The pictures of a lesson while its pages are written: clean bytes by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from signaling_server.protocol.pictures import PictureSize, Shape, clean_shape
from teacher_client.picture_files import Origin, PictureFiles


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture's bytes, a clean JPEG or grey PNG (protocol/pictures.py), and what they are."""

    data: bytes
    shape: Shape


class Pictures(Protocol):
    """Where pictures and the PDFs that some were drawn from come from."""

    def clean(self, sha256: str) -> CleanPicture | None:
        """A picture, or None where it is not here."""

    def origin(self, sha256: str) -> Origin | None:
        """The PDF page that a picture was drawn from."""

    def document(self, sha256: str) -> bytes | None:
        """A PDF."""


class ProfilePictures:
    """Those of a profile; '' has none."""

    def __init__(self, profile: str) -> None:
        self._files = PictureFiles(Path(profile)) if profile else None

    def clean(self, sha256: str) -> CleanPicture | None:
        """A picture, or None where it is not here."""
        data = self._files.get(sha256, PictureSize.FULL) if self._files else None
        shape = clean_shape(data) if data is not None else None
        return None if data is None or shape is None else CleanPicture(data, shape)

    def origin(self, sha256: str) -> Origin | None:
        """The PDF page that a picture was drawn from."""
        return self._files.origin(sha256) if self._files else None

    def document(self, sha256: str) -> bytes | None:
        """A PDF."""
        return self._files.document(sha256) if self._files else None


class PaintedPictures:
    """The same for :func:`teacher_client.drawing.render.render_page`."""

    def __init__(self, pictures: Pictures) -> None:
        self._load = lru_cache(maxsize=8)(lambda sha256: _image(pictures.clean(sha256)))

    def image(self, sha256: str, width: int) -> QImage | None:
        """The whole picture, however wide it is."""
        return self._load(sha256)

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """No part of one."""
        return []


def _image(picture: CleanPicture | None) -> QImage | None:
    return None if picture is None else QImage.fromData(picture.data)
