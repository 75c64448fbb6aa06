"""Damage on the wire: counted, and told once per kind and read."""

from __future__ import annotations

from collections import Counter

from pen_driver.counters import PenCounters
from pen_driver.events import DiagnosticKind, PenDiagnostic
from pen_driver.neo.framing import DropKind, FrameDropped

_DROPPED: dict[DropKind, DiagnosticKind] = {
    DropKind.JUNK: DiagnosticKind.JUNK,
    DropKind.TRUNCATED: DiagnosticKind.TRUNCATED,
    DropKind.SHORT: DiagnosticKind.SHORT,
    DropKind.OVERSIZED: DiagnosticKind.OVERSIZED,
}


class DamageLog:
    """Collects what one read of the link has shown: a flood of junk must not become a flood of
    events."""

    def __init__(self, counters: PenCounters) -> None:
        self._counters = counters
        self._seen: Counter[tuple[DiagnosticKind, str]] = Counter()

    def dropped(self, item: FrameDropped) -> None:
        """Count bytes or frames that were left out."""
        match item.kind:
            case DropKind.JUNK:
                self._counters.junk_bytes += item.count
            case DropKind.TRUNCATED:
                self._counters.truncated += item.count
            case DropKind.SHORT:
                self._counters.short += item.count
            case DropKind.OVERSIZED:
                self._counters.oversized += item.count
        self._seen[_DROPPED[item.kind], ""] += item.count

    def trailing(self) -> None:
        """Count a frame with more data than it declares."""
        self._counters.trailing += 1
        self._seen[DiagnosticKind.TRAILING, ""] += 1

    def malformed(self, command: int) -> None:
        """Count a known command with too little data."""
        self._counters.bad_packets += 1
        self._seen[DiagnosticKind.BAD_PACKET, f"{command:02X}"] += 1

    def early(self) -> None:
        """Count ink that came before the handshake was done."""
        self._counters.early += 1
        self._seen[DiagnosticKind.EARLY, ""] += 1

    def take(self, now: float) -> list[PenDiagnostic]:
        """Return and forget what has been seen."""
        events = [
            PenDiagnostic(now, kind, count, detail) for (kind, detail), count in self._seen.items()
        ]
        self._seen.clear()
        return events
