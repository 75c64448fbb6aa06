from __future__ import annotations

import itertools

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
from signaling_server.sessions.effects import LobbyEffect, OpenSession, Send
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
        return [e.message for e in self.effects if isinstance(e, Send) and e.to == person.id]


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
