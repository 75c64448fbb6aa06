"""Who may bring and see pictures, and how many at a time."""

from __future__ import annotations

from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.messages import Role
from signaling_server.rules.pictures import (
    DOWNLOADS,
    LATE_MS,
    UPLOADS,
    UPLOADS_AT_ONCE,
    PictureBudgets,
    may_bring,
    may_see,
)

ONE, OTHER = Member(2), Member(3)


def test_after_the_end_only_the_teacher_brings_and_not_for_long() -> None:
    assert may_bring(ONE, None, 5)
    assert not may_bring(ONE, 5, 5)
    assert may_bring(TEACHER, 5, LATE_MS + 4)
    assert not may_bring(TEACHER, 5, LATE_MS + 5)


def test_a_pupil_sees_what_is_shared_and_the_own() -> None:
    assert may_see(TEACHER, ONE, is_shared=False)
    assert may_see(ONE, ONE, is_shared=False)
    assert may_see(OTHER, TEACHER, is_shared=True)
    assert not may_see(OTHER, ONE, is_shared=False)


def test_a_pupil_s_uploads_are_counted_and_come_back_with_time() -> None:
    budgets = PictureBudgets()
    burst = int(UPLOADS[Role.PUPIL].burst)
    for _ in range(burst):
        assert budgets.begin_upload(7, Role.PUPIL, 0) == 0
        budgets.end_upload(7)
    wait = budgets.begin_upload(7, Role.PUPIL, 0)
    assert wait > 0
    assert budgets.begin_upload(8, Role.PUPIL, 0) == 0  # another pupil is not slowed
    assert budgets.begin_upload(7, Role.PUPIL, wait) == 0


def test_not_too_many_arrive_at_once() -> None:
    budgets = PictureBudgets()
    for _ in range(UPLOADS_AT_ONCE):
        assert budgets.begin_upload(1, Role.TEACHER, 0) == 0
    assert budgets.begin_upload(1, Role.TEACHER, 0) > 0
    budgets.end_upload(1)
    assert budgets.begin_upload(1, Role.TEACHER, 0) == 0


def test_downloads_have_their_own_budget() -> None:
    budgets = PictureBudgets()
    waits = [budgets.download(1, 0) for _ in range(int(DOWNLOADS.burst) + 1)]
    assert not any(waits[:-1])
    assert waits[-1] > 0
    assert budgets.begin_upload(1, Role.TEACHER, 0) == 0
