"""Lists of Anoto regions by the pen's name: each pen has its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pen_driver import BadPaperError, PenDisconnected, PenLifted, PenPage, open_pen
from pen_driver.counters import PenCounters
from pen_driver.transports.base import Direction
from pen_driver.transports.capture import CaptureWriter
from pen_driver.transports.names import parse_pen_name
from pen_driver.transports.sessions import spoken
from pen_driver.virtual.anoto import AnotoDevice
from tests.pen_driver.transports.desk import opened, standalone, wait_until

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")


def region_file(folder: Path, name: str) -> Path:
    left, top = AnotoDevice().corner()
    rows = [{"name": name, "left": left, "top": top, "width": 700, "height": 990}]
    (folder / f"{name}.json").write_text(json.dumps(rows))
    return folder / f"{name}.json"


@posix_only
def test_two_pens_have_two_maps(tmp_path: Path) -> None:
    first, second = region_file(tmp_path, "desk"), region_file(tmp_path, "wall")
    arguments = ("maths", "--device", "anoto", "--once", "--strokes", "2", "--speed", "10")
    with (
        standalone(tmp_path / "a", *arguments),
        standalone(tmp_path / "b", *arguments),
        opened(f"serial:{tmp_path / 'a'}?protocol=anoto&regions={first}") as (_, heard),
        opened(f"serial:{tmp_path / 'b'}?regions={second}") as (_, other),  # found out by itself
    ):
        wait_until(lambda: len(heard.of(PenLifted)) == len(other.of(PenLifted)) == 2)
    assert [str(event.page) for event in heard.of(PenPage)] == ["anoto:desk"]
    assert [str(event.page) for event in other.of(PenPage)] == ["anoto:wall"]


@posix_only
def test_a_pen_in_software_takes_a_list_too(tmp_path: Path) -> None:
    file = region_file(tmp_path, "desk")
    name = f"virtual:maths?device=anoto&once&strokes=1&speed=10&regions={file}"
    with opened(name) as (_, heard):
        assert str(heard.wait_for(PenPage).page) == "anoto:desk"


def test_a_replay_takes_a_list_too(tmp_path: Path) -> None:
    device = AnotoDevice()
    with (tmp_path / "a.cap").open("w") as file:
        write = CaptureWriter(file)
        write(0.0, Direction.NOTE, b"opened anoto")
        for at in range(5):
            write(at / 50, Direction.FROM_PEN, device.dot(0, 30.0 + at, 40.0, 0.5))
    name = f"replay:{tmp_path / 'a.cap'}?fast&regions={region_file(tmp_path, 'desk')}"
    with opened(name) as (_, heard):
        wait_until(lambda: heard.of(PenDisconnected))
    assert [str(event.page) for event in heard.of(PenPage)] == ["anoto:desk"]


def test_paper_grown_by_one_pen_is_not_anothers() -> None:
    device = AnotoDevice()
    dots = b"".join(device.dot(0, 30.0 + at, 40.0, 0.5) for at in range(3))
    papers = {name: spoken(name, parse_pen_name(name)).paper for name in ("serial:A", "serial:B")}
    again = spoken("serial:A", parse_pen_name("serial:A"))
    assert again.paper is papers["serial:A"]
    assert papers["serial:A"] is not papers["serial:B"]
    again.session("anoto", PenCounters(), 1).receive_data(dots, 1.0)
    x, y = (float(value) for value in device.corner())
    assert papers["serial:A"].find(x, y) is not None
    assert papers["serial:B"].find(x, y) is None


def test_a_changed_list_counts_at_the_next_opening(tmp_path: Path) -> None:
    file = region_file(tmp_path, "desk")
    name = f"serial:A?protocol=anoto&regions={file}"
    spoken(name, parse_pen_name(name))
    region_file(tmp_path, "wall").replace(file)
    x, y = (float(value) for value in AnotoDevice().corner())
    place = spoken(name, parse_pen_name(name)).paper.find(x + 1, y + 1)
    assert place is not None
    assert place.page.region == "wall"


@pytest.mark.parametrize("place", ["serial:A", "socket:5000", "replay:CAP"])
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "CAP").write_text("")
    (tmp_path / "list").write_text("[1]")
    name = place.replace("CAP", str(tmp_path / "CAP"))
    for file in ("list", "nothing"):
        with pytest.raises(BadPaperError, match=file):
            open_pen(f"{name}?regions={tmp_path / file}", lambda _: None)


def test_only_anoto_pens_have_regions(tmp_path: Path) -> None:
    file = region_file(tmp_path, "desk")
    with pytest.raises(BadPaperError, match="anoto"):
        open_pen(f"serial:A?protocol=neo2&regions={file}", lambda _: None)
