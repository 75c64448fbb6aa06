"""Damage on the way from the pen to the host, at given rates."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_JUNK_SHARE = 0.1  # of the frames get junk before them
_JUNK_MAX = 20


@dataclass(frozen=True, slots=True)
class Faults:
    """Rates per byte, 0..1; `has_junk` puts random bytes between frames.

    Attributes:
        lose_frame: rate per frame; likewise `double_frame`.
        lost_commands: frames that never arrive: ``{0x69}`` for every pen-down.
    """

    flip: float = 0.0
    drop: float = 0.0
    double: float = 0.0
    has_junk: bool = False
    lose_frame: float = 0.0
    double_frame: float = 0.0
    lost_commands: frozenset[int] = frozenset()

    def apply(self, data: bytes, random: Random) -> bytes:
        """Return `data`, whole frames, as it arrives."""
        if self.lose_frame or self.double_frame or self.lost_commands:
            data = self._whole_frames(data, random)
        return self._bytes(data, random)

    def _whole_frames(self, data: bytes, random: Random) -> bytes:
        out = b""
        first, *rest = data.split(b"\xc0")  # it stands nowhere inside a frame
        for frame in rest:
            if frame[:1] and frame[0] in self.lost_commands:
                continue
            if random.random() < self.lose_frame:
                continue
            times = 2 if random.random() < self.double_frame else 1
            out += (b"\xc0" + frame) * times
        return first + out

    def _bytes(self, data: bytes, random: Random) -> bytes:
        out = bytearray()
        if self.has_junk and random.random() < _JUNK_SHARE:
            out += random.randbytes(random.randint(1, _JUNK_MAX))
        for byte in data:
            if random.random() < self.drop:
                continue
            is_flipped = random.random() < self.flip
            out.append(byte ^ (1 << random.randrange(8)) if is_flipped else byte)
            if random.random() < self.double:
                out.append(out[-1])
        return bytes(out)
