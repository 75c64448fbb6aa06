"""What is to be written, and what came of it; it travels to the child as JSON. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from signaling_server.protocol.ids import PageField
from signaling_server.protocol.schema import Items, Range, Text, tagged
from teacher_client.lesson.file_messages import ExportFormat

PathText = Annotated[str, Text(4096)]
MAX_PAGES: Final = 4096


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Pages of one lesson to one format.

    Attributes:
        target: the file to write; several SVG or PNG pages become ``name-1.svg``, ``name-2.svg``.
        lesson: its folder, with ``journal.llb`` and the voices; '' where blocks are handed over.
        profile: the private folder with ``pictures``; '' for no pictures.
        pages: which, in this order; none named: the row of pages.
        has_private: private pages are written too; only where the teacher chose so.
        paper: the paper's id, for its colours.
        language: of words in the file, ``zh`` or ``en``.
        dpi: of PNG.
        watermark: the viewer's id, faint at the foot of each page; '' for none.
        has_voices: of lesson files: put the recorded voices in.
        has_originals: of PDF: pages that stand on a PDF page keep it, with text and links.
    """

    TAG: ClassVar[str] = "export"

    format: ExportFormat
    target: Annotated[str, Text(4096, 1)]
    lesson: PathText = ""
    profile: PathText = ""
    pages: Annotated[tuple[PageField, ...], Items(MAX_PAGES)] = ()
    has_private: bool = False
    paper: Annotated[str, Text(32)] = "white"
    title: Annotated[str, Text(200)] = ""
    language: Annotated[str, Text(8)] = "zh"
    dpi: Annotated[int, Range(36, 600)] = 150
    watermark: Annotated[str, Text(64)] = ""
    has_voices: bool = False
    has_originals: bool = True


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """The page of a lesson that was written on last, as PNG to `target`; after a crash."""

    TAG: ClassVar[str] = "preview"

    lesson: Annotated[str, Text(4096, 1)]
    target: Annotated[str, Text(4096, 1)]
    profile: PathText = ""
    width_px: Annotated[int, Range(16, 4096)] = 480


@dataclass(frozen=True, slots=True)
class Loss:
    """So many items of one kind on a page (0: the file) could not be kept; `lost` is a Lost."""

    page: Annotated[int, Range(0, 2**31 - 1)]
    lost: Annotated[str, Text(64)]
    count: Annotated[int, Range(0, 2**53 - 1)]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    Attributes:
        files: paths, in order of the pages.
        pages: how many.
        losses: item by item, what the format could not hold; pages by their number in the lesson.
        trouble: a FileTrouble where nothing was written, else ''.
    """

    TAG: ClassVar[str] = "report"

    files: Annotated[tuple[PathText, ...], Items(MAX_PAGES)] = ()
    pages: Annotated[int, Range(0, MAX_PAGES)] = 0
    losses: Annotated[tuple[Loss, ...], Items(100_000)] = ()
    trouble: Annotated[str, Text(64)] = ""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """So many of so many pages are written."""

    TAG: ClassVar[str] = "progress"

    done: Annotated[int, Range(0, MAX_PAGES)]
    total: Annotated[int, Range(0, MAX_PAGES)]


QUESTIONS: Final = tagged(ExportRequest | PreviewRequest)
ANSWERS: Final = tagged(ExportProgress | ExportReport)
MAX_REQUEST: Final = 64 * 1024
MAX_ANSWER: Final = 16 * 1024 * 1024
