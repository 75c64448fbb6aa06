"""Lessons without a session: pages that are prepared, kept on this computer alone.

``prepared/<id>/`` holds the journal, ``about.json`` with the title, and a file ``open`` while the
lesson is being prepared: where a program ended without closing it, that file is still there.
Blocking; any thread.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from signaling_server.protocol.board import Board, TooNewError
from teacher_client.engine.collecting import collecting_later
from teacher_client.engine.lesson_log import LessonLog, open_journal, open_log
from teacher_client.errors import JournalError
from teacher_client.files.request import PreviewRequest
from teacher_client.lesson.file_messages import PreparedLesson
from teacher_client.profile import write_private
from teacher_client.recording.journal import JOURNAL_NAME, read_journal

MOST_LISTED: Final = 200
_NAME: Final = re.compile(r"p-[0-9a-f]{16}")
ABOUT_NAME: Final = "about.json"
OPEN_NAME: Final = "open"
PREVIEW_NAME: Final = "preview.png"


@dataclass(frozen=True, slots=True)
class OpenedPrepared:
    """A prepared lesson that can be written."""

    name: str
    title: str
    log: LessonLog


class PreparedFolder:
    """The folder ``prepared`` of a profile.

    Args:
        now: seconds on the monotonic clock, the one of the log.
    """

    def __init__(self, profile: Path, now: Callable[[], float]) -> None:
        self._root = profile / "prepared"
        self._now = now

    def folder(self, name: str) -> Path:
        """Where a lesson lies.

        Raises:
            JournalError: this is no prepared lesson's name.
        """
        if not _NAME.fullmatch(name):
            raise JournalError("prepared", "not a prepared lesson's name")
        return self._root / name

    def open(self, name: str, title: str) -> OpenedPrepared:
        """Begin one ('') or go on with one; what its journal's good front holds is all there.

        Raises:
            JournalError: there is none of this name, or the disk refuses.
        """
        if name and not self.folder(name).is_dir():
            raise JournalError(name, "no such lesson")
        name = name or f"p-{secrets.token_hex(8)}"
        folder = self.folder(name)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            title = title or _read_about(folder).title
            _write_about(folder, _About(title))
            (folder / OPEN_NAME).touch(mode=0o600)
        except OSError as exc:
            raise JournalError(name, str(exc.strerror)) from exc
        log = open_log(folder, open_journal(folder), [], 0)
        # its time stands still between two sittings: a log holds one day
        log.start_mono = self._now() - log.author.board.time_ms / 1000
        return OpenedPrepared(name, title, log)

    def closed(self, name: str, pages: int) -> None:
        """It was closed in order, with so many pages."""
        folder = self.folder(name)
        with contextlib.suppress(OSError):
            _write_about(folder, _About(_read_about(folder).title, pages))
            (folder / OPEN_NAME).unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Delete one for good.

        Raises:
            JournalError: this is no prepared lesson's name.
        """
        shutil.rmtree(self.folder(name), ignore_errors=True)

    def board(self, name: str) -> Board:
        """What one adds up to.

        Raises:
            JournalError: it cannot be read, or a newer program wrote it.
        """
        board = Board()
        try:
            with collecting_later():
                journal = read_journal(self.folder(name) / JOURNAL_NAME)
                for _data, block in journal.blocks:
                    for entry in block.entries:
                        board.apply(entry)
        except TooNewError as exc:
            raise JournalError(name, "of a newer program") from exc
        return board

    def preview(self, name: str) -> PreviewRequest:
        """What the export role is asked for, to draw the page written on last."""
        folder = self.folder(name)
        return PreviewRequest(str(folder), str(folder / PREVIEW_NAME), str(self._root.parent))

    def list(self, opened: str = "") -> tuple[PreparedLesson, ...]:
        """All of them, newest first; `opened` is the one that is being prepared now."""
        if not self._root.is_dir():
            return ()
        found = [self._kept(f, opened) for f in self._root.iterdir() if _NAME.fullmatch(f.name)]
        return tuple(sorted(found, key=lambda one: -one.changed_ms))[:MOST_LISTED]

    def _kept(self, folder: Path, opened: str) -> PreparedLesson:
        journal = folder / JOURNAL_NAME
        changed = 0.0
        with contextlib.suppress(OSError):
            changed = (journal if journal.exists() else folder).stat().st_mtime
        was_cut_off = folder.name != opened and (folder / OPEN_NAME).exists()
        about = _read_about(folder)
        pages = about.pages
        if pages == NOT_COUNTED:
            with contextlib.suppress(JournalError):
                pages = len(self.board(folder.name).order)
        preview = (
            str(folder / PREVIEW_NAME) if was_cut_off and _has_preview(folder, changed) else ""
        )
        return PreparedLesson(
            folder.name, about.title, round(changed * 1000), max(pages, 0), was_cut_off, preview
        )


NOT_COUNTED: Final = -1


@dataclass(frozen=True, slots=True)
class _About:
    title: str = ""
    pages: int = NOT_COUNTED
    """As it was closed, so that a list need not read every log."""


def _has_preview(folder: Path, changed: float) -> bool:
    try:
        return (folder / PREVIEW_NAME).stat().st_mtime >= changed
    except OSError:
        return False


def _write_about(folder: Path, about: _About) -> None:
    write_private(folder / ABOUT_NAME, json.dumps(asdict(about), ensure_ascii=False))


def _read_about(folder: Path) -> _About:
    try:
        value = json.loads((folder / ABOUT_NAME).read_text(encoding="utf-8"))
        return _About(str(value.get("title", ""))[:100], int(value.get("pages", NOT_COUNTED)))
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return _About()
