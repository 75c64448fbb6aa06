"""``monitor``, ``capture`` and ``replay``: a pen's events as they come."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from pen_driver.cli.output import show, tell_counts
from pen_driver.events import DisconnectReason, PenDisconnected, PenEvent
from pen_driver.transports import Tap, open_pen
from pen_driver.transports.capture import CaptureWriter


def watch(name: str, tap: Tap | None, seconds: float | None = None) -> int:
    """Hold a pen open until it has ended (a replay), the time is over, or Ctrl+C."""
    ended = threading.Event()

    def take(event: PenEvent) -> None:
        try:
            show([event])
        except BrokenPipeError:
            ended.set()
        if isinstance(event, PenDisconnected) and event.reason is DisconnectReason.ENDED:
            ended.set()

    pen = open_pen(name, take, tap)
    try:
        ended.wait(seconds)
    except KeyboardInterrupt:
        pass
    finally:
        pen.close()
    tell_counts(pen.counters)
    return 0


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
