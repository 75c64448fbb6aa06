"""The real coturn for tests, on loopback ports, started as an operator starts it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from signaling_server.api.certificates import make_certificate
from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import IceServer
from signaling_server.relay.settings import load_relay

SECRET = "a-secret-of-the-tests-alone-0123456789"
LOOPBACK = "127.0.0.1"
needs_coturn = pytest.mark.skipif(
    shutil.which("turnserver") is None, reason="the package coturn is not installed"
)


def free_ports() -> tuple[int, int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(2)]
        for one in taken:
            one.bind((LOOPBACK, 0))
        return taken[0].getsockname()[1], taken[1].getsockname()[1]


@dataclass
class RunningRelay:
    """A relay that can be started, killed and started again."""

    folder: Path
    settings: str = ""
    address: str = LOOPBACK
    has_tls: bool = False
    secret: str = SECRET
    ports: tuple[int, int] = field(default_factory=free_ports)
    process: asyncio.subprocess.Process | None = None
    log: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        plain, tls = self.ports
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f'urls = ["{self.udp}", "{self.tcp}", "{self.tls}"]', 'secret_file = "secret"']
        lines += ["[coturn]", f'listen = ["{self.address}"]', f"port = {plain}", self.settings]
        if self.has_tls:
            certificate, key = make_certificate(self.folder, [LOOPBACK])
            lines += [f'certificate = "{certificate}"', f'key = "{key}"', f"tls_port = {tls}"]
            self.certificate = certificate
        self.file.write_text("\n".join(lines))
        (self.folder / "secret").write_text(self.secret)

    @property
    def file(self) -> Path:
        return self.folder / "relay.toml"

    @property
    def udp(self) -> str:
        return f"turn:{self._host}:{self.ports[0]}?transport=udp"

    @property
    def tcp(self) -> str:
        return f"turn:{self._host}:{self.ports[0]}?transport=tcp"

    @property
    def tls(self) -> str:
        return f"turns:{self._host}:{self.ports[1]}?transport=tcp"

    @property
    def _host(self) -> str:
        return f"[{self.address}]" if ":" in self.address else self.address

    def lent(self, member: int = 2, valid_ms: int = 60_000) -> IceServer:
        """The relay as the server lends it."""
        (server,) = load_relay(self.file).servers("session-1", Member(member), valid_ms)
        return server

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "signaling_server.relay", str(self.file),
            "--run", str(self.folder / "run"),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={k: v for k, v in os.environ.items() if k != "LAMPLIGHT_TURN_SECRET"},
        )  # fmt: skip
        self._reader = asyncio.get_running_loop().create_task(self._read(), name="relay log")
        async with asyncio.timeout(20):
            while not self._listens():
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self.process is not None
        assert self._reader is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        await self._reader

    def _listens(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((self.address, self.ports[0]), 0.2),
        ):
            return True
        return False

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.log.append(line.decode(errors="replace"))


@contextlib.asynccontextmanager
async def running(relay: RunningRelay) -> AsyncIterator[RunningRelay]:
    """The relay while it runs."""
    try:
        await relay.start()
        yield relay
    finally:
        if relay.process is not None:
            await relay.kill()
