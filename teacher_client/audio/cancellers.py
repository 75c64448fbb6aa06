"""The libraries that clean a voice: WebRTC's audio processing from two packages.

webrtc     `pywebrtc-audio`
livekit    `livekit`, the same algorithms in a far bigger package; used where installed
off        nothing is done

Both work in blocks of 10 ms at 48 kHz, in native code without the interpreter's lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np

from teacher_client.audio.frames import RATE_HZ, Block
from teacher_client.audio.processing import NOTHING, ProcessingSettings

logger = logging.getLogger(__name__)

OFF = "off"
LEAD_MS = 10
"""The far end is given this much early: an echo that came before its sound is never found."""

_HALF = RATE_HZ // 100


class Canceller(Protocol):
    """One library, set up; one thread at a time."""

    def clean(self, near: Block, far: Block) -> Block:
        """Return `near` cleaned of `far`; both of the same length, a multiple of 10 ms.

        Raises:
            RuntimeError: the library failed.
        """


class WebRtcCanceller:
    """`pywebrtc-audio`.

    Raises:
        ImportError: it is not installed.
    """

    def __init__(self, wanted: ProcessingSettings) -> None:
        from pywebrtc_audio import AudioProcessor  # a native library: loaded only when used

        self._echo = wanted.echo
        self._processor = AudioProcessor(
            sample_rate=RATE_HZ,
            echo_cancellation=wanted.echo,
            noise_suppression=wanted.noise,
            high_pass_filter=True,
            auto_gain_control=wanted.gain,
            stream_delay_ms=LEAD_MS,
        )

    def clean(self, near: Block, far: Block) -> Block:
        """As `Canceller.clean`."""
        return self._processor.process(near, far if self._echo else None)


class LiveKitCanceller:
    """`livekit`'s audio processing module.

    Raises:
        ImportError: it is not installed.
    """

    def __init__(self, wanted: ProcessingSettings) -> None:
        from livekit import rtc  # a native library with threads: loaded only when used

        self._frame: Callable[[bytes, int, int, int], rtc.AudioFrame] = rtc.AudioFrame
        self._echo = wanted.echo
        self._module = rtc.AudioProcessingModule(
            echo_cancellation=wanted.echo,
            noise_suppression=wanted.noise,
            high_pass_filter=True,
            auto_gain_control=wanted.gain,
        )

    def clean(self, near: Block, far: Block) -> Block:
        """As `Canceller.clean`."""
        cleaned = np.empty_like(near)
        for at in range(0, near.size, _HALF):
            if self._echo:
                played = self._frame(far[at : at + _HALF].tobytes(), RATE_HZ, 1, _HALF)
                self._module.process_reverse_stream(played)
                self._module.set_stream_delay_ms(LEAD_MS)
            frame = self._frame(near[at : at + _HALF].tobytes(), RATE_HZ, 1, _HALF)
            self._module.process_stream(frame)
            cleaned[at : at + _HALF] = np.frombuffer(frame.data, dtype=np.int16)
        return cleaned


_MAKERS: dict[str, Callable[[ProcessingSettings], Canceller]] = {
    "webrtc": WebRtcCanceller,
    "livekit": LiveKitCanceller,
}
NAMES = (*_MAKERS, OFF)


def open_canceller(name: str, wanted: ProcessingSettings) -> tuple[str, Canceller | None]:
    """Set up `name`, or the other where it is missing.

    Args:
        name: one of `NAMES`.
        wanted: what is to be done; nothing needs no library.

    Returns:
        The name of what is used, and it; ("off", None) where nothing is done.
    """
    if name == OFF or wanted == NOTHING:
        return OFF, None
    for candidate in sorted(_MAKERS, key=lambda known: known != name):
        try:
            canceller = _MAKERS[candidate](wanted)
        except (ImportError, OSError) as exc:  # OSError: its native library does not load
            logger.warning("voice processing %s is missing: %s", candidate, exc)
            continue
        logger.info("voice processing is %s", candidate)
        return candidate, canceller
    logger.warning("no voice processing: echo, noise and gain stay as they are")
    return OFF, None
