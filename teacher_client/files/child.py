"""Role ``export``: one request on stdin, progress and the report on stdout, line by line."""

from __future__ import annotations

import gc
import os
import sys
from typing import Final

from PySide6.QtGui import QGuiApplication

from signaling_server.protocol.schema import InvalidError, decode_tagged, dumps, encode, loads
from teacher_client.files.errors import FileTrouble
from teacher_client.files.export import export
from teacher_client.files.preview import write_preview
from teacher_client.files.request import (
    MAX_REQUEST,
    QUESTIONS,
    ExportProgress,
    ExportReport,
    PreviewRequest,
)

MAX_MEMORY: Final = 3 * 1024 * 1024 * 1024
"""Address space: Qt and NumPy map half a gigabyte, a term's ink in one file takes another."""


def run_export() -> int:
    """Carry out one request; the exit status is 0 where a report was given."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no part of an answer
    _limit()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    def say(message: ExportProgress | ExportReport) -> None:
        answers.write(dumps(encode(message)) + "\n")
        answers.flush()

    try:
        line = sys.stdin.buffer.readline(MAX_REQUEST)
        request = decode_tagged(QUESTIONS, loads(line, MAX_REQUEST))
    except InvalidError:
        return 2
    gc.disable()  # a short life: half a second less for a large lesson
    _application = QGuiApplication([])
    try:
        if isinstance(request, PreviewRequest):
            say(write_preview(request))
        else:
            say(export(request, progress=lambda done, total: say(ExportProgress(done, total))))
    except MemoryError:
        say(ExportReport(trouble=FileTrouble.EXPORT_FAILED.value))
    return 0


def _limit() -> None:
    """A lesson's voice goes first; a stranger's PDF under a page may not take all memory."""
    if sys.platform == "linux":
        import resource

        os.nice(10)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
