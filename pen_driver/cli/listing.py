"""``list``: pens over all transports, with why each was taken for one."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress

from pen_driver.cli.output import is_chinese, say
from pen_driver.discovery import Candidate, discover, explanation_text, reason_text

SECONDS = 4.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to listen")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--lang", choices=["zh", "en"], help="language of the words")


def run(args: argparse.Namespace) -> int:
    """Print pens as they are found."""
    chinese = is_chinese(args.lang)

    def tell(found: Candidate) -> None:
        with suppress(BrokenPipeError):  # whoever read us has seen enough
            say(_as_json(found) if args.json else _as_text(found, chinese))

    search = discover(args.seconds, tell)
    try:
        search.wait()
    except KeyboardInterrupt:
        search.stop()
    return 0


def _as_text(found: Candidate, chinese: bool) -> str:
    why = "; ".join(reason_text(reason, chinese) for reason in found.reasons)
    words = explanation_text(found.explanation, chinese) if found.explanation else ""
    return "\t".join((found.name or "-", found.title, why, words)).rstrip("\t")


def _as_json(found: Candidate) -> str:
    return json.dumps(
        {
            "name": found.name,
            "kind": found.kind.value,
            "title": found.title,
            "reasons": [[reason.kind.value, reason.value] for reason in found.reasons],
            "is_supported": found.is_supported,
            "explanation": found.explanation.value if found.explanation else None,
            "rssi_dbm": found.rssi,
        },
        ensure_ascii=False,
    )
