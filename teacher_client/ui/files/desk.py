"""What the teacher does with files in a lesson: dialogs, drops, jobs. GUI thread only."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPointF, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from signaling_server.protocol.ids import PageId
from teacher_client.lesson.file_messages import (
    ExportFormat,
    ExportPages,
    ImportFiles,
    JobProblem,
    JobProgress,
    JobState,
    SayPicture,
)
from teacher_client.ui.chat_texts import ChatText
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.export_sheet import ExportSheet
from teacher_client.ui.files.job_card import JobCard
from teacher_client.ui.files.kinds import (
    MOST_FILES,
    PAGES,
    PICTURES,
    SUFFIXES,
    is_picture,
    patterns,
    with_suffix,
)
from teacher_client.ui.files.prepared import PreparedSheet
from teacher_client.ui.files.recent import remember
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Words, say, spoken

PREPARED: Final = "prepared:"
_jobs = itertools.count(1 + secrets.randbelow(2**30))
"""Another window before this one may have jobs that still run."""


def next_job() -> int:
    """A number for a job, of no other."""
    return next(_jobs)


class FileDesk(QObject):
    """Files of one lesson's window.

    Signals:
        asked: ImportFiles, ExportPages, CancelJob, ListPrepared.
        told: a line beside the writing: FileText.
    """

    asked = Signal(object)
    told = Signal(object)

    def __init__(self, window: QWidget, board: QWidget, state: WindowState) -> None:
        """`board` is where the card of a job stands."""
        super().__init__(window)
        self._window = window
        self._state = state
        self._may_export = True
        self.card = JobCard(board)
        self.card.asked.connect(self.asked)
        self.export_sheet = ExportSheet(window, state)
        self.export_sheet.chosen.connect(self._ask_place)
        self.prepared_sheet = PreparedSheet(window, state)
        self.prepared_sheet.asked.connect(self.asked)
        self.prepared_sheet.put_in.connect(lambda name: self.bring_in([PREPARED + name]))

    def why_not_in(self) -> Words | None:
        """Why nothing can be put in now; None: it can."""
        if self._state.lesson is not None and self._state.lesson.is_playback:
            return FileText.WHY_PLAYBACK
        return None if self._state.is_live else FileText.WHY_OVER

    def why_not_out(self) -> Words | None:
        """Why nothing can be exported now; None: it can."""
        if not self._may_export:
            return FileText.WHY_POLICY
        return None if self._state.board.order else FileText.WHY_NO_PAGES

    def show_job(self, job: JobProgress) -> None:
        """Show a job of this or an earlier window."""
        if job.state is JobState.FAILED and job.problem == JobProblem.NOT_ALLOWED:
            self._may_export = False
        self.card.show_job(job)

    # in

    def choose_files(self) -> None:
        """Ask for files and bring them in."""
        dialog = self._dialog(say(FileText.IMPORT).rstrip("…"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"{say(FileText.KINDS)} ({patterns(PICTURES | PAGES)})")
        self._when_chosen(dialog, self.bring_in)

    def choose_picture(self) -> None:
        """Ask for a picture and send it to the chat."""
        dialog = self._dialog(say(ChatText.SEND_PICTURE))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{say(FileText.KINDS)} ({patterns(PICTURES)})")
        self._when_chosen(dialog, lambda paths: self.asked.emit(SayPicture(next_job(), paths[0])))

    def bring_in(self, paths: list[str], at: QPointF | None = None) -> None:
        """Put files on pages behind the shown one; one picture at a place of the page, in units."""
        why = self.why_not_in()
        if why is not None:
            self.told.emit(why)
            return
        if len(paths) > MOST_FILES:
            self.told.emit(FileText.TOO_MANY_FILES)
            return
        remember(*(path for path in paths if not path.startswith(PREPARED)))
        shown = self._state.board.shown
        if at is not None and len(paths) == 1 and is_picture(paths[0]) and shown:
            x, y = round(at.x()), round(at.y())
            self.asked.emit(ImportFiles(next_job(), tuple(paths), on=shown, x=x, y=y))
        else:
            self.asked.emit(ImportFiles(next_job(), tuple(paths), after=PageId(shown)))

    # out

    def save_copy(self) -> None:
        """Ask for a place and keep a copy of all pages there."""
        self._ask_place(ExportFormat.LESSON, ())

    def _ask_place(self, file_format: ExportFormat, pages: tuple[PageId, ...]) -> None:
        dialog = self._dialog(say(FileText.EXPORT_TITLE))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffix = SUFFIXES[file_format]
        dialog.setDefaultSuffix(suffix[1:])
        dialog.setNameFilter(f"{file_format.value} (*{suffix})")
        title = "" if self._state.lesson is None else self._state.lesson.subject
        dialog.selectFile((title or say(FileText.UNTITLED)) + suffix)

        def export(paths: list[str]) -> None:
            path = with_suffix(paths[0], file_format)
            self.asked.emit(ExportPages(next_job(), path, file_format, pages, spoken().value))

        self._when_chosen(dialog, export)

    def _dialog(self, title: str) -> QFileDialog:
        return file_dialog(self._window, title)

    def _when_chosen(self, dialog: QFileDialog, run: Callable[[list[str]], None]) -> None:
        dialog.filesSelected.connect(run)
        dialog.show()


def file_dialog(parent: QWidget, title: str) -> QFileDialog:
    """A dialog that blocks nothing: the lesson goes on under it."""
    where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(parent, title, where or str(Path.home()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(False)
    dialog.setAccessibleName(title)
    return dialog


def open_dialog(parent: QWidget, run: Callable[[list[str]], None]) -> QFileDialog:
    """Ask for a file of pages."""
    dialog = file_dialog(parent, say(FileText.OPEN_FILE).rstrip("…"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(f"{say(FileText.LAMP_FILES)} ({patterns(PAGES)})")
    dialog.filesSelected.connect(run)
    dialog.show()
    return dialog
