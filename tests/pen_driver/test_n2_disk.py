from __future__ import annotations

from pathlib import Path

import pytest

from pen_driver.events import NcodePage
from pen_driver.n2_disk import NoPenDiskError, list_disk, read_disk_file
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
