"""Real parts for end-to-end tests: the server, the engine, a pen and a pupil, as processes.

Everything runs on loopback, in a folder of the test's own, and is ended by its process id.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.board import digest
from signaling_server.protocol.commands import Command
from signaling_server.protocol.ids import CommandId, EntryNumber, Member, PageId, command_id
from signaling_server.protocol.messages import (
    VERSION,
    Ask,
    ClientMessage,
    Hello,
    Join,
    Joined,
    Ping,
    Refused,
    SendCommand,
    ServerMessage,
    SessionReady,
    Welcome,
    decode_server,
    encode_message,
)
from signaling_server.protocol.reader import LessonReader
from teacher_client.profile import EngineState, load_endpoint, prepare, save_state
from teacher_client.recording.journal import JOURNAL_NAME, read_journal

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "lamplight"


def wait_for(what: Callable[[], Any], seconds: float = 20.0, name: str = "condition") -> Any:
    """Poll until `what` is true; its value. Generous: these bounds measure nothing."""
    deadline = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.02)


@dataclass
class Process:
    """A child that is ended by its id, whatever happens."""

    command: list[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as file:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                cwd=ROOT,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **self.env},
            )

    def first_line(self) -> str:
        assert self.popen is not None
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline().decode()
        if not line:
            raise RuntimeError(f"{self.command[2:5]} said nothing: {self.log.read_text()[-2000:]}")
        return line

    def kill(self) -> None:
        assert self.popen is not None
        self.popen.send_signal(signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        if self.popen is None or self.popen.poll() is not None:
            self._reap()
            return
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(15)
        except subprocess.TimeoutExpired:
            self.popen.kill()
        self._reap()

    def _reap(self) -> None:
        if self.popen is None:
            return
        self.popen.wait(15)
        if self.popen.stdout is not None:
            self.popen.stdout.close()


class ServerProcess(Process):
    """``python -m signaling_server demo``; the same port after a restart."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.port = 0
        self.ready: dict[str, Any] = {}
        super().__init__([], folder / "server.log")

    def start(self) -> None:
        python = [sys.executable, "-m", "signaling_server", "demo"]
        place = ["--port", str(self.port), "--data", str(self.folder / "server")]
        self.command = [*python, *place, *self.options]
        super().start()
        self.ready = json.loads(self.first_line())
        self.port = int(self.url.rsplit(":", 1)[1])

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def sign_in(self, login: str) -> str:
        """A session token, as an engine gets one."""
        answer = httpx.post(
            f"{self.url}/api/sign-in",
            json={"login": login, "password": PASSWORD},
            headers={"X-Lamplight-Client": "engine"},
            trust_env=False,
        )
        answer.raise_for_status()
        return str(answer.json()["token"])


class EngineProcess(Process):
    """A headless engine, signed in as the demonstration teacher, taking every request."""

    def __init__(self, folder: Path, server: ServerProcess, *options: str) -> None:
        self.profile = folder / "profile"
        prepare(self.profile)
        save_state(self.profile, EngineState(server.url, server.sign_in("teacher")))
        command = [sys.executable, "-m", "teacher_client", "--role", "engine", "--headless"]
        command += ["--accept-all", "--profile", str(self.profile), "--server", server.url]
        command += list(options)
        env = {"LAMPLIGHT_ICE_LOOPBACK": "1"}
        super().__init__(command, folder / "engine.err", env)

    def start(self) -> None:
        super().start()
        pid = self.popen.pid if self.popen else 0
        wait_for(lambda: (e := load_endpoint(self.profile)) and e.pid == pid, name="engine")

    def lesson_folder(self) -> Path:
        (folder,) = list((self.profile / "lessons").iterdir())
        return folder

    def log_board(self) -> LessonReader:
        """The journal, folded."""
        reader = LessonReader()
        for _data, block in read_journal(self.lesson_folder() / JOURNAL_NAME).blocks:
            reader.add_block(block)
        return reader

    def log_text(self) -> str:
        return (self.profile / "engine.log").read_text()


