"""Microphone and speaker on a sound card, through `sounddevice` (PortAudio).

The card's own thread calls back; blocks cross to the loop by
`call_soon_threadsafe` and to the card by a bounded deque. On Windows the
streams are WASAPI shared, converted to 48 kHz by the system. `sounddevice`
has no type information: every value is checked or cast here.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from teacher_client.audio.errors import DeviceFailed, DeviceMissing
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, RATE_HZ, Block
from teacher_client.audio.microphones import MicBlock
from teacher_client.audio.pacing import MAX_BURST
from teacher_client.audio.speakers import QUEUE_BLOCKS, PlayedListener

SILENT_SECONDS = 2.0  # a card that calls back no more was unplugged

_open_streams: set[int] = set()  # by identity; loop's thread only


@dataclass(frozen=True, slots=True)
class SoundCard:
    """One entry of the system's list; `name` goes behind `device:`."""

    name: str
    inputs: int
    outputs: int


def list_cards() -> list[SoundCard]:
    """Return the sound cards; empty where there is none or no PortAudio."""
    try:
        found = _library().query_devices()
        return [
            SoundCard(str(d["name"]), int(d["max_input_channels"]), int(d["max_output_channels"]))
            for d in found
        ]
    except (DeviceMissing, DeviceFailed):
        return []


def _library() -> ModuleType:
    try:
        import sounddevice
    except (ImportError, OSError) as exc:  # OSError: PortAudio itself is not there
        raise DeviceMissing("device:", "no PortAudio on this machine") from exc
    module: ModuleType = sounddevice
    return module


def _find(library: ModuleType, device: str | None, kind: str) -> Any:
    """Return PortAudio's description of a card.

    PortAudio lists the cards once, at its start; where no stream of ours is open
    it is started again, so that a card plugged in since is found.
    """
    try:
        return library.query_devices(device, kind)
    except (library.PortAudioError, ValueError):
        if _open_streams:
            raise
        library._terminate()
        library._initialize()
        return library.query_devices(device, kind)


def _options(library: ModuleType, wanted: str, kind: str) -> dict[str, Any]:
    """Return the keyword arguments that both kinds of stream share.

    Raises:
        DeviceMissing: no such card, or none at all.
    """
    device = None if wanted == "default" else wanted
    try:
        info = _find(library, device, kind)
        extra = None
        if sys.platform == "win32":
            api = str(library.query_hostapis(int(info["hostapi"]))["name"])
            extra = library.WasapiSettings(auto_convert=True) if "WASAPI" in api else None
    except (library.PortAudioError, ValueError) as exc:
        raise DeviceMissing(f"device:{wanted}", f"no such {kind}") from exc
    return {
        "device": device,
        "samplerate": RATE_HZ,
        "channels": 1,
        "dtype": "int16",
        "blocksize": FRAME_SAMPLES,
        "latency": "low",
        "extra_settings": extra,
    }


class CardMicrophone:
    """A sound card's input. To be made on the loop's thread.

    Raises:
        DeviceMissing: no such card.
        DeviceFailed: it does not open.
    """

    def __init__(self, name: str, wanted: str) -> None:
        library = _library()
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[MicBlock] = deque(maxlen=MAX_BURST)
        self._arrived = asyncio.Event()
        self._position = 0
        try:
            options = _options(library, wanted, "input")
            self._stream: Any = library.InputStream(callback=self._heard, **options)
            self._stream.start()
            _open_streams.add(id(self))
        except library.PortAudioError as exc:
            raise DeviceFailed(name, str(exc)) from exc

    @property
    def name(self) -> str:
        """The name it was opened by."""
        return self._name

    async def blocks(self) -> AsyncIterator[MicBlock]:
        """Yield what the card delivers.

        Raises:
            DeviceFailed: nothing came for two seconds.
        """
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            self._arrived.clear()
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    await self._arrived.wait()
            except TimeoutError as exc:
                raise DeviceFailed(self._name, "the card fell silent") from exc

    def close(self) -> None:
        """Stop the stream; its thread is gone when this returns."""
        self._stream.close()
        _open_streams.discard(id(self))

    def _heard(self, data: Any, frames: int, times: Any, _status: Any) -> None:
        # The card's thread. `currentTime` and the sample's time share PortAudio's own clock.
        age = float(times.currentTime) - float(times.inputBufferAdcTime)
        if not 0.0 <= age < 1.0:  # some drivers leave the times at zero
            age = FRAME_SECONDS
        pcm: Block = np.array(data, dtype=np.int16).reshape(-1)
        block = MicBlock(pcm, self._position, time.monotonic() - age)
        self._position += frames
        if frames == FRAME_SAMPLES and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, block)

    def _take(self, block: MicBlock) -> None:
        self._waiting.append(block)
        self._arrived.set()


class CardSpeaker:
    """A sound card's output.

    Raises:
        DeviceMissing: no such card.
        DeviceFailed: it does not open.
    """

    def __init__(self, name: str, wanted: str) -> None:
        library = _library()
        self._name = name
        self._queue: deque[Block] = deque(maxlen=QUEUE_BLOCKS)
        self._played_at = time.monotonic()
        self.dropped = 0
        self.on_played: PlayedListener | None = None
        try:
            options = _options(library, wanted, "output")
            self._stream: Any = library.OutputStream(callback=self._play, **options)
            self._stream.start()
            _open_streams.add(id(self))
        except library.PortAudioError as exc:
            raise DeviceFailed(name, str(exc)) from exc

    @property
    def name(self) -> str:
        """The name it was opened by."""
        return self._name

    @property
    def failed(self) -> bool:
        """The card asked for nothing for two seconds."""
        return time.monotonic() - self._played_at > SILENT_SECONDS

    def write(self, block: Block) -> None:
        """Queue 20 ms; a full queue (200 ms) loses its oldest block."""
        if len(self._queue) == QUEUE_BLOCKS:
            self.dropped += 1
        self._queue.append(block)

    def close(self) -> None:
        """Stop the stream; its thread is gone when this returns."""
        self._stream.close()
        _open_streams.discard(id(self))

    def _play(self, out: Any, frames: int, times: Any, _status: Any) -> None:
        # The card's thread; deque ends are safe across threads.
        self._played_at = time.monotonic()
        out.fill(0)
        if self._queue:
            block = self._queue.popleft()
            count = min(frames, block.size)
            out[:count, 0] = block[:count]
        if self.on_played is not None:
            wait = float(times.outputBufferDacTime) - float(times.currentTime)
            if not 0.0 <= wait < 1.0:  # some drivers leave the times at zero
                wait = FRAME_SECONDS
            self.on_played(np.array(out, dtype=np.int16).reshape(-1), self._played_at + wait)
