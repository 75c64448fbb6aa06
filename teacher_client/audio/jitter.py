"""Playout buffer for one pupil's RTP packets: pure, time is an argument.

Packets come in any order, twice, late or never; every 20 ms one answer goes
out. The delay aims at 60 ms over the fastest packets seen and grows to 200 ms
with the observed jitter. Positions are counted in *slots* of 20 ms, taken from
the RTP timestamp (RFC 7587: 48 kHz), so that silence left out by the sender
keeps its length; the sequence number tells it from loss.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TypeAlias

from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS

MIN_TARGET_S = 0.060
MAX_TARGET_S = 0.200
MAX_CONCEALED = 5  # after 100 ms made-up voice is noise: fall silent and fill up again
MAX_PACKETS = 100  # 2 s; more can only be a flood
MAX_TRANSIT_CHANGE_S = 2.0  # a timestamp this far off its time is a new stream
WINDOW_PACKETS = 250  # 5 s of arrivals decide the target
TARGET_EVERY = 10  # packets between two looks at the window
TARGET_FALL_S = 0.005  # at most per look: grow at once, shrink slowly
TOO_LATE_S = 0.040  # delay over the target by this: leave a slot out
TOO_EARLY_S = 0.030  # delay under the target by this: stretch by a slot
FAR_TOO_LATE_S = 0.300  # after a stall of our own: jump, do not creep
ADAPT_EVERY_S = 0.200
RECENT_SEQS = 256


@dataclass(frozen=True, slots=True)
class Play:
    """Decode this packet."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Fec:
    """This slot's packet was lost; decode the copy inside `next_payload`, the slot after it."""

    next_payload: bytes


@dataclass(frozen=True, slots=True)
class Conceal:
    """Nothing to decode though the voice goes on: let the decoder make it up."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks: not started, sender silent, or gone."""


Answer: TypeAlias = Play | Fec | Conceal | Silence


@dataclass(slots=True)
class JitterCounters:
    """Counts since the buffer was made.

    received = played + late + duplicates + skipped + overflowed + still buffered + flushed.
    """

    received: int = 0
    played: int = 0
    late: int = 0
    duplicates: int = 0
    skipped: int = 0
    overflowed: int = 0
    flushed: int = 0
    fec: int = 0
    concealed: int = 0
    stretched: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    seq: int
    arrived: float
    payload: bytes


@dataclass(slots=True)
class _Stream:
    """What is known of the stream that plays now; a new one begins afresh."""

    ssrc: int
    last_ts: int  # RTP timestamp, 32 bits
    last_ext: int = 0  # the same, unwrapped, samples since the stream's first packet
    transits: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW_PACKETS))
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=RECENT_SEQS))
    min_transit: float | None = None
    since_look: int = 0


