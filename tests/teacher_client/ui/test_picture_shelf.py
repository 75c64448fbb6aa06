"""Pictures of the shared folder on the window's side: real files, a real worker thread."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from signaling_server.protocol.pictures import PictureSize, picture_hash
from teacher_client.lesson.file_messages import PicturePart, PictureSharpened, SharpenPicture
from teacher_client.picture_files import PictureFiles
from teacher_client.ui.picture_shelf import DiskPictures

FULL, SMALL = PictureSize.FULL, PictureSize.SMALL


def jpeg(width: int, grey: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, width // 2), grey).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> PictureFiles:
    return PictureFiles(tmp_path)


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[DiskPictures]:
    made = DiskPictures(tmp_path)
    yield made
    made.close()


def put(files: PictureFiles, width: int = 2000) -> str:
    """A picture whose two files can be told apart by their grey."""
    data = jpeg(width, 200)
    sha256 = picture_hash(data)
    files.put(sha256, SMALL, jpeg(640, 100))
    files.put(sha256, FULL, data)
    return sha256


def grey(pictures: DiskPictures, sha256: str, width: int) -> tuple[int, int]:
    image = pictures.image(sha256, width)
    assert image is not None
    return image.width(), image.pixelColor(5, 5).red()


def test_a_frame_is_painted_until_the_picture_is_read(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    sha256 = put(files)
    with qtbot.waitSignal(pictures.came) as came:
        assert pictures.image(sha256, 128) is None
    assert came.args == [sha256]
    assert grey(pictures, sha256, 128) == (128, 100)  # of the small file
    with qtbot.waitSignal(pictures.came):
        assert grey(pictures, sha256, 1448) == (128, 100)  # until there is more
    assert grey(pictures, sha256, 1448) == (1448, 200)
    with qtbot.waitSignal(pictures.came):
        pictures.image(sha256, 4096)
    assert grey(pictures, sha256, 4096) == (2000, 200)  # all there is
    with qtbot.assertNotEmitted(pictures.came, wait=100):
        pictures.image(sha256, 4096)


def test_a_picture_that_is_fetched_is_read_when_the_engine_says_so(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    sha256 = picture_hash(jpeg(2000, 200))
    with qtbot.assertNotEmitted(pictures.came, wait=200):
        assert pictures.image(sha256, 500) is None
    put(files)
    with qtbot.waitSignal(pictures.came):
        pictures.pictures_came((sha256, "0" * 64))
    assert grey(pictures, sha256, 500) == (500, 100)


def test_a_fetched_picture_has_no_small_file(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    data = jpeg(900, 50)
    files.put(picture_hash(data), FULL, data)
    with qtbot.waitSignal(pictures.came):
        pictures.image(picture_hash(data), 300)
    assert grey(pictures, picture_hash(data), 300) == (300, 50)


def test_a_damaged_file_is_asked_for_no_more(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    files.put("ab" * 32, FULL, b"no picture")
    with qtbot.assertNotEmitted(pictures.came, wait=300):
        assert pictures.image("ab" * 32, 300) is None
        assert pictures.image("ab" * 32, 300) is None


def test_a_sharper_part_is_drawn_by_the_engine(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    sha256 = put(files)
    needed = QRectF(0.55, 0.1, 0.1, 0.1)
    with qtbot.waitSignal(pictures.asked) as asked:
        assert pictures.sharper(sha256, 4096, needed) == []
    part = PicturePart(4096, 4, 2, 0)
    assert asked.args == [SharpenPicture(sha256, part)]
    files.put_part(sha256, (4096, 4, 2, 0), jpeg(1024, 30))
    with qtbot.waitSignal(pictures.came):
        pictures.sharpened(PictureSharpened(sha256, part))
    [(image, where)] = pictures.sharper(sha256, 4096, QRectF(0.55, 0.1, 0.1, 0.1))
    assert (image.width(), image.pixelColor(5, 5).red()) == (1024, 30)
    assert where == QRectF(0.5, 0, 0.25, 0.25)


def test_a_picture_without_a_pdf_is_asked_for_once(
    pictures: DiskPictures, files: PictureFiles, qtbot: QtBot
) -> None:
    sha256 = put(files)
    needed = QRectF(0, 0, 0.1, 0.1)
    with qtbot.waitSignal(pictures.asked):
        pictures.sharper(sha256, 4096, needed)
    pictures.sharpened(PictureSharpened(sha256, PicturePart(4096, 4, 0, 0)))
    with qtbot.assertNotEmitted(pictures.asked, wait=300):
        assert pictures.sharper(sha256, 4096, needed) == []
