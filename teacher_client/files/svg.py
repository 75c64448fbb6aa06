"""A page as SVG 1.1: ink as lines, texts as text, formulas as outlines with their source."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.items import Picture, Stroke, TextItem
from signaling_server.protocol.page import Page
from teacher_client.drawing.ground import Sheet
from teacher_client.drawing.pictures import box_transform, visible_pictures
from teacher_client.drawing.texts import BASELINE, LINE, formula_path, text_lines
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import Lost
from teacher_client.files.grounds import Area, Ruled, ruling
from teacher_client.files.lines import MOST_IN_A_PATH, Segments, batches, segments, whole_x, whole_y
from teacher_client.files.numbers import compose
from teacher_client.files.pdf_pages import WATERMARK_OPACITY, WATERMARK_SIZE, Sources
from teacher_client.files.request import ExportRequest
from teacher_client.files.xml_text import clean

FONTS: Final = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
WORDS: Final = {"zh": "第 {n} 页，{s} 笔", "en": "Page {n}, {s} strokes"}


def write_svg(
    pages: Sequence[Page],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write each page to a file of its own.

    Raises:
        FileError: the disk is full or refused.
    """
    files = names(Path(request.target), len(pages))
    for done, (page, target) in enumerate(zip(pages, files, strict=True), 1):
        with atomic(target) as file:
            for part in svg(page, sources, request.title or target.stem, request.language):
                file.write(part.encode() if isinstance(part, str) else part)
        progress(done)
    return files


def names(target: Path, count: int) -> list[Path]:
    """``name.svg``, or ``name-1.svg``, ``name-2.svg`` where there are more."""
    if count == 1:
        return [target]
    digits = len(str(count))
    return [
        target.with_name(f"{target.stem}-{number:0{digits}d}{target.suffix}")
        for number in range(1, count + 1)
    ]


def svg(page: Page, sources: Sources, title: str, language: str) -> Iterator[str | bytes]:
    """The pieces of a page's file; lengths in it are 1/100 mm."""
    shown = [stroke for stroke in page.strokes.values() if stroke.is_visible and stroke.x]
    about = WORDS.get(language, WORDS["en"]).format(n=page.number, s=len(shown))
    words = [text.body.text for text in page.texts.values() if text.is_visible]
    width, height = page.width, page.height
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width / 100}mm" height="{height / 100}mm" viewBox="0 0 {width} {height}" '
        f'role="img" xml:lang="{escape(language)}" aria-labelledby="title desc">\n'
        f'<title id="title">{escape(clean(title))}</title>\n'
        f'<desc id="desc">{escape(clean("; ".join([about, *words])))}</desc>\n'
    )
    yield f'<rect width="{width}" height="{height}" fill="{sources.colors.ground.name()}"/>\n'
    for part in ruling(Sheet(page.kind, width, height), sources.colors):
        yield _ruled(part) if isinstance(part, Ruled) else _area(part)
    for picture in visible_pictures(page):
        yield _image(picture, page, sources)
    marked = [stroke for stroke in shown if stroke.style.tool is Tool.MARKER]
    yield _INK_BEGINS.format(more=f' opacity="{sources.colors.markers_opacity}"')
    yield from _ink(marked, sources)
    yield "</g>\n"
    for text in page.texts.values():
        if text.is_visible:
            yield _text(text, sources)
    yield _INK_BEGINS.format(more="")
    yield from _ink([stroke for stroke in shown if stroke.style.tool is not Tool.MARKER], sources)
    yield "</g>\n"
    if sources.watermark:
        size, low = WATERMARK_SIZE, height - WATERMARK_SIZE
        yield (
            f'<text x="{size}" y="{low}" font-family="{FONTS}" font-size="{size}" fill="#808080" '
            f'fill-opacity="{WATERMARK_OPACITY}">{escape(clean(sources.watermark))}</text>\n'
        )
    yield "</svg>\n"


_INK_BEGINS: Final = '<g fill="none" stroke-linecap="round" stroke-linejoin="round"{more}>\n'


