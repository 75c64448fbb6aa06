"""Copies of stored ink: our host side against the virtual pen's memory."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pen_driver.commands import (
    DeleteOffline,
    FetchOffline,
    FindPen,
    ListOffline,
    ListOfflinePages,
    StopOffline,
    VerifiedCopy,
    seal_copy,
)
from pen_driver.events import (
    DeleteOutcome,
    DisconnectReason,
    FetchOutcome,
    NcodeBook,
    OfflineDeleted,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    OfflinePagesListed,
    OfflineProgress,
    PenEvent,
    PenSample,
)
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.memory import Book, StoredStroke
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.neo.pair import Pair

BOOK = NcodeBook(3, 27, 604)
OWNER = 3 << 24 | 27


def with_ink(strokes: int = 60, options: DeviceOptions | None = None) -> Pair:
    """A pen that was written with before it met a host."""
    pair = Pair(options)
    assert pair.write(strokes // 2, page=1) + pair.write(strokes - strokes // 2, page=2) == b""
    return pair.connect()


def fetch(pair: Pair, seconds: float = 0.0) -> OfflineFetched:
    pair.events.clear()
    pair.ask(FetchOffline(BOOK))
    waited = 0.0
    while not pair.of(OfflineFetched) and waited < seconds:
        pair.run(0.5)
        waited += 0.5
    (fetched,) = pair.of(OfflineFetched)
    return fetched


def strokes_of(pair: Pair) -> int:
    return sum(len(ink.strokes) for ink in pair.of(OfflineInk))


def test_books_and_pages_are_listed() -> None:
    pair = with_ink()
    assert pair.ask(ListOffline()) == [OfflineListed(pair.now, (BOOK,), True)]
    pages = OfflinePagesListed(pair.now, BOOK, (1, 2), True)
    assert pair.ask(ListOfflinePages(BOOK)) == [pages]


def test_old_pen_lists_its_pages_as_well() -> None:
    pair = with_ink(options=DeviceOptions(protocol="2.12"))
    pages = OfflinePagesListed(pair.now, BOOK, (1, 2), True)
    assert pair.ask(ListOfflinePages(BOOK)) == [pages]
    assert b"\xc0\x26" not in b"".join(pair.requests)


def test_nothing_stored() -> None:
    pair = Pair().connect()
    assert pair.ask(ListOffline()) == [OfflineListed(pair.now, (), True)]
    assert fetch(pair).outcome is FetchOutcome.EMPTY


def test_list_that_is_cut_off_is_asked_for_by_owner() -> None:
    pair = Pair().connect()
    for note in range(50):
        for owner in (OWNER, 3 << 24 | 1013):
            pair.device.memory.add(Book(owner, note + 600), StoredStroke(1, 5, 5))
    (listed,) = pair.ask(ListOffline())
    assert isinstance(listed, OfflineListed)
    assert len(listed.books) == 100
    assert not listed.is_complete  # a third owner may be hidden behind the limit


def test_128_pages_are_no_limit_where_the_pen_has_note_info() -> None:
    pair = Pair().connect()
    for page in range(300):
        pair.device.memory.add(Book(OWNER, 604), StoredStroke(page, 5, 5))
    (listed,) = pair.ask(ListOfflinePages(BOOK))
    assert listed == OfflinePagesListed(pair.now, BOOK, tuple(range(300)), True)
    old = Pair(DeviceOptions(protocol="2.15")).connect()
    old.device.memory = pair.device.memory
    (listed,) = old.ask(ListOfflinePages(BOOK))
    assert isinstance(listed, OfflinePagesListed)
    assert (len(listed.pages), listed.is_complete) == (128, False)


def test_book_is_copied_whole_and_kept() -> None:
    pair = with_ink(61)
    assert fetch(pair) == OfflineFetched(pair.now, BOOK, FetchOutcome.WHOLE, 61, 61)
    assert strokes_of(pair) == pair.device.memory.strokes == pair.counters.offline_strokes == 61
    assert pair.device.memory.deletes == 0
    progress = [event.strokes for event in pair.of(OfflineProgress)]
    assert progress == sorted(progress)
    assert len(progress) > 2
    first = pair.of(OfflineInk)[0].strokes[0]
    assert (first.page, len(first.dots)) == (BOOK.page(1), 5)
    assert first.dots[0].x == pytest.approx(20 / 2.370667 + 5.357143, abs=0.01)


def test_stroke_longer_than_a_chunk() -> None:
    pair = Pair()
    pair.write(1, dots=9000)
    pair.connect()
    assert fetch(pair).outcome is FetchOutcome.WHOLE
    parts = [stroke for ink in pair.of(OfflineInk) for stroke in ink.strokes]
    assert [len(part.dots) for part in parts] == [4000, 4000, 1000]
    assert parts[0].up_ms <= parts[1].down_ms


def test_copying_twice_gives_the_same() -> None:
    pair = with_ink()
    fetch(pair)
    once = [ink.strokes for ink in pair.of(OfflineInk)]
    fetch(pair)
    assert [ink.strokes for ink in pair.of(OfflineInk)] == once


def test_damaged_chunk_comes_again() -> None:
    pair = with_ink(options=DeviceOptions(bad_chunks=3))
    assert fetch(pair).outcome is FetchOutcome.WHOLE
    assert pair.counters.offline_resends == 3
    assert strokes_of(pair) == 60


def test_chunk_that_stays_damaged_ends_the_copy() -> None:
    pair = with_ink(options=DeviceOptions(bad_chunks=99))
    assert fetch(pair).outcome is FetchOutcome.DAMAGED
    assert pair.counters.offline_resends == 3
    assert strokes_of(pair) == 0


def test_doubled_chunk_counts_once() -> None:
    pair = with_ink(4)
    pair.session.request(FetchOffline(BOOK))
    pair.session.tick(pair.now)
    answer = pair.device.receive(pair.session.data_to_send(), 0)
    at = answer.index(b"\xc0\x24")
    events = pair.session.receive_data(answer + answer[at:], pair.now)
    assert sum(len(e.strokes) for e in events if isinstance(e, OfflineInk)) == 4
    assert sum(isinstance(event, OfflineFetched) for event in events) == 1


def test_silent_pen_is_given_up_after_20_seconds() -> None:
    pair = with_ink(options=DeviceOptions(off_in_chunk=2))
    start = pair.now
    fetched = fetch(pair, seconds=60)
    assert fetched.outcome in (FetchOutcome.SILENT, FetchOutcome.DAMAGED)
    assert pair.now - start <= 21
    assert 0 < fetched.strokes < 60


def test_power_off_in_the_middle_then_all_of_it() -> None:
    pair = with_ink(options=DeviceOptions(off_in_chunk=2))
    pair.ask(FetchOffline(BOOK))
    assert pair.device.is_off
    events = pair.session.link_lost(pair.now, DisconnectReason.LINK_LOST)
    (lost,) = [event for event in events if isinstance(event, OfflineFetched)]
    assert lost.outcome is FetchOutcome.LINK_LOST
    pair.device.power_on()
    pair.connect()
    assert fetch(pair).outcome is FetchOutcome.WHOLE
    assert strokes_of(pair) == pair.device.memory.strokes == 60


def test_lost_acknowledgement_is_made_up_for() -> None:
    pair = with_ink()
    pair.session.request(FetchOffline(BOOK))
    pair.session.tick(pair.now)
    first = pair.device.receive(pair.session.data_to_send(), 0)
    pair.session.receive_data(first, pair.now)
    pair.session.data_to_send()  # lost on the way
    pair.events.clear()
    while not pair.of(OfflineFetched):
        pair.run(1.0)
    assert pair.of(OfflineFetched)[0].outcome is FetchOutcome.WHOLE


def test_copy_can_be_stopped() -> None:
    pair = with_ink()
    pair.session.request(FetchOffline(BOOK))
    pair.session.tick(pair.now)
    answer = pair.device.receive(pair.session.data_to_send(), 0)
    pair.session.receive_data(answer, pair.now)
    pair.session.request(StopOffline())
    (fetched,) = pair.session.tick(pair.now)
    assert isinstance(fetched, OfflineFetched)
    assert fetched.outcome is FetchOutcome.STOPPED
    pair.device.receive(pair.session.data_to_send(), 0)
    assert fetch(pair).outcome is FetchOutcome.WHOLE


def test_two_books_one_after_the_other() -> None:
    pair = with_ink(6)
    pair.device.memory.books[Book(OWNER, 605)] = pair.device.memory.books[Book(OWNER, 604)]
    pair.events.clear()
    pair.session.request(FetchOffline(BOOK))
    pair.session.request(FetchOffline(NcodeBook(3, 27, 605)))
    pair.run()
    assert [event.outcome for event in pair.of(OfflineFetched)] == [FetchOutcome.WHOLE] * 2


def test_live_ink_and_other_commands_go_on_meanwhile() -> None:
    pair = with_ink()
    pair.session.request(FetchOffline(BOOK))
    pair.session.tick(pair.now)
    answer = pair.device.receive(pair.session.data_to_send(), 0)
    live = pair.write(2)
    events = pair.session.receive_data(live + answer, pair.now)
    assert sum(isinstance(event, PenSample) for event in events) == 10
    pair.session.request(FindPen())
    pair.run()
    assert pair.device.settings.finds == 1
    assert pair.of(OfflineFetched)[-1].outcome is FetchOutcome.WHOLE


def test_chunk_nobody_asked_for_is_stopped() -> None:
    pair = Pair().connect()
    assert pair.session.receive_data(ex.CHUNK_PLAIN, pair.now) == []
    assert pair.session.data_to_send() == ex.ACK_LAST


def copy_of(pair: Pair, strokes: int, pen_id: str | None = None) -> VerifiedCopy:
    return seal_copy(pen_id or "NEO-A17E", BOOK, strokes, "digest")


def deleted(events: list[PenEvent]) -> DeleteOutcome:
    (event,) = events
    assert isinstance(event, OfflineDeleted)
    return event.outcome


def test_verified_copy_may_be_deleted() -> None:
    pair = with_ink()
    assert deleted(pair.ask(DeleteOffline(copy_of(pair, 60)))) is DeleteOutcome.DELETED
    assert (pair.device.memory.strokes, pair.device.memory.deletes) == (0, 1)


def test_grown_book_is_not_deleted() -> None:
    pair = with_ink()
    assert deleted(pair.ask(DeleteOffline(copy_of(pair, 59)))) is DeleteOutcome.GROWN
    assert pair.device.memory.deletes == 0


def test_copy_of_another_pen_deletes_nothing() -> None:
    pair = with_ink()
    other = copy_of(pair, 60, "NEO-0000")
    assert deleted(pair.ask(DeleteOffline(other))) is DeleteOutcome.OTHER_PEN
    assert pair.device.memory.deletes == 0


def test_proof_cannot_be_made_up() -> None:
    with pytest.raises(ValueError, match="verified"):
        VerifiedCopy("NEO-A17E", BOOK, 60, "digest", object())


def test_delete_is_sent_once_even_without_an_answer() -> None:
    pair = with_ink()
    pair.session.request(DeleteOffline(copy_of(pair, 60)))
    events: list[PenEvent] = []
    sent = b""
    for _ in range(5):
        events += pair.session.tick(pair.now)
        out = pair.session.data_to_send()
        sent += out
        if b"\xc0\x23" in out:
            events += pair.session.receive_data(pair.device.receive(out, 0), pair.now)
        pair.now += 3.1
    assert sent.count(b"\xc0\x25") == 1
    assert deleted(events) is DeleteOutcome.NO_ANSWER


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.0005, 0.005]), st.integers(100, 3000))
def test_no_noise_deletes_or_invents_a_stroke(seed: int, rate: float, chunk_bytes: int) -> None:
    """Whatever is lost or flipped on the way, what arrives is what is stored."""
    pair = Pair(DeviceOptions(chunk_bytes=chunk_bytes))
    pair.write(30)
    pair.connect()
    random = Random(seed)
    stored = {
        tuple(dot[:15] for dot in stroke.dots)
        for strokes in pair.device.memory.books.values()
        for stroke in strokes
    }
    got: list[int] = []
    pair.session.request(FetchOffline(BOOK))
    for _ in range(200):
        events = pair.session.tick(pair.now)
        answer = pair.device.receive(pair.session.data_to_send(), 0)
        damaged = bytes(
            byte ^ (1 << random.randrange(8)) if random.random() < rate else byte
            for byte in answer
            if random.random() >= rate
        )
        events += pair.session.receive_data(damaged, pair.now)
        got += [len(s.dots) for e in events if isinstance(e, OfflineInk) for s in e.strokes]
        if any(isinstance(event, OfflineFetched) for event in events):
            break
        pair.now += 1.0
    assert pair.device.memory.deletes == 0
    assert len(got) <= len(stored) == 30
    assert all(count == 5 for count in got)
