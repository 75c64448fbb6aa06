"""Keep a microphone and a speaker going when cards come and go.

The first name that opens is used; where none does, `null:` stands in, so that
packets, mix and recording go on, and the names are tried again every two
seconds. A card that fails is followed by the next that opens. A card plugged
in meanwhile is found when no other card is open. A microphone that gives
nothing but zeros counts as failed while there is another to try; the last one
is kept, since it may only be switched off by its own key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from teacher_client.audio.devices import open_microphone, open_speaker
from teacher_client.audio.errors import DeviceError, DeviceFailed
from teacher_client.audio.microphones import MicBlock, Microphone
from teacher_client.audio.voice_in import VoiceMixer
from teacher_client.audio.voice_out import VoiceEncoder

logger = logging.getLogger(__name__)

STAND_IN = "null:"
RETRY_SECONDS = 2.0
ZERO_BLOCKS = (
    250  # five seconds: a live input has noise in its last bit, a dead or blocked one none
)

_Device = TypeVar("_Device")


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What is in use.

    Attributes:
        wanted: the first name.
        using: the name that opened; `null:` when none did.
        problem: why it is not the wanted one, or why the one before stopped.
        is_silent: the microphone in use gives zeros only.
    """

    wanted: str
    using: str
    problem: DeviceError | None
    is_silent: bool = False


async def keep_microphone(
    voice: VoiceEncoder, names: Sequence[str], on_change: Callable[[DeviceState], None]
) -> None:
    """Feed `voice` from the first of `names` that works, until cancelled.

    Args:
        names: device names, best first; at least one.
        on_change: called at the start and whenever the state differs.
    """
    reporter = _Reporter("microphone", names[0], on_change)
    silent = reporter.silent
    failed = ""

    def hear(name: str, is_silent: bool) -> None:
        if not is_silent:
            silent.discard(name)
        else:
            silent.add(name)
            if not silent.issuperset(names):
                raise DeviceFailed(name, "nothing but zeros")
        reporter.opened(name)

    while True:
        order = sorted(names, key=silent.__contains__)
        name, microphone = _first_that_opens(open_microphone, order, failed, reporter)
        failed = ""
        if name != STAND_IN:
            microphone = _Watched(microphone, name in silent, hear)
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


class _Watched:
    """A microphone, and word of when it begins and ends to give zeros only."""

    def __init__(
        self, microphone: Microphone, is_silent: bool, hear: Callable[[str, bool], None]
    ) -> None:
        self._microphone = microphone
        self._zeros = ZERO_BLOCKS if is_silent else 0
        self._hear = hear

    @property
    def name(self) -> str:
        return self._microphone.name

    async def blocks(self) -> AsyncIterator[MicBlock]:
        async for block in self._microphone.blocks():
            was_silent = self._zeros >= ZERO_BLOCKS
            self._zeros = 0 if block.pcm.any() else self._zeros + 1
            is_silent = self._zeros >= ZERO_BLOCKS
            if is_silent != was_silent:
                self._hear(self.name, is_silent)
            yield block

    def close(self) -> None:
        self._microphone.close()


class _Reporter:
    """Tell each state once."""

    def __init__(self, kind: str, wanted: str, on_change: Callable[[DeviceState], None]) -> None:
        self._kind = kind
        self._wanted = wanted
        self._on_change = on_change
        self._told: DeviceState | None = None
        self.silent: set[str] = set()  # names that gave zeros when last heard
        self.problem: DeviceError | None = None

    def opened(self, name: str) -> None:
        told, is_silent = self._told, name in self.silent
        if told is not None and (told.using, told.is_silent) == (name, is_silent):
            return
        if name == self._wanted and told is not None and told.using == STAND_IN:
            self.problem = None
        self._told = DeviceState(self._wanted, name, self.problem, is_silent)
        why = "nothing but zeros" if is_silent else self.problem or "as wanted"
        logger.info("%s is now %s (%s)", self._kind, name, why)
        self._on_change(self._told)


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
