"""Pages as InkML (W3C Recommendation of 20 September 2011): ink with force and time.

One trace group a page; X and Y in mm from the page's top left corner, y down; F 0..1023; T in ms
of the lesson. Texts and formulas are annotations with their place; other programs may show them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.ink import Style
from signaling_server.protocol.items import Stroke, TextItem
from signaling_server.protocol.page import Page
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import Lost
from teacher_client.files.pdf_pages import Sources
from teacher_client.files.request import ExportRequest
from teacher_client.files.xml_text import clean

FORMATS: Final = """<traceFormat xml:id="pressed">
<channel name="X" type="decimal" units="mm"/><channel name="Y" type="decimal" units="mm"/>
<channel name="F" type="integer" min="0" max="1023" units="dev"/>
<channel name="T" type="integer" units="ms"/>
</traceFormat>
<traceFormat xml:id="plain">
<channel name="X" type="decimal" units="mm"/><channel name="Y" type="decimal" units="mm"/>
<channel name="T" type="integer" units="ms"/>
</traceFormat>
"""


def write_inkml(
    pages: Sequence[Page],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write all pages to one file.

    Raises:
        FileError: the disk is full or refused.
    """
    target = Path(request.target)
    shown = {page.number: _shown(page) for page in pages}
    styles = {_key(stroke.style): stroke.style for row in shown.values() for stroke in row}
    with atomic(target) as file:
        out = io.TextIOWrapper(file, "utf-8")
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<ink xmlns="http://www.w3.org/2003/InkML">\n')
        out.write(f'<annotation type="title">{escape(clean(request.title or target.stem))}')
        out.write(f"</annotation>\n<definitions>\n{FORMATS}")
        out.writelines(_brush(key, style, sources) for key, style in styles.items())
        out.write("</definitions>\n")
        for done, page in enumerate(pages, 1):
            out.writelines(_page(page, shown[page.number], sources))
            progress(done)
        out.write("</ink>\n")
        out.flush()
        out.detach()
    return [target]


def _shown(page: Page) -> list[Stroke]:
    return [stroke for stroke in page.strokes.values() if stroke.is_visible and stroke.x]


def _key(style: Style) -> str:
    return f"b{style.tool.value}-{style.ink.value}-{style.width}"


def _brush(key: str, style: Style, sources: Sources) -> str:
    is_marker = style.tool is Tool.MARKER
    color = sources.colors.inks[style.ink].name()
    through = round(255 * (1 - sources.colors.markers_opacity)) if is_marker else 0
    return (
        f'<brush xml:id="{key}"><brushProperty name="color" value="{color}"/>'
        f'<brushProperty name="width" value="{style.width / 100}" units="mm"/>'
        f'<brushProperty name="transparency" value="{through}"/>'
        '<brushProperty name="tip" value="ellipse"/></brush>\n'
    )


def _page(page: Page, strokes: Iterable[Stroke], sources: Sources) -> Iterator[str]:
    width, height = page.width / 100, page.height / 100
    yield f'<traceGroup xml:id="page{page.number}">\n'
    yield f'<annotation type="page" width="{width}" height="{height}">{page.number}</annotation>\n'
    for stroke in strokes:
        yield from _traces(stroke)
    for text in page.texts.values():
        if text.is_visible:
            yield _annotation(text, sources)
    yield "</traceGroup>\n"
    losses = sources.losses
    losses.add(Lost.PICTURE, page.number, sum(p.is_visible for p in page.pictures.values()))
    losses.add(Lost.GROUND, page.number)


def _traces(stroke: Stroke) -> Iterator[str]:
    t0, force = stroke.style.t0_ms, stroke.force
    head = f'brushRef="#{_key(stroke.style)}" traceFormatRef="#{"pressed" if force else "plain"}"'
    for first, stop in stroke.runs():
        if first == stop:
            continue
        part = slice(first, stop)
        columns = [[f"{v / 100:.8g}" for v in column[part]] for column in (stroke.x, stroke.y)]
        if force:
            columns.append(list(map(str, force[part])))
        times = stroke.ms[part] or [0] * (stop - first)
        columns.append([str(t0 + ms) for ms in times])
        rows = ", ".join(map(" ".join, zip(*columns, strict=True)))
        yield f"<trace {head}>{rows}</trace>\n"


def _annotation(text: TextItem, sources: Sources) -> str:
    body, ((x, y), (x1, y1), (x2, y2)) = text.body, text.corners
    if y1 != y or x2 != x:
        sources.losses.add(Lost.TURN)
    place = {"x": x, "y": y, "width": abs(x1 - x), "height": abs(y2 - y), "size": body.size}
    sides = " ".join(f'{name}="{value / 100}"' for name, value in place.items())
    color = quoteattr(sources.colors.inks[text.ink].name())
    words = escape(clean(body.text))
    return f'<annotation type="{body.kind.value}" {sides} color={color}>{words}</annotation>\n'
