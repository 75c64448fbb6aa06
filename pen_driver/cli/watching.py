"""``monitor``, ``capture`` and ``replay``: a pen's events as they come."""

from __future__ import annotations

import argparse
import queue
import time
from pathlib import Path

from pen_driver.cli.output import show, tell_counts
from pen_driver.cli.passwords import has_person, unlock
from pen_driver.events import DisconnectReason, PenDisconnected, PenEvent, PenLocked
from pen_driver.transports import Tap, open_pen
from pen_driver.transports.capture import CaptureWriter


def watch(name: str, tap: Tap | None, seconds: float | None = None) -> int:
    """Hold a pen open until it has ended (a replay), the time is over, or Ctrl+C."""
    until = None if seconds is None else time.monotonic() + seconds
    waiting: queue.SimpleQueue[PenLocked | None] = queue.SimpleQueue()  # None: it has ended

    def take(event: PenEvent) -> None:
        try:
            show([event])
        except BrokenPipeError:
            waiting.put(None)
        if isinstance(event, PenDisconnected) and event.reason is DisconnectReason.ENDED:
            waiting.put(None)
        if isinstance(event, PenLocked) and has_person():
            waiting.put(event)

    pen = open_pen(name, take, tap)
    try:
        while (locked := waiting.get(timeout=_left(until))) is not None:
            unlock(pen, locked)
    except (KeyboardInterrupt, queue.Empty):
        pass
    finally:
        pen.close()
    tell_counts(pen.counters)
    return 0


def _left(until: float | None) -> float | None:
    return None if until is None else max(until - time.monotonic(), 0.0)


def monitor(args: argparse.Namespace) -> int:
    """Print a pen's events."""
    return watch(args.name, None, args.seconds)


def replay(args: argparse.Namespace) -> int:
    """Print a capture's events."""
    return watch(f"replay:{args.file}{'?fast' if args.fast else ''}", None)


def capture(args: argparse.Namespace) -> int:
    """Print a pen's events and record its bytes, both ways, into a new file."""
    with Path(args.file).open("x", encoding="utf-8") as file:
        return watch(args.name, CaptureWriter(file), args.seconds)
