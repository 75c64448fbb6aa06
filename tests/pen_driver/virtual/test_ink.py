from __future__ import annotations

import json
import os
import runpy
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.errors import BadInkError
from pen_driver.virtual.ink import (
    Ink,
    InkPoint,
    fit_to_page,
    load_ink,
    parse_ink,
    resample,
    sample_names,
)

REPOSITORY = Path(__file__).resolve().parents[3]
INK_DIR = Path(os.environ.get("INK_DIR", REPOSITORY.parent / "shared" / "data" / "ink"))


def points(ink: Ink) -> list[InkPoint]:
    return [point for stroke in ink.strokes for point in stroke]


def test_our_sample_is_a_minute_of_writing_inside_its_page() -> None:
    assert "maths" in sample_names()
    ink = load_ink("maths")
    assert ink.is_mm
    assert fit_to_page(ink, 176, 250) == ink.strokes
    assert 60 <= points(ink)[-1].t <= 90
    assert all(20 <= p.x_mm <= 155 and 25 <= p.y_mm <= 210 for p in points(ink))
    assert all(p.force is not None and 0 < p.force <= 1 for p in points(ink))


def test_our_sample_is_what_its_generator_makes() -> None:
    folder = REPOSITORY / "assets" / "ink"
    generator = runpy.run_path(str(folder / "make_maths.py"))
    assert generator["make"]() == (folder / "maths.json").read_text(encoding="utf-8")


def test_our_sample_has_the_pauses_and_pressure_of_a_hand() -> None:
    strokes = load_ink("maths").strokes
    pauses = [b[0].t - a[-1].t for a, b in pairwise(strokes)]
    assert min(pauses) >= 0.12
    assert max(pauses) <= 0.35
    for stroke in strokes:
        force = [point.force or 0 for point in stroke]
        assert max(force) > force[0]
        assert max(force) > force[-1]
        assert all(b.t - a.t == pytest.approx(0.008) for a, b in pairwise(stroke))


def test_json_with_channels() -> None:
    text = '{"unit":"mm","ch":["x","y","t_ms","pressure"],"strokes":[[[1,2,500,0.5],[3,4,516,1]]]}'
    ink = parse_ink(text.encode(), ".json")
    ((first, second),) = ink.strokes
    assert first == InkPoint(0, 1, 2, 0.5)
    assert second.t == pytest.approx(0.016)
    assert ink.is_mm


def test_json_without_times_is_given_some() -> None:
    ink = parse_ink(b'{"ch":["x","y"],"strokes":[[[1,2],[3,4]],[[5,6]]]}', ".json")
    times = [point.t for point in points(ink)]
    assert times == sorted(times)
    assert len(set(times)) == 3


def test_columns_are_cut_where_the_pen_hovers() -> None:
    text = "# t x y p\n0 1 1 0\n0.1 1 1 0.5\n0.2 2 2 0.6\n0.3 3 3 0\n0.4 3 3 0\n0.5 4 4 0.7\n"
    ink = parse_ink(text.encode(), ".txt")
    assert [len(stroke) for stroke in ink.strokes] == [2, 1]
    assert ink.strokes[0][0].t == 0


def test_characters_stand_side_by_side() -> None:
    line = json.dumps({"box": [100, 100], "ch": ["x", "y", "t_ms"], "strokes": [[[0, 0, 0]]]})
    ink = parse_ink(f"{line}\n{line}\n".encode(), ".jsonl")
    first, second = points(ink)
    assert second.x_mm - first.x_mm == pytest.approx(14)
    assert second.t > first.t


