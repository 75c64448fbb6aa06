from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import (
    AcceptRequest,
    Ask,
    CancelAsk,
    DeclineRequest,
    Queued,
    Rejected,
    RequestGone,
    RequestOffered,
    Role,
    ServerMessage,
    SessionReady,
    SetDuty,
)
from signaling_server.sessions.effects import CloseRequest, LobbyEffect, OpenSession, Send
from signaling_server.sessions.lobby import AWAY_MS, Lobby, LobbyMessage
from signaling_server.sessions.records import (
    ConnectionId,
    Person,
    PersonId,
    RequestId,
    SessionId,
)

TEACHERS = [Person(PersonId(n), "甲", Role.TEACHER) for n in (1, 2)]
PUPILS = [Person(PersonId(n), "乙", Role.PUPIL) for n in (11, 12)]

ACCEPT = AcceptRequest.TAG


class Room:
    """A lobby where everybody has one connection of the person's own number."""

    def __init__(self) -> None:
        ids = itertools.count(1)
        self.lobby = Lobby(lambda: RequestId(f"request{next(ids)}"))
        self.effects: list[LobbyEffect] = []
        for person in (*TEACHERS, *PUPILS):
            self.lobby.arrived(ConnectionId(person.id), person, 0)

    def says(self, person: Person, message: LobbyMessage, now_ms: int = 0) -> None:
        to = ConnectionId(person.id)
        self.effects = self.lobby.receive(to, person, message, (), now_ms)

    def heard(self, person: Person) -> list[ServerMessage]:
        to = ConnectionId(person.id)
        return [e.message for e in self.effects if isinstance(e, Send) and e.to == to]


def test_a_request_goes_to_all_on_duty_and_the_first_takes_it() -> None:
    room = Room()
    one, two = TEACHERS
    pupil = PUPILS[0]
    room.says(one, SetDuty(True))
    room.says(two, SetDuty(True))
    room.says(pupil, Ask("数学", "第三题"), 5)
    assert room.heard(pupil) == [Queued(1, 2)]
    (offer,) = room.heard(one)
    assert isinstance(offer, RequestOffered)
    assert room.heard(two) == [offer]
    room.says(one, AcceptRequest(offer.request))
    assert [e for e in room.effects if isinstance(e, OpenSession)] == [
        OpenSession(RequestId(offer.request), one, pupil, "数学")
    ]
    room.says(two, AcceptRequest(offer.request))
    assert room.heard(two) == [Rejected("accept_request", Refusal.GONE)]
    room.effects = room.lobby.opened(RequestId(offer.request), one.id, SessionId("s" * 8), 9)
    assert SessionReady("s" * 8) in room.heard(pupil)
    assert SessionReady("s" * 8) in room.heard(one)
    assert room.heard(two) == [RequestGone(offer.request)]
    room.says(pupil, Ask("数学"))
    assert room.heard(pupil) == [Rejected("ask", Refusal.BUSY)]


def test_who_comes_on_duty_later_is_offered_what_waits_and_places_move_up() -> None:
    room = Room()
    first, second = PUPILS
    room.says(first, Ask("数学"))
    assert room.heard(first) == [Queued(1, 0)]
    room.says(second, Ask("物理"))
    assert room.heard(second) == [Queued(2, 0)]
    room.says(TEACHERS[0], SetDuty(True))
    assert [type(m) for m in room.heard(TEACHERS[0])] == [RequestOffered, RequestOffered]
    room.says(first, CancelAsk())
    assert room.heard(second) == [Queued(1, 1)]
    assert [type(m) for m in room.heard(TEACHERS[0])] == [RequestGone]


def test_a_declined_request_is_not_offered_again_to_the_same_teacher() -> None:
    room = Room()
    one, two = TEACHERS
    room.says(one, SetDuty(True))
    room.says(PUPILS[0], Ask("数学"))
    (offer,) = room.heard(one)
    assert isinstance(offer, RequestOffered)
    room.says(one, DeclineRequest(offer.request))
    assert room.heard(one) == [RequestGone(offer.request)]
    room.says(two, SetDuty(True))
    assert room.heard(one) == []
    assert [type(m) for m in room.heard(two)] == [RequestOffered]


def test_a_short_absence_keeps_the_place_and_a_long_one_loses_it() -> None:
    room = Room()
    pupil = PUPILS[0]
    to = ConnectionId(pupil.id)
    room.says(pupil, Ask("数学"))
    room.lobby.departed(to, pupil.id, 0)
    assert room.lobby.tick(AWAY_MS - 1) == []
    room.effects = room.lobby.arrived(to, pupil, AWAY_MS - 1)
    assert room.heard(pupil) == [Queued(1, 0)]
    room.lobby.departed(to, pupil.id, AWAY_MS)
    room.lobby.tick(2 * AWAY_MS)
    room.effects = room.lobby.arrived(to, pupil, 2 * AWAY_MS)
    assert room.heard(pupil) == []


def offers(messages: list[ServerMessage]) -> list[str]:
    return [m.request for m in messages if isinstance(m, RequestOffered)]


