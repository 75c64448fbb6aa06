"""What lies under a point or in a lasso, topmost first: strokes, texts, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from signaling_server.protocol.ids import ItemId
from signaling_server.protocol.items import Picture, TextItem
from signaling_server.protocol.page import Page
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.geometry.boxes import Box, Point
from teacher_client.geometry.handles import Frame
from teacher_client.geometry.lasso import Lasso
from teacher_client.geometry.transform import undo


def text_at(page: Page, at: Point) -> TextItem | None:
    """The newest text or formula whose box holds the point."""
    shown = [text for text in reversed(page.texts.values()) if text.is_visible]
    return next((text for text in shown if _holds(text, at)), None)


def picture_at(page: Page, at: Point) -> Picture | None:
    """The newest picture that holds the point; ground pictures are paper."""
    shown = [one for one in reversed(page.pictures.values()) if is_free(one)]
    return next((one for one in shown if _holds(one, at)), None)


def item_at(page: Page, canvas: PageCanvas, at: Point, reach: float) -> ItemId | None:
    """What a click takes."""
    stroke = canvas.stroke_at(*at, reach)
    if stroke is not None:
        return stroke
    box = text_at(page, at) or picture_at(page, at)
    return None if box is None else box.id


def items_in(page: Page, canvas: PageCanvas, way: Sequence[Point]) -> list[ItemId]:
    """What a lasso takes."""
    lasso = Lasso(way)
    found: list[ItemId] = list(lasso.strokes(canvas.index()))
    boxes: list[Picture | TextItem] = [
        *(one for one in page.pictures.values() if is_free(one)),
        *(text for text in page.texts.values() if text.is_visible),
    ]
    return found + [one.id for one in boxes if lasso.holds(Frame.of_item(one.corners).corners)]


def is_free(picture: Picture) -> bool:
    """Whether a picture is seen and can be taken."""
    return picture.is_visible and not picture.body.is_ground


def bounds_of(canvas: PageCanvas, names: Sequence[ItemId]) -> Box | None:
    """What shown items cover together; None: none of them is shown."""
    boxes = [area for area in map(canvas.bounds, names) if area is not None]
    if not boxes:
        return None
    return (
        min(area.left() for area in boxes),
        min(area.top() for area in boxes),
        max(area.right() for area in boxes),
        max(area.bottom() for area in boxes),
    )


def _holds(item: Picture | TextItem, at: Point) -> bool:
    frame = Frame.of_item(item.corners)
    own = undo(frame.matrix, at)
    if own is None:
        return False
    left, top, right, bottom = frame.box
    return left <= own[0] <= right and top <= own[1] <= bottom
