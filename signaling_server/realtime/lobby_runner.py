"""Carries the lobby's effects out, in order; opens the sessions it decided on."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from typing import Final, Protocol

from signaling_server.realtime.client import Client
from signaling_server.realtime.clocks import monotonic_ms, read_moment, wall_ms
from signaling_server.rules.clock import SavedClock
from signaling_server.rules.limits import Limits
from signaling_server.sessions.effects import (
    CloseRequest,
    LobbyEffect,
    OpenSession,
    SaveRequest,
    Send,
)
from signaling_server.sessions.lobby import Lobby
from signaling_server.sessions.records import (
    ConnectionId,
    RequestId,
    SessionId,
    SessionRecord,
)
from signaling_server.storage import lessons, requests
from signaling_server.storage.store import Store

logger = logging.getLogger(__name__)

ID_BYTES: Final = 16  # 128 bit


class Owner(Protocol):
    """What the lobby needs of the hub."""

    def client(self, number: ConnectionId) -> Client | None:
        """The connection, if it is still there."""

    async def start_session(self, session: SessionId) -> None:
        """Take up a stored session."""


class LobbyRunner:
    """The lobby's machine with its queue of effects."""

    def __init__(self, store: Store, limits: Limits, owner: Owner) -> None:
        self.machine: Final = Lobby(lambda: RequestId(secrets.token_hex(ID_BYTES)))
        self._store = store
        self._limits = limits
        self._owner = owner
        self._pending: asyncio.Queue[LobbyEffect] = asyncio.Queue()

    def apply(self, effects: Sequence[LobbyEffect]) -> None:
        """Queue what a machine's call returned."""
        for effect in effects:
            self._pending.put_nowait(effect)

    async def run(self) -> None:
        """Carry out until cancelled. A store that fails costs the one effect, not the lobby."""
        while True:
            effect = await self._pending.get()
            try:
                await self._carry(effect)
            except Exception:
                logger.exception("lobby: %s failed", type(effect).__name__)
                if isinstance(effect, OpenSession):
                    self.apply(self.machine.failed(effect.request, monotonic_ms()))

    async def _carry(self, effect: LobbyEffect) -> None:
        match effect:
            case SaveRequest():
                await self._store.write(lambda c: requests.save(c, effect, wall_ms()))
            case CloseRequest():
                await self._store.write(
                    lambda c: requests.close(c, effect.request, effect.state, wall_ms())
                )
            case OpenSession():
                await self._open(effect)
            case Send():
                client = self._owner.client(effect.to)
                if client is not None:
                    client.send(effect.message)

    async def _open(self, effect: OpenSession) -> None:
        session = SessionId(secrets.token_hex(ID_BYTES))
        record = SessionRecord(
            session=session,
            subject=effect.subject,
            limits=self._limits,
            clock=SavedClock(0, None, read_moment()),
            members=lessons.new_members(effect.teacher, effect.pupil),
        )
        await self._store.write(lambda c: lessons.open_session(c, record, effect.request))
        await self._owner.start_session(session)
        self.apply(self.machine.opened(effect.request, effect.teacher.id, session, monotonic_ms()))
