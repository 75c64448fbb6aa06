"""Role ``cage``: answer questions about files until stdin ends. Reads strangers' bytes."""

from __future__ import annotations

import os
import sys
from typing import assert_never

from PIL import Image

from signaling_server.media.cleaning import (
    FORMATS,
    PDF,
    TroubleError,
    clean,
    encode,
    kind_of,
    open_picture,
    read_picture,
)
from signaling_server.media.limits import JOB_SECONDS, allow_cpu, confine
from signaling_server.protocol.pictures import FULL_EDGE, PictureTrouble
from teacher_client.cage.documents import FONT_FOLDERS, Document
from teacher_client.cage.jobs import (
    Answer,
    Pictured,
    Probe,
    Probed,
    Question,
    Reencode,
    Refused,
    Render,
    Thumbnail,
    pack_head,
    read_question,
)


def run_cage() -> int:
    """Serve until the parent closes the pipe."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no part of an answer
    confine(FONT_FOLDERS)
    desk = CageDesk()
    while (asked := read_question(sys.stdin.buffer)) is not None:
        allow_cpu(JOB_SECONDS)
        answer, payload = desk.answer(*asked)
        answers.write(pack_head(answer, payload) + payload)
        answers.flush()
    return 0


class CageDesk:
    """Answers one question after the other; keeps the last probed PDF open."""

    def __init__(self) -> None:
        self._document: Document | None = None

    def answer(self, question: Question, payload: bytes) -> tuple[Answer, bytes]:
        """Carry a question out; what cannot be is refused with its reason."""
        try:
            match question:
                case Probe():
                    return self._probe(payload), b""
                case Render():
                    if self._document is None:
                        return Refused(PictureTrouble.DAMAGED), b""
                    page = self._document.render(question.page, question.width_px, question.area)
                    return _pictured(page, is_whole=question.area is None)
                case Reencode():
                    return _pictured(read_picture(payload, _picture_kind(payload)), is_whole=True)
                case Thumbnail():
                    return _thumbnail(payload, question.edge)
                case _:
                    assert_never(question)
        except TroubleError as exc:
            return Refused(exc.trouble), b""
        except MemoryError:
            return Refused(PictureTrouble.TOO_MUCH_MEMORY), b""

    def _probe(self, payload: bytes) -> Probed:
        kind = kind_of(payload)
        if kind != PDF:
            image = open_picture(payload, kind)
            return Probed(kind, width_px=image.width, height_px=image.height)
        self._document = None  # two big ones at once would share the memory of one
        self._document = document = Document(payload)
        sizes = [document.size_mm(page) for page in range(document.count)]
        return Probed(kind, tuple(w for w, _h in sizes), tuple(h for _w, h in sizes))


def _picture_kind(payload: bytes) -> str:
    kind = kind_of(payload)
    if kind not in FORMATS:
        raise TroubleError(PictureTrouble.NOT_A_PICTURE)
    return kind


def _pictured(image: Image.Image, *, is_whole: bool) -> tuple[Answer, bytes]:
    if not is_whole:
        data = encode(image)
        return Pictured(image.width, image.height, len(data)), data
    made = clean(image)
    answer = Pictured(made.width, made.height, len(made.full), len(made.small))
    return answer, made.full + made.small


def _thumbnail(payload: bytes, edge: int) -> tuple[Answer, bytes]:
    if kind_of(payload) == PDF:
        image = Document(payload).render(0, FULL_EDGE // 2)
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    else:
        image = read_picture(payload, _picture_kind(payload), edge)
    return _pictured(image, is_whole=False)