def two_waiting(room: Room) -> list[str]:
    """Two pupils wait when a teacher comes on duty; their requests, oldest first."""
    for pupil in PUPILS:
        room.says(pupil, Ask("数学"))
    room.says(TEACHERS[0], SetDuty(True))
    return offers(room.heard(TEACHERS[0]))


def test_a_teacher_that_takes_all_gets_one_and_the_other_is_offered_again_later() -> None:
    room = Room()
    teacher, (first, second) = TEACHERS[0], PUPILS
    one, other = two_waiting(room)
    room.says(teacher, AcceptRequest(one))
    assert [e.request for e in room.effects if isinstance(e, OpenSession)] == [one]
    assert room.heard(teacher) == [RequestGone(other)]
    assert room.heard(second) == [Queued(2, 0)]
    room.says(teacher, AcceptRequest(other))  # back to back: nothing is stored yet
    assert room.effects == [Send(ConnectionId(teacher.id), Rejected(ACCEPT, Refusal.GONE))]
    room.effects = room.lobby.opened(RequestId(one), teacher.id, SessionId("s" * 8), 1)
    assert SessionReady("s" * 8) in room.heard(teacher)
    assert SessionReady("s" * 8) in room.heard(first)
    assert room.heard(second) == [Queued(1, 0)]
    room.effects = room.lobby.free((teacher.id, first.id), 2)
    assert offers(room.heard(teacher)) == [other]
    assert room.heard(second) == [Queued(1, 1)]
    room.says(teacher, AcceptRequest(other))
    assert [e.request for e in room.effects if isinstance(e, OpenSession)] == [other]


def test_a_teacher_in_a_session_takes_nobody() -> None:
    room = Room()
    one, _other = two_waiting(room)
    room.lobby.busy((TEACHERS[0].id,))
    room.says(TEACHERS[0], AcceptRequest(one))
    assert room.heard(TEACHERS[0]) == [Rejected(ACCEPT, Refusal.BUSY)]


def test_when_storing_fails_both_are_free_and_all_is_offered_anew() -> None:
    room = Room()
    teacher, (first, second) = TEACHERS[0], PUPILS
    one, other = two_waiting(room)
    room.says(teacher, AcceptRequest(one))
    room.effects = room.lobby.failed(RequestId(one), 5)
    told = room.heard(teacher)
    assert told[:2] == [Rejected(ACCEPT, Refusal.BUSY), RequestGone(one)]
    assert offers(told) == [one, other]
    assert room.heard(second) == [Queued(2, 1)]
    assert room.lobby.failed(RequestId(one), 6) == []
    room.says(first, Ask("数学"))
    assert room.heard(first) == [Queued(1, 1)]  # still in its place
    room.says(teacher, AcceptRequest(other))
    assert [e.request for e in room.effects if isinstance(e, OpenSession)] == [other]


def leave_by_cancelling(room: Room) -> list[LobbyEffect]:
    room.says(PUPILS[0], CancelAsk())
    return room.effects


def leave_by_staying_away(room: Room) -> list[LobbyEffect]:
    pupil = PUPILS[0]
    room.lobby.departed(ConnectionId(pupil.id), pupil.id, 0)
    return room.lobby.tick(AWAY_MS)


LEAVES = pytest.mark.parametrize(
    ("leave", "state"), [(leave_by_cancelling, "cancelled"), (leave_by_staying_away, "expired")]
)


@LEAVES
def test_who_leaves_while_the_session_opens_is_too_late(
    leave: Callable[[Room], list[LobbyEffect]], state: str
) -> None:
    room = Room()
    one, _other = two_waiting(room)
    room.says(TEACHERS[0], AcceptRequest(one))
    assert leave(room) == []
    room.effects = room.lobby.opened(RequestId(one), TEACHERS[0].id, SessionId("s" * 8), 1)
    assert CloseRequest(RequestId(one), "accepted") in room.effects
    assert SessionReady("s" * 8) in room.heard(TEACHERS[0])
    assert (SessionReady("s" * 8) in room.heard(PUPILS[0])) == (state == "cancelled")


@LEAVES
def test_who_left_is_not_offered_again_when_the_session_cannot_be_opened(
    leave: Callable[[Room], list[LobbyEffect]], state: str
) -> None:
    room = Room()
    one, other = two_waiting(room)
    room.says(TEACHERS[0], AcceptRequest(one))
    leave(room)
    room.effects = room.lobby.failed(RequestId(one), AWAY_MS)
    assert CloseRequest(RequestId(one), state) in room.effects
    assert offers(room.heard(TEACHERS[0])) == [other]
    assert room.heard(PUPILS[1]) == [Queued(1, 1)]


@LEAVES
def test_who_comes_back_before_that_waits_on(
    leave: Callable[[Room], list[LobbyEffect]], state: str
) -> None:
    room = Room()
    one, _other = two_waiting(room)
    room.says(TEACHERS[0], AcceptRequest(one))
    leave(room)
    if state == "cancelled":
        room.says(PUPILS[0], Ask("数学"))
    else:
        room.lobby.arrived(ConnectionId(PUPILS[0].id), PUPILS[0], AWAY_MS)
    room.effects = room.lobby.failed(RequestId(one), AWAY_MS)
    assert not any(isinstance(e, CloseRequest) for e in room.effects)
    assert room.heard(PUPILS[0]) == [Queued(1, 1)]
