"""Write a lesson file: the log as it is, and beside it what other programs can show."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from signaling_server.protocol.blocks import decode_block, seal_where
from signaling_server.protocol.board import Board
from signaling_server.protocol.ids import EVERYBODY
from signaling_server.protocol.page import Page
from signaling_server.protocol.pictures import JPEG
from signaling_server.protocol.schema import dumps, encode
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import FileError, FileTrouble, Lost, trouble_of
from teacher_client.files.lamp import (
    LOG_PART,
    MANIFEST_PART,
    MIMETYPE,
    MIMETYPE_PART,
    THUMBNAIL_PART,
    VERSION,
    Manifest,
    OriginNamed,
    PageNamed,
    PartNamed,
)
from teacher_client.files.pdf_pages import Sources
from teacher_client.files.png import png
from teacher_client.files.request import ExportRequest
from teacher_client.files.svg import svg

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Date of every part: the same lesson gives the same file."""
THUMBNAIL_DPI: Final = 60
_PIECE: Final = 1024 * 1024


def write_lesson_file(
    board: Board,
    blocks: Iterable[bytes],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write a lesson whole; GUI thread (fonts).

    Private pages are sealed in the log unless `request.has_private`; the chain of blocks
    verifies all the same.

    Args:
        board: what the blocks add up to.
        blocks: the journal's, in order.

    Raises:
        FileError: there are no pages, or the disk is full or refused.
    """
    target = Path(request.target)
    row = [board.pages[number] for number in board.order]
    pages = [page for page in row if request.has_private or not page.is_private]
    if not pages:
        raise FileError(FileTrouble.NO_PAGES)
    with atomic(target) as file, zipfile.ZipFile(file, "w") as archive:
        parts = _Parts(archive)
        parts.add(MIMETYPE_PART, [MIMETYPE.encode()], zipfile.ZIP_STORED)
        parts.named.clear()
        parts.add(LOG_PART, (_readable(raw, request.has_private) for raw in blocks))
        parts.add(THUMBNAIL_PART, [png(pages[0], sources, THUMBNAIL_DPI)], zipfile.ZIP_STORED)
        named = []
        for done, page in enumerate(pages, 1):
            name = f"pages/{page.number}.svg"
            pieces = svg(page, sources, request.title or target.stem, request.language)
            parts.add(name, (p.encode() if isinstance(p, str) else p for p in pieces))
            named.append(PageNamed(page.number, page.width / 100, page.height / 100, name))
            progress(done)
        is_kept = request.has_private
        held = [page for page in board.pages.values() if is_kept or not page.is_private]
        origins = _add_pictures(parts, held, sources)
        _add_voices(parts, request, sources)
        manifest = Manifest(
            VERSION,
            request.title,
            board.lesson.lesson if board.lesson else "",
            board.lesson.started_ms if board.lesson else 0,
            tuple(named),
            tuple(parts.named),
            origins,
            request.has_private,
            request.language,
        )
        parts.add(MANIFEST_PART, [dumps(encode(manifest)).encode()])
    return [target]


class _Parts:
    """Writes parts and remembers their sums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.named: list[PartNamed] = []

    def add(self, name: str, pieces: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
        head = zipfile.ZipInfo(name, EPOCH)
        head.compress_type = method
        head.external_attr = 0o600 << 16
        digest = hashlib.sha256()
        with self._archive.open(head, "w") as part:
            for piece in pieces:
                digest.update(piece)
                part.write(piece)
        self.named.append(PartNamed(name, digest.hexdigest()))


def _readable(raw: bytes, has_private: bool) -> bytes:
    if has_private:
        return raw
    return seal_where(raw, decode_block(raw), lambda section: section.audience != EVERYBODY)


def _add_pictures(
    parts: _Parts, pages: Iterable[Page], sources: Sources
) -> tuple[OriginNamed, ...]:
    """All pictures that these pages ever had: an undo may bring one back."""
    origins: list[OriginNamed] = []
    named = {(p.body.sha256): page for page in pages for p in page.pictures.values()}
    documents: set[str] = set()
    for sha256, page in named.items():
        found = sources.pictures.clean(sha256)
        if found is None:
            sources.losses.add(Lost.PICTURE_MISSING, page.number)
            continue
        ending = "jpg" if found.shape.media_type == JPEG else "png"
        parts.add(f"pictures/{sha256}.{ending}", [found.data], zipfile.ZIP_STORED)
        origin = sources.pictures.origin(sha256)
        document = sources.pictures.document(origin.document) if origin is not None else None
        if origin is None or document is None:
            continue
        if origin.document not in documents:
            documents.add(origin.document)
            parts.add(f"documents/{origin.document}.pdf", [document])
        size = origin.width_mm, origin.height_mm
        origins.append(OriginNamed(sha256, origin.document, origin.page, *size))
    return tuple(origins)


def _add_voices(parts: _Parts, request: ExportRequest, sources: Sources) -> None:
    tracks = sorted(Path(request.lesson).glob("voice-*.ogg")) if request.lesson else []
    if not request.has_voices:
        sources.losses.add(Lost.VOICE, 0, len(tracks))
        return
    for track in tracks:
        parts.add(f"voices/{track.name}", _pieces(track), zipfile.ZIP_STORED)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as exc:
        raise FileError(trouble_of(exc), str(exc.strerror)) from exc
