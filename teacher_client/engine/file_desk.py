"""Material, lesson files and exports: what the window asks of files."""

from __future__ import annotations

from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.file_messages import (
    ExportPages,
    FromFiles,
    ImportFiles,
    JobKind,
    JobProgress,
    JobState,
)


class FileDesk:
    """Carries out what the window asks of files. Lives in the engine's loop."""

    def __init__(self, window: WindowServer) -> None:
        self._window = window

    def carry_out(self, message: FromFiles) -> None:
        """Begin what is asked; answers come as JobProgress."""
        if isinstance(message, ImportFiles | ExportPages):
            kind = JobKind.IMPORT if isinstance(message, ImportFiles) else JobKind.EXPORT
            failed = JobProgress(message.job, kind, JobState.FAILED, problem="not_possible")
            self._window.send(failed)
