"""Echo, noise and gain done by a library, and whether echo remains."""

from __future__ import annotations

import logging
from collections import deque

from teacher_client.audio.cancellers import LEAD_MS, OFF, open_canceller
from teacher_client.audio.far_end import FarEnd
from teacher_client.audio.frames import Block
from teacher_client.audio.processing import NOTHING, QUIET, Level, ProcessingSettings, measure

logger = logging.getLogger(__name__)

MAX_WAITING = 50  # one second played while no microphone is open; older is of no use

LOUD_DBFS = -45.0  # a quiet voice at arm's length; a room's noise lies below, once suppressed
SMOOTHING = 1 / 250  # five seconds of blocks
REMAINS_FROM = 0.6
REMAINS_UNTIL = 0.4
OVER_SILENCE = 0.2


class EchoWatch:
    """Notice that the microphone is loud nearly whenever the speaker is. Pure.

    People take turns; an echo never does. What is as loud while the speaker is
    silent (a fan, a lecture) is no echo.

    Attributes:
        remains: echo is left: a headset or taking turns would help.
    """

    def __init__(self) -> None:
        self.remains = False
        self._shares = {True: 0.0, False: 0.0}  # of loud blocks, while the speaker is loud, silent

    def add(self, near: Level, far: Level) -> None:
        """Take the levels of the next 20 ms: what is sent, and what was heard meanwhile."""
        is_far = far.dbfs > LOUD_DBFS
        self._shares[is_far] += ((near.dbfs > LOUD_DBFS) - self._shares[is_far]) * SMOOTHING
        share = self._shares[True]
        if share < REMAINS_UNTIL:
            self.remains = False
        elif share > REMAINS_FROM and share > self._shares[False] + OVER_SILENCE:
            self.remains = True


class CleanVoice:
    """`VoiceProcessing` by one of the libraries.

    Args:
        name: one of `cancellers.NAMES`; a missing library is followed by the other, then by none.
        wanted: what is to be done at first.

    Attributes:
        using: the name of what is in use, "off" when nothing is done.
    """

    def __init__(self, name: str, wanted: ProcessingSettings | None = None) -> None:
        self._name = name
        self._played: deque[tuple[Block, float]] = deque(maxlen=MAX_WAITING)
        self._far = FarEnd()
        self._watch = EchoWatch()
        self._level = QUIET
        self.using, self._canceller = open_canceller(name, wanted or ProcessingSettings())

    @property
    def echo_remains(self) -> bool:
        """Whether what is sent has been loud nearly whenever the speaker was."""
        return self._watch.remains

    def far_end(self, block: Block, t_mono: float) -> None:
        """As `VoiceProcessing.far_end`."""
        self._played.append((block, t_mono))

    def near_end(self, block: Block, t_mono: float) -> Block:
        """As `VoiceProcessing.near_end`; a library that fails is left out from then on."""
        while self._played:
            self._far.add(*self._played.popleft())
        far = self._far.take(block.size, t_mono + LEAD_MS / 1000)
        if self._canceller is not None:
            try:
                block = self._canceller.clean(block, far)
            except RuntimeError:
                logger.exception("voice processing %s failed and is off", self.using)
                self.using, self._canceller = OFF, None
        self._level = measure(block)
        self._watch.add(self._level, measure(far))
        return block

    def configure(self, wanted: ProcessingSettings) -> ProcessingSettings:
        """As `VoiceProcessing.configure`."""
        self.using, self._canceller = open_canceller(self._name, wanted)
        return NOTHING if self._canceller is None else wanted

    def level(self) -> Level:
        """As `VoiceProcessing.level`."""
        return self._level
