from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.discovery import (
    Candidate,
    CandidateKind,
    Explanation,
    ReasonKind,
    discover,
    volumes,
)
from pen_driver.discovery.candidates import from_disk
from pen_driver.discovery.volumes import Volume, from_folder, from_mounts
from tests.pen_driver.neo1.test_files import stored

MOUNTS = """\
/dev/sda1 /boot/efi vfat rw 0 0
/dev/sda2 / ext4 rw 0 0
/dev/sdb1 /media/a/NEO\\040PEN\\0402 vfat ro,nosuid 0 0
/dev/sdc1 /mnt exfat rw 0 0
tmpfs /tmp tmpfs rw 0 0
short
"""


def test_mounts_of_linux() -> None:
    assert list(from_mounts(MOUNTS)) == [
        Volume(Path("/media/a/NEO PEN 2"), "NEO PEN 2"),
        Volume(Path("/mnt"), "mnt"),
    ]


@given(st.text())
def test_any_table_of_mounts_is_borne(text: str) -> None:
    assert all(volume.root for volume in from_mounts(text))


def test_folder_of_macos(tmp_path: Path) -> None:
    (tmp_path / "N2").mkdir()
    (tmp_path / "Macintosh HD").symlink_to("/")
    assert list(from_folder(tmp_path)) == [Volume(tmp_path / "N2", "N2")]


def test_a_pens_disk_is_known_by_its_files_or_its_name() -> None:
    by_file = from_disk("/media/A", "A", "Data/27/603/7/0.data")
    assert by_file is not None
    assert (by_file.name, by_file.kind) == ("disk:/media/A", CandidateKind.DISK)
    assert by_file.explanation is Explanation.STORED_NOTES
    by_name = from_disk("E:\\", "Neosmartpen", None)
    assert by_name is not None
    assert [reason.kind for reason in by_name.reasons] == [ReasonKind.NAME]
    assert from_disk("/media/A", "HOLIDAY", None) is None


def test_a_disk_that_is_plugged_in_is_found_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "PEN" / "Data" / "27" / "603" / "7"
    page.mkdir(parents=True)
    (page / "0.data").write_bytes(stored())
    photos = tmp_path / "PHOTOS" / "Data" / "1" / "2" / "3"
    photos.mkdir(parents=True)
    (photos / "0.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "EMPTY").mkdir()
    table = "".join(f"/dev/s {folder} vfat rw 0 0\n" for folder in sorted(tmp_path.iterdir()))
    (tmp_path / "mounts").write_text(table)
    monkeypatch.setattr(volumes, "_MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(volumes.sys, "platform", "linux")
    found: list[Candidate] = []
    discover(0, found.append, kinds=frozenset({CandidateKind.DISK})).wait(10)
    assert [candidate.name for candidate in found] == [f"disk:{tmp_path / 'PEN'}"]
    assert [reason.value for reason in found[0].reasons] == ["Data/27/603/7/0.data"]
