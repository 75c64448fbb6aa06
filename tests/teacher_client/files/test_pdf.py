"""PDF: looks like the board, is searched, keeps the page that it was written on."""

from __future__ import annotations

import ctypes
import resource
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PySide6.QtGui import QImage, QPainter

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import PageKind
from teacher_client.drawing.render import PageLook, paint_page
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.pdf import write_pdf
from teacher_client.files.pictures import PaintedPictures
from teacher_client.files.request import ExportRequest
from teacher_client.lesson.file_messages import ExportFormat
from tests.teacher_client.files.samples import (
    FORMULA,
    SamplePictures,
    full_page,
    small_pdf,
    sources,
    worksheet,
)

WIDTH = 880


def request(target: Path) -> ExportRequest:
    return ExportRequest(ExportFormat.PDF, str(target), title="勾股定理")


def shown(document: pypdfium2.PdfDocument, index: int, width: int = WIDTH) -> npt.NDArray[np.int16]:
    page = document[index]
    picture = page.render(scale=width / page.get_width()).to_pil().convert("L")
    return np.asarray(picture).astype(np.int16)


def painted(page: Page, look: PageLook) -> npt.NDArray[np.int16]:
    image = QImage(WIDTH, round(WIDTH * page.height / page.width), QImage.Format.Format_RGB32)
    image.fill("white")
    painter = QPainter(image)
    painter.scale(WIDTH / page.width, WIDTH / page.width)
    paint_page(painter, page, look)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(np.int16)


@pytest.mark.parametrize("kind", list(PageKind))
def test_a_page_looks_as_it_is_painted(tmp_path: Path, kind: PageKind) -> None:
    pictures = SamplePictures()
    page = full_page(pictures, kind)
    write_pdf([page], request(tmp_path / "a.pdf"), sources(pictures))
    ours = shown(pypdfium2.PdfDocument(tmp_path / "a.pdf"), 0)
    theirs = painted(page, PageLook(pictures=PaintedPictures(pictures)))
    rows = min(len(ours), len(theirs))
    apart = ours[:rows, :WIDTH] - theirs[:rows]
    # edges and thin lines differ by their antialiasing: a line is as dark, not where it falls
    blocks = apart[: rows // 20 * 20].reshape(rows // 20, 20, WIDTH // 20, 20).mean((1, 3))
    assert np.abs(blocks).max() < 20  # the edges of pictures, smoothed or not
    assert (np.abs(apart) > 128).mean() < 0.0005


def test_hidden_ink_and_lasers_are_not_there(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page = full_page(pictures, PageKind.BLANK)
    write_pdf([page], request(tmp_path / "a.pdf"), sources(pictures))
    ours = shown(pypdfium2.PdfDocument(tmp_path / "a.pdf"), 0)
    assert ours[int(22_500 * WIDTH / 17_600) :].min() == 255


def test_words_and_formulas_are_found(tmp_path: Path) -> None:
    pictures = SamplePictures()
    pages = [full_page(pictures), full_page(pictures)]
    write_pdf(pages, request(tmp_path / "a.pdf"), sources(pictures, "甲 42"))
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    assert len(document) == 2
    assert document.get_metadata_dict()["Title"] == "勾股定理"
    text = document[1].get_textpage().get_text_range()
    for words in ("由勾股定理 a²+b²=c²", "AVATAR", "第二行 abc", "转了", FORMULA, "甲 42"):
        assert words in text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_ink_lies_over_the_original_page(tmp_path: Path, turn: int) -> None:
    pictures = SamplePictures()
    size = (14_111, 7056) if turn % 180 == 0 else (7056, 14_111)  # 400 x 200 points
    page = worksheet(pictures, small_pdf(turn=turn), size)
    write_pdf([page, full_page(pictures)], request(tmp_path / "a.pdf"), sources(pictures))
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    assert len(document) == 2
    below = document[0]
    assert "Worksheet one" in below.get_textpage().get_text_range()
    assert link_of(below) == "https://example.org/"
    plain = shown(pypdfium2.PdfDocument(small_pdf(turn=turn)), 0)
    ours = shown(document, 0)
    ys, xs = np.nonzero(np.abs(ours - plain) > 100)
    scale = WIDTH / size[0]
    assert (xs.min() / scale, ys.min() / scale) == pytest.approx((1000, 1000), abs=60)
    assert xs.max() / scale == pytest.approx(size[0] - 1000, abs=60)
    assert ys.max() / scale == pytest.approx(size[1] - 1000, abs=60)
    assert ys[xs.argmin()] < ys[xs.argmax()]  # from top left to bottom right, as it is read


def link_of(page: pypdfium2.PdfPage) -> str:
    note = pdfium.FPDFPage_GetAnnot(page.raw, 0)
    action = pdfium.FPDFLink_GetAction(pdfium.FPDFAnnot_GetLink(note))
    buffer = ctypes.create_string_buffer(100)
    pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, buffer, 100)
    return buffer.value.decode()


def test_a_damaged_original_is_reported_and_its_picture_stays_away(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page = worksheet(pictures, b"%PDF-1.4 no more", (14_111, 7056))
    where = sources(pictures)
    write_pdf([page], request(tmp_path / "a.pdf"), where)
    assert where.losses.by_kind() == {Lost.ORIGINAL_MISSING: 1}
    assert len(pypdfium2.PdfDocument(tmp_path / "a.pdf")) == 1


def test_an_original_is_left_out_where_it_is_not_wanted(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page, where = worksheet(pictures, small_pdf(), (14_111, 7056)), sources(pictures)
    write_pdf([page], replace(request(tmp_path / "a.pdf"), has_originals=False), where)
    assert where.losses.by_kind() == {Lost.ORIGINAL_MISSING: 1}
    text = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_textpage().get_text_range()
    assert "Worksheet" not in text


def test_a_missing_picture_is_a_frame_and_is_reported(tmp_path: Path) -> None:
    page = full_page(SamplePictures())
    where = sources()
    write_pdf([page], request(tmp_path / "a.pdf"), where)
    assert where.losses.by_kind() == {Lost.PICTURE_MISSING: 2}


def test_a_very_long_page_has_a_larger_unit(tmp_path: Path) -> None:
    page = full_page(SamplePictures())
    page.height = 1_000_000
    write_pdf([page], request(tmp_path / "a.pdf"), sources())
    box = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_mediabox()
    assert box[3] <= 14_400
    assert box[2] / box[3] == pytest.approx(0.0176, rel=1e-3)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"the old one")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(FileError) as caught:
            write_pdf([full_page(SamplePictures())], request(target), sources())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.trouble is FileTrouble.DISK_FULL
    assert target.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_a_fault_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        write_pdf([full_page(SamplePictures())], request(tmp_path / "no" / "a.pdf"), sources())
    assert caught.value.trouble is FileTrouble.DISK_REFUSED
