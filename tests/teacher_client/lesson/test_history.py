"""Undo and redo stacks, from the log alone."""

from __future__ import annotations

from dataclasses import replace

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    ActionNamed,
    Blank,
    Body,
    Entry,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    ItemsNamed,
    PageAdded,
    PageShown,
    ViewShown,
)
from signaling_server.protocol.ids import (
    TEACHER,
    CommandId,
    EntryNumber,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import NO_SAMPLES, InkBody, Style
from teacher_client.lesson.history import Action, History

PAGE = PageId(1)


def erased(number: int, author: Member = TEACHER) -> Entry:
    body = ItemsNamed((StrokeId(1),))
    return Entry(EntryKind.ITEMS_ERASED, EntryNumber(number), 0, body, PAGE, author)


def named(kind: EntryKind, number: int, of: int) -> Entry:
    return Entry(kind, EntryNumber(number), 0, ActionNamed(EntryNumber(of)), PAGE, TEACHER)


def test_the_newest_action_goes_first_and_comes_back_last() -> None:
    history = History()
    for number in (1, 2, 3):
        history.apply(erased(number))
    history.apply(named(EntryKind.UNDONE, 4, 3))
    history.apply(named(EntryKind.UNDONE, 5, 2))
    assert history.to_undo(TEACHER) == (Action(EntryNumber(1), PAGE),)
    assert history.to_redo(TEACHER) == (Action(EntryNumber(2), PAGE),)
    history.apply(named(EntryKind.REDONE, 6, 2))
    assert history.to_undo(TEACHER) == (Action(EntryNumber(2), PAGE),)
    assert history.to_redo(TEACHER) == (Action(EntryNumber(3), PAGE),)


def test_an_undo_of_something_unknown_changes_nothing() -> None:
    history = History()
    history.apply(erased(1))
    history.apply(named(EntryKind.UNDONE, 2, 99))
    history.apply(Blank(EntryNumber(3), TEACHER, 2))
    assert history.to_undo(TEACHER) == (Action(EntryNumber(1), PAGE),)
    assert history.to_redo(TEACHER) is None
    assert history.to_undo(Member(2)) is None


def of_command(number: int, page: int, command: int) -> Entry:
    return replace(erased(number), page=PageId(page), command=CommandId(command))


def test_a_command_on_several_pages_is_one_step_also_with_others_between() -> None:
    history = History()
    step = (Action(EntryNumber(1), PAGE), Action(EntryNumber(4), PageId(2)))
    history.apply(of_command(1, 1, 7))
    history.apply(erased(2))
    history.apply(of_command(3, 1, 7))
    history.apply(of_command(4, 2, 7))
    assert history.to_undo(TEACHER) == (Action(EntryNumber(2), PAGE),)
    history.apply(named(EntryKind.UNDONE, 5, 2))
    assert history.to_undo(TEACHER) == step
    history.apply(named(EntryKind.UNDONE, 6, 1))
    history.apply(replace(named(EntryKind.UNDONE, 7, 4), page=PageId(2)))
    assert history.to_undo(TEACHER) is None
    assert history.to_redo(TEACHER) == step


def test_the_same_command_of_another_author_is_another_step() -> None:
    history = History()
    history.apply(of_command(1, 1, 7))
    history.apply(replace(of_command(2, 1, 7), author=Member(2)))
    assert history.to_undo(TEACHER) == (Action(EntryNumber(1), PAGE),)
    assert history.to_undo(Member(2)) == (Action(EntryNumber(2), PAGE),)


def test_sheets_lasers_views_and_shown_pages_are_no_steps() -> None:
    history = History()
    laser = InkBody(StrokeId(1), 0, NO_SAMPLES, Style(Tool.LASER, Ink.RED, 70, 0))
    sheet = PageAdded(9000, 9000, PageKind.DOTS, "neo:3/27/603/1")
    entries: list[tuple[EntryKind, Body]] = [
        (EntryKind.INK_BEGIN, laser),
        (EntryKind.PAGE_ADDED, sheet),
        (EntryKind.PAGE_SHOWN, PageShown()),
        (EntryKind.VIEW_SHOWN, ViewShown()),
        (EntryKind.INSTRUMENT_SET, InstrumentSet(InstrumentKind.NONE)),
    ]
    for number, (kind, body) in enumerate(entries, 1):
        history.apply(Entry(kind, EntryNumber(number), 0, body, PAGE, TEACHER))
    assert history.to_undo(TEACHER) is None
