"""What is known of a person's own paper beside its geometry: names, pages, buttons. Pure.

Kept as one JSON text; damage costs what is damaged and nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from pen_driver import Area, NcodeBook, NcodePage, PageAddress
from pen_driver.address import book_of, parse_book
from teacher_client.lesson.note_messages import MAX_BOOKS, MAX_PAGES
from teacher_client.lesson.paper_messages import (
    LONGEST_TITLE,
    MAX_BUTTONS,
    PaperAction,
    PaperBook,
    PaperPage,
)

LONGEST_ADDRESS = 100


@dataclass(slots=True)
class Book:
    """One notebook.

    Attributes:
        has_pattern: its pages have printed addresses.
        page: the address that stands for its sheets' size, as it was met this time; None before.
        pages: by number, as in `PaperPage`.
    """

    title: str = ""
    used_ms: int = 0
    has_pattern: bool = True
    page: PageAddress | None = None
    pages: dict[int, PaperPage] = field(default_factory=dict)


def book_name(page: PageAddress) -> str:
    """Return the address by which a page's book is registered."""
    return str(book_of(page)) if isinstance(page, NcodePage) else str(page)[:LONGEST_ADDRESS]


class PenShelf:
    """Registered books and bound areas.

    Attributes:
        buttons: areas by their number; the actions are `PaperAction` values.
    """

    def __init__(self, text: str = "") -> None:
        self._books: dict[str, Book] = {}
        self.buttons: dict[int, Area] = {}
        self._load(text)

    def title_of(self, book: str) -> str:
        """Return the person's name for a book, '' for none."""
        found = self._books.get(book)
        return "" if found is None else found.title

    def books(self) -> list[tuple[str, Book]]:
        """Return all, the one written in last first."""
        return sorted(self._books.items(), key=lambda item: -item[1].used_ms)

    def note(self, page: PageAddress, lesson: tuple[str, str] | None, now_ms: int) -> bool:
        """Take in that this page is written on; return True where that is news.

        Args:
            lesson: session and pupils' names; None outside a lesson.
            now_ms: since 1970.
        """
        name = book_name(page)
        book = self._books.get(name)
        is_new = book is None
        if book is None:
            book = self._books[name] = Book(has_pattern=isinstance(page, NcodePage))
            self._make_room()
        book.used_ms = now_ms
        is_new |= book.page is None
        book.page = page
        number = page.page if isinstance(page, NcodePage) else 0
        known = book.pages.get(number)
        if lesson is None or (known is not None and known.session == lesson[0]):
            return is_new
        book.pages[number] = PaperPage(number, lesson[1][:200], lesson[0], now_ms)
        if len(book.pages) > MAX_PAGES:
            del book.pages[min(book.pages, key=lambda n: book.pages[n].at_ms)]
        return True

    def name(self, book: str, title: str) -> bool:
        """Give a registered book a name; return whether there is one."""
        if book not in self._books:
            return False
        self._books[book].title = title.strip()[:LONGEST_TITLE]
        return True

    def forget(self, book: str) -> list[Area]:
        """Forget a book; return its areas, which are forgotten too."""
        self._books.pop(book, None)
        gone = {n: area for n, area in self.buttons.items() if str(area.book) == book}
        for number in gone:
            del self.buttons[number]
        return list(gone.values())

    def bind(self, area: Area) -> int | None:
        """Keep an area; return its number, None where there are as many as there can be."""
        if len(self.buttons) >= MAX_BUTTONS:
            return None
        number = max(self.buttons, default=0) + 1
        self.buttons[number] = area
        return number

    def to_text(self) -> str:
        """Return all of it, to be kept."""
        books = {
            name: {
                "title": book.title,
                "used_ms": book.used_ms,
                "has_pattern": book.has_pattern,
                "pages": [asdict(page) for page in book.pages.values()],
            }
            for name, book in self._books.items()
        }
        buttons = {str(n): _button_values(area) for n, area in self.buttons.items()}
        return json.dumps({"books": books, "buttons": buttons}, ensure_ascii=False, indent=1) + "\n"

    def _make_room(self) -> None:
        """Let go of the book that was used longest ago and has nothing a person gave it."""
        if len(self._books) > MAX_BOOKS:
            plain = [name for name, book in self._books.items() if not book.title]
            del self._books[min(plain or self._books, key=lambda name: self._books[name].used_ms)]

    def _load(self, text: str) -> None:
        for name, values in _items(text, "books"):
            try:
                self._books[name[:LONGEST_ADDRESS]] = _read_book(values)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                continue
        for name, values in _items(text, "buttons"):
            try:
                self.buttons[int(name)] = _read_button(values)
            except (ValueError, TypeError, KeyError, OverflowError):
                continue


def _items(text: str, key: str) -> Iterator[tuple[str, dict[str, object]]]:
    try:
        yield from json.loads(text)[key].items()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return


def _read_book(values: dict[str, object]) -> Book:
    pages: dict[int, PaperPage] = {}
    listed = values["pages"]
    if isinstance(listed, list):
        for one in listed[:MAX_PAGES]:
            page = PaperPage(
                int(one["page"]), str(one["pupils"])[:200], str(one["session"])[:64],
                int(one["at_ms"]),
            )  # fmt: skip
            pages[page.page] = page
    book = Book(str(values["title"])[:LONGEST_TITLE], int(str(values["used_ms"])))
    return replace(book, has_pattern=bool(values["has_pattern"]), pages=pages)


def _button_values(area: Area) -> dict[str, object]:
    place = {"x": area.x, "y": area.y, "width": area.width, "height": area.height}
    return {"book": str(area.book), "page": area.page, **place, "action": area.action}


def _read_button(values: dict[str, object]) -> Area:
    book: NcodeBook = parse_book(str(values["book"]))
    x, y, width, height = (float(str(values[name])) for name in ("x", "y", "width", "height"))
    if not math.isfinite(x + y + width + height):
        raise ValueError(values)
    page = None if values["page"] is None else int(str(values["page"]))
    return Area(book, page, x, y, width, height, PaperAction(str(values["action"])).value)


def paper_book(
    name: str, book: Book, size_mm: tuple[float, float], *, is_known: bool, is_calibrated: bool
) -> PaperBook:
    """Return a book as the window is told of it."""
    newest = sorted(book.pages.values(), key=lambda page: -page.at_ms)
    return PaperBook(
        name, book.title, *size_mm, is_known, is_calibrated, book.has_pattern, tuple(newest)
    )
