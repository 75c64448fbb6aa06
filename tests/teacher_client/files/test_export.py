"""Exports as a teacher asks for them: by the child, of a kept lesson, with a report."""

from __future__ import annotations

import os
import struct
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from teacher_client.files import parent
from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.export import export
from teacher_client.files.inkml_read import read_inkml
from teacher_client.files.parent import ExportJob
from teacher_client.files.preview import recovered_preview
from teacher_client.files.request import ExportProgress, ExportRequest, Loss, PreviewRequest
from teacher_client.lesson.file_messages import ExportFormat
from teacher_client.processes import role_command
from teacher_client.recording.journal import JOURNAL_NAME
from tests.teacher_client.files.lessons import SECRET, blocks, keep_lesson, keep_pictures, lines

PDF = ExportFormat.PDF


def request(tmp_path: Path, format_: ExportFormat, **more: object) -> ExportRequest:
    target = tmp_path / f"out.{format_.value}"
    lesson = str(tmp_path / "lesson")
    return ExportRequest(format_, str(target), lesson, **more)  # type: ignore[arg-type]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return keep_lesson(tmp_path / "lesson")


def test_the_child_writes_and_reports(tmp_path: Path, lesson: Path) -> None:
    keep_pictures(tmp_path / "profile")
    asked = request(tmp_path, PDF, profile=str(tmp_path / "profile"), title="勾股定理")
    said: list[ExportProgress] = []
    report = ExportJob(asked).run(said.append)
    assert (report.trouble, report.pages, report.files) == ("", 2, (asked.target,))
    # the picture is not the page's ground, so nothing of a PDF is lost
    assert report.losses == ()
    assert [(one.done, one.total) for one in said] == [(1, 2), (2, 2)]
    assert len(pypdfium2.PdfDocument(asked.target)) == 2


def test_a_cancelled_child_leaves_nothing(tmp_path: Path, lesson: Path) -> None:
    job = ExportJob(request(tmp_path, PDF))
    job.cancel()
    assert job.run().trouble == FileTrouble.CANCELLED
    assert [path.name for path in tmp_path.iterdir()] == ["lesson"]


def test_a_child_that_dies_is_reported(
    tmp_path: Path, lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = [sys.executable, "-c", "import os; os.abort()"]
    monkeypatch.setattr("teacher_client.files.parent.role_command", lambda _role: dying)
    assert ExportJob(request(tmp_path, PDF)).run().trouble == FileTrouble.EXPORT_FAILED


def test_a_page_does_without_an_original_that_kills(
    tmp_path: Path, lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = role_command("export"), list[int]()

    def command(_role: str) -> list[str]:
        tries.append(1)
        return [sys.executable, "-c", "import os; os.abort()"] if len(tries) == 1 else real

    monkeypatch.setattr(parent, "role_command", command)
    report = ExportJob(request(tmp_path, PDF)).run()
    assert (report.trouble, report.pages, len(tries)) == ("", 2, 2)


def test_private_pages_are_written_only_where_that_was_chosen(tmp_path: Path, lesson: Path) -> None:
    assert export(request(tmp_path, PDF)).pages == 2
    assert export(request(tmp_path, PDF, pages=(SECRET,))).trouble == FileTrouble.NO_PAGES
    assert export(request(tmp_path, PDF, pages=(1, SECRET))).pages == 1
    assert export(request(tmp_path, PDF, pages=(SECRET,), has_private=True)).pages == 1
    assert export(request(tmp_path, PDF, has_private=True)).pages == 3
    assert export(request(tmp_path, PDF, pages=(99,))).trouble == FileTrouble.NO_PAGES


def test_pages_come_in_the_chosen_order_and_lasers_never(tmp_path: Path, lesson: Path) -> None:
    asked = request(tmp_path, ExportFormat.INKML, pages=(2, 1))
    report = export(asked)
    assert report.losses == (
        Loss(2, "picture", 1),
        Loss(2, "ground", 1),
        Loss(1, "ground", 1),
    )
    back = read_inkml(Path(asked.target).read_bytes())
    assert [(page.width, len(page.strokes)) for page in back.pages] == [(21_000, 1), (17_600, 1)]


def test_blocks_serve_as_well_as_a_folder(tmp_path: Path) -> None:
    asked = ExportRequest(PDF, str(tmp_path / "a.pdf"))
    assert export(asked, blocks(lines())).pages == 2
    assert export(asked, [b"no block"]).trouble == FileTrouble.UNREADABLE


@pytest.mark.parametrize("format_", [ExportFormat.SVG, ExportFormat.PNG])
def test_a_file_a_page(tmp_path: Path, lesson: Path, format_: ExportFormat) -> None:
    report = export(request(tmp_path, format_, dpi=100, watermark="甲 7"))
    names = [Path(file).name for file in report.files]
    assert names == [f"out-1.{format_.value}", f"out-2.{format_.value}"]
    assert report.losses == (Loss(2, "picture_missing", 1),)
    if format_ is ExportFormat.PNG:
        with Image.open(report.files[1]) as image:
            assert image.size == (827, 1169)  # A4
            assert image.info["dpi"] == pytest.approx((100, 100), abs=0.1)


def test_svg_says_what_it_shows(tmp_path: Path, lesson: Path) -> None:
    asked = request(tmp_path, ExportFormat.SVG, pages=(1,), title="勾 <股>", language="en")
    assert export(asked).files == (asked.target,)
    root = ET.parse(asked.target).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("width") == "176.0mm"
    assert root.findtext(f"{space}title") == "勾 <股>"
    assert root.findtext(f"{space}desc") == "Page 1, 1 strokes"
    paths = root.findall(f"{space}g/{space}path")
    assert {path.get("stroke") for path in paths} == {"#101724"}
    assert len({path.get("stroke-width") for path in paths}) == 2  # thin, then pressed


def test_a_lesson_that_is_not_there(tmp_path: Path) -> None:
    assert export(request(tmp_path, PDF)).trouble == FileTrouble.UNREADABLE


def test_the_newest_page_of_a_torn_journal_is_shown(tmp_path: Path, lesson: Path) -> None:
    path = lesson / JOURNAL_NAME
    whole = path.read_bytes()
    last = len(blocks(lines())[-1])
    path.write_bytes(whole[: -last // 2])  # torn in the private page's block
    picture = recovered_preview(lesson, 300)
    assert struct.unpack(">II", picture[16:24]) == (300, round(300 * 29_700 / 21_000))
    path.write_bytes(b"no journal")
    with pytest.raises(FileError) as caught:
        recovered_preview(lesson, 300)
    assert caught.value.trouble is FileTrouble.NO_PAGES


def test_the_child_previews(tmp_path: Path, lesson: Path) -> None:
    target = tmp_path / "preview.png"
    report = ExportJob(PreviewRequest(str(lesson), str(target), width_px=200)).run()
    assert (report.trouble, report.files) == ("", (str(target),))
    assert struct.unpack(">II", target.read_bytes()[16:24])[0] == 200


def test_a_target_that_may_not_be_written(tmp_path: Path, lesson: Path) -> None:
    asked = ExportRequest(PDF, str(tmp_path / "none" / "a.pdf"), str(lesson))
    assert export(asked).trouble == FileTrouble.DISK_REFUSED
    if os.geteuid():
        tmp_path.chmod(0o500)
        assert export(request(tmp_path, PDF)).trouble == FileTrouble.NOT_ALLOWED
        tmp_path.chmod(0o700)
