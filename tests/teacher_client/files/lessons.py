"""Kept lessons: a journal with pages, ink, a picture and a private page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from signaling_server.protocol.blocks import NO_HASH, decode_block, encode_block
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    Body,
    Entry,
    EntryKind,
    LessonBegun,
    PageAdded,
    PageShown,
    PicturePlaced,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    TEACHER,
    EntryNumber,
    Epoch,
    PageId,
    stroke_id,
)
from signaling_server.protocol.ink import InkBody, Samples, Style
from signaling_server.protocol.pictures import PictureSize, picture_hash
from teacher_client.picture_files import Origin, PictureFiles
from teacher_client.recording.journal import JOURNAL_NAME
from tests.teacher_client.files.samples import jpeg, small_pdf

SECRET = 3
"""The private page."""


class Line(NamedTuple):
    """An entry to be numbered."""

    kind: EntryKind
    body: Body
    page: int = 0
    audience: int = EVERYBODY


def ink(counter: int, page: int, y: int, tool: Tool = Tool.PEN, audience: int = EVERYBODY) -> Line:
    """A level stroke, whole."""
    samples = Samples((1000, 8000, 16_000), (y, y, y), (0, 9, 18), (200, 600, 900))
    name = stroke_id(TEACHER, 1, counter)
    body = InkBody(name, 0, samples, Style(tool, Ink.INK, 70, 40), True)
    return Line(EntryKind.INK_BEGIN, body, page, audience)


def lines() -> list[Line]:
    """Two pages for all, the second with a laser and a picture, and one for the teacher."""
    picture = PicturePlaced(picture_hash(jpeg()), 2000, 6000, 6000, 4000)
    added = EntryKind.PAGE_ADDED
    return [
        Line(EntryKind.LESSON_BEGUN, LessonBegun("lesson-0001", 1_700_000_000_000)),
        Line(added, PageAdded(17_600, 25_000, PageKind.DOTS), 1),
        Line(EntryKind.PAGE_SHOWN, PageShown(), 1),
        ink(1, 1, 2000),
        Line(added, PageAdded(21_000, 29_700, PageKind.LINES), 2),
        ink(2, 2, 3000),
        ink(3, 2, 20_000, Tool.LASER),
        Line(EntryKind.PICTURE_PLACED, picture, 2),
        Line(added, PageAdded(17_600, 25_000, PageKind.BLANK), SECRET, TEACHER),
        ink(4, SECRET, 5000, audience=TEACHER),
    ]


def blocks(rows: Sequence[Line], size: int = 4) -> list[bytes]:
    """The journal's blocks."""
    entries = [
        Entry(row.kind, EntryNumber(n), 40, row.body, PageId(row.page), TEACHER, row.audience)
        for n, row in enumerate(rows, 1)
    ]
    out, previous = [], NO_HASH
    for first in range(0, len(entries), size):
        part = entries[first : first + size]
        raw = encode_block(Epoch(1, "00" * 8), previous, part, lambda: bytes(16))
        previous = decode_block(raw).hash
        out.append(raw)
    return out


def keep_lesson(folder: Path) -> Path:
    """A lesson's folder, with a voice that is none."""
    folder.mkdir(parents=True)
    (folder / JOURNAL_NAME).write_bytes(b"".join(blocks(lines())))
    (folder / "voice-1.ogg").write_bytes(b"OggS" + bytes(3000))
    return folder


def keep_pictures(profile: Path) -> PictureFiles:
    """The picture, said to be drawn from a PDF."""
    files = PictureFiles(profile)
    files.put(picture_hash(jpeg()), PictureSize.FULL, jpeg())
    document = files.keep_document(small_pdf())
    files.put_origin(picture_hash(jpeg()), Origin(document, 0, 60, 40))
    return files
