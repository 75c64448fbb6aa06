"""Voices to disk in a thread of their own, one track a speaker, on the lesson's clock."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.recording.voice_errors import VoiceTrackError
from teacher_client.recording.voices import SlotClock, VoiceTrackWriter

log = logging.getLogger(__name__)


def track_path(folder: Path, member: int) -> Path:
    """Where a member's voice lies in a lesson's folder."""
    return folder / f"voice-{member}.ogg"


def track_paths(folder: Path) -> list[Path]:
    """All tracks of a lesson."""
    return sorted(folder.glob("voice-*.ogg"))


class VoiceRecorder:
    """Write tracks; `write` and `position` belong to the loop, the disk to a thread.

    Args:
        folder: of the lesson.
        start_mono: monotonic seconds of lesson ms 0.
        on_failed: called in the thread once, when the disk refuses.
    """

    def __init__(self, folder: Path, start_mono: float, on_failed: Callable[[], None]) -> None:
        self._folder = folder
        self._start = start_mono
        self._on_failed = on_failed
        self._clocks: dict[int, SlotClock] = {}
        self._slots: dict[int, int] = {}
        self._queue: queue.SimpleQueue[tuple[int, bytes, int] | None] = queue.SimpleQueue()
        self._has_failed = False
        self._thread = threading.Thread(target=self._run, name="voice-recorder", daemon=True)
        self._thread.start()

    def write(self, member: int, packet: bytes, position: int, t_mono: float) -> None:
        """Keep one packet of 20 ms.

        Args:
            position: samples on the device's own count.
            t_mono: when its first sample was heard or played.
        """
        clock = self._clocks.setdefault(member, SlotClock(self._start))
        slot = clock.slot(position, t_mono)
        if slot >= 0:
            self._slots[member] = max(slot, self._slots.get(member, 0))
            self._queue.put((member, packet, slot))

    def samples(self) -> dict[int, int]:
        """For each track the sample at which it stands; what an audio mark says."""
        return {member: slot * FRAME_SAMPLES for member, slot in self._slots.items()}

    def close(self) -> None:
        """Write what is queued and end the tracks; blocks, so call it from a worker thread."""
        self._queue.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        writers: dict[int, VoiceTrackWriter] = {}
        while (item := self._queue.get()) is not None:
            member, packet, slot = item
            try:
                if member not in writers:
                    writers[member] = VoiceTrackWriter(track_path(self._folder, member))
                writers[member].write(packet, slot)
            except (VoiceTrackError, ValueError) as exc:
                self._fail(exc)
        for writer in writers.values():
            try:
                writer.close()
            except VoiceTrackError as exc:
                self._fail(exc)

    def _fail(self, exc: Exception) -> None:
        if not self._has_failed:
            log.warning("a voice is not being recorded: %s", exc)
            self._has_failed = True
            self._on_failed()
