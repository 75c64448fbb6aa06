"""Where connections, lobby and sessions meet. Event loop only; the rules are elsewhere."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from signaling_server.protocol.blocks import seal
from signaling_server.protocol.closing import RELOADED, SIGNED_OUT, SILENT
from signaling_server.protocol.ids import TEACHER
from signaling_server.protocol.messages import Welcome
from signaling_server.realtime.client import Client, LogRange, Socket
from signaling_server.realtime.clocks import monotonic_ms, read_moment, wall_ms
from signaling_server.realtime.lobby_runner import LobbyRunner
from signaling_server.realtime.runner import RunningSession
from signaling_server.rules.limits import Limits
from signaling_server.sessions.machine import RelayGrants, SessionMachine
from signaling_server.sessions.records import ConnectionId, PersonId, SessionId
from signaling_server.storage import lessons, logs, requests
from signaling_server.storage.accounts import AuthId, SignIn
from signaling_server.storage.store import Store

logger = logging.getLogger(__name__)

TICK_S: Final = 0.1
LATE_MS: Final = 1_000
SILENT_MS: Final = 3_000
LOBBY_SILENT_MS: Final = 20_000  # phones let pages sleep; nobody loses minutes there
TAIL_MS: Final = 60_000  # after the end the engine may still bring the log's last blocks
LOG_CHUNK: Final = 64  # blocks read at once for a late joiner
RELOAD_EVERY_S: Final = 1.0


class Hub:
    """All of a server's live state.

    Args:
        store: where everything is kept.
        limits: of sessions opened from now on.
        relay: lets members use the relay, if there is one.
    """

    def __init__(self, store: Store, limits: Limits, relay: RelayGrants | None = None) -> None:
        self.store: Final = store
        self._relay = relay
        self._clients: dict[ConnectionId, Client] = {}
        self._numbers = itertools.count(1)
        self._sessions: dict[SessionId, RunningSession] = {}
        self._running_of: dict[PersonId, SessionId] = {}
        self._loading = asyncio.Lock()
        self._reloading: set[SessionId] = set()
        self._tasks: asyncio.TaskGroup | None = None
        self.lobby = LobbyRunner(store, limits, self)

    # life

    async def run(self, is_ready: Callable[[], None]) -> None:
        """Take up what was running, then serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            await self.store.write(lambda c: requests.close_all(c, wall_ms()))
            for session in await self.store.read(lessons.running):
                await self.start_session(session)
            tasks.create_task(self.lobby.run(), name="lobby")
            is_ready()
            last = monotonic_ms()
            while True:
                await asyncio.sleep(TICK_S)
                now = monotonic_ms()
                if now - last > LATE_MS:
                    self._forgive(now - last)
                last = now
                self._tick(now)

    async def stop(self) -> None:
        """Close presence and store what is open; then `run` may be cancelled."""
        for client in list(self._clients.values()):
            self.unregister(client)
        for running in list(self._sessions.values()):
            await running.settle()

    # connections

    def client(self, number: ConnectionId) -> Client | None:
        """The connection, if it is still there."""
        return self._clients.get(number)

    def register(self, signed_in: SignIn, socket: Socket, abort: Callable[[], None]) -> Client:
        """Take in a signed-in connection and welcome it."""
        now = monotonic_ms()
        number = ConnectionId(next(self._numbers))
        client = Client(number, signed_in.person, signed_in.id, socket, abort, now)
        self._clients[number] = client
        person = signed_in.person
        client.send(
            Welcome(
                name=person.name,
                role=person.role,
                server_ms=wall_ms(),
                session=self._running_of.get(person.id, ""),
                is_on_duty=self.lobby.machine.is_on_duty(person.id),
            )
        )
        self.lobby.apply(self.lobby.machine.arrived(number, person, now))
        return client

    def unregister(self, client: Client) -> None:
        """The socket is gone. May be called twice."""
        if self._clients.pop(client.id, None) is None:
            return
        now = monotonic_ms()
        self.leave(client, now)
        self.lobby.apply(self.lobby.machine.departed(client.id, client.person.id, now))

    def sign_out(self, auth: AuthId) -> None:
        """A sign-in was revoked: its sockets close at once."""
        for client in list(self._clients.values()):
            if client.auth == auth:
                client.close(SIGNED_OUT)
                self.unregister(client)

    def count_of(self, person: PersonId) -> int:
        """Sockets of a person."""
        return sum(client.person.id == person for client in self._clients.values())

    # sessions

    def leave(self, client: Client, now_ms: int) -> None:
        """Take a connection out of its session, if it is in one."""
        running = self.session_of(client)
        client.session = None
        if running is not None:
            running.apply(running.machine.lost(client.id, now_ms))

    def session_of(self, client: Client) -> RunningSession | None:
        """The session that this connection is inside of."""
        if client.session is None:
            return None
        running = self._sessions.get(client.session)
        return running if running is not None and running.machine.has(client.id) else None

    def is_reloading(self, session: SessionId, person: PersonId) -> bool:
        """This person's session is being read anew; it will be there in a moment."""
        return session in self._reloading and self._running_of.get(person) == session

    async def find_session(self, session: SessionId, person: PersonId) -> RunningSession | None:
        """A running session of this person; or an ended one of this teacher, for its tail."""
        if session not in self._sessions and session not in self._reloading:
            member = await self.store.read(lambda c: lessons.member_of(c, session, person))
            if member != TEACHER:
                return None
            await self.start_session(session)
        running = self._sessions.get(session)
        return running if running is not None and person in running.machine.people else None

    async def start_session(self, session: SessionId) -> None:
        """Take up a stored session, new or old. Does nothing where it is running."""
        async with self._loading:
            if session in self._sessions:
                return
            await self.store.write(lambda c: lessons.close_open_presences(c, session))
            record = await self.store.read(lambda c: lessons.load(c, session))
            if record is None:
                return
            machine = SessionMachine(record, read_moment(), self._relay)
            running = RunningSession(machine, self.store, self)
            self._sessions[session] = running
            if machine.has_ended:
                running.ended_at_ms = monotonic_ms()
            else:
                self._running_of |= dict.fromkeys(machine.people, session)
                self.lobby.machine.busy(machine.people)
            assert self._tasks is not None
            self._tasks.create_task(self._run_session(running), name=f"session {session}")

    def session_over(self, running: RunningSession) -> None:
        """The end is stored and everybody was told: its people are free again."""
        running.ended_at_ms = now = monotonic_ms()
        self._free(running)
        self.lobby.apply(self.lobby.machine.free(running.machine.people, now))

    async def read_log(self, part: LogRange) -> tuple[list[bytes], LogRange | None]:
        """The next few blocks of a range, sealed for their reader, and what is left of it."""

        def read(connection: Connection) -> tuple[list[bytes], int]:
            rows = logs.read_blocks(connection, part.session, part.first, part.last, LOG_CHUNK)
            sealed = [d if part.reader == TEACHER else seal(d, part.reader) for _last, d in rows]
            return sealed, rows[-1][0] if len(rows) == LOG_CHUNK else part.last

        blocks, last = await self.store.read(read)
        if last >= part.last:
            return blocks, None
        return blocks, LogRange(part.session, part.reader, type(part.first)(last + 1), part.last)

    # parts

    async def _run_session(self, running: RunningSession) -> None:
        session = running.machine.session
        try:
            await running.run()
            return
        except Exception:
            logger.exception("session %s: failed; reading it anew", session)
        for client in list(self._clients.values()):
            if client.session == session:
                client.close(RELOADED)
                client.session = None
        self._reloading.add(session)
        self._sessions.pop(session, None)
        while session not in self._sessions:
            await asyncio.sleep(RELOAD_EVERY_S)
            try:
                await self.start_session(session)
            except SQLAlchemyError as exc:
                logger.warning("session %s: still unreadable: %s", session, exc)
        self._reloading.discard(session)

    def _free(self, running: RunningSession) -> None:
        for person in running.machine.people:
            if self._running_of.get(person) == running.machine.session:
                del self._running_of[person]

    def _forgive(self, gap_ms: int) -> None:
        """We were asleep ourselves (stopped, swapped out): that is nobody else's silence."""
        logger.warning("the server stood still for %d ms", gap_ms)
        for client in self._clients.values():
            client.heard_ms += gap_ms

    def _tick(self, now_ms: int) -> None:
        for running in list(self._sessions.values()):
            try:
                running.apply(running.machine.tick(now_ms))
            except Exception as exc:  # noqa: BLE001 - costs this session a reload, no other
                running.fail(exc)
            self._drop_tail(running, now_ms)
        for client in list(self._clients.values()):
            limit = LOBBY_SILENT_MS if client.session is None else SILENT_MS
            if now_ms - client.heard_ms > limit:
                client.close(SILENT)
                self.unregister(client)
        self.lobby.apply(self.lobby.machine.tick(now_ms))

    def _drop_tail(self, running: RunningSession, now_ms: int) -> None:
        if running.ended_at_ms is None:
            return
        is_late = now_ms - running.ended_at_ms > TAIL_MS
        if not (is_late or running.machine.is_empty) or not running.is_idle:
            return
        for client in self._clients.values():
            if client.session == running.machine.session:
                client.session = None
        del self._sessions[running.machine.session]
        running.stop()
