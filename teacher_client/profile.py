"""The user's private folder: what both processes need to find each other and go on.

``profile/`` holds ``endpoint.json`` (how to attach to the running engine), ``engine.json``
(how it was started, the sign-in, the lesson in progress), ``engine.log`` and ``lessons/``.
Everything in it is readable by its owner only.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path

ENDPOINT_NAME = "endpoint.json"
STATE_NAME = "engine.json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the engine listens on 127.0.0.1, with the one-time token of the next attach."""

    port: int
    token: str
    pid: int


@dataclass(slots=True)
class EngineState:
    """What a restarted engine goes on with. `token` is a secret: the file is mode 0600.

    Attributes:
        pen: the pen that was chosen in the window; "" none ever was.
        pen_given: what the command line said then; where it says another one now, that one counts.
    """

    server: str = ""
    token: str = ""
    name: str = ""
    session: str = ""
    pen: str = ""
    pen_given: str = ""


def default_profile() -> Path:
    """The folder of this user on this system."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home())))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return base / "lamplight"


def prepare(profile: Path) -> None:
    """Make the folder, private.

    Raises:
        OSError: it cannot be made; its name is in the exception.
    """
    for folder in (profile, profile / "lessons"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)  # one that was there before


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    spare = path.with_suffix(f".{os.getpid()}.new")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    spare.replace(path)


def save_endpoint(profile: Path, endpoint: Endpoint) -> None:
    """Say where the engine listens."""
    write_private(profile / ENDPOINT_NAME, json.dumps(asdict(endpoint)))


def load_endpoint(profile: Path) -> Endpoint | None:
    """Where an engine listens; None if there is no such file or it is no endpoint."""
    try:
        value = json.loads((profile / ENDPOINT_NAME).read_text(encoding="utf-8"))
        return Endpoint(int(value["port"]), str(value["token"]), int(value["pid"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def save_state(profile: Path, state: EngineState) -> None:
    """Keep what a restarted engine needs."""
    write_private(profile / STATE_NAME, json.dumps(asdict(state)))


def load_state(profile: Path) -> EngineState:
    """The kept state; an empty one where there is none or it is damaged."""
    try:
        value = json.loads((profile / STATE_NAME).read_text(encoding="utf-8"))
        return EngineState(**{f.name: str(value.get(f.name, "")) for f in fields(EngineState)})
    except (OSError, ValueError, AttributeError, RecursionError):
        return EngineState()
