"""Which files may come in, and what the teacher chose for an export. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from signaling_server.protocol.board import Board
from signaling_server.protocol.ids import PageId
from teacher_client.lesson.file_messages import ExportFormat

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"})
PAGES: Final = frozenset({".pdf", ".xopp", ".inkml", ".lamp"})
MOST_FILES: Final = 50
SUFFIXES: Final = {
    ExportFormat.PDF: ".pdf",
    ExportFormat.SVG: ".svg",
    ExportFormat.PNG: ".png",
    ExportFormat.INKML: ".inkml",
    ExportFormat.XOPP: ".xopp",
    ExportFormat.LESSON: ".lamp",
}


def may_come_in(path: str) -> bool:
    """Whether a file's name promises something that can be put on pages."""
    return PurePath(path).suffix.lower() in PICTURES | PAGES


def is_picture(path: str) -> bool:
    """Whether a file's name promises a single picture."""
    return PurePath(path).suffix.lower() in PICTURES


def patterns(suffixes: frozenset[str]) -> str:
    """As a file dialog wants them."""
    return " ".join(f"*{suffix}" for suffix in sorted(suffixes))


def seen_pages(board: Board) -> list[PageId]:
    """The pages that pupils receive."""
    return [page for page in board.order if not board.pages[page].is_private]


def chosen_pages(words: str, order: Sequence[PageId]) -> list[PageId] | None:
    """Pages by their places, as ``1-3, 5``; None where that makes no sense."""
    found: list[PageId] = []
    for part in words.replace("，", ",").replace("–", "-").split(","):
        first, _, last = part.partition("-")
        begin, end = first.strip(), last.strip() or first.strip()
        if not (begin.isdecimal() and end.isdecimal()):
            return None
        places = range(int(begin), int(end) + 1)
        if not places or places[0] < 1 or places[-1] > len(order):
            return None
        found += [page for place in places if (page := order[place - 1]) not in found]
    return found


def with_suffix(path: str, file_format: ExportFormat) -> str:
    """The path that was chosen, with its format's ending."""
    suffix = SUFFIXES[file_format]
    return path if path.lower().endswith(suffix) else path + suffix
