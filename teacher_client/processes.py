"""Start another role of this program in a process of its own; the same when frozen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence


def role_command(role: str, options: Sequence[str] = ()) -> list[str]:
    """The command line of a role."""
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "teacher_client"]
    return [*program, "--role", role, *options]


def start_role(
    role: str, options: Sequence[str], environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a role that outlives this process and writes to no pipe.

    Raises:
        OSError: the process could not be started.
    """
    return subprocess.Popen(
        role_command(role, options),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        close_fds=True,
    )
