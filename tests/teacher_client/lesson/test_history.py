"""Undo and redo stacks, from the log alone."""

from __future__ import annotations

from signaling_server.protocol.entries import ActionNamed, Blank, Entry, EntryKind, ItemsNamed
from signaling_server.protocol.ids import TEACHER, EntryNumber, Member, PageId, StrokeId
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
