"""Xournal++: what we write comes back, opens there, and its own files open here."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import TextKind
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import Builder, ImportedPages, page_of_picture, pages_of_pdf
from teacher_client.files.request import ExportRequest
from teacher_client.files.xopp import write_xopp
from teacher_client.files.xopp_read import read_xopp
from teacher_client.lesson.file_messages import ExportFormat
from tests.teacher_client.files.samples import (
    FORMULA,
    WORDS,
    SamplePictures,
    full_page,
    jpeg,
    small_pdf,
    sources,
    worksheet,
)

Lines: TypeAlias = npt.NDArray[np.complex128]
DATA = Path(os.environ.get("INK_DIR", "../shared/data/ink"))
PROGRAM = shutil.which("xournalpp")


def request(target: Path) -> ExportRequest:
    return ExportRequest(ExportFormat.XOPP, str(target), title="勾股定理")


def document(page: str, root: str = "xournal") -> bytes:
    sheet = f'<page width="500" height="700"><layer>{page}</layer></page>'
    return gzip.compress(f'<?xml version="1.0"?><{root}>{sheet}</{root}>'.encode())


def one(page: str) -> ImportedPages:
    return read_xopp(document(page))


def test_a_page_comes_back_point_by_point(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page = full_page(pictures)
    assert write_xopp([page], request(tmp_path / "a.xopp"), sources(pictures)) == [
        tmp_path / "a.xopp"
    ]
    back = read_xopp((tmp_path / "a.xopp").read_bytes())
    assert back.title == "勾股定理"
    (sheet,) = back.pages
    assert (sheet.width, sheet.height, sheet.kind) == (17_600, 25_000, PageKind.DOTS)
    shown = [stroke for stroke in page.strokes.values() if stroke.is_visible]
    wanted = sorted(shown, key=lambda stroke: stroke.style.tool is not Tool.MARKER)
    assert len(sheet.strokes) == len(wanted)
    for ours, theirs in zip(wanted, sheet.strokes, strict=True):
        assert (list(theirs.x), list(theirs.y)) == (ours.x, ours.y)
        assert (theirs.ink, theirs.width) == (ours.style.ink, ours.style.width)
        if ours.force and ours.style.tool is Tool.PEN:
            assert list(theirs.force)[:-1] == ours.force[:-1]  # a width for each way, not point
    assert [slot.data for slot in sheet.pictures] == [jpeg(), pictures_of(pictures)[1]]
    assert [(slot.x, slot.width) for slot in sheet.pictures] == [(9000, 3000), (13_000, 3000)]
    words, formula, _turned = sheet.texts
    assert words.text.replace("\n", "") == WORDS.replace("\n", "")
    assert (words.x, words.y, words.size, words.ink) == (1500, 12_000, 500, Ink.BLUE)
    assert (formula.text, formula.kind) == (FORMULA, TextKind.FORMULA)
    assert abs(formula.width - page.texts[6].body.width) <= 2
    assert not {Lost.COLOR, Lost.WIDTH, Lost.OUT_OF_RANGE} & set(back.losses.by_kind())


def pictures_of(pictures: SamplePictures) -> list[bytes]:
    return [picture.data for picture in pictures.by_hash.values()]


def test_what_is_turned_and_timed_is_reported(tmp_path: Path) -> None:
    where = sources(SamplePictures())
    write_xopp([full_page(SamplePictures(), PageKind.AXES)], request(tmp_path / "a.xopp"), where)
    lost = where.losses.by_kind()
    assert lost[Lost.TURN] == 1
    assert lost[Lost.PICTURE_MISSING] == 2
    assert lost[Lost.GROUND] == 1
    assert lost[Lost.TIMES] == 14


def test_a_worksheet_takes_its_pdf_along(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page = worksheet(pictures, small_pdf(), (14_111, 7056))
    files = write_xopp([page], request(tmp_path / "a.xopp"), sources(pictures))
    assert [file.name for file in files] == ["a.xopp", "a.xopp.bg.pdf"]
    assert files[1].read_bytes() == small_pdf()
    back = read_xopp(files[0].read_bytes())
    (slot,) = back.pages[0].pictures
    assert (slot.document, slot.page, slot.is_ground) == ("bg.pdf", 0, True)
    assert back.losses.by_kind()[Lost.PDF_GROUND] == 1


@pytest.mark.skipif(PROGRAM is None, reason="the package xournalpp is not installed")
def test_xournalpp_reads_every_point_within_a_hundredth_of_a_millimetre(tmp_path: Path) -> None:
    assert PROGRAM is not None
    pictures = SamplePictures()
    page = full_page(pictures, PageKind.BLANK)
    page.texts.clear()
    page.pictures.clear()
    write_xopp([page], request(tmp_path / "a.xopp"), sources(pictures))
    out = tmp_path / "theirs.pdf"
    subprocess.run(
        [PROGRAM, f"--create-pdf={out}", str(tmp_path / "a.xopp")],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    theirs = drawn_lines(pypdfium2.PdfDocument(out)[0], page.height)
    for stroke in page.strokes.values():
        if stroke.is_visible:
            points = np.array(stroke.x) + 1j * np.array(stroke.y)
            assert max(np.abs(nearest(theirs, point) - point).min() for point in points) <= 1.0


def nearest(lines: Lines, point: complex) -> Lines:
    """The nearest point of each line."""
    start, way = lines[:, 0], lines[:, 1] - lines[:, 0]
    along = ((point - start) * way.conj()).real / np.maximum(np.abs(way) ** 2, 1e-9)
    places: Lines = start + way * np.clip(along, 0, 1)
    return places


def drawn_lines(page: pypdfium2.PdfPage, height: int) -> Lines:
    """Both ends of all lines in a PDF's paths, in 1/100 mm, y down."""
    found: list[tuple[complex, complex]] = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=5):
        matrix, last = item.get_matrix(), 0j
        for i in range(pdfium.FPDFPath_CountSegments(item.raw)):
            segment = pdfium.FPDFPath_GetPathSegment(item.raw, i)
            x, y = pdfium.c_float(), pdfium.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            right, up = matrix.on_point(x.value, y.value)
            here = right * 2540 / 72 + 1j * (height - up * 2540 / 72)
            is_move = pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO
            found.append((here if is_move else last, here))
            last = here
    return np.array(found)


