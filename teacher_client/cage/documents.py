"""PDF pages into pictures with PDFium. Confined child only."""

from __future__ import annotations

from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from signaling_server.media.cleaning import TroubleError
from signaling_server.protocol.pictures import FULL_EDGE, PictureTrouble
from teacher_client.cage.jobs import MAX_PAGE_MM, MAX_PAGES, Area

FONT_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/share/X11/fonts/Type1",
    "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts",
)
"""Where PDFium on Linux looks for the fonts that a file names and does not bring."""
MM_OF_POINT: Final = 25.4 / 72
_OF_ERROR: Final = {
    pdfium.FPDF_ERR_PASSWORD: PictureTrouble.ENCRYPTED,
    pdfium.FPDF_ERR_SECURITY: PictureTrouble.ENCRYPTED,
}


class Document:
    """An open PDF.

    Raises:
        TroubleError: it is encrypted, damaged, or has too many pages.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as exc:
            trouble = _OF_ERROR.get(exc.err_code, PictureTrouble.DAMAGED)
            raise TroubleError(trouble) from exc
        self.count = len(self._pdf)
        if self.count > MAX_PAGES:
            raise TroubleError(PictureTrouble.TOO_MANY_PAGES)
        if not self.count:
            raise TroubleError(PictureTrouble.DAMAGED)

    def size_mm(self, page: int) -> tuple[float, float]:
        """Width and height of a page as it is shown, turned if it says so."""
        try:
            width, height = self._pdf.get_page_size(page)
        except pypdfium2.PdfiumError as exc:
            raise TroubleError(PictureTrouble.DAMAGED) from exc
        if not 0 < max(width, height) * MM_OF_POINT <= MAX_PAGE_MM or min(width, height) <= 0:
            raise TroubleError(PictureTrouble.TOO_LARGE)
        return width * MM_OF_POINT, height * MM_OF_POINT

    def render(self, page: int, width_px: int, area: Area | None = None) -> Image.Image:
        """Draw a page or a part of it, in mode RGB on white.

        Args:
            page: from 0.
            width_px: of the picture; less where an edge would be longer than FULL_EDGE.
            area: the part; beyond the page's edge there is white.
        """
        if page >= self.count:
            raise TroubleError(PictureTrouble.DAMAGED)
        width_mm, height_mm = self.size_mm(page)
        part = area or Area(0, 0, width_mm, height_mm)
        scale = min(width_px / part.width_mm, FULL_EDGE / part.width_mm, FULL_EDGE / part.height_mm)
        # PDFium draws the whole page onto a bitmap that shows only the part
        size = [max(1, round(length * scale)) for length in (part.width_mm, part.height_mm)]
        whole = [max(1, round(length * scale)) for length in (width_mm, height_mm)]
        left, top = round(-part.x_mm * scale), round(-part.y_mm * scale)
        try:
            bitmap = pypdfium2.PdfBitmap.new_native(*size, pdfium.FPDFBitmap_BGRx)
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
            opened = self._pdf[page]
            pdfium.FPDF_RenderPageBitmap(bitmap, opened, left, top, *whole, 0, pdfium.FPDF_ANNOT)
            opened.close()
        except pypdfium2.PdfiumError as exc:
            raise TroubleError(PictureTrouble.DAMAGED) from exc
        image: Image.Image = bitmap.to_pil()
        return image.convert("RGB")
