"""The lesson file ``.lamp``: names, limits and manifest of docs/lesson-file.md. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from signaling_server.protocol.ids import PageField
from signaling_server.protocol.schema import Items, Range, Text

MIMETYPE: Final = "application/vnd.lamplight.lesson+zip"
MIMETYPE_PART: Final = "mimetype"
MANIFEST_PART: Final = "manifest.json"
LOG_PART: Final = "log.llb"
THUMBNAIL_PART: Final = "thumbnail.png"
VERSION: Final = 1

MAX_PARTS: Final = 10_000
MAX_BYTES: Final = 2 * 1024 * 1024 * 1024
"""Packed and unpacked: a term's lessons with voices are some hundred MB."""
MAX_LOG: Final = 256 * 1024 * 1024
MAX_MANIFEST: Final = 4 * 1024 * 1024
MAX_DOCUMENT: Final = 64 * 1024 * 1024
MAX_RATIO: Final = 200

PICTURE: Final = re.compile(r"pictures/([0-9a-f]{64})\.(jpg|png)")
DOCUMENT: Final = re.compile(r"documents/([0-9a-f]{64})\.pdf")
VOICE: Final = re.compile(r"voices/([A-Za-z0-9_.-]{1,60}\.ogg)")
SAFE: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}(?:/[A-Za-z0-9_.-]{1,100}){0,3}/?")

Sha = Annotated[str, Text(64, 64, is_hex=True)]


@dataclass(frozen=True, slots=True)
class PartNamed:
    """A part of the file and the SHA-256 of its bytes."""

    name: Annotated[str, Text(200, 1)]
    sha256: Sha


@dataclass(frozen=True, slots=True)
class PageNamed:
    """A page in the row, and the part that shows it to other programs."""

    number: PageField
    width_mm: Annotated[float, Range(0, 100_000)]
    height_mm: Annotated[float, Range(0, 100_000)]
    preview: Annotated[str, Text(200)] = ""


@dataclass(frozen=True, slots=True)
class OriginNamed:
    """The page (from 0) of a PDF in the file that a picture was drawn from."""

    picture: Sha
    document: Sha
    page: Annotated[int, Range(0, 100_000)]
    width_mm: Annotated[float, Range(0, 100_000)]
    height_mm: Annotated[float, Range(0, 100_000)]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in ``manifest.json``.

    Attributes:
        version: a reader refuses a greater one.
        started_ms: the lesson's begin (UTC).
        has_private: private pages are in the log; else they are sealed there.
        parts: all but the first two, in order.
    """

    version: Annotated[int, Range(1, 1_000_000)]
    title: Annotated[str, Text(200)]
    lesson: Annotated[str, Text(64)]
    started_ms: Annotated[int, Range(0, 2**53 - 1)]
    pages: Annotated[tuple[PageNamed, ...], Items(4096)]
    parts: Annotated[tuple[PartNamed, ...], Items(MAX_PARTS)]
    origins: Annotated[tuple[OriginNamed, ...], Items(MAX_PARTS)] = ()
    has_private: bool = False
    language: Annotated[str, Text(8)] = ""
