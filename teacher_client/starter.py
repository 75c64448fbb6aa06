"""The window's care for its engine: start it, and start it again when it died (DESIGN §2)."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from teacher_client.processes import start_role
from teacher_client.profile import ENDPOINT_NAME, default_profile, load_endpoint, prepare

PATIENCE_SECONDS = 5.0
"""How long a started engine may take until it listens; a cold start was seen to take 2 s."""


class EngineStarter:
    """Starts engines for one profile. Any thread; never waits.

    Args:
        options: the engine's command line, ``--profile`` included.
    """

    def __init__(self, profile: Path, options: Sequence[str]) -> None:
        self.profile = profile
        self._options = list(options)
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = float("-inf")

    @property
    def endpoint_path(self) -> Path:
        """The file that says how to attach."""
        return self.profile / ENDPOINT_NAME

    def ensure(self) -> bool:
        """Start an engine unless one runs or was started just now; whether it started one."""
        if self._is_running() or time.monotonic() - self._started_at < PATIENCE_SECONDS:
            return False
        self._started_at = time.monotonic()
        # a token that nobody knows: the window attaches by the endpoint file like any other
        token = {"LAMPLIGHT_TOKEN": secrets.token_urlsafe(32)}
        self._child = start_role("engine", self._options, token)
        return True

    def _is_running(self) -> bool:
        if self._child is not None and self._child.poll() is not None:
            self._child = None
            self._started_at = float("-inf")
        if self._child is not None:
            return True
        endpoint = load_endpoint(self.profile)
        return endpoint is not None and is_alive(endpoint.pid)


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs (a zombie does not)."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):  # no /proc on macOS: a zombie there is its parent's to reap
        status = Path(f"/proc/{pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] != "Z"
    return True


def _is_alive_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there
    output = subprocess.run(
        ["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, check=False
    ).stdout
    return str(pid).encode() in output


def starter_for(argv: Sequence[str]) -> EngineStarter:
    """The starter for a window's command line; the engine gets the same options.

    Raises:
        OSError: the private folder cannot be made.
    """
    options = list(argv)
    if "--profile" in options:
        profile = Path(options[options.index("--profile") + 1])
    else:
        profile = default_profile()
        options += ["--profile", str(profile)]
    prepare(profile)
    return EngineStarter(profile, options)
