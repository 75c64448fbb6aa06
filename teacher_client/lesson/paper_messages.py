"""What window and engine say about paper: books, calibration, buttons; in `link`'s unions.

Lengths are mm on the sheet, origin top left, y down.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.schema import Items, Range, Text
from teacher_client.lesson.note_messages import (
    MAX_BOOKS,
    MAX_PAGES,
    BookAddress,
    PageNumber,
    UnixMilliseconds,
)

MAX_BUTTONS: Final = 256
LONGEST_TITLE: Final = 60
Millimetres = Annotated[float, Range(-10_000, 10_000)]
ButtonNumber = Annotated[int, Range(1, 2**31)]


class Corner(enum.StrEnum):
    """Where the next tap is awaited; any two opposite corners do, these are the ones to name."""

    TOP_LEFT = "top_left"
    BOTTOM_RIGHT = "bottom_right"


class TapProblem(enum.StrEnum):
    """Why the last stroke was no good tap, or why tapping ended; after the first four it goes on.

    WRITING, OTHER_PAGE, TOO_SMALL and NO_PATTERN leave the taps open.
    """

    WRITING = "writing"  # it was a stroke: touch the corner and lift
    OTHER_PAGE = "other_page"  # on another sheet than the first tap, which counts as the first now
    TOO_SMALL = "too_small"  # too near to the first tap, which counts as the first now
    NO_PATTERN = "no_pattern"  # this paper has no printed addresses: it needs none of this
    NO_PEN = "no_pen"  # the pen is not there or went away
    TOO_LONG = "too_long"  # nothing came for two minutes
    DISK = "disk"  # it counts now and is gone after a restart: make room
    REFUSED = "refused"  # nothing was awaited, or there are as many buttons as there can be


# books


@dataclass(frozen=True, slots=True)
class NameBook:
    """Give a book a name; '' takes it back."""

    TAG: ClassVar[str] = "name_book"

    book: BookAddress
    title: Annotated[str, Text(LONGEST_TITLE)]


@dataclass(frozen=True, slots=True)
class ForgetBook:
    """Forget a book's name, calibration, buttons and pages; kept notes and lessons stay."""

    TAG: ClassVar[str] = "forget_book"

    book: BookAddress


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A sheet that was written on in a lesson; `pupils` as in the library, '' not known."""

    page: PageNumber
    pupils: Annotated[str, Text(200)] = ""
    session: Annotated[str, Text(64)] = ""
    at_ms: UnixMilliseconds = 0


@dataclass(frozen=True, slots=True)
class PaperBook:
    """One notebook that was written in here.

    Attributes:
        width_mm, height_mm: of its sheets; of unknown ones as large as their ink so far.
        is_known: its size stands in the driver's list.
        is_calibrated: its place and size were shown by two taps.
        has_pattern: it has printed addresses, so it can be calibrated and have buttons.
        pages: the newest first.
    """

    book: BookAddress
    title: Annotated[str, Text(LONGEST_TITLE)] = ""
    width_mm: Millimetres = 0.0
    height_mm: Millimetres = 0.0
    is_known: bool = False
    is_calibrated: bool = False
    has_pattern: bool = True
    pages: Annotated[tuple[PaperPage, ...], Items(MAX_PAGES)] = ()


@dataclass(frozen=True, slots=True)
class PaperBooks:
    """All registered books, the one written in last first; sent at attach and on change.

    `has_failed`: what was changed is not on disk and is gone after a restart.
    """

    TAG: ClassVar[str] = "paper_books"

    books: Annotated[tuple[PaperBook, ...], Items(MAX_BOOKS)] = ()
    has_failed: bool = False


# calibration


@dataclass(frozen=True, slots=True)
class CalibratePaper:
    """Begin (or begin anew) or give up: two taps on opposite corners of one sheet."""

    TAG: ClassVar[str] = "calibrate_paper"

    is_on: bool


@dataclass(frozen=True, slots=True)
class PaperCalibration:
    """How it stands; taps leave no ink.

    Attributes:
        awaited: the corner to tap now; None: it is over, or was never begun.
        problem: with the last stroke, or why it is over.
        book, width_mm, height_mm: what was found; '' and 0 before.
    """

    TAG: ClassVar[str] = "paper_calibration"

    awaited: Corner | None = None
    problem: TapProblem | None = None
    book: Annotated[str, Text(100)] = ""
    width_mm: Millimetres = 0.0
    height_mm: Millimetres = 0.0


# buttons


class PaperAction(enum.StrEnum):
    """What a place on paper can do (never: end the lesson)."""

    INK_1 = "ink_1"
    INK_2 = "ink_2"
    INK_3 = "ink_3"
    INK_4 = "ink_4"
    UNDO = "undo"
    NEXT_HAND = "next_hand"
    LASER = "laser"
    MICROPHONE = "microphone"


class ButtonShape(enum.StrEnum):
    """How the person shows the place."""

    AREA = "area"  # two taps on opposite corners of it
    CELL = "cell"  # one tap in the middle of a square of 15 mm


@dataclass(frozen=True, slots=True)
class BindButton:
    """Await the taps that show where an action is.

    Attributes:
        on_every_page: the same place on all pages of the book; otherwise on this sheet alone.
    """

    TAG: ClassVar[str] = "bind_button"

    action: PaperAction
    shape: ButtonShape = ButtonShape.CELL
    on_every_page: bool = True


@dataclass(frozen=True, slots=True)
class StopBinding:
    """Give up what :class:`BindButton` began."""

    TAG: ClassVar[str] = "stop_binding"


@dataclass(frozen=True, slots=True)
class UnbindButton:
    """Take a button off; its place is plain paper again."""

    TAG: ClassVar[str] = "unbind_button"

    button: ButtonNumber


@dataclass(frozen=True, slots=True)
class PaperButton:
    """A place on a sheet; `page` None: on every page of the book. Of two in one place the later
    counts."""

    button: ButtonNumber
    book: BookAddress
    page: PageNumber | None
    x_mm: Millimetres
    y_mm: Millimetres
    width_mm: Millimetres
    height_mm: Millimetres
    action: PaperAction


@dataclass(frozen=True, slots=True)
class PaperButtons:
    """All buttons, oldest first; sent at attach and on change. `has_failed` as in books."""

    TAG: ClassVar[str] = "paper_buttons"

    buttons: Annotated[tuple[PaperButton, ...], Items(MAX_BUTTONS)] = ()
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class ButtonBinding:
    """How the binding stands.

    Attributes:
        action: what is being bound, or was; None: nothing yet.
        awaited: corner to tap; TOP_LEFT with CELL is the one tap. None: it is over.
        button: number of the new button; None: not made.
    """

    TAG: ClassVar[str] = "button_binding"

    action: PaperAction | None = None
    shape: ButtonShape = ButtonShape.CELL
    awaited: Corner | None = None
    problem: TapProblem | None = None
    button: ButtonNumber | None = None


class PressOutcome(enum.StrEnum):
    """What a touch on a button did."""

    DONE = "done"
    NO_LESSON = "no_lesson"
    NO_HAND = "no_hand"  # nobody has a hand up
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_YET = "not_yet"  # this program has no such tool yet


@dataclass(frozen=True, slots=True)
class PaperPressed:
    """A button on paper was touched."""

    TAG: ClassVar[str] = "paper_pressed"

    action: PaperAction
    outcome: PressOutcome


FromPaperPage: TypeAlias = (
    NameBook | ForgetBook | CalibratePaper | BindButton | StopBinding | UnbindButton
)
FROM_PAPER_PAGE: Final = (
    NameBook,
    ForgetBook,
    CalibratePaper,
    BindButton,
    StopBinding,
    UnbindButton,
)
