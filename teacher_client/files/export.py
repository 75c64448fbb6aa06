"""Pages to a file of another kind, in one call; runs in the child of the role ``export``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from signaling_server.protocol.blocks import Block, decode_block
from signaling_server.protocol.page import Page
from signaling_server.protocol.schema import InvalidError
from teacher_client.drawing.colors import paper_colors
from teacher_client.files.errors import FileError, FileTrouble, Losses
from teacher_client.files.inkml import write_inkml
from teacher_client.files.lamp_write import write_lesson_file
from teacher_client.files.pdf import write_pdf
from teacher_client.files.pdf_pages import Sources
from teacher_client.files.pictures import Pictures, ProfilePictures
from teacher_client.files.png import write_png
from teacher_client.files.request import ExportReport, ExportRequest, Loss
from teacher_client.files.source import chosen_pages, fold_blocks, walk
from teacher_client.files.svg import write_svg
from teacher_client.files.xopp import write_xopp
from teacher_client.lesson.file_messages import ExportFormat
from teacher_client.recording.journal import JOURNAL_NAME

MAX_LOSSES: Final = 10_000

Writer: TypeAlias = Callable[
    [Sequence[Page], ExportRequest, Sources, Callable[[int], None]], list[Path]
]
WRITERS: Final[dict[ExportFormat, Writer]] = {
    ExportFormat.PDF: write_pdf,
    ExportFormat.SVG: write_svg,
    ExportFormat.PNG: write_png,
    ExportFormat.INKML: write_inkml,
    ExportFormat.XOPP: write_xopp,
}


def export(
    request: ExportRequest,
    blocks: Iterable[bytes] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    pictures: Pictures | None = None,
) -> ExportReport:
    """Write pages of a lesson; nothing of it is changed. Needs a QGuiApplication (fonts).

    Args:
        request: what and where to.
        blocks: the journal's, in order, where the request names no folder.
        progress: called with pages done and pages in all.
        pictures: where they come from; by default the request's profile.

    Returns:
        What was written and what could not be kept; nothing is raised for a disk that refuses,
        the report names the trouble.
    """
    losses = Losses()
    held = None if blocks is None else list(blocks)

    def log() -> Iterator[tuple[bytes, Block]]:
        if held is None:
            return walk(Path(request.lesson) / JOURNAL_NAME)
        return ((raw, decode_block(raw)) for raw in held)

    sources = Sources(
        paper_colors(request.paper),
        pictures if pictures is not None else ProfilePictures(request.profile),
        losses,
        request.watermark,
    )
    try:
        board = fold_blocks(block for _raw, block in log())
        pages = chosen_pages(board, request)
        count = len(pages)
        if request.format is ExportFormat.LESSON:
            raw_blocks = (raw for raw, _block in log())
            files = write_lesson_file(
                board, raw_blocks, request, sources, lambda done: progress(done, count)
            )
        else:
            files = WRITERS[request.format](
                pages, request, sources, lambda done: progress(done, count)
            )
    except FileError as exc:
        return ExportReport(trouble=exc.trouble.value)
    except InvalidError:
        return ExportReport(trouble=FileTrouble.UNREADABLE.value)
    rows = [Loss(page, lost.value, count) for (page, lost), count in losses.counts.items()]
    return ExportReport(tuple(map(str, files)), len(pages), tuple(rows[:MAX_LOSSES]))
