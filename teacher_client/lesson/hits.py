"""Which strokes of a page a tool touches: the page's index, brought up to date as it is asked."""

from __future__ import annotations

from signaling_server.protocol.board import Page
from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.hits import StrokeIndex


class PageHits:
    """Follows one page at a time, best the one before the teacher's eyes."""

    def __init__(self) -> None:
        self._index = StrokeIndex()
        self._page: Page | None = None
        self._stamp = -1
        self._seen: dict[StrokeId, tuple[int, int, bool]] = {}

    def of(self, page: Page, most: int | None = None) -> StrokeIndex:
        """The index of the page's visible strokes as they are now, or after `most` more of them.

        Only strokes that came, went or changed are put anew; another page begins afresh. As
        long as nothing was written on the page, no stroke is looked at.
        """
        if page is not self._page:
            self._index.clear()
            self._seen.clear()
            self._page, self._stamp = page, -1
        elif page.stamp == self._stamp:
            return self._index
        looked = 0
        for stroke in page.strokes.values():
            state = (len(stroke.x), stroke.revision, stroke.is_visible)
            if self._seen.get(stroke.id) == state:
                continue
            if looked == most:
                return self._index
            looked += 1
            self._seen[stroke.id] = state
            if stroke.is_visible:
                self._index.put(stroke.id, stroke.x, stroke.y, stroke.style.width, stroke.gaps)
            else:
                self._index.remove(stroke.id)
        self._stamp = page.stamp
        return self._index
