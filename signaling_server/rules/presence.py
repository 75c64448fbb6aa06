"""Effective time (R-S2): from who was connected when, and from nothing else (A11).

:func:`recount` is the rule; :class:`Attendance` is the same sum kept up to date while the
session runs. A test holds them equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling_server.protocol.ids import TEACHER


@dataclass(frozen=True, slots=True)
class Presence:
    """`member` was connected from `from_ms` (age of the session) until before `to_ms`."""

    member: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Effective:
    """Effective milliseconds: of the lesson (and its teacher), and of each pupil."""

    lesson_ms: int
    members: dict[int, int]


def recount(presences: Iterable[Presence]) -> Effective:
    """Count effective time anew from the record; a person's devices count as one."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for presence in presences:
        spans.setdefault(presence.member, []).append((presence.from_ms, presence.to_ms))
    teacher = _union(spans.pop(TEACHER, []))
    pupils = {member: _common(teacher, _union(own)) for member, own in spans.items()}
    everybody = _union([span for own in pupils.values() for span in own])
    return Effective(_length(everybody), {member: _length(own) for member, own in pupils.items()})


class Attendance:
    """Running sums of effective time; all times are ages of the session in ms."""

    def __init__(self, so_far: Effective | None = None, at_ms: int = 0) -> None:
        self._lesson_ms = so_far.lesson_ms if so_far else 0
        self._members = dict(so_far.members) if so_far else {}
        self._here: set[int] = set()
        self._at_ms = at_ms

    def advance(self, age_ms: int) -> None:
        """Count the time up to `age_ms` for those who are here; earlier ages change nothing."""
        spent = age_ms - self._at_ms
        if spent <= 0:
            return
        self._at_ms = age_ms
        if not self.is_effective:
            return
        self._lesson_ms += spent
        for member in self._here - {TEACHER}:
            self._members[member] = self._members.get(member, 0) + spent

    def enter(self, member: int, age_ms: int) -> None:
        """`member` is connected from now on."""
        self.advance(age_ms)
        self._here.add(member)

    def leave(self, member: int, age_ms: int) -> None:
        """`member` is not connected any more."""
        self.advance(age_ms)
        self._here.discard(member)

    @property
    def is_effective(self) -> bool:
        """The teacher and at least one pupil are here."""
        return TEACHER in self._here and len(self._here) > 1

    @property
    def has_teacher(self) -> bool:
        """The teacher is here."""
        return TEACHER in self._here

    def of(self, member: int) -> int:
        """Effective ms of a member; the teacher's are the lesson's."""
        return self._lesson_ms if member == TEACHER else self._members.get(member, 0)

    def totals(self) -> Effective:
        """All sums as they stand."""
        return Effective(self._lesson_ms, dict(self._members))


Spans = list[tuple[int, int]]


def _union(spans: Spans) -> Spans:
    joined: Spans = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _common(one: Spans, other: Spans) -> Spans:
    return [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)
