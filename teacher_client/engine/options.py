"""How an engine was started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from teacher_client.engine.sound import DeviceNames
from teacher_client.errors import JournalError


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What stands on the engine's command line; a restart uses the same.

    Attributes:
        goes_on_duty: on duty as soon as signed in.
        accepts_all: every request is taken.
        probe: where the times of pen samples go, for measurements.
        authority: one more certificate authority to trust.
    """

    profile: Path
    server: str
    pen: str
    devices: DeviceNames
    is_headless: bool = False
    goes_on_duty: bool = False
    accepts_all: bool = False
    probe: Path | None = None
    authority: Path | None = None

    @property
    def lessons(self) -> Path:
        """The folder of the kept lessons."""
        return self.profile / "lessons"

    def folder_of(self, session: str) -> Path:
        """A lesson's folder.

        Raises:
            JournalError: this is not a session's name.
        """
        if not session.replace("-", "").replace("_", "").isalnum():
            raise JournalError("lessons", "not a session's name")
        return self.lessons / session
