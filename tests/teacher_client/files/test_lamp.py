"""Lesson files: whole, strict, and readable without us."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.board import digest
from signaling_server.protocol.ids import PageId
from signaling_server.protocol.pictures import PictureSize, picture_hash
from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.export import export
from teacher_client.files.lamp import MIMETYPE
from teacher_client.files.lamp_read import LessonFile, read_lesson_file
from teacher_client.files.request import ExportReport, ExportRequest, Loss
from teacher_client.files.source import fold_blocks, fold_lesson
from teacher_client.lesson.file_messages import ExportFormat
from teacher_client.picture_files import PictureFiles
from tests.teacher_client.files.lessons import SECRET, keep_lesson, keep_pictures
from tests.teacher_client.files.samples import jpeg, small_pdf


def written(tmp_path: Path, **more: object) -> tuple[Path, ExportReport]:
    lesson = tmp_path / "lesson"
    if not lesson.exists():
        keep_lesson(lesson)
        keep_pictures(tmp_path / "profile")
    target = tmp_path / "a.lamp"
    asked = ExportRequest(
        ExportFormat.LESSON,
        str(target),
        str(lesson),
        str(tmp_path / "profile"),
        title="勾股定理",
        **more,  # type: ignore[arg-type]
    )
    return target, export(asked)


def digests(read: LessonFile) -> dict[int, str]:
    board = fold_blocks(map(decode_block, read.blocks))
    return {number: digest(page) for number, page in board.pages.items()}


def test_a_lesson_comes_back_entry_by_entry(tmp_path: Path) -> None:
    target, report = written(tmp_path, has_private=True, has_voices=True)
    assert (report.trouble, report.losses) == ("", ())
    read = read_lesson_file(target)
    assert not read.has_sealed
    board = fold_lesson(tmp_path / "lesson")
    assert digests(read) == {n: digest(page) for n, page in board.pages.items()}
    assert read.manifest.title == "勾股定理"
    assert read.manifest.started_ms == 1_700_000_000_000
    assert [page.number for page in read.manifest.pages] == [1, 2, 3]
    files = PictureFiles(tmp_path / "other")
    read.unpack(tmp_path / "copy", files)
    assert {p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "lesson").iterdir()
    }
    name = picture_hash(jpeg())
    assert files.get(name, PictureSize.FULL) == jpeg()
    origin = files.origin(name)
    assert origin is not None
    assert files.document(origin.document) == small_pdf()


def test_private_pages_are_sealed_and_voices_stay_unless_chosen(tmp_path: Path) -> None:
    target, report = written(tmp_path)
    assert report.losses == (Loss(0, "voice", 1),)
    read = read_lesson_file(target)
    assert read.has_sealed
    assert set(digests(read)) == {1, 2}
    with zipfile.ZipFile(target) as archive:
        assert f"pages/{SECRET}.svg" not in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith("voices")]
    assert PageId(SECRET) in fold_lesson(tmp_path / "lesson").pages


def test_other_tools_open_it(tmp_path: Path) -> None:
    target, _report = written(tmp_path)
    assert target.read_bytes()[30:].startswith(b"mimetype" + MIMETYPE.encode())
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        with Image.open(io.BytesIO(archive.read("thumbnail.png"))) as image:
            assert image.width == 416
        assert archive.read("pages/2.svg").startswith(b"<?xml")
        assert archive.read(f"pictures/{picture_hash(jpeg())}.jpg") == jpeg()
        assert json.loads(archive.read("manifest.json"))["version"] == 1


def test_the_same_lesson_gives_the_same_file(tmp_path: Path) -> None:
    first = written(tmp_path)[0].read_bytes()
    assert written(tmp_path)[0].read_bytes() == first


Parts = list[tuple[str, bytes]]


def changed(path: Path, change: Callable[[Parts], Parts]) -> Path:
    """The same file with other parts."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in change(parts):
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, packed)
    return path


