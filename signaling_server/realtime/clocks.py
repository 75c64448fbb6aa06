"""The machine's clocks, read together. The only place of the server that does."""

from __future__ import annotations

import secrets
import time
from functools import cache
from pathlib import Path
from typing import Final

from signaling_server.rules.durations import Moment

_BOOT_FILE: Final = Path("/proc/sys/kernel/random/boot_id")  # Linux, proc(5)


def read_moment() -> Moment:
    """Now, on all clocks."""
    return Moment(_boot(), monotonic_ms(), wall_ms())


def monotonic_ms() -> int:
    """Milliseconds on a clock that nobody can set."""
    return time.monotonic_ns() // 1_000_000


def wall_ms() -> int:
    """UTC milliseconds since 1970; for stamps and service hours only."""
    return time.time_ns() // 1_000_000


@cache
def _boot() -> str:
    try:
        return _BOOT_FILE.read_text().strip()
    except OSError:
        return f"process-{secrets.token_hex(8)}"  # unknown: across processes wall time decides
