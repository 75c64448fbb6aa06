"""``python -m pen_driver.virtual``: one virtual pen; prints the name of its port."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import NoReturn

from pen_driver.errors import BadInkError
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.faults import Faults
from pen_driver.virtual.ink import Stroke, fit_to_page, load_ink, resample
from pen_driver.virtual.makes import MODELS
from pen_driver.virtual.ports import PtyPort, SocketPort
from pen_driver.virtual.program import ProgramOptions, VirtualPen, make_link


class _Parser(argparse.ArgumentParser):
    """Says what is wrong on stdout as well: whoever started us waits for one line there."""

    def error(self, message: str) -> NoReturn:
        print(f"error {message}", flush=True)
        super().error(message)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < inf:
        raise ValueError(text)
    return value


def _size(text: str) -> tuple[float, float]:
    width, _, height = text.partition("x")
    return _positive(width), _positive(height)


# Both event families; in the old one up and down are one command.
_LOSABLE = {"down": {0x69, 0x63}, "up": {0x6A, 0x63}, "page": {0x6B, 0x64}}


def _commands(text: str) -> frozenset[int]:
    if not set(text.split(",")) <= _LOSABLE.keys():
        raise ValueError(text)
    return frozenset[int]().union(*(_LOSABLE[word] for word in text.split(",")))


def make_parser() -> argparse.ArgumentParser:
    """Return the command line of the virtual pen."""
    parser = _Parser(prog="pen_driver.virtual", description=__doc__)
    parser.add_argument("ink", nargs="?", default="maths", help="sample name or ink file")
    place = parser.add_argument_group("where")
    place.add_argument("--link", type=Path, help="symbolic link to the port")
    place.add_argument("--listen", type=int, metavar="PORT", help="a socket; 0: any free one")
    place.add_argument("--temp-link", action="store_true", help="link in a fresh private folder")
    place.add_argument("--watch-stdin", action="store_true", help="end when stdin ends")
    place.add_argument("--report", type=Path, help="JSON file with counts, kept up to date")
    ink = parser.add_argument_group("what it writes")
    ink.add_argument("--once", action="store_true", help="do not start again on a new page")
    ink.add_argument("--strokes", type=int, help="write only the first N strokes")
    ink.add_argument("--speed", type=_positive, default=1.0)
    ink.add_argument("--rate", type=_positive, help="resample to this many dots a second")
    ink.add_argument("--start-delay", type=float, default=0.0, metavar="S")
    ink.add_argument("--wait-for", type=Path, metavar="FILE", help="write once it is there")
    ink.add_argument("--page-mm", type=_size, default=(176.0, 250.0), metavar="WxH")
    ink.add_argument("--book", type=int, default=604)
    ink.add_argument("--page", type=int, default=1)
    parser.add_argument("--device", choices=MODELS, default="neo2", help="what it speaks")
    parser.add_argument("--hover", action="store_true", help="hover is switched on")
    parser.add_argument(
        "--speaks", default="2.18", metavar="VERSION", help="of Neo 2; to 2.17 hover is plain dots"
    )
    _add_faults(parser.add_argument_group("how it misbehaves"))
    memory = parser.add_argument_group("what it stores")
    memory.add_argument("--stored", type=int, default=0, metavar="N", help="strokes from before")
    memory.add_argument("--writes-offline", action="store_true", help="write without a host too")
    memory.add_argument("--bad-chunks", type=int, default=0, metavar="N")
    memory.add_argument("--off-in-chunk", type=int, default=0, metavar="N", help="power off there")
    return parser


def _add_faults(pen: argparse._ArgumentGroup) -> None:
    pen.add_argument("--locked", nargs="?", const="4711", metavar="PASSWORD")
    pen.add_argument("--old-events", action="store_true", help="event family without counters")
    pen.add_argument("--junk", action="store_true", help="random bytes between frames")
    pen.add_argument("--flip", type=float, default=0.0, metavar="RATE", help="of the bytes")
    pen.add_argument("--drop", type=float, default=0.0, metavar="RATE")
    pen.add_argument("--double", type=float, default=0.0, metavar="RATE")
    pen.add_argument("--cut-after", type=int, default=0, metavar="BYTES")
    pen.add_argument("--cut-seconds", type=float, default=0.5, metavar="S")
    pen.add_argument("--lose-frames", type=float, default=0.0, metavar="RATE", help="of the frames")
    pen.add_argument("--double-frames", type=float, default=0.0, metavar="RATE")
    pen.add_argument(
        "--lose",
        type=_commands,
        default=frozenset(),
        metavar="WHAT[,WHAT]",
        help="down, up, page: never sent",
    )
    pen.add_argument("--silent-after", type=int, default=0, metavar="BYTES")
    pen.add_argument("--clock", type=int, metavar="MS", help="its clock at the start, since 1970")
    pen.add_argument("--drift-ppm", type=float, default=0.0)
    pen.add_argument("--seed", type=int, default=1)


def _strokes(args: argparse.Namespace) -> tuple[Stroke, ...]:
    strokes = fit_to_page(load_ink(args.ink), *args.page_mm)
    if args.strokes is not None:
        strokes = strokes[: max(args.strokes, 1)]
    if args.rate:
        strokes = tuple(resample(stroke, args.rate / args.speed) for stroke in strokes)
    return strokes


def _options(args: argparse.Namespace) -> ProgramOptions:
    return ProgramOptions(
        make=args.device,
        device=DeviceOptions(
            protocol=args.speaks,
            hover=args.hover,
            password=args.locked,
            old_events=args.old_events,
            book=args.book,
            page=args.page,
            clock_ms=args.clock,
            drift_ppm=args.drift_ppm,
            bad_chunks=args.bad_chunks,
            off_in_chunk=args.off_in_chunk,
        ),
        faults=Faults(
            flip=args.flip,
            drop=args.drop,
            double=args.double,
            has_junk=args.junk,
            lose_frame=args.lose_frames,
            double_frame=args.double_frames,
            lost_commands=args.lose,
        ),
        seed=args.seed,
        speed=args.speed,
        is_looping=not args.once,
        start_delay_s=args.start_delay,
        wait_for=args.wait_for,
        cut_after=args.cut_after,
        cut_s=args.cut_seconds,
        report=args.report,
        writes_offline=args.writes_offline,
        stored=args.stored,
        silent_after=args.silent_after,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one virtual pen; return the exit status."""
    args = make_parser().parse_args(argv)
    try:
        strokes = _strokes(args)
    except BadInkError as exc:
        print(f"error {exc}", flush=True)
        return 2
    link = make_link() if args.temp_link else args.link
    watch_fd = sys.stdin.fileno() if args.watch_stdin else None
    port = PtyPort(link) if args.listen is None else SocketPort(args.listen)
    pen = VirtualPen(strokes, _options(args), port, watch_fd)

    def stop(*_: object) -> None:
        pen.is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        print(f"port {pen.open()}", flush=True)
        pen.run()
    finally:
        if args.temp_link and link is not None:
            link.parent.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
