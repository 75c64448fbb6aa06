"""Pens, notes and paper that the tests of the pen's page show; what its fixtures are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pen_driver import Explanation, ReasonKind, SettingName
from teacher_client.lesson.link import FromEngine
from teacher_client.lesson.note_messages import StoredBook, StoredNotes, StoredState
from teacher_client.lesson.paper_messages import (
    PaperAction,
    PaperBook,
    PaperBooks,
    PaperButton,
    PaperButtons,
    PaperPage,
)
from teacher_client.lesson.pen_messages import FoundPen, PenDetails, PenReason, PenSetting
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.pen_notes_face import StoredRow

NAME = "ble:9C:7B:D2:00:A1:7E"
M1 = FoundPen(NAME, "Neosmartpen_M1", (PenReason(ReasonKind.SERVICE, "19F1"),), True)
DONGLE = FoundPen(
    "",
    "TQL dongle",
    (PenReason(ReasonKind.USB_ID, "0C45:7099"),),
    False,
    explanation=Explanation.MAKERS_LIBRARY,
)
MATHS = FoundPen(
    "virtual:maths",
    "maths",
    (PenReason(ReasonKind.BUILT_IN, "maths"),),
    True,
    True,
    Explanation.IN_SOFTWARE,
)
PORT = FoundPen(
    "serial:/dev/ttyS0",
    "/dev/ttyS0",
    (PenReason(ReasonKind.SERIAL_PORT, "/dev/ttyS0"),),
    True,
    explanation=Explanation.NO_SIGN,
)
SETTINGS = (
    PenSetting(SettingName.AUTO_OFF_MINUTES, 20),
    PenSetting(SettingName.BEEP, 1),
    PenSetting(SettingName.HOVER, 0),
    PenSetting(SettingName.USB_MODE, 0),
)
CARD = PenDetails(
    NAME,
    "NWP-F50",
    "1.02",
    80,
    memory_percent=12,
    paper="ncode:3.27.604.1",
    is_paper_known=True,
    can_sound=True,
    settings=SETTINGS,
)

BOOK = "ncode:3.27.604"
OTHER = "ncode:3.30.88"
AT = 1_795_000_000_000
VERIFIED = StoredBook(
    BOOK, StoredState.VERIFIED, "甲的练习本", (1, 2, 5), False, 214, 214, AT, AT, None, True
)
PAGES = tuple(PaperPage(9 - at, "甲同学" if at else "", f"s{at}", AT) for at in range(6))
BOOKS = PaperBooks(
    (
        PaperBook(BOOK, "甲的练习本", 176, 250, True, False, True, PAGES),
        PaperBook(OTHER, "", 125, 188, False, False, True),
    )
)
UNDO = PaperButton(7, BOOK, None, 4, 20, 15, 15, PaperAction.UNDO)
RED = PaperButton(8, BOOK, 3, 4, 60, 15, 15, PaperAction.INK_3)
BUTTONS = PaperButtons((UNDO, RED))

Tell: TypeAlias = Callable[[FromEngine], None]
Heard: TypeAlias = Callable[[int], list[object]]


def stored(*books: StoredBook, takes: bool = False) -> StoredNotes:
    return StoredNotes(books, True, False, False, True, takes, "/home/t/notes")


def only_row(faces: PenFaces) -> StoredRow:
    (row,) = faces.notes.rows.widgets.values()
    return row
