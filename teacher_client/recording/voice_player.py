"""Play several voice tracks together: mix, pause, seek, speed with the pitch kept.

Pull only: whoever owns the speaker asks for a block every 20 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as AvWouldBlock
from av.error import EOFError as AvEnd
from av.filter import Graph
from numpy.typing import NDArray

from teacher_client.audio.frames import FRAME_SAMPLES, RATE_HZ, Block, mix, silence
from teacher_client.recording.voices import VoiceTrackReader

MIN_SPEED = 0.75
MAX_SPEED = 2.0
_SAMPLES_PER_MS = RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class PlayerTrack:
    """A track and the lesson time at which it begins (ms, 0 or more)."""

    reader: VoiceTrackReader
    offset_ms: int


def open_tracks(paths: Sequence[Path]) -> list[PlayerTrack]:
    """Open track files at the lesson times that they carry themselves.

    Raises:
        VoiceTrackBroken: one of them is not a voice track.
        OSError: one of them cannot be read.
    """
    readers = [VoiceTrackReader(path) for path in paths]
    return [PlayerTrack(reader, reader.start_ms) for reader in readers]


class _Cursor:
    """One track cut along the lesson's blocks, to the sample."""

    def __init__(self, track: PlayerTrack) -> None:
        self._reader = track.reader
        self._offset = track.offset_ms * _SAMPLES_PER_MS
        self._rest: NDArray[np.int16] = np.zeros(0, dtype=np.int16)

    def seek(self, sample: int) -> None:
        local = sample - self._offset
        if local < 0:
            # Silence up to the beginning; it is handed out block by block below.
            self._reader.seek(0)
            self._rest = np.zeros(-local, dtype=np.int16)
            return
        self._reader.seek(local // FRAME_SAMPLES)
        self._rest = self._reader.read()[local % FRAME_SAMPLES :]

    def read(self) -> Block:
        if self._rest.size < FRAME_SAMPLES:
            self._rest = np.concatenate([self._rest, self._reader.read()])
        block, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
        return block


class _Stretch:
    """FFmpeg's `atempo`: other speed, same pitch."""

    def __init__(self, speed: float) -> None:
        self._graph = Graph()
        self._graph.threads = 1  # else FFmpeg keeps a pool of threads per graph
        source = self._graph.add_abuffer(
            format="s16", sample_rate=RATE_HZ, layout="mono", time_base=Fraction(1, RATE_HZ)
        )
        tempo = self._graph.add("atempo", f"{speed:.4f}")
        sink = self._graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        self._graph.configure()
        self._fed = 0

    def feed(self, block: Block) -> list[NDArray[np.int16]]:
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._fed
        frame.time_base = Fraction(1, RATE_HZ)
        self._fed += block.size
        self._graph.push(frame)
        out: list[NDArray[np.int16]] = []
        while True:
            try:
                pulled = self._graph.pull()
            except (AvWouldBlock, AvEnd):
                return out
            if isinstance(pulled, AudioFrame):
                out.append(pulled.to_ndarray().reshape(-1).astype(np.int16))


class VoicePlayer:
    """The voices of a lesson from any moment, at 0.75 to 2 times the speed.

    Times are lesson milliseconds. One thread; a block costs well under 1 ms per track.

    Args:
        tracks: what to play; none gives silence of `duration_ms` 0.
    """

    def __init__(self, tracks: Sequence[PlayerTrack]) -> None:
        self._cursors = [_Cursor(track) for track in tracks]
        self._duration_ms = max((t.offset_ms + t.reader.duration_ms for t in tracks), default=0)
        self._speed = 1.0
        self._stretch: _Stretch | None = None
        self._ready: NDArray[np.int16] = np.zeros(0, dtype=np.int16)
        self._base_ms = 0.0
        self._played = 0  # samples handed out since `_base_ms`
        self.is_paused = False
        self.seek(0)

    @property
    def duration_ms(self) -> int:
        """End of the last track."""
        return self._duration_ms

    @property
    def position_ms(self) -> float:
        """Lesson time of the sound that `next_block` gives next."""
        return self._base_ms + self._played / _SAMPLES_PER_MS * self._speed

    @property
    def speed(self) -> float:
        """1.0 is as it was."""
        return self._speed

    @property
    def is_at_end(self) -> bool:
        """Everything was handed out; `next_block` gives silence and time stands."""
        return self.position_ms >= self._duration_ms

    def seek(self, position_ms: float) -> None:
        """Go on at a lesson time, kept within 0..duration."""
        self._base_ms = min(max(0.0, position_ms), float(self._duration_ms))
        self._played = 0
        self._ready = np.zeros(0, dtype=np.int16)
        self._stretch = None if self._speed == 1.0 else _Stretch(self._speed)
        for cursor in self._cursors:
            cursor.seek(round(self._base_ms * _SAMPLES_PER_MS))

    def set_speed(self, speed: float) -> None:
        """Change the speed from the next block on; pitch and position stay.

        Raises:
            ValueError: outside 0.75..2.
        """
        if not MIN_SPEED <= speed <= MAX_SPEED:
            raise ValueError(f"speed out of range: {speed}")
        if speed != self._speed:
            position = self.position_ms
            self._speed = speed
            self.seek(position)

    def next_block(self) -> Block:
        """Return the next 20 ms, (960,) int16; silence while paused and at the end."""
        if self.is_paused or self.is_at_end:
            return silence()
        while self._ready.size < FRAME_SAMPLES:
            mixed = mix([cursor.read() for cursor in self._cursors])
            made = [mixed] if self._stretch is None else self._stretch.feed(mixed)
            self._ready = np.concatenate([self._ready, *made])
        block, self._ready = self._ready[:FRAME_SAMPLES], self._ready[FRAME_SAMPLES:]
        self._played += FRAME_SAMPLES
        return block
