"""A PDF of pages; those that stand on a PDF page whose file is at hand keep its text and links."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from signaling_server.protocol.items import Picture
from signaling_server.protocol.page import Page
from teacher_client.drawing.pictures import visible_pictures
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import Lost
from teacher_client.files.pdf_over import OverPage, lay_over
from teacher_client.files.pdf_pages import PdfPages, Sources
from teacher_client.files.request import ExportRequest
from teacher_client.picture_files import Origin

EDGE: Final = 60
"""1/100 mm by which a ground picture may miss the page's edge and still be the whole page."""


def write_pdf(
    pages: Sequence[Page],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write pages to `request.target`; GUI thread (fonts).

    Args:
        progress: told how many pages are written.

    Raises:
        FileError: the disk is full or refused.
    """
    grounds = [full_page_origin(page, sources) for page in pages]
    if not request.has_originals:
        for left_out in filter(None, grounds):
            sources.losses.add(Lost.ORIGINAL_MISSING, left_out.number)
        grounds = [None] * len(pages)
    title = request.title or Path(request.target).stem
    with atomic(Path(request.target)) as target:
        file: BinaryIO = io.BytesIO() if any(grounds) else target
        writer = PdfPages(file, sources)
        for done, (page, ground) in enumerate(zip(pages, grounds, strict=True), 1):
            writer.add(page, has_ground=ground is None)
            progress(done)
        writer.close(title, request.language)
        if isinstance(file, io.BytesIO):
            lay_over(file.getvalue(), grounds, target, sources.losses)
    return [Path(request.target)]


def full_page_origin(page: Page, sources: Sources) -> OverPage | None:
    """The PDF page that this page stands on as a whole, if its file is here."""
    grounds = [picture for picture in visible_pictures(page) if picture.body.is_ground]
    if len(grounds) != 1:
        return None
    origin = sources.pictures.origin(grounds[0].body.sha256)
    if origin is None:
        return None
    document = sources.pictures.document(origin.document)
    if document is None or not _fills(page, grounds[0], origin):
        sources.losses.add(Lost.ORIGINAL_MISSING, page.number)
        return None
    width = round(100 * origin.width_mm)
    return OverPage(page.number, origin.document, document, origin.page, width)


def _fills(page: Page, picture: Picture, origin: Origin) -> bool:
    (x0, y0), (x1, y1), (x2, y2) = picture.corners
    wanted = (0, 0, page.width, 0, 0, page.height)
    is_there = all(
        abs(a - b) <= EDGE for a, b in zip((x0, y0, x1, y1, x2, y2), wanted, strict=True)
    )
    scale = page.width / max(origin.width_mm, 1)
    return is_there and abs(origin.height_mm * scale - page.height) <= EDGE
