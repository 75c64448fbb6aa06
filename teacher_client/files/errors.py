"""Why a file could not be written or read, and what of it could not be kept: ids for the face."""

from __future__ import annotations

import enum
import errno
from collections import Counter
from dataclasses import dataclass, field

from teacher_client.errors import ClientError


class FileTrouble(enum.StrEnum):
    """Why nothing was written or read."""

    # writing
    NO_PAGES = "no_pages"  # nothing was chosen that may be written
    DISK_FULL = "disk_full"
    NOT_ALLOWED = "not_allowed"  # the folder does not let us write
    DISK_REFUSED = "disk_refused"  # any other fault of the disk
    UNREADABLE = "unreadable"  # the lesson's log cannot be read
    TOO_NEW = "too_new"  # written by a newer program
    EXPORT_FAILED = "export_failed"  # the child that writes ended by itself
    CANCELLED = "cancelled"
    # reading
    NOT_THIS_KIND = "not_this_kind"  # not a file of this format
    TOO_LARGE = "too_large"  # bytes, or what they unpack to
    TOO_MANY = "too_many"  # pages, strokes or points
    TOO_DEEP = "too_deep"
    FORBIDDEN = "forbidden"  # entities, outside references
    TOOK_TOO_LONG = "took_too_long"  # to read, or too much memory
    DAMAGED = "damaged"  # cut short, wrong sums, malformed
    BAD_NAMES = "bad_names"  # doubled or escaping names inside
    WRONG_HASH = "wrong_hash"  # a part is not what its name says


class Lost(enum.StrEnum):
    """What the other format cannot hold, or was not there."""

    # writing
    PICTURE_MISSING = "picture_missing"
    ORIGINAL_MISSING = "original_missing"  # a PDF page's picture stands for its text and links
    TIMES = "times"
    TURN = "turn"  # a turned text or picture stands upright
    GROUND = "ground"  # the ruling is not known there
    PICTURE = "picture"  # the format has no pictures
    VOICE = "voice"
    # reading
    COLOR = "color"  # the nearest ink stands for it
    FILL = "fill"
    DASHES = "dashes"
    LINE_CAPS = "line_caps"
    WIDTH = "width"  # kept within what strokes may have
    WHITEOUT = "whiteout"  # ink under white ink was rubbed out
    AUDIO = "audio"
    LAYER = "layer"  # one page is one layer
    FONT = "font"
    FORMULA_AS_TEXT = "formula_as_text"
    PDF_GROUND = "pdf_ground"  # the PDF behind the pages stands in a file of its own
    GROUND_COLOR = "ground_color"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN = "unknown"  # an element that this program does not know


class FileError(ClientError):
    """A file could not be written or read; nothing was changed.

    Attributes:
        trouble: why; the face has words for it.
    """

    def __init__(self, trouble: FileTrouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
        self.trouble = trouble


@dataclass(slots=True)
class Losses:
    """What could not be kept, counted by page and kind; page 0: the file as a whole."""

    counts: Counter[tuple[int, Lost]] = field(default_factory=Counter)

    def add(self, lost: Lost, page: int = 0, count: int = 1) -> None:
        """Note that this was lost."""
        if count:
            self.counts[page, lost] += count

    def by_kind(self) -> dict[Lost, int]:
        """Counts over all pages."""
        total: Counter[Lost] = Counter()
        for (_page, lost), count in self.counts.items():
            total[lost] += count
        return dict(total)


def trouble_of(exc: OSError) -> FileTrouble:
    """What a fault of the disk is called."""
    if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FileTrouble.DISK_FULL
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FileTrouble.NOT_ALLOWED
    return FileTrouble.DISK_REFUSED
