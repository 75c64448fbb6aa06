"""Pens on real pseudo-terminals for tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pen_driver import Pen, PenEvent, open_pen
from pen_driver.transports.base import Tap

E = TypeVar("E")
PATIENCE_S = 20.0


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> float:
    """Wait for a condition; return how long it took."""
    start = time.monotonic()
    while not is_so():
        assert time.monotonic() - start < seconds, "waited too long"
        time.sleep(0.005)
    return time.monotonic() - start


class Listener:
    """Keeps what a pen says."""

    def __init__(self) -> None:
        self.events: list[PenEvent] = []

    def __call__(self, event: PenEvent) -> None:
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    def wait_for(self, kind: type[E]) -> E:
        """Wait for the first event of a kind."""
        wait_until(lambda: self.of(kind))
        return self.of(kind)[0]


@contextmanager
def opened(name: str, tap: Tap | None = None) -> Iterator[tuple[Pen, Listener]]:
    listener = Listener()
    pen = open_pen(name, listener, tap)
    try:
        yield pen, listener
    finally:
        pen.close()


@contextmanager
def standalone(link: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a virtual pen of its own behind `link`."""
    command = [sys.executable, "-m", "pen_driver.virtual", "--link", str(link), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == f"port {link}\n".encode()
            yield child
        finally:
            child.terminate()
            child.wait(PATIENCE_S)


def report(path: Path) -> dict[str, int]:
    loaded: dict[str, int] = json.loads(path.read_text())
    return loaded
