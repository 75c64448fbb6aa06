"""Carries the effects of one session out: first to the store, then to the sockets, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from signaling_server.realtime.client import Client, LogRange
from signaling_server.realtime.clocks import read_moment
from signaling_server.rules.clock import SavedClock
from signaling_server.rules.durations import Moment
from signaling_server.sessions.effects import (
    Close,
    ClosePresence,
    Effect,
    OpenPresence,
    SaveBlock,
    SaveClock,
    SaveCommand,
    SaveConnection,
    SaveEnd,
    SaveEpoch,
    Send,
    SendBlock,
    SendEffect,
    SendLog,
    SessionOver,
)
from signaling_server.sessions.machine import SessionMachine
from signaling_server.sessions.records import ConnectionId, Ending
from signaling_server.storage import lessons, logs
from signaling_server.storage.store import Store

logger = logging.getLogger(__name__)


class Owner(Protocol):
    """What a runner needs of the hub."""

    def client(self, number: ConnectionId) -> Client | None:
        """The connection, if it is still there."""

    def session_over(self, running: RunningSession) -> None:
        """The end is stored and everybody was told."""


class RunningSession:
    """A machine with its queue of effects and the one task that carries them out."""

    def __init__(self, machine: SessionMachine, store: Store, owner: Owner) -> None:
        self.machine = machine
        self.ended_at_ms: int | None = None
        self._store = store
        self._owner = owner
        self._pending: list[Effect] = []
        self._wake = asyncio.Event()
        self._is_stopped = False
        self._failure: Exception | None = None
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    def apply(self, effects: Sequence[Effect]) -> None:
        """Queue what a machine's call returned; call at once, so that the order holds."""
        if effects:
            self._pending += effects
            self._is_idle.clear()
            self._wake.set()

    def fail(self, exc: Exception) -> None:
        """A bug in the machine: let :meth:`run` raise it, so that the session is read anew."""
        self._failure = exc
        self._wake.set()

    async def run(self) -> None:
        """Carry out until stopped or cancelled.

        Raises:
            Exception: whatever the store raised; then machine and store may differ, and the
                owner must read the session anew.
        """
        while not self._is_stopped:
            await self._wake.wait()
            self._wake.clear()
            if self._failure is not None:
                raise self._failure
            batch, self._pending = self._pending, []
            await self._save([e for e in batch if not _is_send(e)])
            for effect in batch:
                self._carry(effect)
            if not self._pending:
                self._is_idle.set()

    @property
    def is_idle(self) -> bool:
        """All that was queued is done."""
        return self._is_idle.is_set()

    def stop(self) -> None:
        """End :meth:`run`; only when idle and ended."""
        self._is_stopped = True
        self._wake.set()

    async def settle(self) -> None:
        """Wait until all that was queued is done."""
        await self._is_idle.wait()

    async def _save(self, effects: list[Effect]) -> None:
        if not effects:
            return
        now = read_moment()
        try:
            await self._store.write(lambda c: _save_all(c, self.machine, effects, now))
        except Exception as exc:
            if any(not isinstance(effect, SaveClock) for effect in effects):
                raise
            # the next second saves it again; a lesson does not stop for that
            logger.warning("session %s: clock not saved: %s", self.machine.session, exc)

    def _carry(self, effect: Effect) -> None:
        match effect:
            case SessionOver():
                self._owner.session_over(self)
            case Send() | SendBlock() | SendLog() | Close():
                client = self._owner.client(effect.to)
                if client is not None:
                    self._deliver(client, effect)
            case _:
                pass  # saved before

    def _deliver(self, client: Client, effect: Send | SendBlock | SendLog | Close) -> None:
        match effect:
            case Send():
                client.send(effect.message)
            case SendBlock():
                client.send_block(effect.data)
            case SendLog():
                client.send_log(
                    LogRange(self.machine.session, effect.reader, effect.first, effect.last)
                )
            case Close():
                client.close(effect.code)


def _is_send(effect: Effect) -> bool:
    return isinstance(effect, SendEffect)


def _save_all(
    connection: Connection, machine: SessionMachine, effects: Sequence[Effect], now: Moment
) -> None:
    for effect in effects:
        _save(connection, machine, effect, now)


def _save(connection: Connection, machine: SessionMachine, effect: Effect, now: Moment) -> None:
    session = machine.session
    match effect:
        case SaveClock():
            late_ms = now.monotonic_ms - effect.now_ms  # the store may have kept us waiting
            at = Moment(now.boot, effect.now_ms, now.wall_ms - late_ms)
            clock = SavedClock(effect.age_ms, effect.begun_ms, at)
            lessons.save_clock(connection, session, clock)
        case SaveConnection():
            lessons.save_connection(connection, session, effect.member)
        case OpenPresence():
            lessons.open_presence(
                connection, session, effect.member, effect.connection, effect.from_ms
            )
        case ClosePresence():
            lessons.close_presence(
                connection, session, effect.member, effect.connection, effect.to_ms
            )
        case SaveEpoch():
            logs.save_epoch(connection, session, effect.epoch, now.wall_ms)
        case SaveBlock():
            logs.save_block(connection, session, effect.block, effect.data, now.wall_ms)
        case SaveCommand():
            logs.save_command(connection, session, effect.member, effect.command)
        case SaveEnd():
            ending = Ending(effect.reason, effect.age_ms, now.wall_ms)
            lessons.save_end(connection, session, ending, effect.effective, machine.limits)
        case _:
            raise TypeError(effect)
