"""Names, pages and buttons of a person's paper, kept as text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver import Area, NcodeBook, SheetPage
from teacher_client.engine.pen_shelf import PenShelf
from teacher_client.lesson.note_messages import MAX_BOOKS, MAX_PAGES
from teacher_client.lesson.paper_messages import MAX_BUTTONS, PaperAction

BOOK = NcodeBook(3, 27, 604)
UNDO = Area(BOOK, None, 10, 20, 4, 2, PaperAction.UNDO.value)


def kept(shelf: PenShelf) -> PenShelf:
    return PenShelf(shelf.to_text())


def test_a_page_is_noted_once_for_a_lesson() -> None:
    shelf = PenShelf()
    assert shelf.note(BOOK.page(5), None, 1)
    assert not shelf.note(BOOK.page(5), None, 2)
    assert shelf.note(BOOK.page(5), ("lesson-1", "甲"), 3)
    assert not shelf.note(BOOK.page(5), ("lesson-1", "甲"), 4)
    assert shelf.note(BOOK.page(5), ("lesson-2", "乙、丙"), 5)
    ((name, book),) = kept(shelf).books()
    assert name == str(BOOK)
    assert [(p.page, p.session, p.pupils, p.at_ms) for p in book.pages.values()] == [
        (5, "lesson-2", "乙、丙", 5)
    ]


def test_names_buttons_and_paper_without_a_pattern_come_back() -> None:
    shelf = PenShelf()
    shelf.note(SheetPage("robotpen:A4"), None, 1)
    shelf.note(BOOK.page(1), None, 2)
    assert shelf.name(str(BOOK), " 数学 ")
    assert not shelf.name("ncode:3.27.1", "物理")
    assert shelf.bind(UNDO) == 1
    again = kept(shelf)
    assert again.title_of(str(BOOK)) == "数学"
    assert [(name, book.has_pattern) for name, book in again.books()] == [
        (str(BOOK), True),
        ("robotpen:A4", False),
    ]
    assert again.buttons == {1: UNDO}
    assert again.forget(str(BOOK)) == [UNDO]
    assert again.buttons == {}
    assert again.title_of(str(BOOK)) == ""


def test_everything_is_bounded_and_a_named_book_outlives_the_others() -> None:
    shelf = PenShelf()
    shelf.note(BOOK.page(0), None, 0)
    shelf.name(str(BOOK), "数学")
    for number in range(MAX_BOOKS + 5):
        shelf.note(NcodeBook(3, 27, 1000 + number).page(0), None, number + 1)
    assert len(shelf.books()) == MAX_BOOKS
    assert shelf.title_of(str(BOOK)) == "数学"
    for number in range(MAX_PAGES + 5):
        shelf.note(BOOK.page(number), ("lesson-1", "甲"), 1000 + number)
    pages = dict(shelf.books())[str(BOOK)].pages
    assert len(pages) == MAX_PAGES
    assert 0 not in pages
    numbers = [shelf.bind(UNDO) for _ in range(MAX_BUTTONS + 1)]
    assert numbers[-2:] == [MAX_BUTTONS, None]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"books": 3, "buttons": [1]}', "[" * 9999])
def test_damage_costs_no_more_than_what_is_damaged(text: str) -> None:
    assert PenShelf(text).books() == []


@given(st.sampled_from(["title", "used_ms", "pages", "x", "action", "book", "page"]), st.data())
def test_one_bad_value_leaves_the_rest(key: str, data: st.DataObject) -> None:
    shelf = PenShelf()
    for book in (BOOK, NcodeBook(3, 27, 605)):
        shelf.note(book.page(1), ("lesson-1", "甲"), 1)
    shelf.bind(UNDO)
    shelf.bind(UNDO)
    values = json.loads(shelf.to_text())
    bad = data.draw(st.sampled_from([None, "x", [], {}, 1e400, -1, "∞"]))
    for group in (values["books"][str(BOOK)], values["buttons"]["1"]):
        if key in group:
            group[key] = bad
    again = PenShelf(json.dumps(values))
    assert "ncode:3.27.605" in dict(again.books())
    assert again.buttons[2] == UNDO
