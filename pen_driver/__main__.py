"""``python -m pen_driver``: look at pens, record and replay them, run a virtual one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from pen_driver.cli import decoding, doctor, listing, offline, watching
from pen_driver.errors import PenError
from pen_driver.virtual import __main__ as virtual_pen


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pen_driver", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    listing.add_arguments(add("list", listing.run, "list the pens that can be found"))
    for name, run, text in (
        ("monitor", watching.monitor, "print a pen's events"),
        ("capture", watching.capture, "print a pen's events and record its bytes"),
    ):
        command = add(name, run, text)
        command.add_argument("name", help="serial:PORT, ble:MAC, … (list shows them)")
        command.add_argument("--seconds", type=float, help="end after this time")
        if run is watching.capture:
            command.add_argument("file", help="new file")
    replay = add("replay", watching.replay, "print a capture's events in their own time")
    replay.add_argument("--fast", action="store_true", help="at once")
    replay.add_argument("file")
    decoding.add_arguments(add("decode", decoding.run, "print the events in a pen's bytes"))
    offline.add_arguments(commands.add_parser("offline", help="list or copy what a pen has stored"))
    doctor.add_arguments(add("doctor", doctor.run, "find out why a pen does not write"))
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
