"""``offline``: list and copy what a pen has stored. Nothing is ever deleted from here."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from pen_driver.address import NcodeBook, parse_book
from pen_driver.cli.output import say
from pen_driver.cli.passwords import unlock
from pen_driver.events import OfflineProgress
from pen_driver.offline import PenTalk, fetch_book, offline_list, offline_pages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``list`` and ``fetch``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="books and pages in the pen's memory")
    listing.add_argument("name")
    listing.set_defaults(run=list_books)
    fetch = actions.add_parser("fetch", help="copy books to disk; the pen keeps them")
    fetch.add_argument("name")
    fetch.add_argument("folder", type=Path)
    fetch.add_argument("book", nargs="*", type=_book, help="section.owner.book; none: all")
    fetch.set_defaults(run=fetch_books)


def _book(text: str) -> NcodeBook:
    return parse_book(text)


def _talk(name: str) -> PenTalk:
    talk = PenTalk(name)
    talk.on_locked = partial(unlock, talk.pen)
    return talk


def list_books(args: argparse.Namespace) -> int:
    """Print one JSON object for each stored book."""
    with _talk(args.name) as talk:
        listed = offline_list(talk)
        for book in listed.books:
            pages = offline_pages(talk, book)
            say(json.dumps({"book": str(book), "pages": list(pages.pages)}))
    return 0


def fetch_books(args: argparse.Namespace) -> int:
    """Copy, sync and verify; return 1 where a book could not be copied whole."""
    is_whole = True
    with _talk(args.name) as talk:
        books = tuple(args.book) or offline_list(talk).books
        for book in books:
            report = fetch_book(talk, book, args.folder, _tell_progress)
            is_whole &= report.copy is not None
            say(
                json.dumps(
                    {
                        "book": str(book),
                        "outcome": report.outcome.value,
                        "strokes": report.strokes,
                        "new_strokes": report.new,
                        "is_verified": report.copy is not None,
                        "file": str(report.path),
                    },
                    ensure_ascii=False,
                )
            )
    return 0 if is_whole else 1


def _tell_progress(progress: OfflineProgress) -> None:
    say(
        json.dumps(
            {
                "book": str(progress.book),
                "strokes": progress.strokes,
                "strokes_promised": progress.strokes_promised,
            }
        )
    )
