from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.events import NcodePage
from pen_driver.n2_disk import (
    NoPenDiskError,
    find_stroke_file,
    list_disk,
    open_disk,
    read_disk_file,
)
from tests.pen_driver.neo1.test_files import stored


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    for book, page in ((604, 1), (603, 7)):
        folder = tmp_path / "Data" / "27" / str(book) / str(page)
        folder.mkdir(parents=True)
        (folder / "0.data").write_bytes(stored(book - 601))
    (tmp_path / "Data" / ".hidden").write_bytes(b"x")
    return tmp_path


def test_strokes_are_listed_and_read(disk: Path) -> None:
    files = list_disk(disk)
    assert [str(file.path.relative_to(disk)) for file in files] == [
        "Data/27/603/7/0.data",
        "Data/27/604/1/0.data",
    ]
    assert files[0].folder_page == NcodePage(3, 27, 603, 7)
    assert list_disk(disk / "Data") == files
    assert [len(read_disk_file(file).strokes) for file in files] == [2, 3]
    assert read_disk_file(files[1]).page == NcodePage(3, 27, 604, 1)


def test_nothing_on_the_disk_changes(disk: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in disk.rglob("*")}
    for file in list_disk(disk):
        read_disk_file(file)
    assert {path: path.stat().st_mtime_ns for path in disk.rglob("*")} == before


def test_damaged_and_missing_files(disk: Path, tmp_path: Path) -> None:
    file = list_disk(disk)[0]
    file.path.write_bytes(file.path.read_bytes()[:-1])
    assert read_disk_file(file).is_damaged
    assert read_disk_file(file).page == NcodePage(3, 27, 603, 7)
    file.path.unlink()
    with pytest.raises(NoPenDiskError, match="no pen's disk"):
        read_disk_file(file)
    with pytest.raises(NoPenDiskError, match="Data"):
        list_disk(tmp_path / "Data" / "27")


@given(st.binary(max_size=200), st.sampled_from(["0.data", "0.zip", "x"]), st.integers(0, 300))
def test_whatever_is_in_a_file_the_others_are_read(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, name: str, cut: int
) -> None:
    root = tmp_path_factory.mktemp("disk")
    good, bad = (root / "Data" / "27" / "604" / page for page in ("1", "2"))
    for folder in (good, bad):
        folder.mkdir(parents=True)
    (good / "0.data").write_bytes(stored(3))
    (bad / name).write_bytes(stored(3)[:cut] + junk)
    disk = open_disk(root)
    files = [file for files in disk.books.values() for file in files]
    assert len(files) + disk.strangers == 2
    assert sum(len(read_disk_file(file).strokes) for file in files) >= 3
    assert all(disk.pages(book) for book in disk.books)
    assert find_stroke_file(root) is not None


def test_links_lead_nowhere(disk: Path, tmp_path: Path) -> None:
    (tmp_path / "Data" / "27" / "604" / "1" / "link.data").symlink_to("/etc/passwd")
    assert len(list_disk(disk)) == 2
