"""What the commands have in common: lines on standard output, and the language of words."""

from __future__ import annotations

import dataclasses
import json
import locale
import sys
from collections.abc import Iterable

from pen_driver.counters import PenCounters
from pen_driver.event_json import event_to_json
from pen_driver.events import PenEvent


def say(line: str) -> None:
    """Write one line at once.

    Raises:
        BrokenPipeError: whoever read our output has gone.
    """
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def show(events: Iterable[PenEvent]) -> None:
    """Write events, one JSON object a line."""
    for event in events:
        say(event_to_json(event))


def tell_counts(counters: PenCounters) -> None:
    """Write the counts to standard error, so that standard output holds events only."""
    sys.stderr.write(json.dumps(dataclasses.asdict(counters)) + "\n")


def is_chinese(choice: str | None) -> bool:
    """Say whether to speak Chinese: as chosen ("zh", "en"), else as the system does."""
    if choice is not None:
        return choice == "zh"
    name = (locale.getlocale()[0] or "").lower()
    return name.startswith(("zh", "chinese"))
