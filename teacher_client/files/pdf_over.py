"""Our page over the PDF page that it was written on, whose text, links and looks stay as they are.

Links that lead to another page of the old file lead nowhere, where that page is not taken along.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pypdfium2
from pypdfium2.raw import FPDFPage_GetRotation

from teacher_client.files.errors import Losses, Lost


@dataclass(frozen=True, slots=True)
class OverPage:
    """Page `index` (from 0) of a PDF, named by its hash, under page `number` of a lesson.

    Attributes:
        data: the PDF.
        width: of that page, in 1/100 mm.
    """

    number: int
    document: str
    data: bytes
    index: int
    width: int


def lay_over(
    ours: bytes, grounds: Sequence[OverPage | None], target: BinaryIO, losses: Losses
) -> None:
    """Put the pages of a PDF in order, each over its ground where it has one.

    Where a ground cannot be opened our page stands alone, and the loss is noted.
    """
    own = pypdfium2.PdfDocument(ours)
    out = pypdfium2.PdfDocument.new()
    numbered = enumerate(grounds)
    for document, group in itertools.groupby(numbered, lambda one: one[1] and one[1].document):
        rows = list(group)
        below = [ground for _index, ground in rows if ground is not None]
        begun = len(out)
        if not document or not _import(out, below):
            out.import_pages(own, [index for index, _ground in rows])
            for ground in below:
                losses.add(Lost.ORIGINAL_MISSING, ground.number)
            continue
        for place, (index, _ground) in enumerate(rows, begun):
            _add(out, place, own, index)
    out.save(target)


def _import(out: pypdfium2.PdfDocument, below: list[OverPage]) -> bool:
    """Take pages along in one go, so that what they share is there once."""
    begun = len(out)
    try:
        source = pypdfium2.PdfDocument(below[0].data)
        out.import_pages(source, [ground.index for ground in below])
    except pypdfium2.PdfiumError:
        while len(out) > begun:
            del out[len(out) - 1]
        return False
    return len(out) - begun == len(below)


def _add(out: pypdfium2.PdfDocument, place: int, own: pypdfium2.PdfDocument, index: int) -> None:
    page = out[place]
    left, bottom, right, top = page.get_cropbox()
    wide, high = right - left, top - bottom
    # a page that is shown turned: where its shown corner lies, and which way its edges run
    turns = FPDFPage_GetRotation(page.raw) % 4
    scale = (high if turns % 2 else wide) / own[index].get_mediabox()[2]
    matrix = (
        (scale, 0, 0, scale, left, bottom),
        (0, scale, -scale, 0, right, bottom),
        (-scale, 0, 0, -scale, right, top),
        (0, -scale, scale, 0, left, top),
    )[turns]
    over = own.page_as_xobject(index, out).as_pageobject()
    over.set_matrix(pypdfium2.PdfMatrix(*matrix))
    page.insert_obj(over)
    page.gen_content()
    page.close()
