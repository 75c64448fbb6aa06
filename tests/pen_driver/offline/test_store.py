from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.events import NcodeBook, OfflineDot, OfflineStroke, Tip
from pen_driver.offline.store import BookStore, book_path, key_of, read_book, verify

BOOK = NcodeBook(3, 27, 604)
PEN = "NEO-A17E"

dots = st.builds(
    OfflineDot,
    dt_ms=st.integers(0, 255),
    x=st.integers(0, 6_553_599).map(lambda n: n / 100),
    y=st.integers(0, 6_553_599).map(lambda n: n / 100),
    force=st.integers(0, 65535),
    tilt_x=st.integers(0, 255),
    tilt_y=st.integers(0, 255),
    twist=st.integers(0, 65535),
)
strokes = st.builds(
    OfflineStroke,
    page=st.integers(0, 2**32 - 1).map(BOOK.page),
    down_ms=st.integers(0, 2**64 - 1),
    up_ms=st.integers(0, 2**64 - 1),
    tip=st.sampled_from(Tip),
    colour_argb=st.integers(0, 2**32 - 1),
    dots=st.lists(dots, max_size=5).map(tuple),
)


def stroke(number: int) -> OfflineStroke:
    dot = OfflineDot(8, 30.25, 41.07, 210, 90, 90, 0)
    return OfflineStroke(BOOK.page(1), 10**12 + number, 10**12 + 9, Tip.NORMAL, 0, (dot,) * 3)


def save(folder: Path, *numbers: int) -> tuple[list[str], int]:
    with BookStore(folder, PEN, BOOK) as store:
        result = store.add([stroke(number) for number in numbers], lambda pen_s: pen_s)
        store.sync()
    return result


@given(st.lists(strokes, max_size=6))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, ink: list[OfflineStroke]) -> None:
    folder = tmp_path_factory.mktemp("ink")
    with BookStore(folder, PEN, BOOK) as store:
        keys, new = store.add(ink, lambda pen_s: pen_s + 1)
        again, none = store.add(ink, lambda pen_s: pen_s + 2)
    assert keys == again
    assert (none, new) == (0, len(set(keys)))
    assert {stored.stroke for stored in read_book(folder, PEN, BOOK)} == set(ink)
    assert verify(folder, PEN, BOOK, keys, len(ink)) is not None


def test_copying_twice_changes_nothing(tmp_path: Path) -> None:
    assert save(tmp_path, 1, 2)[1] == 2
    before = book_path(tmp_path, PEN, BOOK).read_bytes()
    assert save(tmp_path, 1, 2)[1] == 0
    assert book_path(tmp_path, PEN, BOOK).read_bytes() == before


def test_pens_and_times_are_told_apart(tmp_path: Path) -> None:
    assert len({key_of(PEN, stroke(1)), key_of("NEO-0000", stroke(1)), key_of(PEN, stroke(2))}) == 3


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_line_torn_by_a_power_cut_is_written_anew(tmp_path: Path, cut: int) -> None:
    save(tmp_path, 1, 2)
    path = book_path(tmp_path, PEN, BOOK)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert save(tmp_path, 1, 2)[1] == 1
    assert path.read_bytes() == whole


def test_damaged_line_is_no_proof(tmp_path: Path) -> None:
    keys, _ = save(tmp_path, 1, 2, 3)
    assert verify(tmp_path, PEN, BOOK, keys, 3) is not None
    path = book_path(tmp_path, PEN, BOOK)
    path.write_bytes(path.read_bytes().replace(b"3025", b"3026", 1))
    assert verify(tmp_path, PEN, BOOK, keys, 3) is None
    assert save(tmp_path, 1, 2, 3)[1] == 1
    assert verify(tmp_path, PEN, BOOK, keys, 3) is not None


def test_fewer_strokes_than_promised_are_no_proof(tmp_path: Path) -> None:
    keys, _ = save(tmp_path, 1, 2)
    assert verify(tmp_path, PEN, BOOK, keys, 3) is None


def test_names_of_pens_stay_inside_the_folder(tmp_path: Path) -> None:
    path = book_path(tmp_path, "../../etc", BOOK)
    assert path.parent.parent == tmp_path