class SocketPupil:
    """A pupil without a browser: signalling and log path only (UDP is never tried)."""

    def __init__(self, server: ServerProcess, login: str = "pupil1") -> None:
        self._server = server
        self._token = server.sign_in(login)
        self.reader = LessonReader()
        self.heard: list[ServerMessage] = []
        self.frames: list[bytes | str] = []
        """Everything that came, as it came."""
        self.member = Member(0)
        self.connection = 0
        self._commands = 0
        self._socket: ClientConnection | None = None
        self._pinged = 0.0
        self._stack = contextlib.ExitStack()

    def connect(self) -> Welcome:
        line = connect(
            self._server.url.replace("http", "ws") + "/ws",
            compression=None,
            proxy=None,
            ping_interval=None,
            max_size=2**21,
        )
        self._socket = self._stack.enter_context(line)
        self.send(Hello(VERSION, self._token))
        return self.wait(Welcome)

    def close(self) -> None:
        self._stack.close()

    def headers(self) -> dict[str, str]:
        """Of a request by HTTP in this pupil's name."""
        return {"Authorization": f"Bearer {self._token}", "X-Lamplight-Client": "engine"}

    def send(self, message: ClientMessage) -> None:
        assert self._socket is not None
        self._socket.send(encode_message(message))

    def ask_and_join(self) -> Joined:
        self.send(Ask("数学", "第 2 问不会"))
        ready = self.wait(SessionReady)
        return self.join(ready.session)

    def join(self, session: str) -> Joined:
        epoch = self.reader.epoch
        engine = epoch.engine if self.reader.held else ""
        self.send(Join(session, EntryNumber(self.reader.held), epoch.counter, engine))
        joined = self.wait(Joined)
        self.member, self.connection = joined.member, joined.connection
        return joined

    def command(self, body: Command) -> CommandId:
        self._commands += 1
        command = command_id(self.connection, self._commands)
        self.send(SendCommand(command, body))
        return command

    def pump(self, seconds: float = 0.05) -> None:
        """Read what came; keep the heartbeat."""
        assert self._socket is not None
        if time.monotonic() - self._pinged > 1:
            self._pinged = time.monotonic()
            self.send(Ping(1))
        with contextlib.suppress(TimeoutError):
            while True:
                frame = self._socket.recv(timeout=seconds)
                self.frames.append(frame)
                if isinstance(frame, bytes):
                    self.reader.add_block(decode_block(frame))
                else:
                    self.heard.append(decode_server(frame))

    def wait(self, kind: type[Any], seconds: float = 20.0) -> Any:
        """The next message of a kind; older ones are dropped."""

        def found() -> Any:
            self.pump()
            while self.heard:
                message = self.heard.pop(0)
                if isinstance(message, kind):
                    return message
            return None

        return wait_for(found, seconds, kind.__name__)

    def wait_until(self, what: Callable[[], Any], seconds: float = 20.0) -> Any:
        def pumped() -> Any:
            self.pump()
            return what()

        return wait_for(pumped, seconds)

    def digests(self) -> dict[PageId, str]:
        return {number: digest(page) for number, page in self.reader.board.pages.items()}

    def refusals(self) -> list[Refused]:
        return [message for message in self.heard if isinstance(message, Refused)]


@contextlib.contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Start in order, stop in reverse order."""
    started: list[Process] = []
    try:
        for process in processes:
            started.append(process)
            process.start()
        yield
    finally:
        for process in reversed(started):
            process.stop()


def virtual_pen(folder: Path, link: Path, *options: str) -> Process:
    """A pen that lives on when its host dies, at ``serial:LINK``."""
    command = [sys.executable, "-m", "pen_driver.virtual", "maths", "--link", str(link)]
    return Process([*command, *options], folder / "pen.log")
