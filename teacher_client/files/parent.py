"""Ask a child of the role ``export`` for a file. No Qt: the engine calls it from a thread."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from signaling_server.protocol.schema import InvalidError, decode_tagged, dumps, encode, loads
from teacher_client.files.errors import FileTrouble
from teacher_client.files.request import (
    ANSWERS,
    MAX_ANSWER,
    ExportProgress,
    ExportReport,
    ExportRequest,
    PreviewRequest,
)
from teacher_client.processes import role_command

LONGEST_SECONDS: Final = 900.0
"""A whole term's pages; video is not made here."""


class ExportJob:
    """One export; blocking, made for a worker thread."""

    def __init__(self, request: ExportRequest | PreviewRequest) -> None:
        self._request = request
        self._child: subprocess.Popen[bytes] | None = None
        self._is_cancelled = threading.Event()

    def run(
        self, on_progress: Callable[[ExportProgress], None] = lambda progress: None
    ) -> ExportReport:
        """Start the child and wait for its report; a fault comes as the report's trouble.

        Where a child ends by itself over a stranger's PDF, another one does without it.
        """
        report = self._try(self._request, on_progress)
        if report is None and isinstance(self._request, ExportRequest):
            report = self._try(replace(self._request, has_originals=False), on_progress)
        if report is not None:
            return report
        is_cancelled = self._is_cancelled.is_set()
        trouble = FileTrouble.CANCELLED if is_cancelled else FileTrouble.EXPORT_FAILED
        return ExportReport(trouble=trouble.value)

    def _try(
        self,
        request: ExportRequest | PreviewRequest,
        on_progress: Callable[[ExportProgress], None],
    ) -> ExportReport | None:
        if self._is_cancelled.is_set():
            return None
        try:
            child = self._child = subprocess.Popen(
                role_command("export"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return None
        overtime = threading.Timer(LONGEST_SECONDS, child.kill)
        overtime.start()
        try:
            if self._is_cancelled.is_set():  # just now, from another thread
                child.kill()
            return _converse(child, request, on_progress)
        except (OSError, InvalidError):
            return None
        finally:
            overtime.cancel()
            _end(child)

    def cancel(self) -> None:
        """End it early, from any thread; nothing is left at the target."""
        self._is_cancelled.set()
        if self._child is not None:
            self._child.kill()


def _converse(
    child: subprocess.Popen[bytes],
    request: ExportRequest | PreviewRequest,
    on_progress: Callable[[ExportProgress], None],
) -> ExportReport | None:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(dumps(encode(request)).encode() + b"\n")
    child.stdin.close()
    while line := child.stdout.readline(MAX_ANSWER):
        match decode_tagged(ANSWERS, loads(line, MAX_ANSWER)):
            case ExportProgress() as progress:
                on_progress(progress)
            case ExportReport() as report:
                return report
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(5)
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
