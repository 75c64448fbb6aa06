"""The index of a page follows the page."""

from __future__ import annotations

from signaling_server.protocol.commands import StrokePart
from signaling_server.protocol.entries import EntryKind, ItemsChanged, PartsNamed
from signaling_server.protocol.ids import PageId, StrokeId
from signaling_server.protocol.matrix import Matrix
from teacher_client.lesson.hits import PageHits
from tests.signaling_server.protocol.logs import ONE, TWO, A, B, Log

# the samples of these strokes lie on the diagonal: (0, 0), (1, 1) and so on


def at(log: Log, hits: PageHits, x: int, y: int, page: PageId = ONE) -> list[int]:
    return list(hits.of(log.board.pages[page]).at(x, y, 100))


def test_topmost_first_and_what_is_hidden_is_not_hit() -> None:
    log, hits = Log(), PageHits()
    log.begin(A)
    log.begin(B)
    assert at(log, hits, 0, 0) == [B, A]
    erased = log.erase(A)
    assert at(log, hits, 0, 0) == [B]
    log.undo(erased)
    assert at(log, hits, 0, 0) == [B, A]


def test_a_stroke_that_grew_or_changed() -> None:
    log, hits = Log(), PageHits()
    log.begin(A, 2, is_last=False)
    assert at(log, hits, 3000, 3000) == []
    log.more(A, 2, 3000)
    log.end(A, 3002)
    assert at(log, hits, 3000, 3000) == [A]
    parts = PartsNamed((StrokePart(A, 2000, 9000),))
    log.write(EntryKind.PARTS_ERASED, parts, 1)
    assert at(log, hits, 3000, 3000) == []
    assert at(log, hits, 1000, 1000) == [A]
    moved = ItemsChanged((A,), Matrix(f=9000))
    log.write(EntryKind.ITEMS_CHANGED, moved, 1)
    assert at(log, hits, 1000, 1000) == []
    assert at(log, hits, 1000, 10_000) == [A]


def test_another_page_begins_afresh() -> None:
    log, hits = Log(pages=2), PageHits()
    log.begin(A)
    assert at(log, hits, 0, 0) == [A]
    assert at(log, hits, 0, 0, TWO) == []
    assert at(log, hits, 0, 0) == [A]


def test_no_stroke_is_looked_at_while_nothing_is_written() -> None:
    log, hits = Log(), PageHits()
    log.begin(A)
    assert at(log, hits, 0, 0) == [A]
    log.stroke(A).is_visible = False  # behind the log's back
    assert at(log, hits, 0, 0) == [A]
    log.begin(B)
    assert at(log, hits, 0, 0) == [B]


def test_a_full_page_is_looked_at_piece_by_piece() -> None:
    log, hits = Log(pages=2), PageHits()
    for name in range(101, 108):
        log.begin(StrokeId(name))
    page = log.board.pages[ONE]
    assert [len(hits.of(page, 3)) for _ in range(4)] == [3, 6, 7, 7]
    log.begin(StrokeId(108))
    assert len(hits.of(page, 3)) == 8
    assert len(hits.of(log.board.pages[TWO], 3)) == 0
    assert [len(hits.of(page, 3)), len(hits.of(page))] == [3, 8]
