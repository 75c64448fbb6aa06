"""The grounds and sizes that a page can have."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import PageKind
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.settings import PageSize

KIND_TEXTS: Final = {kind: PageText[kind.name] for kind in PageKind}
SIZE_TEXTS: Final = {size: PageText[size.name] for size in PageSize}
SIZES: Final = {
    PageSize.NOTEBOOK: (17_600, 25_000),
    PageSize.A4_PORTRAIT: (21_000, 29_700),
    PageSize.A4_LANDSCAPE: (29_700, 21_000),
    PageSize.WIDE: (32_000, 18_000),
}
"""Width and height in 1/100 mm; B5 as most exercise books, A4 by ISO 216."""


def size_of(page: Page) -> PageSize | None:
    """Which of the papers a page is; None for one of another size."""
    return next((size for size, edges in SIZES.items() if edges == (page.width, page.height)), None)
