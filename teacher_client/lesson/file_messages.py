"""What window and engine say about files: material, lesson files, exports; part of `link`.

Paths are the teacher's own, chosen in a dialog or dropped on the window; only the engine and
its limited children read what they name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.ids import GLOBAL_PAGE, PageField
from signaling_server.protocol.schema import Items, Range, Text

PathField = Annotated[str, Text(4096, 1)]
JobField = Annotated[int, Range(1, 2**31 - 1)]
Count = Annotated[int, Range(0, 2**31 - 1)]
HashField = Annotated[str, Text(64, 64, is_hex=True)]


@dataclass(frozen=True, slots=True)
class PicturePart:
    """One of `count` by `count` equal parts of a picture that is `width` pixels wide."""

    width: Annotated[int, Range(1, 32_768)]
    count: Annotated[int, Range(1, 64)]
    column: Annotated[int, Range(0, 63)]
    row: Annotated[int, Range(0, 63)]


class ExportFormat(enum.StrEnum):
    """What pages can be written as."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"
    INKML = "inkml"
    XOPP = "xopp"
    LESSON = "lesson"


class JobKind(enum.StrEnum):
    """What a job does."""

    IMPORT = "import"
    SAY = "say"
    EXPORT = "export"
    OPEN = "open"


class JobState(enum.StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobProblem(enum.StrEnum):
    """What may go wrong besides a PictureTrouble, a FileTrouble, or a Refusal of the board."""

    NO_LESSON = "no_lesson"  # none is on screen
    NOT_ALLOWED = "export_not_allowed"  # by the programme's policy
    UNREADABLE = "unreadable"  # no such file, or no right to read it
    NOT_POSSIBLE = "not_possible"


# window to engine


@dataclass(frozen=True, slots=True)
class PrepareLesson:
    """Begin a lesson without a session, to prepare pages; or go on with a kept one by its id."""

    TAG: ClassVar[str] = "prepare_lesson"

    lesson: Annotated[str, Text(64)] = ""
    title: Annotated[str, Text(100)] = ""
    has_first_page: bool = True
    """A new one begins with an empty page; without, a file's pages are the first."""


@dataclass(frozen=True, slots=True)
class ClosePrepared:
    """Close the lesson that is being prepared; all of it is kept."""

    TAG: ClassVar[str] = "close_prepared"


@dataclass(frozen=True, slots=True)
class ListPrepared:
    """Ask for the prepared lessons."""

    TAG: ClassVar[str] = "list_prepared"


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """Put pictures, PDFs, `.xopp`, InkML or lesson files on pages, behind page `after` (0: last).

    A single picture goes on page `on`, its middle at (x, y) in 1/100 mm, where `on` is not 0.
    The path ``prepared:ID`` stands for the pages of a prepared lesson.
    """

    TAG: ClassVar[str] = "import_files"

    job: JobField
    paths: Annotated[tuple[PathField, ...], Items(50, 1)]
    after: PageField = GLOBAL_PAGE
    on: PageField = GLOBAL_PAGE
    x: Annotated[int, Range(-1_000_000, 1_000_000)] = 0
    y: Annotated[int, Range(-1_000_000, 1_000_000)] = 0


@dataclass(frozen=True, slots=True)
class SayPicture:
    """Send a picture to everybody in the lesson, as a line of the chat."""

    TAG: ClassVar[str] = "say_picture"

    job: JobField
    path: PathField


@dataclass(frozen=True, slots=True)
class ExportPages:
    """Write pages of the lesson on screen to a file; none named: all that pupils see."""

    TAG: ClassVar[str] = "export_pages"

    job: JobField
    path: PathField
    format: ExportFormat
    pages: Annotated[tuple[PageField, ...], Items(4096)] = ()
    language: Annotated[str, Text(8)] = "zh"


@dataclass(frozen=True, slots=True)
class CancelJob:
    """End a job early; what it has done stays."""

    TAG: ClassVar[str] = "cancel_job"

    job: JobField


@dataclass(frozen=True, slots=True)
class DropPrepared:
    """Delete a prepared lesson for good; the window has asked twice."""

    TAG: ClassVar[str] = "drop_prepared"

    lesson: Annotated[str, Text(64, 1)]


@dataclass(frozen=True, slots=True)
class SharpenPicture:
    """Draw a part of a PDF page's picture anew, as of a picture `width` pixels wide.

    It is written beside the picture (:meth:`PictureFiles.part_path`); PictureSharpened follows.
    """

    TAG: ClassVar[str] = "sharpen_picture"

    sha256: HashField
    part: PicturePart


FromFiles: TypeAlias = (
    PrepareLesson
    | ClosePrepared
    | ListPrepared
    | DropPrepared
    | ImportFiles
    | SayPicture
    | ExportPages
    | CancelJob
    | SharpenPicture
)
FROM_FILES: Final = (
    PrepareLesson,
    ClosePrepared,
    ListPrepared,
    DropPrepared,
    ImportFiles,
    SayPicture,
    ExportPages,
    CancelJob,
    SharpenPicture,
)


# engine to window


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is.

    Attributes:
        problem: id of what went wrong or was left out, '' for nothing; the face has the words.
        lost: what could not be kept, as (id, how many) in `lost_counts`' order.
    """

    TAG: ClassVar[str] = "job_progress"

    job: JobField
    kind: JobKind
    state: JobState
    done: Count = 0
    total: Count = 0
    path: Annotated[str, Text(4096)] = ""
    problem: Annotated[str, Text(64)] = ""
    lost: Annotated[tuple[Annotated[str, Text(64)], ...], Items(50)] = ()
    lost_counts: Annotated[tuple[Count, ...], Items(50)] = ()


@dataclass(frozen=True, slots=True)
class PicturesCame:
    """These pictures (SHA-256) are in the shelf now; grey frames can be painted again."""

    TAG: ClassVar[str] = "pictures_came"

    hashes: Annotated[tuple[HashField, ...], Items(1000)]


@dataclass(frozen=True, slots=True)
class PictureSharpened:
    """Answer to SharpenPicture: the part is there, or (its PDF is not here) will never be."""

    TAG: ClassVar[str] = "picture_sharpened"

    sha256: HashField
    part: PicturePart


@dataclass(frozen=True, slots=True)
class PreparedLesson:
    """A lesson that is kept on this computer without a session."""

    lesson: Annotated[str, Text(64, 1)]
    title: Annotated[str, Text(100)]
    changed_ms: Annotated[int, Range(0, 2**53 - 1)]
    pages: Count
    was_cut_off: bool = False
    """The program ended without closing it: offer to go on, with a preview."""
    preview: Annotated[str, Text(4096)] = ""
    """Of one that was cut off: a PNG of the page written on last, once it is drawn."""


@dataclass(frozen=True, slots=True)
class PreparedLessons:
    """Answer to ListPrepared, newest first."""

    TAG: ClassVar[str] = "prepared_lessons"

    items: Annotated[tuple[PreparedLesson, ...], Items(200)]
