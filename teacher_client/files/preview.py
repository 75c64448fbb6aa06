"""What a crash left: the newest page of a journal as a picture, for the recovery dialog."""

from __future__ import annotations

from pathlib import Path

from signaling_server.protocol.board import Board
from signaling_server.protocol.entries import Entry
from signaling_server.protocol.ids import GLOBAL_PAGE, PageId
from teacher_client.drawing.colors import paper_colors
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import FileError, FileTrouble, Losses
from teacher_client.files.pdf_pages import Sources
from teacher_client.files.pictures import Pictures, ProfilePictures
from teacher_client.files.png import INCH, png
from teacher_client.files.request import ExportReport, PreviewRequest
from teacher_client.files.source import walk
from teacher_client.recording.journal import JOURNAL_NAME


def recovered_preview(
    folder: Path, width_px: int, profile: str = "", pictures: Pictures | None = None
) -> bytes:
    """The page that was written on last, as PNG; needs a QGuiApplication (fonts).

    Args:
        folder: the lesson's, its journal perhaps torn at the end.
        width_px: of the picture.

    Raises:
        FileError: the journal cannot be read, or holds no page.
    """
    board, newest = Board(), GLOBAL_PAGE
    for _raw, block in walk(folder / JOURNAL_NAME):
        for entry in block.entries:
            board.apply(entry)
            if isinstance(entry, Entry) and entry.page:
                newest = entry.page
    number: PageId | None = newest if newest in board.order else board.shown
    page = board.pages.get(number) if number else None
    if page is None:
        raise FileError(FileTrouble.NO_PAGES)
    found = pictures if pictures is not None else ProfilePictures(profile)
    sources = Sources(paper_colors(), found, Losses())
    return png(page, sources, width_px / page.width * INCH)


def write_preview(request: PreviewRequest) -> ExportReport:
    """The same to a file, for the child."""
    try:
        data = recovered_preview(Path(request.lesson), request.width_px, request.profile)
        with atomic(Path(request.target)) as file:
            file.write(data)
    except FileError as exc:
        return ExportReport(trouble=exc.trouble.value)
    return ExportReport((request.target,), 1)
