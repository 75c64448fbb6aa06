"""Counts of one pen, over all its connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class PenCounters:
    """Written by the reader thread only; reading from another thread gives whole numbers.

    A dot ends in exactly one of `samples`, `hovers`, `dropped_dots`, `spikes`, `early`; the second
    of two equal events is no dot, it counts in `repairs`.
    """

    bytes_in: int = 0
    frames: int = 0
    escapes: int = 0
    junk_bytes: int = 0
    truncated: int = 0
    short: int = 0
    trailing: int = 0
    oversized: int = 0
    bad_packets: int = 0
    unknown_packets: int = 0
    early: int = 0
    lost_events: int = 0
    lost_dots: int = 0
    dropped_dots: int = 0
    spikes: int = 0
    image_errors: int = 0
    offline_strokes: int = 0
    offline_resends: int = 0
    repairs: int = 0
    samples: int = 0
    hovers: int = 0
    strokes: int = 0
    cut_short: int = 0
    connections: int = 0
