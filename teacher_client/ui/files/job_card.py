"""What is being done with files: a line with progress and cancel, then the result in words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from teacher_client.lesson.file_messages import CancelJob, JobKind, JobProgress, JobState
from teacher_client.ui.file_texts import FileText, say_losses, say_problem
from teacher_client.ui.parts import (
    ElidedLabel,
    IconLabel,
    Label,
    frame,
    icon_button,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.texts import Text, say

GOOD_MS: Final = 8000
"""A result without any loss goes by itself; others stay until they are closed."""
WIDTH: Final = 340
DOING: Final = {
    JobKind.IMPORT: FileText.IMPORTING,
    JobKind.EXPORT: FileText.EXPORTING,
    JobKind.OPEN: FileText.OPENING,
    JobKind.SAY: FileText.SENDING,
}


def say_result(job: JobProgress) -> tuple[str, str]:
    """A finished job in words, and its tone ('good', 'warn' or 'bad')."""
    name = Path(job.path).name
    losses = say_losses(job.lost, job.lost_counts)
    if job.state is JobState.CANCELLED:
        return say(FileText.CANCELLED), "warn"
    if job.state is JobState.FAILED:
        reason = say_problem(job.problem or "not_possible")
        return say(FileText.FAILED, name=f"{name} " if name else "", reason=reason), "bad"
    words = _done(job, name)
    if job.problem:
        words += " " + say(FileText.PARTLY, reason=say_problem(job.problem))
    if losses:
        words += " " + losses
    return words, "warn" if job.problem or losses else "good"


def _done(job: JobProgress, name: str) -> str:
    if job.kind is JobKind.EXPORT:
        return say(FileText.EXPORTED, name=name)
    if job.kind is JobKind.OPEN:
        return say(FileText.OPENED)
    if job.kind is JobKind.SAY:
        return say(FileText.SENT)
    if job.done <= 1:
        return say(FileText.IMPORTED_ONE)
    return say(FileText.IMPORTED, count=job.done)


class JobCard(QWidget):
    """The newest job; lower right in its parent, over nothing that is written at.

    Signals:
        asked: CancelJob.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._job: JobProgress | None = None
        self._card = frame("notice", say(FileText.PROGRESS))
        self._icon = IconLabel("file-plus", "text.2", 20)
        self._doing = ElidedLabel("", "small")
        self._result = Label("", "small")
        self._result.setWordWrap(True)
        self._count = Label("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(say(FileText.PROGRESS))
        self.cancel = text_button(say(FileText.CANCEL))
        self.folder = text_button(say(FileText.SHOW_FOLDER), role="second")
        self.cross = icon_button("x", say(Text.CLOSE), 28, glyph=16)
        self._timer = QTimer(self, singleShot=True, interval=GOOD_MS)
        self._timer.timeout.connect(self.hide)
        self._build()
        self.hide()
        parent.installEventFilter(self)

    @property
    def text(self) -> str:
        """What is said now; '' while hidden."""
        if self.isHidden() or self._job is None:
            return ""
        is_running = self._job.state is JobState.RUNNING
        return self._doing.accessibleName() if is_running else self._result.text()

    def show_job(self, job: JobProgress) -> None:
        """Show how far a job is, or how it ended."""
        self._job = job
        is_running = job.state is JobState.RUNNING
        running: tuple[QWidget, ...] = (self._doing, self._count, self._bar, self.cancel)
        ended: tuple[QWidget, ...] = (self._result, self.cross)
        for part in running + ended:
            part.setVisible((part in running) == is_running)
        is_there = job.kind is JobKind.EXPORT and job.state is JobState.DONE and bool(job.path)
        self.folder.setVisible(is_there)
        if is_running:
            self._show_running(job)
        else:
            self._show_result(job)
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Stand lower right in the parent, as high as the words need."""
        parent = self.parentWidget()
        if parent is None:
            return
        self.setFixedWidth(min(WIDTH, max(200, parent.width() - 32)))
        layout = self.layout()
        high = layout.totalHeightForWidth(self.width()) if layout is not None else -1
        self.setFixedHeight(max(56, high))
        self.move(parent.width() - self.width() - 16, parent.height() - self.height() - 12)

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the corner when the parent changes its size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.place()
        return False

    def _show_running(self, job: JobProgress) -> None:
        name = Path(job.path).name
        words = f"{say(DOING[job.kind])} {name}".rstrip()
        self._icon.show_icon("file-plus", "text.2")
        self._doing.show_text(words)
        total = job.total
        self._count.show_text(say(FileText.OF, done=job.done, total=total) if total else "")
        self._bar.setRange(0, total)  # 0..0 says busy where nobody knows how much there is
        self._bar.setValue(job.done)
        self._card.setAccessibleName(words)
        set_property(self._card, "tone", "good")
        self._timer.stop()

    def _show_result(self, job: JobProgress) -> None:
        words, tone = say_result(job)
        glyph = {"good": "circle-check", "warn": "info-circle", "bad": "alert-triangle"}[tone]
        color = {"good": "success", "warn": "warning", "bad": "danger"}[tone]
        self._icon.show_icon(glyph, color)
        self._result.show_text(words)
        self._card.setAccessibleName(words)
        set_property(self._card, "tone", tone)
        if tone == "good":
            self._timer.start()
        else:
            self._timer.stop()

    def _show_folder(self) -> None:
        if self._job is not None:
            folder = Path(self._job.path).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _cancel(self) -> None:
        if self._job is not None:
            self.asked.emit(CancelJob(self._job.job))

    def _build(self) -> None:
        outer = QHBoxLayout(self)
        tight(outer)
        outer.addWidget(self._card)
        column = QVBoxLayout(self._card)
        tight(column, 12, 8, 8, 8)
        column.setSpacing(6)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._icon)
        first.addWidget(self._doing, 1)
        first.addWidget(self._result, 1)
        first.addWidget(self._count)
        first.addWidget(self.cancel)
        first.addWidget(self.cross)
        column.addLayout(first)
        column.addWidget(self._bar)
        second = QHBoxLayout()
        second.addStretch()
        second.addWidget(self.folder)
        column.addLayout(second)
        self.cancel.clicked.connect(self._cancel)
        self.cross.clicked.connect(self.hide)
        self.folder.clicked.connect(self._show_folder)
