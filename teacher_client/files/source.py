"""A lesson's board from its journal, block by block, and the pages that may be written. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH, Block, block_length, decode_block
from signaling_server.protocol.board import Board, TooNewError
from signaling_server.protocol.page import Page
from signaling_server.protocol.schema import InvalidError
from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.request import ExportRequest
from teacher_client.recording.journal import JOURNAL_NAME

_HEAD_BYTES = 12


def walk(path: Path) -> Iterator[tuple[bytes, Block]]:
    """The good front of a journal, one block in memory at a time; raw and decoded.

    Raises:
        FileError: it cannot be read.
    """
    previous, number = NO_HASH, 1
    try:
        with path.open("rb") as file:
            while head := file.read(_HEAD_BYTES):
                length = block_length(head)
                if length is None:
                    return
                raw = head + file.read(length - len(head))
                block = decode_block(raw)
                if block.previous != previous or block.first != number:
                    return
                yield raw, block
                previous, number = block.hash, block.last + 1
    except InvalidError:
        return
    except OSError as exc:
        raise FileError(FileTrouble.UNREADABLE, str(exc.strerror)) from exc


def fold_blocks(blocks: Iterable[Block]) -> Board:
    """The board that blocks add up to.

    Raises:
        FileError: a newer program wrote them.
    """
    board = Board()
    try:
        for block in blocks:
            for entry in block.entries:
                board.apply(entry)
    except TooNewError as exc:
        raise FileError(FileTrouble.TOO_NEW) from exc
    return board


def fold_lesson(folder: Path) -> Board:
    """The board of a kept lesson.

    Raises:
        FileError: it cannot be read, or a newer program wrote it.
    """
    return fold_blocks(block for _raw, block in walk(folder / JOURNAL_NAME))


def chosen_pages(board: Board, request: ExportRequest) -> list[Page]:
    """The pages to write: those named, else the row; private ones only by the teacher's choice.

    Raises:
        FileError: there are none.
    """
    named = [number for number in request.pages if number in board.order]
    pages = [board.pages[number] for number in (named if request.pages else board.order)]
    pages = [page for page in pages if request.has_private or not page.is_private]
    if not pages:
        raise FileError(FileTrouble.NO_PAGES)
    return pages
