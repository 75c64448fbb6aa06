"""InkML: the Recommendation's ways of writing points, and our own files."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.ids import PageId
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import ImportedPages
from teacher_client.files.inkml import write_inkml
from teacher_client.files.inkml_read import read_inkml
from teacher_client.files.request import ExportRequest
from teacher_client.lesson.file_messages import ExportFormat
from tests.teacher_client.files.samples import FORMULA, WORDS, SamplePictures, full_page, sources

DATA = Path(os.environ.get("INK_DIR", "../shared/data/ink")) / "crohme"
MM = '<channel name="{}" units="mm"/>'
XY = f"<traceFormat>{MM.format('X')}{MM.format('Y')}</traceFormat>"


def ink(content: str) -> ImportedPages:
    return read_inkml(f'<ink xmlns="http://www.w3.org/2003/InkML">{content}</ink>'.encode())


def test_pages_come_back_with_force_and_brushes(tmp_path: Path) -> None:
    pictures = SamplePictures()
    page, other = full_page(pictures), full_page(pictures, PageKind.BLANK)
    other.number = PageId(2)
    where = sources(pictures)
    target = tmp_path / "a.inkml"
    request = ExportRequest(ExportFormat.INKML, str(target), title="勾股定理")
    assert write_inkml([page, other], request, where) == [target]
    assert where.losses.by_kind()[Lost.PICTURE] == 4
    back = read_inkml(target.read_bytes())
    assert back.title == "勾股定理"
    assert len(back.pages) == 2
    sheet = back.pages[1]
    assert (sheet.width, sheet.height) == (17_600, 25_000)
    shown = [stroke for stroke in page.strokes.values() if stroke.is_visible]
    assert len(sheet.strokes) == len(shown)
    for ours, theirs in zip(shown, sheet.strokes, strict=True):
        assert (list(theirs.x), list(theirs.y)) == (ours.x, ours.y)
        assert list(theirs.force) == (ours.force or [])
        assert (theirs.ink, theirs.width) == (ours.style.ink, ours.style.width)
        assert (theirs.tool is Tool.MARKER) == (ours.style.tool is Tool.MARKER)
    words, formula, _turned = sheet.texts
    assert (words.text, words.x, words.size, words.ink) == (WORDS, 1500, 500, Ink.BLUE)
    assert (formula.text, formula.kind) == (FORMULA, TextKind.FORMULA)
    ET.parse(target)  # another reader agrees that it is XML


def test_the_recommendations_example_of_differences() -> None:
    back = ink(f"{XY}<trace>11 18,'2'4,\"7\"-8,3-5,7 -3</trace>")
    (stroke,) = back.pages[0].strokes
    # section 3.2.1: values, differences, differences of differences
    xs = [11, 13, 22, 34, 53]
    ys = [18, 22, 18, 9, -3]
    left, top = stroke.x[0] - 1100, stroke.y[0] - 1800
    assert [x - left for x in stroke.x] == [100 * x for x in xs]
    assert [y - top for y in stroke.y] == [100 * y for y in ys]


def test_a_star_repeats_and_explicit_values_end_differences() -> None:
    back = ink(f"{XY}<trace>10 10, '1 '1, * *, !20 !20, 21 30</trace>")
    (stroke,) = back.pages[0].strokes
    assert stroke.x == (1000, 1100, 1100, 2000, 2100)
    assert stroke.y == (1000, 1100, 1100, 2000, 3000)


def test_units_brushes_and_contexts_by_reference() -> None:
    back = ink(
        '<definitions><brush xml:id="red"><brushProperty name="color" value="#B62233"/>'
        '<brushProperty name="width" value="1.2" units="mm"/></brush>'
        '<traceFormat xml:id="cm"><channel name="X" units="cm"/><channel name="Y" units="cm"/>'
        '<channel name="F" min="0" max="100"/></traceFormat>'
        '<context xml:id="both" brushRef="#red" traceFormatRef="#cm"/></definitions>'
        '<trace contextRef="#both">1 2 0, 3 4 50, 5 6 100</trace>'
        '<traceGroup contextRef="#both"><trace>1 1 100</trace></traceGroup>'
        '<trace traceFormatRef="#cm">2 2 0</trace>'
    )
    first, grouped, plain = back.pages[0].strokes
    assert (first.x, first.y) == ((100 * 10, 3000, 5000), (2000, 4000, 6000))
    assert first.force == (0, 512, 1023)
    assert (first.ink, first.width) == (Ink.RED, 120)
    assert (grouped.ink, grouped.force) == (Ink.RED, (1023,))
    assert (plain.ink, plain.width) == (Ink.INK, 70)


def test_pen_up_traces_and_other_channels_are_left_out() -> None:
    back = ink(
        f'<traceFormat>{MM.format("X")}{MM.format("Y")}<channel name="OA"/></traceFormat>'
        '<trace>1 1 5, 2 2 5</trace><trace type="penUp">2 2 5, 9 9 5</trace>'
    )
    assert len(back.pages[0].strokes) == 1
    assert back.losses.by_kind()[Lost.UNKNOWN] == 1


def test_ink_without_units_is_fitted_to_the_page() -> None:
    back = ink("<trace>0 0, 3 0, 3 3</trace><trace>-1 -1</trace>")
    (stroke, dot) = back.pages[0].strokes
    assert max(stroke.x) - dot.x[0] == 13_600
    assert min(*dot.x, *dot.y) > 0


@pytest.mark.skipif(not DATA.is_dir(), reason="no real files here")
def test_recognisers_samples_open() -> None:
    files = sorted(DATA.glob("*.inkml"))
    for path in files:
        (page,) = read_inkml(path.read_bytes()).pages
        assert len(page.strokes) == path.read_text().count("<trace ")
        assert max(max(stroke.x) for stroke in page.strokes) <= page.width
    assert len(files) == 16


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"<ink/>", FileTrouble.NOT_THIS_KIND),
        (b"<html/>", FileTrouble.NOT_THIS_KIND),
        (b"<ink><trace>1 2, three 4</trace></ink>", FileTrouble.DAMAGED),
        (b"<ink><trace>1 2", FileTrouble.DAMAGED),
        (b"<ink><trace>1 nan, 1 inf</trace></ink>", FileTrouble.DAMAGED),
        (b'<!DOCTYPE ink SYSTEM "x"><ink/>', FileTrouble.FORBIDDEN),
        (b"<ink>" + b"<traceGroup>" * 50, FileTrouble.TOO_DEEP),
        (b"<ink><trace>" + b"1 " * 50 + b"</trace></ink>", FileTrouble.TOO_MANY),
        (b"<ink><traceFormat>" + b'<channel name="Z"/>' * 40, FileTrouble.TOO_MANY),
        (b"<ink>" + b"<trace>1 1</trace>" * 60_001 + b"</ink>", FileTrouble.TOO_MANY),
    ],
)
def test_hostile_files_are_refused_in_words(data: bytes, trouble: FileTrouble) -> None:
    with pytest.raises(FileError) as caught:
        read_inkml(data)
    assert caught.value.trouble is trouble
