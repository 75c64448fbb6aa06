"""``decode``: bytes of a pen, from a file or a pipe, as events at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from pen_driver.cli.output import show, tell_counts
from pen_driver.counters import PenCounters
from pen_driver.errors import BadCaptureError
from pen_driver.events import DisconnectReason
from pen_driver.transports.capture import HEADER, read_capture
from pen_driver.transports.replay import CaptureSession, has_handshake
from pen_driver.transports.sessions import RECORDED, recorded_session

_CHUNK = 4096


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--protocol", choices=sorted(RECORDED), default="neo2")
    parser.add_argument("--hex", action="store_true", help="lines of hexadecimal bytes, # remarks")
    parser.add_argument("file", help="capture or raw bytes of a pen; - for standard input")


def run(args: argparse.Namespace) -> int:
    """Print the events; damage is among them. The counts go to standard error.

    Raises:
        BadCaptureError: a capture or hexadecimal text that is none.
    """
    counters = PenCounters()
    with ExitStack() as stack:
        file: BinaryIO = sys.stdin.buffer
        if args.file != "-":
            file = stack.enter_context(Path(args.file).open("rb"))
        if args.hex:
            _decode_bytes(args.protocol, _from_hex(file), counters)
        else:
            start = file.read(len(HEADER))
            if start == HEADER.encode():
                _decode_capture(start + file.read(), counters)
            else:
                _decode_bytes(args.protocol, _chunks(start, file), counters)
    tell_counts(counters)
    return 0


def _chunks(start: bytes, rest: BinaryIO) -> Iterator[bytes]:
    yield start
    while data := rest.read(_CHUNK):
        yield data


def _from_hex(file: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(file, 1):
        try:
            yield bytes.fromhex(line.partition(b"#")[0].decode("ascii"))
        except ValueError as exc:
            raise BadCaptureError(number, "not hexadecimal; remarks begin with #") from exc


def _decode_bytes(protocol: str, chunks: Iterator[bytes], counters: PenCounters) -> None:
    """Bytes without times, from anywhere in a session."""
    session = recorded_session(protocol, counters)
    for data in chunks:
        show(session.receive_data(data, 0.0))
    show(session.link_lost(0.0, DisconnectReason.ENDED))


def _decode_capture(data: bytes, counters: PenCounters) -> None:
    text = data.decode("utf-8", "replace").splitlines()
    lines = list(read_capture(text))
    session = CaptureSession(counters, has_handshake(lines))
    for line in lines:
        show(session.feed(line, line.t))
    show(session.end(lines[-1].t if lines else 0.0, DisconnectReason.ENDED))