@pytest.mark.skipif(not (DATA / "xournalpp").is_dir(), reason="no real files here")
@pytest.mark.parametrize(
    ("name", "pages", "strokes"),
    [
        ("Setsquare_annotations", 4, 52),
        ("load__image", 1, 0),
        ("load__layers", 1, 0),
        ("load__pages", 11, 0),
        ("load__strokes", 1, 14),
        ("load__text", 1, 0),
        ("packaged_xopp__stroke__new", 1, 1),
        ("packaged_xopp__suite", 1, 7),
    ],
)
def test_its_own_files_open(name: str, pages: int, strokes: int) -> None:
    back = read_xopp((DATA / "xournalpp" / f"{name}.xopp").read_bytes())
    assert len(back.pages) == pages
    assert sum(len(page.strokes) for page in back.pages) == strokes


def test_widths_become_force() -> None:
    back = one('<stroke tool="pen" color="#000000ff" width="2 0.9 2.4">0 0 10 0 20 0</stroke>')
    (stroke,) = back.pages[0].strokes
    assert stroke.width == 71
    assert stroke.force == (0, 1023, 1023)


def test_widths_beyond_our_span_keep_the_widest() -> None:
    back = one('<stroke tool="pen" color="#000000ff" width="2 0.5 4">0 0 10 0 20 0</stroke>')
    (stroke,) = back.pages[0].strokes
    assert stroke.width == round(4 / 1.2 * 2540 / 72)
    assert stroke.force == (0, 1023, 1023)
    assert back.losses.by_kind() == {Lost.WIDTH: 1}  # the thin end


def test_white_ink_rubs_out_what_lay_under_it() -> None:
    line = '<stroke tool="pen" color="#000000ff" width="1">0 0 100 0</stroke>'
    white = '<stroke tool="eraser" color="#ffffffff" width="10">50 -20 50 20</stroke>'
    back = one(line + white + line)
    left, right, later = back.pages[0].strokes
    edge = 5 * 2540 / 72
    middle = 50 * 2540 / 72
    assert left.x[0] == 0
    assert middle - 2 * edge < left.x[-1] < middle - edge
    assert middle + edge < right.x[0] < middle + 2 * edge
    assert right.x[-1] == later.x[-1] == round(100 * 2540 / 72)
    assert later.x == (0, 3528)
    assert back.losses.by_kind()[Lost.WHITEOUT] == 1


def test_losses_are_counted_by_kind() -> None:
    back = one(
        '<stroke tool="eraser" color="white" width="8">0 0 1 1</stroke>'
        '<stroke tool="pen" color="#123456" fill="128" style="dash" width="1">0 0 1 1</stroke>'
        '<stroke tool="pen" color="black" width="900">0 0 1 1</stroke>'
        '<stroke tool="pen" color="black" width="1">0 0 99999999 1</stroke>'
        '<text font="Sans" size="12" x="1" y="2" color="red">a</text><blob/>'
    )
    lost = {kind.value: count for kind, count in back.losses.by_kind().items()}
    assert lost == {
        "whiteout": 1, "fill": 1, "dashes": 1, "color": 2, "width": 1, "out_of_range": 1,
        "font": 1, "unknown": 1,
    }  # fmt: skip


