"""What pictures people may bring and see, how many, and how fast (THREATS A17, A24, A27)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.messages import Rate, Role
from signaling_server.rules.budgets import Budget

MAX_PICTURES: Final = 600  # of one lesson: two long PDFs
MAX_STORED_BYTES: Final = 400 * 1024 * 1024
LATE_MS: Final = 10 * 60_000
"""After the end the teacher's client may still bring what was placed during an outage."""

UPLOADS: Final = {Role.TEACHER: Rate(2, 60), Role.PUPIL: Rate(0.1, 6)}
DOWNLOADS: Final = Rate(20, 300)
UPLOADS_AT_ONCE: Final = 3
MAX_KEPT: Final = 20_000  # budgets in memory; the one not used for longest goes first


def may_bring(member: Member, ended_wall_ms: int | None, now_ms: int) -> bool:
    """A member of a session that runs; the teacher a little longer. Wall clock."""
    if ended_wall_ms is None:
        return True
    return member == TEACHER and now_ms - ended_wall_ms < LATE_MS


def may_see(member: Member, bringer: Member, is_shared: bool) -> bool:
    """The teacher sees all of the lesson, a pupil what is shared and their own."""
    return is_shared or member in (TEACHER, bringer)


class PictureBudgets:
    """Uploads and downloads of each person. `now_ms` is monotonic. Not thread safe."""

    def __init__(self) -> None:
        self._budgets: OrderedDict[tuple[str, int], Budget] = OrderedDict()
        self._arriving: dict[int, int] = {}

    def begin_upload(self, person: int, role: Role, now_ms: int) -> int:
        """0: it may come, and :meth:`end_upload` follows; else the ms to wait."""
        if self._arriving.get(person, 0) >= UPLOADS_AT_ONCE:
            return 1_000
        wait = self._take(("upload", person), UPLOADS[role], now_ms)
        if not wait:
            self._arriving[person] = self._arriving.get(person, 0) + 1
        return wait

    def end_upload(self, person: int) -> None:
        """It has come, or was cut."""
        self._arriving[person] -= 1
        if not self._arriving[person]:
            del self._arriving[person]

    def download(self, person: int, now_ms: int) -> int:
        """0: it may go; else the ms to wait."""
        return self._take(("download", person), DOWNLOADS, now_ms)

    def _take(self, key: tuple[str, int], rate: Rate, now_ms: int) -> int:
        budget = self._budgets.pop(key, None) or Budget(rate, now_ms)
        self._budgets[key] = budget
        while len(self._budgets) > MAX_KEPT:
            self._budgets.popitem(last=False)
        return 0 if budget.take(1, now_ms) else budget.wait_ms(1)
