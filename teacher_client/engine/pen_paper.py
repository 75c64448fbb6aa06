"""The engine's desk for paper: where ink lies on its sheet, calibration, books, buttons.

Every event of the pen passes through it on the way to the lesson. Taps that are awaited and
strokes that begin on a button go no further.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pen_driver import (
    Area,
    Buttons,
    NcodePage,
    PageAddress,
    PaperStore,
    PenButtonPressed,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
    Sheet,
)
from pen_driver.address import parse_book
from pen_driver.paper import MM_PER_UNIT, is_known
from teacher_client.engine.pen_saver import PenSaver
from teacher_client.engine.pen_shelf import Book, PenShelf, paper_book
from teacher_client.engine.pen_taps import Binding, Calibrating
from teacher_client.lesson.link import FromEngine
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    CalibratePaper,
    ForgetBook,
    FromPaperPage,
    NameBook,
    PaperAction,
    PaperBook,
    PaperBooks,
    PaperButton,
    PaperButtons,
    PaperCalibration,
    PaperPressed,
    PressOutcome,
    StopBinding,
    TapProblem,
    UnbindButton,
)

SHELF_NAME = "books.json"
MOST_TAP_SECONDS = 120.0
LARGEST_MM = 10_000.0
MOST_PAGES_TOLD = 5000
"""In one message, of the books used last; a frame holds 4 MiB."""


@dataclass(frozen=True, slots=True)
class PaperNeeds:
    """What the paper's desk needs of the engine.

    Attributes:
        has_pen: whether a pen is there.
        lesson: session and pupils' names of the lesson that is on, None without one.
        press: does what a button says.
        say: what the window is to hear.
    """

    has_pen: Callable[[], bool]
    lesson: Callable[[], tuple[str, str] | None]
    press: Callable[[PaperAction], PressOutcome]
    say: Callable[[FromEngine], None]


class PaperDesk:
    """A person's own paper. Lives in the engine's loop; `open` reads two small files.

    Attributes:
        store: sheets by page, calibrated and grown.
    """

    def __init__(self, folder: Path, needs: PaperNeeds) -> None:
        self._needs = needs
        self._saver = PenSaver(self._disk_works)
        self._path = folder / SHELF_NAME
        self.store = PaperStore(folder, self._saver)
        self._shelf = PenShelf(_read(self._path))
        self._buttons = Buttons(self._shelf.buttons.values())
        self._tapping: Calibrating | Binding | None = None
        self._is_tap = False  # a stroke has begun since taps are awaited
        self._tap_timer: asyncio.TimerHandle | None = None
        self._page: PageAddress | None = None
        self._has_failed = False

    def close(self) -> None:
        """Write out what is to be kept; blocking."""
        self._end_tapping()
        self._saver.close()

    def states(self) -> Iterator[FromEngine]:
        """What a new window has to know."""
        yield self._books()
        yield self._all_buttons()
        match self._tapping:
            case Calibrating() | Binding():
                yield self._tapping.state()

    def title_of(self, book: str) -> str:
        """Return the person's name for a book, '' for none."""
        return self._shelf.title_of(book)

    def is_button(self, page: NcodePage, x: float, y: float) -> bool:
        """Say whether a place of the pattern is bound to an action."""
        return self._buttons.action_at(page, x, y) is not None

    # the pen

    def take(self, event: PenEvent) -> list[PenEvent]:
        """Take one event of the pen; return what goes on to the lesson, in order."""
        event = self.store.placed(event)
        if isinstance(event, PenDown) and event.page != self._page:
            self._page = event.page
            self._note(event.page)
        if self._tapping is not None:
            self._is_tap |= isinstance(event, PenDown)
            if self._is_tap or not isinstance(event, PenSample | PenLifted):
                return self._tap(self._tapping, event)  # a stroke from before is still ink
        events = self._buttons.take(event)
        for one in events:
            if self.store.take(one):
                self._say_books()
        return [one for one in events if not self._pressed(one)]

    def _pressed(self, event: PenEvent) -> bool:
        if not isinstance(event, PenButtonPressed) or event.action not in set(PaperAction):
            return False
        action = PaperAction(event.action)
        self._needs.say(PaperPressed(action, self._needs.press(action)))
        return True

    def _note(self, page: PageAddress) -> None:
        if self._shelf.note(page, self._needs.lesson(), round(time.time() * 1000)):
            self._changed()

    # taps

    def _tap(self, tapping: Calibrating | Binding, event: PenEvent) -> list[PenEvent]:
        told = tapping.take(event)
        if tapping.found is not None:
            self._end_tapping()
            if isinstance(tapping, Calibrating):
                self.store.calibrate(tapping.found.book, tapping.found.sheet)
            else:
                told = self._bound(tapping.state(), tapping.found)
        if told is not None:
            self._needs.say(told)
        if tapping.found is not None:
            self._say_books()
            self._needs.say(self._all_buttons())
        if isinstance(event, PenDisconnected):
            self._give_up(TapProblem.NO_PEN)
        return [] if isinstance(event, PenDown | PenSample | PenLifted) else [event]

    def _bound(self, told: ButtonBinding, area: Area) -> ButtonBinding:
        number = self._shelf.bind(area)
        if number is None:
            return ButtonBinding(told.action, told.shape, None, TapProblem.REFUSED)
        self._buttons.bind(area)
        self._save()
        return ButtonBinding(told.action, told.shape, button=number)

    def _begin_tapping(self, tapping: Calibrating | Binding) -> None:
        self._end_tapping()
        self._tapping, self._is_tap = tapping, False
        if not self._needs.has_pen():
            self._give_up(TapProblem.NO_PEN)
            return
        loop = asyncio.get_running_loop()
        self._tap_timer = loop.call_later(MOST_TAP_SECONDS, self._give_up, TapProblem.TOO_LONG)
        self._needs.say(tapping.state())

    def _give_up(self, problem: TapProblem | None) -> None:
        tapping = self._tapping
        self._end_tapping()
        match tapping:
            case Calibrating():
                self._needs.say(PaperCalibration(None, problem))
            case Binding():
                told = tapping.state()
                self._needs.say(ButtonBinding(told.action, told.shape, None, problem))

    def _end_tapping(self) -> None:
        self._tapping = None
        if self._tap_timer is not None:
            self._tap_timer.cancel()
            self._tap_timer = None

    # the window

    def carry_out(self, message: FromPaperPage) -> None:
        """Do what the pen page asks."""
        match message:
            case NameBook():
                if self._shelf.name(message.book, message.title):
                    self._changed()
            case ForgetBook():
                self._forget(message.book)
            case CalibratePaper(is_on=True):
                self._begin_tapping(Calibrating())
            case BindButton():
                self._begin_tapping(Binding(message))
            case CalibratePaper() | StopBinding():
                self._give_up(None)
            case UnbindButton():
                area = self._shelf.buttons.pop(message.button, None)
                if area is not None:
                    self._buttons.unbind(area)
                    self._changed()

    def window_gone(self) -> None:
        """Nobody sees what the taps would show."""
        self._end_tapping()

    def _forget(self, name: str) -> None:
        for area in self._shelf.forget(name):
            self._buttons.unbind(area)
        with contextlib.suppress(ValueError):  # paper without a pattern has no calibration
            self.store.forget(parse_book(name))
        self._page = None  # a book that is written in again is registered again
        self._changed()

    def _changed(self) -> None:
        self._save()
        self._say_books()
        self._needs.say(self._all_buttons())

    def _say_books(self) -> None:
        self._needs.say(self._books())

    def _save(self) -> None:
        self._saver(self._path, self._shelf.to_text())

    def _disk_works(self, works: bool) -> None:
        self._has_failed = not works
        self._say_books()

    # as the window is told

    def _books(self) -> PaperBooks:
        left = MOST_PAGES_TOLD
        books = []
        for name, book in self._shelf.books():
            told = self._book(name, book)
            books.append(replace(told, pages=told.pages[:left]))
            left = max(left - len(told.pages), 0)
        return PaperBooks(tuple(books), self._has_failed)

    def _book(self, name: str, book: Book) -> PaperBook:
        page = book.page if book.page is not None else _some_page(name)
        if page is None:
            return paper_book(name, book, (0.0, 0.0), is_known=False, is_calibrated=False)
        sheet = self.store.shown(page)
        size = (min(sheet.width_mm, LARGEST_MM), min(sheet.height_mm, LARGEST_MM))
        calibrated = self.store.is_calibrated(page)
        return paper_book(name, book, size, is_known=is_known(page), is_calibrated=calibrated)

    def _all_buttons(self) -> PaperButtons:
        buttons = tuple(
            _button(number, area, self.store.shown(area.book.page(area.page or 0)))
            for number, area in sorted(self._shelf.buttons.items())
        )
        return PaperButtons(buttons, self._has_failed)


def _button(number: int, area: Area, sheet: Sheet) -> PaperButton:
    x_mm, y_mm = sheet.to_mm(area.x, area.y)
    x, y, width, height = (
        round(min(max(value, -LARGEST_MM), LARGEST_MM), 2)
        for value in (x_mm, y_mm, area.width * MM_PER_UNIT, area.height * MM_PER_UNIT)
    )
    return PaperButton(
        number, str(area.book), area.page, x, y, width, height, PaperAction(area.action)
    )


def _some_page(name: str) -> PageAddress | None:
    """A page of a book that was not written in since the engine began."""
    try:
        return parse_book(name).page(0)
    except ValueError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
