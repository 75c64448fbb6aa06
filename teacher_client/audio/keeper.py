"""Keep a microphone and a speaker going when cards come and go.

The first name that opens is used; where none does, `null:` stands in, so that
packets, mix and recording go on, and the names are tried again every two
seconds. A card that fails is followed by the next that opens. A card plugged
in meanwhile is found when no other card is open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from teacher_client.audio.devices import open_microphone, open_speaker
from teacher_client.audio.errors import DeviceError
from teacher_client.audio.voice_in import VoiceMixer
from teacher_client.audio.voice_out import VoiceEncoder

logger = logging.getLogger(__name__)

STAND_IN = "null:"
RETRY_SECONDS = 2.0

_Device = TypeVar("_Device")


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What is in use.

    Attributes:
        wanted: the first name.
        using: the name that opened; `null:` when none did.
        problem: why it is not the wanted one, or why the one before stopped.
    """

    wanted: str
    using: str
    problem: DeviceError | None


async def keep_microphone(
    voice: VoiceEncoder, names: Sequence[str], on_change: Callable[[DeviceState], None]
) -> None:
    """Feed `voice` from the first of `names` that works, until cancelled.

    Args:
        names: device names, best first; at least one.
        on_change: called at the start and whenever the state differs.
    """
    reporter = _Reporter("microphone", names[0], on_change)
    failed = ""
    while True:
        name, microphone = _first_that_opens(open_microphone, names, failed, reporter)
        failed = ""
        try:
            async with asyncio.timeout(_patience(name, names)):
                await voice.run(microphone)
        except TimeoutError:
            continue
        except DeviceError as exc:
            failed, reporter.problem = name, exc


async def keep_speaker(
    mixer: VoiceMixer, names: Sequence[str], on_change: Callable[[DeviceState], None]
) -> None:
    """Play `mixer` on the first of `names` that works, until cancelled; as `keep_microphone`."""
    reporter = _Reporter("speaker", names[0], on_change)
    failed = ""
    while True:
        name, speaker = _first_that_opens(open_speaker, names, failed, reporter)
        failed = ""
        try:
            async with asyncio.timeout(_patience(name, names)):
                await mixer.run(speaker)
        except TimeoutError:
            continue
        except DeviceError as exc:
            failed, reporter.problem = name, exc


class _Reporter:
    """Tell each state once."""

    def __init__(self, kind: str, wanted: str, on_change: Callable[[DeviceState], None]) -> None:
        self._kind = kind
        self._wanted = wanted
        self._on_change = on_change
        self._using: str | None = None
        self.problem: DeviceError | None = None

    def opened(self, name: str) -> None:
        if name == self._using:
            return
        if name == self._wanted and self._using == STAND_IN:
            self.problem = None
        self._using = name
        logger.info("%s is now %s (%s)", self._kind, name, self.problem or "as wanted")
        self._on_change(DeviceState(self._wanted, name, self.problem))


def _first_that_opens(
    opener: Callable[[str], _Device], names: Sequence[str], failed: str, reporter: _Reporter
) -> tuple[str, _Device]:
    """Open the first name but `failed`, which would only fail again, and at once."""
    for name in names:
        if name == failed:
            continue
        try:
            device = opener(name)
        except DeviceError as exc:
            reporter.problem = exc
            continue
        reporter.opened(name)
        return name, device
    reporter.opened(STAND_IN)
    return STAND_IN, opener(STAND_IN)


def _patience(name: str, names: Sequence[str]) -> float | None:
    """Seconds after which the names are tried again; None for a device that was asked for."""
    return RETRY_SECONDS if name == STAND_IN and STAND_IN not in names else None
