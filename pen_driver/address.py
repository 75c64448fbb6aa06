"""Addresses of printed paper: sheets and the books that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class NcodePage:
    """Address of one sheet printed with the Ncode pattern (pen/PROTOCOL 18.2)."""

    section: int
    owner: int
    book: int
    page: int

    def __str__(self) -> str:
        return f"ncode:{self.section}.{self.owner}.{self.book}.{self.page}"


@dataclass(frozen=True, slots=True, order=True)
class NcodeBook:
    """Address of all sheets of one book ("note" in the maker's words)."""

    section: int
    owner: int
    book: int

    def __str__(self) -> str:
        return f"ncode:{self.section}.{self.owner}.{self.book}"

    def page(self, number: int) -> NcodePage:
        """Return the address of one of its sheets."""
        return NcodePage(self.section, self.owner, self.book, number)


@dataclass(frozen=True, slots=True, order=True)
class AnotoPage:
    """A rectangle of the Anoto space, which has no page numbers (pen/OTHER_PENS 2).

    Attributes:
        region: its name; two addresses with the same name are the same page.
        width_mm: infinite for paper that nobody has described: it grows as it is written on.
    """

    region: str
    width_mm: float = field(default=inf, compare=False)
    height_mm: float = field(default=inf, compare=False)

    def __str__(self) -> str:
        return f"anoto:{self.region}"


@dataclass(frozen=True, slots=True, order=True)
class SheetPage:
    """The one sheet of a device that knows no pages: ``robotpen:A4``."""

    sheet: str

    def __str__(self) -> str:
        return self.sheet


PageAddress: TypeAlias = NcodePage | AnotoPage | SheetPage
"""A tagged page address; a further pattern joins as a further class."""


def book_of(page: NcodePage) -> NcodeBook:
    """Return the book that a sheet belongs to."""
    return NcodeBook(page.section, page.owner, page.book)


def parse_book(text: str) -> NcodeBook:
    """Read ``3.27.604``, with or without ``ncode:`` before it.

    Raises:
        ValueError: it is none.
    """
    parts = text.removeprefix("ncode:").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"not a book (section.owner.book): {text!r}")
    section, owner, book = (int(part) for part in parts)
    if section > 0xFF or owner > 0xFFFFFF or book > 0xFFFFFFFF:
        raise ValueError(f"not a book (section.owner.book): {text!r}")
    return NcodeBook(section, owner, book)
