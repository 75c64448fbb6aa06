"""Strangers' pages come out of a confined child, or a reason."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import TextKind
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import Builder, PictureSlot
from teacher_client.files.packed import pack, unpack
from teacher_client.files.read import read_pages
from teacher_client.files.reading import new_page, read_confined
from tests.teacher_client.files.samples import FORMULA, jpeg

PICTURE = base64.b64encode(jpeg()).decode()
PAGE = (
    '<xournal><title>勾股</title><page width="500" height="700">'
    '<background type="solid" color="#ffffffff" style="graph"/><layer>'
    '<stroke tool="pen" color="#000000ff" width="2">0 0 10 20</stroke>'
    f'<teximage text="{FORMULA}" left="10" top="10" right="90" bottom="40">AA==</teximage>'
    f'<image left="100" top="100" right="200" bottom="170">{PICTURE}</image>'
    "</layer></page></xournal>"
).encode()


def test_the_child_reads_strokes_formulas_and_pictures() -> None:
    back = read_confined(gzip.compress(PAGE))
    (page,) = back.pages
    assert back.title == "勾股"
    assert page.strokes[0].x == (0, 353)
    assert (page.texts[0].kind, page.texts[0].text) == (TextKind.FORMULA, FORMULA)
    assert page.pictures[0].data == jpeg()
    assert pack(back) == pack(read_pages(PAGE))


INK = (
    b'<ink><traceFormat><channel name="X" units="cm"/><channel name="Y" units="cm"/>'
    b'<channel name="F" min="0" max="100"/></traceFormat><trace>1 2 0, \'5 "6 1, * ? 3</trace>'
    b'<annotation type="text" x="1" y="2" size="4">hi</annotation></ink>'
)
PIECES = [b"nan", b"1e308", b"1e-308", b"-", b"", b"&#0;", b"\xff", b"<", b'"', b"9" * 50, b"*"]


@given(
    st.sampled_from([PAGE, INK]),
    st.lists(
        st.tuples(st.integers(0, 700), st.integers(0, 12), st.sampled_from(PIECES)),
        min_size=1,
        max_size=4,
    ),
)
@example(INK, [(123, 3, b"1e-308")])
@example(INK.replace(b"1 2 0", b"1e308 2 0"), [(0, 0, b"")])
@example(INK.replace(b'max="100"', b'max="1e-308"'), [(0, 0, b"")])
def test_damage_is_refused_in_words_or_harmless(
    whole: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for at, length, piece in cuts:
        whole = whole[:at] + piece + whole[at + length :]
    try:
        made = read_pages(whole)
    except FileError:
        return
    assert unpack(pack(made)) == made


def test_a_page_for_the_author_leaves_out_what_could_not_be_made() -> None:
    page = read_pages(PAGE).pages[0]
    page.pictures.append(PictureSlot(0, 0, 10, 10, b"no picture"))
    made = new_page(page, ["a" * 64, ""])
    assert [picture.sha256 for picture in made.pictures] == ["a" * 64]
    assert (made.width, made.strokes, made.texts) == (
        page.width,
        tuple(page.strokes),
        tuple(page.texts),
    )


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", FileTrouble.DAMAGED),
        (b"<html></html>", FileTrouble.NOT_THIS_KIND),
        (b"%PDF-1.7", FileTrouble.DAMAGED),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><xournal/>', FileTrouble.FORBIDDEN),
        (gzip.compress(b"<xournal>" + b" " * 100_000_000), FileTrouble.TOO_LARGE),
        (b"<ink><trace>" + b"1 2," * 700_000 + b"</trace></ink>", FileTrouble.TOO_MANY),
    ],
)
def test_the_child_gives_its_reason(data: bytes, trouble: FileTrouble) -> None:
    with pytest.raises(FileError) as caught:
        read_confined(data)
    assert caught.value.trouble is trouble


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teacher_client.files.reading.role_command", lambda *_: ["sleep", "60"])
    monkeypatch.setattr("teacher_client.files.reading.START_SECONDS", -9.5)
    with pytest.raises(FileError) as caught:
        read_confined(PAGE)
    assert caught.value.trouble is FileTrouble.TOOK_TOO_LONG


def test_a_child_that_dies_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teacher_client.files.reading.role_command", lambda *_: ["false"])
    with pytest.raises(FileError) as caught:
        read_confined(PAGE)
    assert caught.value.trouble is FileTrouble.TOOK_TOO_LONG


def test_the_child_may_open_nothing(tmp_path: Path) -> None:
    """Where the kernel has Landlock; elsewhere this only says that limits hold."""
    code = (
        "import sys; from signaling_server.media.limits import confine; confine()\n"
        f"try: open({str(tmp_path / 'a')!r}, 'w').write('x' * 10)\n"
        "except OSError: sys.exit(7)"
    )
    done = subprocess.run(["python3", "-c", code], check=False, capture_output=True, cwd=".")
    assert done.returncode != 0


def said(**more: object) -> bytes:
    text = json.dumps(more).encode()
    return struct.pack("<I", len(text)) + text


GOOD = {"width": 20_000, "height": 20_000, "kind": "blank"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\1\2",
        struct.pack("<I", 2**32 - 1) + b"{}",
        said(),
        said(more=1),
        said(trouble="anything"),
        said(pages=[GOOD | {"width": 1}]),
        said(pages=[GOOD]) + b"x",
        said(pages=[GOOD | {"pictures": [{"x": 0, "y": 0, "width": 1, "height": 1, "size": 5}]}]),
        said(pages=[GOOD], losses=[{"page": 1, "lost": "nothing", "count": 1}]),
    ],
)
def test_what_a_taken_child_says_is_refused(data: bytes) -> None:
    with pytest.raises(FileError) as caught:
        unpack(data)
    assert caught.value.trouble is FileTrouble.DAMAGED


def test_pages_survive_their_packing() -> None:
    build = Builder()
    build.add_page(17_600, 25_000)
    build.add_stroke((Tool.PEN, Ink.RED, 70), [(0, 0), (5, 5)], (3, 4))
    build.add_text("字", (1, 2), 500, Ink.BLUE)
    build.add_picture(PictureSlot(1, 2, 3, 4, b"bytes", is_ground=True))
    build.add_picture(PictureSlot(1, 2, 3, 4, document="a.pdf", page=7))
    build.lose(Lost.FILL, 2)
    back = unpack(pack(build.made))
    assert back == build.made
