"""The teacher's frame for pupils who follow: sent while the switch is on, at most 5 times/s."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.entries import ViewShown
from signaling_server.protocol.ids import PageId
from teacher_client.drawing.overlays import draw_view
from teacher_client.geometry.boxes import Box
from teacher_client.lesson.board_commands import ShowView
from teacher_client.ui.board.desk import Brush, Desk

SEND_MS: Final = 200.0


class Leading:
    """Told of what is in view; sends it as it changes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.is_on = False
        self._sent: tuple[PageId, ViewShown] | None = None
        self._sent_ms = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether ``pump`` is to be called."""
        return self.is_on and self._wanted() != self._sent

    def turn(self, *, is_on: bool) -> None:
        """Begin, or let pupils look for themselves."""
        if self.is_on and not is_on and self._sent is not None:
            self._desk.do(ShowView(self._sent[0], ViewShown()))
        self.is_on, self._sent = is_on, None
        self.pump()
        self._desk.refresh()

    def pump(self) -> None:
        """Send what is in view now, if it is time."""
        wanted, now = self._wanted(), self._desk.now_ms()
        if not self.is_on or wanted is None or wanted == self._sent:
            return
        if self._sent is not None and now - self._sent_ms < SEND_MS:
            return
        if self._sent is not None and self._sent[0] != wanted[0]:
            self._desk.do(ShowView(self._sent[0], ViewShown()))
        self._sent, self._sent_ms = wanted, now
        self._desk.do(ShowView(*wanted))

    def draw(self, brush: Brush) -> None:
        """The frame that pupils see."""
        if self.is_on and self._sent is not None:
            draw_view(brush.painter, self._sent[1], brush.view, brush.overlay)

    def _wanted(self) -> tuple[PageId, ViewShown] | None:
        page = self._desk.page
        if page is None or page.is_private:
            return None
        left, top, right, bottom = _within(self._desk.visible(), page.width, page.height)
        return page.number, ViewShown(
            round(left), round(top), round(right - left), round(bottom - top)
        )


def _within(box: Box, width: float, height: float) -> Box:
    """The part that lies on the page, and a little inside what is in view."""
    left, top, right, bottom = box
    left, top = min(max(left, 0.0), width - 1), min(max(top, 0.0), height - 1)
    return left, top, max(min(right, width), left + 1), max(min(bottom, height), top + 1)