def test_inkml_with_and_without_times() -> None:
    plain = b"<ink xmlns='http://www.w3.org/2003/InkML'><trace>1 2, 3 4</trace></ink>"
    assert [(p.x_mm, p.y_mm) for p in points(parse_ink(plain, ".inkml"))] == [(1, 2), (3, 4)]
    timed = (
        b"<ink><traceFormat><channel name='X'/><channel name='Y'/><channel name='T'/>"
        b"</traceFormat><trace>1 2 1000, 3 4 1050</trace></ink>"
    )
    assert [p.t for p in points(parse_ink(timed, ".inkml"))] == [0, pytest.approx(0.05)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_inkml_with_a_document_type_is_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE ink [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ink><trace>&b;</trace></ink>'
    with pytest.raises(BadInkError, match="document type"):
        parse_ink(bomb.encode(encoding), ".inkml")


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"", ".json"),
        (b"[1,2]", ".json"),
        (b'{"ch":["x","y"],"strokes":[]}', ".json"),
        (b'{"ch":["x","y"],"strokes":[[[1e999,0]]]}', ".json"),
        (b'{"ch":["x"],"strokes":[[[1]]]}', ".json"),
        (b"[" * 100_000, ".json"),
        (b"<ink><trace>1 a</trace></ink>", ".inkml"),
        (b"<ink>", ".inkml"),
        (b"1 2 3\n", ".txt"),
        (b"\xff\xfe\x00", ".txt"),
        (b"{}", ".jsonl"),
        (b"hello", ".docx"),
    ],
)
def test_bad_files_give_one_clear_error(data: bytes, suffix: str) -> None:
    with pytest.raises(BadInkError):
        parse_ink(data, suffix)


def test_missing_file() -> None:
    with pytest.raises(BadInkError, match="No such file"):
        load_ink("/nowhere/ink.json")


@given(st.binary(max_size=200), st.sampled_from([".json", ".jsonl", ".inkml", ".txt"]))
def test_any_bytes_give_ink_or_one_error(data: bytes, suffix: str) -> None:
    try:
        ink = parse_ink(data, suffix)
    except BadInkError:
        return
    assert points(ink)


def test_resampling_keeps_ends_and_rate() -> None:
    stroke = (InkPoint(0, 0, 0, 0.2), InkPoint(0.05, 10, 0, 0.4), InkPoint(0.1, 10, 10, 0.6))
    dense = resample(stroke, 240)
    assert dense[0] == stroke[0]
    assert dense[-1] == stroke[-1]
    assert len(dense) == 25
    assert all(b.t - a.t <= 1 / 240 + 1e-9 for a, b in pairwise(dense))
    assert resample(stroke[:1], 240) == stroke[:1]


def test_large_ink_is_made_to_fit() -> None:
    ink = Ink(((InkPoint(0, 0, 0), InkPoint(1, 1000, 500)),), is_mm=False)
    ((start, end),) = fit_to_page(ink, 176, 250)
    assert (start.x_mm, start.y_mm) == (15, 15)
    assert end.x_mm == pytest.approx(161)
    assert end.y_mm == pytest.approx(88)


@pytest.mark.parametrize(
    ("name", "strokes"),
    [
        ("wacom-uim/math-structures.json", 50),
        ("tegaki-latin/latin_s1_26.jsonl", 26),
        ("tegaki-zh/zh_hant_20.jsonl", 100),
        ("omniglot/latin_60.jsonl", 60),
        ("mypaint/painting30sec.txt", 5),
        ("crohme/2013_101_leo.inkml", 10),
        ("crohme/2013_MfrDB1843.inkml", 10),
        ("crohme/2014_501_em_18.inkml", 5),
        ("remarkable/Color_and_tool_v3.14.4.json", 10),
    ],
)
def test_real_ink(name: str, strokes: int) -> None:
    path = INK_DIR / name
    if not path.exists():
        pytest.skip("real ink is not here; set INK_DIR")
    ink = load_ink(str(path))
    assert len(ink.strokes) >= strokes
    times = [stroke[0].t for stroke in ink.strokes]
    assert times == sorted(times)
    for p in (p for stroke in fit_to_page(ink, 176, 250) for p in stroke):
        assert 0 <= p.x_mm <= 176
        assert 0 <= p.y_mm <= 250
