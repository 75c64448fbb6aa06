"""``python -m pen_driver``: look at pens, record and replay them, run a virtual one."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from pen_driver.counters import PenCounters
from pen_driver.errors import BadCaptureError, PenError
from pen_driver.event_json import event_to_json
from pen_driver.events import DisconnectReason, PenDisconnected, PenEvent
from pen_driver.neo.session import NeoSession
from pen_driver.transports import Tap, open_pen
from pen_driver.transports.capture import CaptureWriter, read_capture
from pen_driver.transports.replay import CaptureSession, has_handshake
from pen_driver.virtual import __main__ as virtual_pen
from pen_driver.virtual.ink import sample_names


def _list(_: argparse.Namespace) -> int:
    from serial.tools import list_ports

    for port in list_ports.comports():
        print(f"serial:{port.device}\t{port.description}")
    for name in sample_names():
        print(f"virtual:{name}")
    return 0


def _show(events: Iterable[PenEvent]) -> None:
    for event in events:
        print(event_to_json(event), flush=True)


def _watch(name: str, on_event: Callable[[PenEvent], None], tap: Tap | None) -> int:
    """Hold a pen open until it has ended (a replay) or the user presses Ctrl+C."""
    ended = threading.Event()

    def take(event: PenEvent) -> None:
        try:
            on_event(event)
        except BrokenPipeError:  # the reader of our output has gone
            ended.set()
        if isinstance(event, PenDisconnected) and event.reason is DisconnectReason.ENDED:
            ended.set()

    pen = open_pen(name, take, tap)
    try:
        ended.wait()
    except KeyboardInterrupt:
        pass
    finally:
        pen.close()
    print(json.dumps(dataclasses.asdict(pen.counters)), file=sys.stderr)
    return 0


def _monitor(args: argparse.Namespace) -> int:
    return _watch(args.name, lambda event: _show([event]), None)


def _replay(args: argparse.Namespace) -> int:
    return _watch(f"replay:{args.file}", lambda event: _show([event]), None)


def _capture(args: argparse.Namespace) -> int:
    with Path(args.file).open("x", encoding="utf-8") as file:
        return _watch(args.name, lambda event: _show([event]), CaptureWriter(file))


def _decode(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        file: TextIO = sys.stdin
        if args.file != "-":
            file = stack.enter_context(Path(args.file).open(encoding="utf-8"))
        counters = PenCounters()
        decode = _decode_hex if args.hex else _decode_capture
        decode(file, counters)
    print(json.dumps(dataclasses.asdict(counters)), file=sys.stderr)
    return 0


def _decode_hex(file: TextIO, counters: PenCounters) -> None:
    """Bytes of the pen as hexadecimal text, from the middle of a session."""
    session = NeoSession(lambda: 0, counters, handshake=False)
    for number, line in enumerate(file, 1):
        try:
            data = bytes.fromhex(line.partition("#")[0])
        except ValueError as exc:
            raise BadCaptureError(number, str(exc)) from exc
        _show(session.receive_data(data, 0.0))
    _show(session.link_lost(0.0, DisconnectReason.ENDED))


def _decode_capture(file: TextIO, counters: PenCounters) -> None:
    lines = list(read_capture(file))
    session = CaptureSession(counters, has_handshake(lines))
    for line in lines:
        _show(session.feed(line, line.t))
    _show(session.end(lines[-1].t if lines else 0.0, DisconnectReason.ENDED))


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pen_driver", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        return command

    add("list", _list, "name the pens and ports that can be opened")
    add("monitor", _monitor, "print a pen's events").add_argument("name")
    capture = add("capture", _capture, "print a pen's events and record its bytes")
    capture.add_argument("name")
    capture.add_argument("file", help="new file")
    add("replay", _replay, "print a capture's events in their own time").add_argument("file")
    decode = add("decode", _decode, "print a capture's events at once")
    decode.add_argument("--hex", action="store_true", help="plain hexadecimal bytes of the pen")
    decode.add_argument("file", help="file, or - for standard input")
    commands.add_parser("virtual", help="run a virtual pen (virtual --help)", add_help=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["virtual"]:
        return virtual_pen.main(arguments[1:])
    args = _make_parser().parse_args(arguments)
    try:
        status: int = args.run(args)
    except (PenError, OSError) as exc:
        print(f"pen_driver: {exc}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