def test_a_named_file_cannot_choose_a_folder() -> None:
    page = (
        '<xournal><page width="500" height="700"><background type="pdf" domain="absolute" '
        'filename="/etc/../secret/plan.pdf" pageno="3"/><layer/></page></xournal>'
    )
    (slot,) = read_xopp(page.encode()).pages[0].pictures
    assert (slot.document, slot.page) == ("plan.pdf", 2)


MANY_POINTS = "<stroke>" + "1 2 " * 200_000 + "</stroke>"
BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>"


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", FileTrouble.DAMAGED),
        (b"no file at all", FileTrouble.DAMAGED),
        (b"<svg/>", FileTrouble.NOT_THIS_KIND),
        (b"<xournal/>", FileTrouble.NOT_THIS_KIND),
        (b"<xournal><stroke>1 2</stroke></xournal>", FileTrouble.NOT_THIS_KIND),
        (gzip.compress(b"<xournal><page/></xournal>")[:-12], FileTrouble.DAMAGED),
        (b"\x1f\x8b" + bytes(50), FileTrouble.DAMAGED),
        (b"PK\x03\x04" + bytes(50), FileTrouble.DAMAGED),
        (f"{BOMB}<xournal/>".encode(), FileTrouble.FORBIDDEN),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xournal/>', FileTrouble.FORBIDDEN),
        (b"<xournal>" + b"<a>" * 100, FileTrouble.TOO_DEEP),
        (gzip.compress(bytes(200_000_000), 1), FileTrouble.DAMAGED),
        (gzip.compress(b"<xournal>" + b" " * 150_000_000, 9), FileTrouble.TOO_LARGE),
        (b"<xournal>" + b"<a/>" * 400_001, FileTrouble.TOO_MANY),
        (b"<xournal>" + b"<page/>" * 501, FileTrouble.TOO_MANY),
        (document("<stroke>1 2 x</stroke>"), FileTrouble.DAMAGED),
        (document("<stroke>1 2 nan 3</stroke>"), FileTrouble.DAMAGED),
        (document("<stroke>" + "1 " * 700_000 + "</stroke>"), FileTrouble.TOO_MANY),
        (gzip.decompress(document(MANY_POINTS * 6)), FileTrouble.TOO_MANY),
        (document(MANY_POINTS * 6), FileTrouble.TOO_LARGE),
        (document("<text>a</text>" * 2001), FileTrouble.TOO_MANY),
        (b'<?xml version="1.0" encoding="nonsense"?><xournal/>', FileTrouble.DAMAGED),
    ],
)
def test_hostile_files_are_refused_in_words(data: bytes, trouble: FileTrouble) -> None:
    with pytest.raises(FileError) as caught:
        read_xopp(data)
    assert caught.value.trouble is trouble


def test_a_zip_with_the_part_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xopp"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<xournal/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("content.xml", "<xournal><page/></xournal>")
    with pytest.raises(FileError) as caught:
        read_xopp(path.read_bytes())
    assert caught.value.trouble is FileTrouble.BAD_NAMES


def test_a_long_stroke_and_a_long_text_are_cut_without_a_hole() -> None:
    build = Builder()
    build.add_page(17_600, 25_000)
    build.add_stroke((Tool.PEN, Ink.INK, 70), [(i, 5) for i in range(50_000)])
    first, second, third = build.page.strokes
    assert (first.x[-1], second.x[-1]) == (second.x[0], third.x[0])
    assert third.x[-1] == 49_999
    build.add_text("字" * 4500 + "\0", (0, 0), 500, Ink.INK)
    assert [len(text.text) for text in build.page.texts] == [2000, 2000, 500]


def test_pictures_and_pdf_pages_get_pages() -> None:
    made = pages_of_pdf((210, 148), (297, 105))
    assert [(page.width, page.height) for page in made.pages] == [
        (21_000, 29_700),
        (14_800, 10_500),
    ]
    assert [(p.pictures[0].page, p.pictures[0].is_ground) for p in made.pages] == [
        (0, True),
        (1, True),
    ]
    (slot,) = page_of_picture(4000, 1000).pages[0].pictures
    assert (slot.x, slot.width, slot.height) == (1000, 15_600, 3900)