class JitterBuffer:
    """Order what arrives, answer every 20 ms, keep the delay near the target.

    `push` and `pull` take the same clock (seconds, monotonic). Nothing raises for
    what the network brings. Memory is bounded.
    """

    def __init__(self) -> None:
        self.counters = JitterCounters()
        self._target = MIN_TARGET_S
        self._stream: _Stream | None = None
        self._held: dict[int, _Held] = {}
        self._next: int | None = None  # next slot to play
        self._last_seq: int | None = None
        self._playing = False
        self._owed = 0  # answers made up without moving on
        self._adapted_at = float("-inf")

    @property
    def target_ms(self) -> float:
        """The delay aimed at, 60..200 ms."""
        return self._target * 1000

    @property
    def buffered(self) -> int:
        """Packets waiting."""
        return len(self._held)

    def push(self, seq: int, timestamp: int, payload: bytes, now: float, ssrc: int = 0) -> None:
        """Take one RTP packet: `seq` 16 bits, `timestamp` 32 bits at 48 kHz, 20 ms of Opus."""
        self.counters.received += 1
        stream, slot = self._locate(ssrc, timestamp, now)
        if seq in stream.recent or slot in self._held:
            self.counters.duplicates += 1
            return
        stream.recent.append(seq)
        self._observe(stream, now - slot * FRAME_SECONDS)
        if self._next is not None and slot < self._next:
            self.counters.late += 1
            return
        self._held[slot] = _Held(seq, now, payload)
        if len(self._held) > MAX_PACKETS:
            self._drop_oldest()

    def pull(self, now: float) -> Answer:
        """Return what to play for the next 20 ms; to be called once per 20 ms."""
        if not self._playing and not self._begin(now):
            return Silence()
        if self._adapt(now):
            self.counters.stretched += 1
            return Conceal()
        assert self._next is not None
        if not self._held:
            return self._underrun()
        if self._owed:
            # Slots already made up while nothing was here need no second stand-in.
            self._next = min(*self._held, self._next + self._owed)
            self._owed = 0
        held = self._held.pop(self._next, None)
        if held is None:
            return self._missing(self._next)
        self._next += 1
        self._last_seq = held.seq
        self.counters.played += 1
        return Play(held.payload)

    # Arrivals

    def _clear(self) -> None:
        self.counters.flushed += len(self._held)
        self._held.clear()
        self._next = None
        self._last_seq = None
        self._playing = False
        self._owed = 0
        self._adapted_at = float("-inf")

    def _locate(self, ssrc: int, timestamp: int, now: float) -> tuple[_Stream, int]:
        stream = self._stream
        if stream is not None and stream.ssrc == ssrc:
            step = (timestamp - stream.last_ts + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000
            ext = stream.last_ext + step
            slot = round(ext / FRAME_SAMPLES)
            transit = now - slot * FRAME_SECONDS
            known = stream.min_transit
            if known is None or abs(transit - known) <= MAX_TRANSIT_CHANGE_S:
                stream.last_ts, stream.last_ext = timestamp, ext
                return stream, slot
        if stream is not None:
            self.counters.restarts += 1
            self._clear()
        self._stream = _Stream(ssrc, timestamp)
        return self._stream, 0

    def _observe(self, stream: _Stream, transit: float) -> None:
        stream.transits.append(transit)
        stream.since_look += 1
        if stream.min_transit is None or transit < stream.min_transit:
            stream.min_transit = transit
        if stream.since_look < TARGET_EVERY:
            return
        stream.since_look = 0
        ordered = sorted(stream.transits)
        stream.min_transit = ordered[0]
        jitter = ordered[int(len(ordered) * 0.97)] - ordered[0]
        wanted = min(MAX_TARGET_S, max(MIN_TARGET_S, jitter + FRAME_SECONDS))
        self._target = max(wanted, self._target - TARGET_FALL_S)

    def _drop_oldest(self) -> None:
        oldest = min(self._held)
        del self._held[oldest]
        self.counters.overflowed += 1
        if self._next is not None:
            self._next = max(self._next, oldest + 1)

    # Playing

    def _begin(self, now: float) -> bool:
        """Start playing once the first packet has waited for the target, or as much is there."""
        if not self._held:
            return False
        first = min(self._held)
        waited = now - self._held[first].arrived
        span = (max(self._held) - first) * FRAME_SECONDS
        # Half a tick of grace: pulls come every 20 ms and would else add up to one more.
        if max(waited, span) < self._target - FRAME_SECONDS / 2:
            return False
        self._next, self._playing, self._owed = first, True, 0
        self._last_seq = None
        return True

    def _adapt(self, now: float) -> bool:
        """Bring the delay to the target; True when this slot is to be stretched."""
        stream = self._stream
        if stream is None or stream.min_transit is None or not self._held or self._owed:
            return False
        assert self._next is not None
        delay = now - (self._next * FRAME_SECONDS + stream.min_transit)
        excess = delay - self._target
        if excess > FAR_TOO_LATE_S:
            self._skip(int(excess / FRAME_SECONDS))
        elif now - self._adapted_at < ADAPT_EVERY_S:
            return False
        elif excess > TOO_LATE_S:
            self._skip(1)
        elif excess < -TOO_EARLY_S:
            self._adapted_at = now
            return True
        else:
            return False
        self._adapted_at = now
        return False

    def _skip(self, slots: int) -> None:
        assert self._next is not None
        # Always leave the newest packet: skipping into nothing would be an underrun.
        end = min(self._next + slots, max(self._held))
        for slot in range(self._next, end):
            held = self._held.pop(slot, None)
            if held is not None:
                self.counters.skipped += 1
                self._last_seq = held.seq
        self._next = max(self._next, end)

    def _underrun(self) -> Answer:
        """Answer with nothing in hand: wait at this slot, the packets may only be late."""
        self._owed += 1
        if self._owed <= MAX_CONCEALED:
            self.counters.concealed += 1
            return Conceal()
        self._playing = False
        return Silence()

    def _missing(self, slot: int) -> Answer:
        """Answer for a slot whose packet is not here though later ones are."""
        self._next = slot + 1
        after = self._held[min(self._held)]
        if self._last_seq is not None and after.seq == (self._last_seq + 1) % 0x1_0000:
            return Silence()  # no number is missing: the sender left silence out
        following = self._held.get(slot + 1)
        if following is not None:
            self.counters.fec += 1
            return Fec(following.payload)
        self.counters.concealed += 1
        return Conceal()