def _ink(strokes: list[Stroke], sources: Sources) -> Iterator[bytes]:
    inks = sources.colors.inks.items()
    colors = {ink.value: f' stroke="{color.name()}"'.encode() for ink, color in inks}
    for batch in batches(strokes):
        yield _paths(segments(batch), colors)


def _paths(lines: Segments, colors: dict[int, bytes]) -> bytes:
    count = len(lines.start)
    if not count:
        return b""
    is_new = np.append(True, (np.diff(lines.ink) != 0) | (np.diff(lines.width) != 0))
    is_path = is_new | (np.arange(count) % MOST_IN_A_PATH == 0)
    is_move, curve = lines.is_begin | is_path, lines.is_curve
    inks = ((colors[int(ink)], is_path & (lines.ink == ink)) for ink in np.unique(lines.ink))
    body = compose(
        count,
        (
            (b'"/>\n', is_path & (np.arange(count) > 0)),
            (b"<path", is_path),
            *inks,
            (b' stroke-width="', is_path),
            (lines.width, is_path),
            (b'" d="', is_path),
            (b"M", is_move),
            (whole_x(lines.start), is_move),
            (whole_y(lines.start), is_move),
            (b"C", curve),
            (whole_x(lines.first), curve),
            (whole_y(lines.first), curve),
            (whole_x(lines.second), curve),
            (whole_y(lines.second), curve),
            (b"L", ~curve),
            (whole_x(lines.stop), None),
            (whole_y(lines.stop), None),
        ),
    )
    return body + b'"/>\n'


def _ruled(part: Ruled) -> str:
    lines = " ".join(f"M{a} {b}L{c + part.is_dots} {d}" for a, b, c, d in part.lines)
    cap = ' stroke-linecap="round"' if part.is_dots else ""
    dash = f' stroke-dasharray="{part.dash[0]} {part.dash[1]}"' if part.dash else ""
    look = f'stroke="{part.color.name()}" stroke-width="{part.width}"{cap}{dash}'
    return f'<path fill="none" {look} d="{lines}"/>\n'


def _area(part: Area) -> str:
    points = " ".join(f"{x},{y}" for x, y in part.points)
    return f'<polygon fill="{part.color.name()}" points="{points}"/>\n'


def _image(picture: Picture, page: Page, sources: Sources) -> str:
    (x0, y0), (x1, y1), (x2, y2) = picture.corners
    place = f"matrix({x1 - x0} {y1 - y0} {x2 - x0} {y2 - y0} {x0} {y0})"
    found = sources.pictures.clean(picture.body.sha256)
    if found is None:
        sources.losses.add(Lost.PICTURE_MISSING, page.number)
        color = sources.colors.frame.name()
        return f'<rect width="1" height="1" transform="{place}" fill="{color}"/>\n'
    data = base64.b64encode(found.data).decode("ascii")
    return (
        f'<image width="1" height="1" preserveAspectRatio="none" transform="{place}" '
        f'xlink:href="data:{found.shape.media_type};base64,{data}"/>\n'
    )


def _text(text: TextItem, sources: Sources) -> str:
    body = text.body
    t = box_transform(text.corners, body.width, body.height)
    values = (t.m11(), t.m12(), t.m21(), t.m22(), t.dx(), t.dy())
    place = f'transform="matrix({" ".join(f"{value:.6g}" for value in values)})"'
    fill = f'fill="{sources.colors.inks[text.ink].name()}"'
    if body.kind is TextKind.FORMULA and formula_path(body.outline) is not None:
        source = escape(clean(body.text))
        return f'<path {place} {fill} d="{body.outline}"><title>{source}</title></path>\n'
    rows = "".join(
        f'<text y="{(BASELINE + row * LINE) * body.size:.6g}">{escape(clean(line))}</text>'
        for row, line in enumerate(text_lines(body.text, body.breaks))
    )
    font = f'font-family="{FONTS}" font-size="{body.size}" xml:space="preserve"'
    return f"<g {place} {fill} {font}>{rows}</g>\n"
