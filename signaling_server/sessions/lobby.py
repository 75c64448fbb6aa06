"""Asking and answering before a lesson, as a value machine: who waits, who is on duty (R-N1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import (
    AcceptRequest,
    Ask,
    CancelAsk,
    DeclineRequest,
    EarlierLesson,
    Queued,
    Rejected,
    RequestGone,
    RequestOffered,
    ServerMessage,
    SessionReady,
    SetDuty,
)
from signaling_server.sessions.effects import (
    CloseRequest,
    LobbyEffect,
    OpenSession,
    SaveRequest,
    Send,
)
from signaling_server.sessions.records import (
    ConnectionId,
    Person,
    PersonId,
    RequestId,
    SessionId,
)

AWAY_MS: Final = 30_000
"""A request or a duty outlives its last connection by this; a phone changes networks."""
MAX_REQUESTS: Final = 10_000
ACCEPTED: Final = "accepted"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"
"""How a request ended, as stored."""

LobbyMessage: TypeAlias = SetDuty | Ask | CancelAsk | AcceptRequest | DeclineRequest


@dataclass(slots=True)
class _Request:
    id: RequestId
    pupil: Person
    subject: str
    text: str
    asked_ms: int
    earlier: tuple[EarlierLesson, ...]
    declined: set[PersonId] = field(default_factory=set)
    taken_by: PersonId | None = None  # this teacher's session with it is being opened
    dropped_as: str | None = None  # how it ends if that session cannot be opened
    told: tuple[int, int] | None = None  # place and teachers as last sent


@dataclass(slots=True)
class _Teacher:
    person: Person
    offered: set[RequestId] = field(default_factory=set)


class Lobby:
    """Everybody outside a session. `now_ms` is monotonic; `new_id` gives unguessable ids."""

    def __init__(self, new_id: Callable[[], RequestId]) -> None:
        self._new_id = new_id
        self._connections: dict[PersonId, set[ConnectionId]] = {}
        self._away_since: dict[PersonId, int] = {}
        self._busy: set[PersonId] = set()
        self._duty: dict[PersonId, _Teacher] = {}
        self._requests: dict[PersonId, _Request] = {}  # by pupil, oldest first

    def is_on_duty(self, person: PersonId) -> bool:
        """This teacher takes requests."""
        return person in self._duty

    def has_offer(self, person: PersonId, request: str) -> bool:
        """This request was offered to this teacher and is still open."""
        teacher = self._duty.get(person)
        return teacher is not None and request in teacher.offered

    def arrived(self, to: ConnectionId, person: Person, now_ms: int) -> list[LobbyEffect]:
        """A signed-in connection; it is told what its person was waiting for."""
        self._connections.setdefault(person.id, set()).add(to)
        self._away_since.pop(person.id, None)
        request = self._requests.get(person.id)
        if request is not None:
            request.told = None
            if request.dropped_as == EXPIRED:
                request.dropped_as = None
        effects: list[LobbyEffect] = []
        teacher = self._duty.get(person.id)
        for offered in self._requests.values() if teacher else ():
            if teacher and offered.id in teacher.offered:
                effects.append(Send(to, _offer(offered, now_ms)))
        return effects + self._settle(now_ms)

    def departed(self, to: ConnectionId, person: PersonId, now_ms: int) -> list[LobbyEffect]:
        """A connection is gone; what it asked stays for a while."""
        left = self._connections.get(person, set())
        left.discard(to)
        if not left:
            self._connections.pop(person, None)
            self._away_since[person] = now_ms
        return []

    def receive(
        self,
        to: ConnectionId,
        person: Person,
        message: LobbyMessage,
        earlier: tuple[EarlierLesson, ...],
        now_ms: int,
    ) -> list[LobbyEffect]:
        """Apply one message; `earlier` are the sender's past lessons (read for Ask only)."""
        match message:
            case SetDuty():
                effects = self._set_duty(person, message.is_on)
            case Ask():
                effects = self._ask(to, person, message, earlier, now_ms)
            case CancelAsk():
                effects = self._drop_unless_taken(person.id, CANCELLED)
            case AcceptRequest():
                effects = self._accept(to, person, message)
            case DeclineRequest():
                effects = self._decline(person, message)
        return effects + self._settle(now_ms)

    def opened(
        self, request: RequestId, teacher: PersonId, session: SessionId, now_ms: int
    ) -> list[LobbyEffect]:
        """The session of an accepted request is stored: call both in."""
        pupil = next((p for p, r in self._requests.items() if r.id == request), None)
        if pupil is None:
            return []
        effects = self._drop(pupil, ACCEPTED)
        for person in (teacher, pupil):
            effects += self._tell(person, SessionReady(session))
        return effects + self._settle(now_ms)

    def failed(self, request: RequestId, now_ms: int) -> list[LobbyEffect]:
        """The session could not be opened: both are free, and the request waits on.

        Its teacher is told, and offered it anew.
        """
        waiting = next((r for r in self._requests.values() if r.id == request), None)
        if waiting is None or waiting.taken_by is None:
            return []
        teacher, waiting.taken_by = waiting.taken_by, None
        self._busy -= {teacher, waiting.pupil.id}
        effects = self._tell(teacher, Rejected(AcceptRequest.TAG, Refusal.BUSY))
        effects += self._withdraw(teacher, waiting.id)
        if waiting.dropped_as is not None:
            effects += self._drop(waiting.pupil.id, waiting.dropped_as)
        return effects + self._settle(now_ms)

    def busy(self, people: tuple[PersonId, ...]) -> None:
        """These are in a running session."""
        self._busy |= set(people)

    def free(self, people: tuple[PersonId, ...], now_ms: int) -> list[LobbyEffect]:
        """Their session is over."""
        self._busy -= set(people)
        return self._settle(now_ms)

    def tick(self, now_ms: int) -> list[LobbyEffect]:
        """Forget those who stay away."""
        effects: list[LobbyEffect] = []
        gone = [p for p, since in self._away_since.items() if now_ms - since >= AWAY_MS]
        for person in gone:
            del self._away_since[person]
            self._duty.pop(person, None)
            effects += self._drop_unless_taken(person, EXPIRED)
        return effects + self._settle(now_ms) if gone else effects

    # parts

    def _set_duty(self, person: Person, is_on: bool) -> list[LobbyEffect]:
        if is_on:
            self._duty.setdefault(person.id, _Teacher(person))
            return []
        teacher = self._duty.pop(person.id, None)
        for request in self._requests.values():
            request.declined.discard(person.id)
        gone = teacher.offered if teacher else ()
        return [e for request in gone for e in self._tell(person.id, RequestGone(request))]

    def _ask(
        self,
        to: ConnectionId,
        person: Person,
        message: Ask,
        earlier: tuple[EarlierLesson, ...],
        now_ms: int,
    ) -> list[LobbyEffect]:
        standing = self._requests.get(person.id)
        if standing is not None:  # asked twice: a second tab; the first one stands
            standing.told = standing.dropped_as = None
            return []
        if person.id in self._busy or len(self._requests) >= MAX_REQUESTS:
            return [Send(to, Rejected(Ask.TAG, Refusal.BUSY))]
        request = _Request(self._new_id(), person, message.subject, message.text, now_ms, earlier)
        self._requests[person.id] = request
        return [SaveRequest(request.id, person, message.subject, message.text)]

    def _accept(
        self, to: ConnectionId, person: Person, message: AcceptRequest
    ) -> list[LobbyEffect]:
        request = self._offered(person.id, message.request)
        if request is None or request.taken_by is not None:
            return [Send(to, Rejected(AcceptRequest.TAG, Refusal.GONE))]
        if person.id in self._busy or request.pupil.id in self._busy:
            return [Send(to, Rejected(AcceptRequest.TAG, Refusal.BUSY))]
        # reserved now: storing takes a moment, and the next accept must not pass meanwhile
        request.taken_by = person.id
        self._busy |= {person.id, request.pupil.id}
        effects: list[LobbyEffect] = [
            OpenSession(request.id, person, request.pupil, request.subject)
        ]
        for other in self._duty[person.id].offered - {request.id}:
            effects += self._withdraw(person.id, other)  # offered again when the teacher is free
        return effects

    def _decline(self, person: Person, message: DeclineRequest) -> list[LobbyEffect]:
        request = self._offered(person.id, message.request)
        if request is None:
            return []
        request.declined.add(person.id)
        return self._withdraw(person.id, request.id)

    def _offered(self, person: PersonId, request: str) -> _Request | None:
        if not self.has_offer(person, request):
            return None
        return next((r for r in self._requests.values() if r.id == request), None)

    def _drop_unless_taken(self, pupil: PersonId, state: str) -> list[LobbyEffect]:
        request = self._requests.get(pupil)
        if request is not None and request.taken_by is not None:
            request.dropped_as = state  # too late: the session opens, unless storing it fails
            return []
        return self._drop(pupil, state)

    def _drop(self, pupil: PersonId, state: str) -> list[LobbyEffect]:
        request = self._requests.pop(pupil, None)
        if request is None:
            return []
        effects: list[LobbyEffect] = [CloseRequest(request.id, state)]
        for teacher in self._duty:
            effects += self._withdraw(teacher, request.id)
        return effects

    def _withdraw(self, person: PersonId, request: RequestId) -> list[LobbyEffect]:
        teacher = self._duty.get(person)
        if teacher is None or request not in teacher.offered:
            return []
        teacher.offered.discard(request)
        return self._tell(person, RequestGone(request))

    def _settle(self, now_ms: int) -> list[LobbyEffect]:
        """Offer what is open to who is free, and tell each pupil the place when it changed."""
        effects: list[LobbyEffect] = []
        free = [t for p, t in self._duty.items() if p not in self._busy and p in self._connections]
        for place, request in enumerate(self._requests.values(), 1):
            if request.taken_by is not None:
                continue  # its pupil hears SessionReady next
            for teacher in free:
                person = teacher.person.id
                if request.id not in teacher.offered and person not in request.declined:
                    teacher.offered.add(request.id)
                    effects += self._tell(person, _offer(request, now_ms))
            if request.told != (place, len(free)) and request.pupil.id in self._connections:
                request.told = (place, len(free))
                effects += self._tell(request.pupil.id, Queued(place, len(free)))
        return effects

    def _tell(self, person: PersonId, message: ServerMessage) -> list[LobbyEffect]:
        return [Send(to, message) for to in self._connections.get(person, ())]


def _offer(request: _Request, now_ms: int) -> RequestOffered:
    return RequestOffered(
        request=request.id,
        name=request.pupil.name,
        subject=request.subject,
        text=request.text,
        waited_ms=max(0, now_ms - request.asked_ms),
        earlier=request.earlier,
    )
