"""Speakers that need no sound card: a wave file, nothing."""

from __future__ import annotations

import io
import logging
import queue
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from teacher_client.audio.errors import DeviceMissing
from teacher_client.audio.frames import RATE_HZ, Block

logger = logging.getLogger(__name__)

QUEUE_BLOCKS = 10  # 200 ms: more would be heard as delay
HEADER_BYTES = 44
HEADER_EVERY_S = 1.0
JOIN_SECONDS = 5.0


PlayedListener = Callable[[Block, float], None]
"""Takes what sounds in the room, silence included, and `time.monotonic()` at its first sample."""


class Speaker(Protocol):
    """A sink of blocks. Called on the loop's thread and never blocks it.

    Attributes:
        on_played: told by a sound card, in its own thread, what it plays; the
            stand-ins sound in no room and tell nothing.
    """

    on_played: PlayedListener | None

    @property
    def name(self) -> str:
        """The name it was opened by."""

    @property
    def dropped(self) -> int:
        """Blocks thrown away because the device did not keep up."""

    @property
    def failed(self) -> bool:
        """The device stopped working; later blocks are lost, open another."""

    def write(self, block: Block) -> None:
        """Queue 20 ms; with a full queue the oldest block is dropped and counted."""

    def close(self) -> None:
        """Play or write what is queued and let the device go; twice is fine."""


class NullSpeaker:
    """Plays nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.dropped = 0
        self.failed = False
        self.on_played: PlayedListener | None = None

    @property
    def name(self) -> str:
        """The name it was opened by."""
        return self._name

    def write(self, block: Block) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing is held."""


def wave_header(data_bytes: int) -> bytes:
    """Return the 44 bytes before `data_bytes` of 48 kHz mono int16 in a wave file."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        HEADER_BYTES - 8 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,  # PCM
        1,
        RATE_HZ,
        RATE_HZ * 2,
        2,
        16,
        b"data",
        data_bytes,
    )


class FileSpeaker:
    """Writes a wave file on its own thread.

    The header is brought up to date every second, so that the file is valid
    and at most a second short even when the process is killed.

    Raises:
        DeviceMissing: the file cannot be created.
    """

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as exc:
            raise DeviceMissing(name, exc.strerror or "cannot be created") from exc
        self._queue: queue.Queue[bytes | None] = queue.Queue(QUEUE_BLOCKS * 25)
        self._is_open = True
        self.dropped = 0
        self.failed = False
        self.on_played: PlayedListener | None = None
        self._thread = threading.Thread(target=self._run, name="file-speaker", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The name it was opened by."""
        return self._name

    def write(self, block: Block) -> None:
        """Queue 20 ms (up to 5 s, since a file has no delay); drops the newest when full."""
        if not self._is_open:
            return
        try:
            self._queue.put_nowait(block.astype("<i2", copy=False).tobytes())
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Write the rest and the header, end the thread."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            self._queue.put(None, timeout=JOIN_SECONDS)
        except queue.Full:  # the disk hangs; the thread is a daemon and dies with the process
            logger.warning("speaker %s: left behind, the disk does not answer", self._name)
            return
        self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        with self._file as file:
            try:
                self._copy(file)
            except OSError as exc:
                self.failed = True
                logger.warning("speaker %s: cannot write: %s", self._name, exc.strerror)
                while self._queue.get() is not None:
                    pass

    def _copy(self, file: io.FileIO) -> None:
        size = 0
        file.write(wave_header(0))
        patched_at = time.monotonic()
        while (data := self._queue.get()) is not None:
            file.write(data)
            size += len(data)
            if time.monotonic() - patched_at >= HEADER_EVERY_S:
                patched_at = time.monotonic()
                self._patch(file, size)
        self._patch(file, size)

    @staticmethod
    def _patch(file: io.FileIO, size: int) -> None:
        file.seek(0)
        file.write(wave_header(size))
        file.seek(0, io.SEEK_END)