def replaced(name: str, data: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    return lambda parts: [(n, data(d) if n == name else d) for n, d in parts]


def manifest(**more: object) -> Callable[[Parts], Parts]:
    return replaced("manifest.json", lambda old: json.dumps(json.loads(old) | more).encode())


def with_part(name: str, data: bytes = b"x") -> Callable[[Parts], Parts]:
    return lambda parts: [*parts, (name, data)]


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda parts: parts[1:], FileTrouble.NOT_THIS_KIND),
        (lambda parts: [*parts[1:], parts[0]], FileTrouble.NOT_THIS_KIND),
        (replaced("mimetype", lambda old: b"X" + old[1:]), FileTrouble.NOT_THIS_KIND),
        (lambda parts: [p for p in parts if p[0] != "manifest.json"], FileTrouble.DAMAGED),
        (lambda parts: [p for p in parts if p[0] != "log.llb"], FileTrouble.DAMAGED),
        (lambda parts: [p for p in parts if p[0] != "pages/1.svg"], FileTrouble.DAMAGED),
        (replaced("manifest.json", lambda _old: b"[" * 10_000), FileTrouble.DAMAGED),
        (manifest(version=2), FileTrouble.TOO_NEW),
        (manifest(more=1), FileTrouble.DAMAGED),
        (manifest(parts=[]), FileTrouble.DAMAGED),
        (replaced("log.llb", lambda old: old[:-1]), FileTrouble.WRONG_HASH),
        (replaced("thumbnail.png", lambda old: old + b"x"), FileTrouble.WRONG_HASH),
        (with_part("../../evil"), FileTrouble.BAD_NAMES),
        (with_part("/etc/evil"), FileTrouble.BAD_NAMES),
        (with_part("a\\b"), FileTrouble.BAD_NAMES),
        (with_part("LOG.llb"), FileTrouble.BAD_NAMES),
        (with_part("bomb", bytes(300_000_000)), FileTrouble.TOO_LARGE),
    ],
)
def test_hostile_files_are_refused_in_words(
    tmp_path: Path, change: Callable[[Parts], Parts], trouble: FileTrouble
) -> None:
    path = changed(written(tmp_path)[0], change)
    with pytest.raises(FileError) as caught:
        read_lesson_file(path)
    assert caught.value.trouble is trouble


def test_a_doubled_name_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = changed(written(tmp_path)[0], lambda parts: [*parts, parts[2]])
    with pytest.raises(FileError) as caught:
        read_lesson_file(path)
    assert caught.value.trouble is FileTrouble.BAD_NAMES


def test_a_picture_under_another_name_is_refused(tmp_path: Path) -> None:
    name, other = f"pictures/{picture_hash(jpeg())}.jpg", f"pictures/{'0' * 64}.jpg"

    def rename(parts: Parts) -> Parts:
        parts = [(other if n == name else n, d) for n, d in parts]
        return replaced("manifest.json", lambda old: old.replace(name.encode(), other.encode()))(
            parts
        )

    with pytest.raises(FileError) as caught:
        read_lesson_file(changed(written(tmp_path)[0], rename))
    assert caught.value.trouble is FileTrouble.WRONG_HASH


@pytest.mark.parametrize("keep", [0, 10, 100, 1000, -1])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = written(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileError) as caught:
        read_lesson_file(path)
    assert caught.value.trouble in (FileTrouble.NOT_THIS_KIND, FileTrouble.DAMAGED)


def test_every_flipped_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    path = written(tmp_path)[0]
    whole = path.read_bytes()
    wanted = digests(read_lesson_file(path))
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 0x55,)) + whole[at + 1 :])
        try:
            assert digests(read_lesson_file(path)) == wanted
        except FileError:
            continue


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_lesson_file(tmp_path / "none.lamp")
    assert caught.value.trouble is FileTrouble.DISK_REFUSED
