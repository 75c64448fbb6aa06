"""Role ``engine``: options, log file, loop, signals."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from teacher_client.audio.cancellers import NAMES
from teacher_client.engine.engine import Engine
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.sound import DeviceNames
from teacher_client.processes import start_role
from teacher_client.profile import prepare
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

WINDOWS_A_MINUTE = 3
WINDOW_PAUSE_SECONDS = 0.5


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of an engine; the window takes the same and hands them on."""
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--server", default="")
    parser.add_argument("--pen", default="")
    parser.add_argument("--microphone", default="device:default")
    parser.add_argument("--speaker", default="device:default")
    parser.add_argument("--processing", choices=NAMES, default="", help="echo, noise and gain")
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--on-duty", action="store_true", help="go on duty once signed in")
    parser.add_argument("--accept-all", action="store_true", help="on duty, take every request")
    parser.add_argument("--probe", type=Path, help="measurements: times of pen samples go here")
    parser.add_argument("--authority", type=Path, help="certificate authority to trust besides")


def run_engine(argv: Sequence[str]) -> int:
    """Run the engine until it is told to quit."""
    parser = argparse.ArgumentParser(prog="teacher_client --role engine")
    add_options(parser)
    given = parser.parse_args(argv)
    prepare(given.profile)
    _log_to(given.profile / "engine.log")
    options = EngineOptions(
        given.profile,
        given.server,
        given.pen,
        DeviceNames(given.microphone, given.speaker, given.processing),
        given.headless,
        given.on_duty or given.accept_all,
        given.accept_all,
        given.probe,
        given.authority,
    )
    sys.setswitchinterval(0.001)  # the loop and the sound's threads wait less for others' work
    # on Windows the default loop may stop receiving UDP after a send to a dead port (DESIGN §2)
    loop_factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_serve(options, list(argv)))


async def _serve(options: EngineOptions, argv: list[str]) -> int:
    starter = _WindowStarter(argv)
    engine = Engine(options, starter.start_soon)
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, engine.quit.set)
    await engine.run(os.environ.pop("LAMPLIGHT_TOKEN", None))
    return 70 if engine.has_crashed else 0


class _WindowStarter:
    """Start a window in place of one that died, at most three a minute."""

    def __init__(self, argv: list[str]) -> None:
        self._argv = argv
        self._started: deque[float] = deque(maxlen=WINDOWS_A_MINUTE)

    def start_soon(self) -> None:
        spawn(self._start(), name="window-restart")

    async def _start(self) -> None:
        await asyncio.sleep(WINDOW_PAUSE_SECONDS)
        now = time.monotonic()
        if len(self._started) == WINDOWS_A_MINUTE and now - self._started[0] < 60:
            log.error("the window died %d times in a minute; not started again", WINDOWS_A_MINUTE)
            return
        self._started.append(now)
        log.warning("the window is gone; another is started")
        start_role("window", self._argv)


def _log_to(path: Path) -> None:
    """Log to a file, never to a pipe (a full pipe would stop the engine)."""
    handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # these write addresses and requests at INFO
    for name in ("httpx", "httpcore", "websockets", "aioice", "aiortc"):
        logging.getLogger(name).setLevel(logging.WARNING)
