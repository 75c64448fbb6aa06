"""Damage on the way from the pen to the host, at given rates."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_JUNK_SHARE = 0.1  # of the frames get junk before them
_JUNK_MAX = 20


@dataclass(frozen=True, slots=True)
class Faults:
    """Rates per byte, 0..1; `has_junk` puts random bytes between frames."""

    flip: float = 0.0
    drop: float = 0.0
    double: float = 0.0
    has_junk: bool = False

    def apply(self, data: bytes, random: Random) -> bytes:
        """Return `data` as it arrives."""
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
