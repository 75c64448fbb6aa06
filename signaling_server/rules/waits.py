"""Growing waits after wrong passwords (A2, A28): they slow the guesser, never the owner.

A wait belongs to a name *at* an address. Somebody who guesses from elsewhere can therefore not
lock the owner out, and a whole school behind one address is not slowed by one forgetful pupil.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

FREE_TRIES: Final = 5
FIRST_WAIT_MS: Final = 1_000
LONGEST_WAIT_MS: Final = 15 * 60_000
FORGET_MS: Final = 60 * 60_000
MAX_KEPT: Final = 20_000  # keys in memory; the oldest goes first
ADDRESS_FREE_TRIES: Final = 200  # a school's address fails often without any guesser


class Waits:
    """Failures counted per key. Pure; `now_ms` is monotonic. Not thread safe."""

    def __init__(self, free_tries: int = FREE_TRIES) -> None:
        self._free = free_tries
        self._kept: OrderedDict[str, tuple[int, int]] = OrderedDict()  # key: failures, last ms

    def wait_ms(self, key: str, now_ms: int) -> int:
        """How long this key must still wait; 0: it may try now."""
        failures, last_ms = self._kept.get(key, (0, 0))
        if failures < self._free or now_ms - last_ms > FORGET_MS:
            return 0
        wait = min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(failures - self._free, 20))
        return max(0, last_ms + wait - now_ms)

    def failed(self, key: str, now_ms: int) -> None:
        """One more failure."""
        failures, last_ms = self._kept.pop(key, (0, now_ms))
        if now_ms - last_ms > FORGET_MS:
            failures = 0
        self._kept[key] = (failures + 1, now_ms)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """The right password: forget the failures."""
        self._kept.pop(key, None)
