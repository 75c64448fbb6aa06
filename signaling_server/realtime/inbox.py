"""What one connection sends: bounded, decoded, checked against the table, passed on.

Everything wrong here costs its sender an answer, at worst its socket, and nobody else anything.
"""

from __future__ import annotations

import logging
from typing import Final

from signaling_server.protocol.closing import FLOODING
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import (
    AcceptRequest,
    Ask,
    CancelAsk,
    ClientMessage,
    DeclineRequest,
    EarlierLesson,
    EndSession,
    Hello,
    Join,
    Leave,
    OpenEpoch,
    Ping,
    Pong,
    Refuse,
    Rejected,
    SendCommand,
    SetDuty,
    Signal,
    decode_client,
)
from signaling_server.protocol.schema import InvalidError
from signaling_server.realtime.client import Client
from signaling_server.realtime.clocks import monotonic_ms
from signaling_server.realtime.gate import refusal_for
from signaling_server.realtime.hub import Hub
from signaling_server.rules.rights import Relation
from signaling_server.sessions.lobby import LobbyMessage
from signaling_server.sessions.machine import SessionMessage
from signaling_server.sessions.records import PersonId, SessionId
from signaling_server.storage import lessons

logger = logging.getLogger(__name__)

MAX_EARLIER: Final = 20  # RequestOffered.earlier
BLOCK: Final = "block"
RELOAD_MS: Final = 1_000
"""When to try again to join a session that is being read anew."""


class Inbox:
    """Receives for one client."""

    def __init__(self, hub: Hub, client: Client) -> None:
        self._hub = hub
        self._client = client

    async def receive_text(self, text: str) -> None:
        """One text frame."""
        client, now = self._client, monotonic_ms()
        client.heard_ms = now
        try:
            message = decode_client(text)
        except InvalidError as exc:
            logger.info("connection %d: refused a message: %s", client.id, exc)
            self._reject("message", Refusal.INVALID)
            return
        budget = client.budget(message.TAG)
        if not budget.take(1, now):
            self._reject(message.TAG, Refusal.TOO_FAST, budget.wait_ms(1))
            return
        if isinstance(message, Ping):
            client.send(Pong(message.id))
            return
        if isinstance(message, Join) and self._is_reloading(message):
            self._reject(Join.TAG, Refusal.BUSY, RELOAD_MS)
            return
        refusal = refusal_for(message.TAG, client.person.role, await self._relation(message))
        if refusal is not None:
            self._reject(message.TAG, refusal)
            return
        await self._dispatch(message, now)

    def receive_block(self, data: bytes) -> int:
        """One binary frame; returns the ms to wait before reading on (slowed, never cut)."""
        client, now = self._client, monotonic_ms()
        running = self._hub.session_of(client)
        relation = Relation.SELF if running is None else Relation.INSIDE
        refusal = refusal_for(BLOCK, client.person.role, relation)
        if refusal is not None or running is None:
            client.heard_ms = now
            self._reject(BLOCK, refusal or Refusal.NOT_IN_SESSION)
            return 0
        wait_ms = client.log_bytes.owe(len(data), now)
        client.heard_ms = now + wait_ms  # what it says meanwhile waits behind this block
        effects = running.machine.receive_block(client.id, data)
        running.apply(effects)
        return wait_ms

    def _is_reloading(self, message: Join) -> bool:
        return self._hub.is_reloading(SessionId(message.session), self._client.person.id)

    async def _relation(self, message: ClientMessage) -> Relation:
        client, lobby = self._client, self._hub.lobby.machine
        match message:
            case AcceptRequest() | DeclineRequest():
                is_offered = lobby.has_offer(client.person.id, message.request)
                return Relation.OFFERED if is_offered else Relation.SELF
            case Join():
                found = await self._hub.find_session(SessionId(message.session), client.person.id)
                return Relation.SELF if found is None else Relation.MEMBER
            case Leave() | EndSession() | OpenEpoch() | Signal() | Refuse() | SendCommand():
                is_inside = self._hub.session_of(client) is not None
                return Relation.INSIDE if is_inside else Relation.SELF
            case _:
                return Relation.SELF

    async def _dispatch(self, message: ClientMessage, now_ms: int) -> None:
        match message:
            case Ping() | Hello():
                self._reject(message.TAG, Refusal.INVALID)  # said already
            case Join():
                await self._join(message)
            case SetDuty() | Ask() | CancelAsk() | AcceptRequest() | DeclineRequest():
                await self._to_lobby(message)
            case _:
                self._to_session(message, now_ms)

    async def _join(self, message: Join) -> None:
        client, hub = self._client, self._hub
        running = await hub.find_session(SessionId(message.session), client.person.id)
        if client.is_closing or hub.client(client.id) is None:
            return
        if running is None:
            self._reject(Join.TAG, Refusal.NOT_IN_SESSION)
            return
        now = monotonic_ms()
        if client.session != running.machine.session or not running.machine.has(client.id):
            hub.leave(client, now)
        running.apply(running.machine.join(client.id, client.person.id, message, now))
        if running.machine.has(client.id):
            client.session = running.machine.session

    async def _to_lobby(self, message: LobbyMessage) -> None:
        client, lobby = self._client, self._hub.lobby
        earlier: tuple[EarlierLesson, ...] = ()
        if isinstance(message, Ask):
            earlier = await self._earlier(client.person.id)
            if self._hub.client(client.id) is None:
                return
        lobby.apply(
            lobby.machine.receive(client.id, client.person, message, earlier, monotonic_ms())
        )

    async def _earlier(self, person: PersonId) -> tuple[EarlierLesson, ...]:
        lines = await self._hub.store.read(lambda c: lessons.of_person(c, person, MAX_EARLIER))
        return tuple(
            EarlierLesson(line.session, line.subject, line.started_ms, line.minutes)
            for line in lines
        )

    def _to_session(self, message: SessionMessage, now_ms: int) -> None:
        running = self._hub.session_of(self._client)
        if running is None:
            self._reject(message.TAG, Refusal.NOT_IN_SESSION)
            return
        running.apply(running.machine.receive(self._client.id, message, now_ms))
        if not running.machine.has(self._client.id):
            self._client.session = None

    def _reject(self, to: str, reason: Refusal, retry_in_ms: int | None = None) -> None:
        client = self._client
        if not client.answers.take(1, monotonic_ms()):
            logger.info("connection %d: flooding, closed", client.id)
            client.close(FLOODING)
            self._hub.unregister(client)
            return
        client.send(Rejected(to, reason, retry_in_ms=retry_in_ms))
