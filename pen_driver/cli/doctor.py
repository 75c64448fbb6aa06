"""``doctor``: step by step, which one fails, and what to do."""

from __future__ import annotations

import argparse
import threading
import time

from pen_driver.cli.doctor_texts import WRITE_NOW, finding_text
from pen_driver.cli.examination import Examination, Finding, Step, Verdict
from pen_driver.cli.output import is_chinese, say
from pen_driver.counters import PenCounters
from pen_driver.discovery import Candidate, CandidateKind, Explanation, discover
from pen_driver.errors import PenSilentError
from pen_driver.events import PenEvent
from pen_driver.transports import open_pen
from pen_driver.transports.base import Direction

_SEARCH_S = 4.0
_TURN_S = 0.1
_UNLIKELY = (
    Explanation.NO_SIGN,
    Explanation.INCOMING_PORT,
    Explanation.STORED_NOTES,
)
_LINK_S = 25.0  # a search over the air and the handshake's retries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", nargs="?", help="a pen; none: the one that is found")
    parser.add_argument("--seconds", type=float, default=60.0, help="for writing")
    parser.add_argument("--lang", choices=["zh", "en"], help="language of the words")


def run(args: argparse.Namespace) -> int:
    """Examine a pen; return 0 where every step succeeds.

    Raises:
        PenSilentError: no name was given, and not just one pen is here; or it is a disk.
    """
    if (args.name or "").startswith("disk:"):
        raise PenSilentError("a pen's disk has stored notes only (offline list shows them)")
    return Doctor(args.name or _find(), args.seconds, is_chinese(args.lang)).run()


def _find() -> str:
    found: list[Candidate] = []
    discover(_SEARCH_S, found.append).wait()
    likely = [
        one.name
        for one in found
        if one.is_supported
        and one.kind is not CandidateKind.VIRTUAL
        and one.explanation not in _UNLIKELY
    ]
    if len(likely) == 1:
        return likely[0]
    raise PenSilentError(f"{len(likely)} pens found: name one (list shows them)")


class Doctor:
    """One visit.

    Args:
        seconds: time for the person to write.
    """

    def __init__(self, name: str, seconds: float, chinese: bool) -> None:
        self._name = name
        self._seconds = seconds
        self._chinese = chinese
        self._lock = threading.Lock()
        self._early: list[PenEvent | tuple[float, Direction, bytes]] = []
        self._examination: Examination | None = None
        self._told = 0

    def run(self) -> int:
        """Open the pen, watch it, tell each step when it is known."""
        pen = open_pen(self._name, self._hear, self._tap)
        try:
            self._start(pen.counters)
            self._watch()
        except KeyboardInterrupt:
            pass
        finally:
            found = self._final_findings()  # before closing, which cuts an open stroke short
            pen.close()
        for finding in found[self._told :]:
            say(finding_text(finding, self._chinese))
        return 1 if found[-1].verdict is Verdict.FAILED else 0

    def _start(self, counters: PenCounters) -> None:
        """The pen may have spoken before `open_pen` returned."""
        with self._lock:
            self._examination = Examination(self._name.partition(":")[0], counters)
            for item in self._early:
                if isinstance(item, tuple):
                    self._examination.take_bytes(*item)
                else:
                    self._examination.take_event(item)

    def _hear(self, event: PenEvent) -> None:
        with self._lock:
            if self._examination is None:
                self._early.append(event)
            else:
                self._examination.take_event(event)

    def _tap(self, t: float, direction: Direction, data: bytes) -> None:
        with self._lock:
            if self._examination is None:
                self._early.append((t, direction, data))
            else:
                self._examination.take_bytes(t, direction, data)

    def _watch(self) -> None:
        until = time.monotonic() + _LINK_S
        is_writing_time = False
        while time.monotonic() < until:
            with self._lock:
                assert self._examination is not None
                found = self._examination.findings()
                is_over = self._examination.is_hopeless or self._examination.is_enough
            for finding in found[self._told :]:
                if finding.verdict is Verdict.OPEN or finding.step is Step.QUALITY:
                    break
                say(finding_text(finding, self._chinese))
                self._told += 1
            if is_over:
                return
            if not is_writing_time and found[-1].step in (Step.SAMPLES, Step.QUALITY):
                is_writing_time = True
                until = time.monotonic() + self._seconds
                say(WRITE_NOW[0 if self._chinese else 1])
            time.sleep(_TURN_S)

    def _final_findings(self) -> list[Finding]:
        with self._lock:
            return self._examination.final_findings() if self._examination else []
