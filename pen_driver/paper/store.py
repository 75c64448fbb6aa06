"""What is known about a person's own paper: calibrated books, and pages that grow with their ink.

One small JSON file in a folder of the caller's; without a folder it lives in memory.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from pen_driver.address import NcodeBook, NcodePage, PageAddress, book_of, parse_book
from pen_driver.events import PenDown, PenEvent, PenHover, PenLifted, PenSample
from pen_driver.paper.books import Sheet, is_known, sheet_of

FILE_NAME = "paper.json"

# A growing page begins as the smallest common sheet (A6) and grows in steps, so that it does not
# change with every dot; the border keeps the ink off the edge.
_LEAST_MM = (105.0, 148.0)
_STEP_MM = 20.0
_BORDER_MM = 10.0


def replace_text(path: Path, text: str) -> None:
    """Put a file in the place of the one before; whoever reads sees one or the other.

    Raises:
        OSError: the disk failed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


class PaperStore:
    """Sheets of pages. Calls from any thread.

    Args:
        write: puts a text into a file; a program that must not wait hands in its own.

    Raises:
        OSError: by what saves, when the disk failed; what is known stays known in memory.
    """

    def __init__(
        self, folder: Path | None = None, write: Callable[[Path, str], None] = replace_text
    ) -> None:
        self._write = write
        self._path = None if folder is None else folder / FILE_NAME
        self._lock = threading.Lock()
        self._calibrated: dict[NcodeBook, Sheet] = {}
        self._grown: dict[str, tuple[float, float]] = {}
        self._page: PageAddress | None = None
        self._down_page: PageAddress | None = None
        self._has_grown = False
        self._load()

    def sheet_of(self, page: PageAddress) -> Sheet:
        """Return the sheet where ink may be; of an unknown book the whole pattern.

        For `StrokeOptions.sheets`.
        """
        if isinstance(page, NcodePage):
            calibrated = self._calibrated.get(book_of(page))
            if calibrated is not None:
                return calibrated
        return sheet_of(page)

    def shown(self, page: PageAddress) -> Sheet:
        """Return the sheet to show: an unknown one is as large as its ink so far asks for."""
        sheet = self.sheet_of(page)
        if self._is_known(page):
            return sheet
        width, height = self._grown.get(_group(page), _LEAST_MM)
        return Sheet(width, height, sheet.origin_x, sheet.origin_y)

    def placed(self, event: PenEvent) -> PenEvent:
        """Return an event with its position on the calibrated sheet; others as they are.

        For programs that get a pen from `open_pen`; a session with `StrokeOptions.sheets` places
        them itself. The events of one pen, in their order.
        """
        if isinstance(event, PenDown):
            self._down_page = event.page
        if isinstance(event, PenHover):
            return self._placed_hover(event)
        page = self._down_page
        if not isinstance(event, PenSample) or event.raw is None:
            return event
        if not isinstance(page, NcodePage) or book_of(page) not in self._calibrated:
            return event
        x_mm, y_mm = self._calibrated[book_of(page)].to_mm(event.raw.x, event.raw.y)
        return replace(event, x_mm=x_mm, y_mm=y_mm)

    def _placed_hover(self, event: PenHover) -> PenHover:
        """It has no raw form: moved by what its own sheet's corner is off."""
        if not isinstance(event.page, NcodePage) or book_of(event.page) not in self._calibrated:
            return event
        left, top = sheet_of(event.page).corner_mm
        true_left, true_top = self._calibrated[book_of(event.page)].corner_mm
        return replace(event, x_mm=event.x_mm + left - true_left, y_mm=event.y_mm + top - true_top)

    def take(self, event: PenEvent) -> bool:
        """Take one event of a pen; return True when the page it writes on has grown.

        Saves at the end of a stroke that has made a page grow.
        """
        match event:
            case PenDown():
                self._page = event.page
            case PenSample() if self._page is not None and not self._is_known(self._page):
                return self._grow(self._page, event.x_mm, event.y_mm)
            case PenLifted() if self._has_grown:
                self._has_grown = False
                self._save()
        return False

    def calibrate(self, book: NcodeBook, sheet: Sheet) -> None:
        """Keep what two taps have shown (`TwoTaps`); it counts from the next stroke on."""
        self._calibrated = {**self._calibrated, book: sheet}
        self._save()

    def forget(self, book: NcodeBook) -> None:
        """Take a calibration back."""
        self._calibrated = {key: s for key, s in self._calibrated.items() if key != book}
        self._save()

    def is_calibrated(self, page: PageAddress) -> bool:
        """Say whether a person has shown where this page's sheet lies."""
        return isinstance(page, NcodePage) and book_of(page) in self._calibrated

    def _is_known(self, page: PageAddress) -> bool:
        return self.is_calibrated(page) or is_known(page)

    def _grow(self, page: PageAddress, x_mm: float, y_mm: float) -> bool:
        group = _group(page)
        width, height = self._grown.get(group, _LEAST_MM)
        new = (max(width, _stepped(x_mm)), max(height, _stepped(y_mm)))
        if new == (width, height):
            return False
        self._grown = {**self._grown, group: new}
        self._has_grown = True
        return True

    def _load(self) -> None:
        if self._path is None:
            return
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
            self._calibrated = {
                parse_book(text): _checked(Sheet(**sheet))
                for text, sheet in values["calibrated"].items()
            }
            self._grown = {
                str(text): (float(width), float(height))
                for text, (width, height) in values["grown"].items()
            }
        except FileNotFoundError:
            pass
        except (ValueError, TypeError, KeyError, AttributeError):
            # Damaged: two taps make it anew. The old file is kept for whoever wants to look.
            self._calibrated, self._grown = {}, {}
            self._path.replace(self._path.with_name(FILE_NAME + ".bad"))

    def _save(self) -> None:
        if self._path is None:
            return
        with self._lock:
            values = {
                "calibrated": {str(book): asdict(s) for book, s in self._calibrated.items()},
                "grown": self._grown,
            }
            self._write(self._path, json.dumps(values, indent=1) + "\n")


def _group(page: PageAddress) -> str:
    """What shares one size: the pages of a book."""
    return str(book_of(page)) if isinstance(page, NcodePage) else str(page)


def _stepped(mm: float) -> float:
    return math.ceil((mm + _BORDER_MM) / _STEP_MM) * _STEP_MM


def _checked(sheet: Sheet) -> Sheet:
    values = (sheet.width_mm, sheet.height_mm, sheet.origin_x, sheet.origin_y)
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        raise ValueError(sheet)
    if min(sheet.width_mm, sheet.height_mm) <= 0:
        raise ValueError(sheet)
    return sheet
