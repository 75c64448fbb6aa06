"""Notes that a pen has stored: list, copy, verify, and only then, asked for by name, delete.

with PenTalk("serial:/dev/rfcomm0") as talk:
    listed = offline_list(talk)
    report = fetch_book(talk, listed.books[0], folder)
    if report.copy is not None and the_person_said_so:
        delete_book(talk, report.copy)
"""

from pen_driver.offline.clock import ClockReading, correct_time
from pen_driver.offline.desk import (
    FetchReport,
    PenTalk,
    delete_book,
    fetch_book,
    offline_list,
    offline_pages,
    take_book,
)
from pen_driver.offline.ink import stroke_events
from pen_driver.offline.store import BookStore, StoredStroke, read_book, verify

__all__ = [
    "BookStore",
    "ClockReading",
    "FetchReport",
    "PenTalk",
    "StoredStroke",
    "correct_time",
    "delete_book",
    "fetch_book",
    "offline_list",
    "offline_pages",
    "read_book",
    "stroke_events",
    "take_book",
    "verify",
]
