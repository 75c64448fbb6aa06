"""Notes in the pen and their copies, on the pen's page against a fake engine."""

from __future__ import annotations

import time

import pytest

from teacher_client.lesson.link import LessonOpened, LinkState, PenState
from teacher_client.lesson.note_messages import (
    CopyStored,
    DeleteStored,
    KeptBook,
    KeptNotes,
    KeptPage,
    KeptPlaced,
    ListKept,
    ListStored,
    PlaceKept,
    PlaceOutcome,
    StopCopy,
    StoredBook,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.pen_kept import note_date
from teacher_client.ui.pen_note_texts import NoteText
from teacher_client.ui.pen_notes_face import pages_text, problem_text
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.settings import Language
from teacher_client.ui.texts import speak
from tests.teacher_client.ui.pen_samples import (
    AT,
    BOOK,
    CARD,
    VERIFIED,
    Heard,
    Tell,
    only_row,
    stored,
)


def test_copy_verify_and_only_then_delete_by_a_second_press(
    faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_NOTES)
    assert heard(2) == [ListKept(), ListStored()]
    tell(stored(StoredBook(BOOK, StoredState.NOT_COPIED, "甲的练习本", (1, 2, 5))))
    row = only_row(faces)
    assert (row.title.text(), row.facts.text()) == ("甲的练习本", "第 1–2, 5 页")
    assert row.state.text() == "还没复制"
    assert not row.delete.isEnabled()
    assert row.delete.toolTip() == "复制并核对一致后才能删除"
    row.copy.click()
    assert heard(1) == [CopyStored(BOOK)]
    tell(stored(StoredBook(BOOK, StoredState.COPYING, "甲的练习本", (1,), strokes=200, copied=50)))
    assert only_row(faces) is row  # news do not take the focus away
    assert row.state.text() == "正在复制，50 / 200 笔"
    assert row.bar.share == 0.25
    assert not row.copy.isVisible()
    assert not row.delete.isVisible()
    row.stop.click()
    assert heard(1) == [StopCopy()]
    tell(stored(VERIFIED))
    assert row.state.text() == "已复制，读回核对一致"
    assert "214 笔" in row.facts.text()
    row.delete.click()
    assert row.delete.text() == "再按一次，从笔里删除"
    tell(stored(VERIFIED))
    row.twice.disarm()  # as after 3 s
    row.delete.click()
    assert row.delete.text() == "再按一次，从笔里删除"
    row.delete.click()
    assert heard(1) == [DeleteStored(BOOK, is_confirmed=True)]
    tell(stored(StoredBook(BOOK, StoredState.DELETED, "甲的练习本")))
    assert row.state.text() == "已从笔里删除，复制还在"
    assert not row.delete.isVisible()


def test_a_pen_that_deletes_what_it_hands_out_is_asked_only_after_a_yes(
    faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_NOTES)
    heard(2)
    tell(stored(StoredBook(BOOK, StoredState.NOT_COPIED, "", (1,)), takes=True))
    row = only_row(faces)
    assert "从自己里面删掉" in faces.notes.said.text()
    assert not row.asking.isVisible()
    row.copy.click()
    assert row.asking.isVisible()
    row.keep.click()
    assert not row.asking.isVisible()
    row.copy.click()
    row.take.click()
    assert heard(1) == [CopyStored(BOOK, is_confirmed=True)]
    assert not row.delete.isEnabled()
    assert row.delete.toolTip() == "这支笔不能另外删除：交出时自己删"
    tell(stored(StoredBook(BOOK, StoredState.VERIFIED, strokes=9, copied=9), takes=True))
    assert not row.copy.isVisible()  # the pen has it no longer
    assert not row.delete.isVisible()


def test_a_failed_copy_says_why_and_what_to_do(faces: PenFaces, tell: Tell) -> None:
    problem = StoredProblem.LINK_LOST
    tell(stored(StoredBook(BOOK, StoredState.FAILED, problem=problem)))
    words = only_row(faces).state.text()
    assert words.startswith("没有复制成：中途断开")
    assert "再复制一次" in words
    assert only_row(faces).copy.text() == "再复制"


@pytest.mark.parametrize("language", list(Language))
def test_every_problem_has_its_words(language: Language) -> None:
    speak(language)
    assert len({problem_text(problem) for problem in StoredProblem}) == len(StoredProblem)


def test_kept_pages_go_into_a_lesson(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    faces.choose(PenText.FACE_NOTES)
    heard(2)
    kept = (KeptBook("pen-1", BOOK, "", (KeptPage(2, 94, AT, AT),)),)
    tell(KeptNotes(kept, "/home/t/notes", can_place=False))
    (book,) = faces.notes.kept.rows.widgets.values()
    (page,) = book.pages.rows.widgets.values()
    assert not page.place.isEnabled()
    assert page.place.toolTip() == "辅导开始后才能放进去"
    tell(LessonOpened("session-0001", "maths"))
    assert heard(1) == [ListKept()]
    tell(KeptNotes(kept, "/home/t/notes", can_place=True))
    page.place.click()
    assert heard(1) == [PlaceKept("pen-1", BOOK, 2)]
    tell(KeptPlaced("pen-1", BOOK, 2, PlaceOutcome.PLACED, 94))
    assert faces.notes.kept.said.text() == "放好了，94 笔。"


def test_copies_are_there_without_a_pen(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    tell(PenDetails())
    faces.choose(PenText.FACE_NOTES)
    assert heard(1) == [ListKept()]
    tell(PenState(LinkState.GOOD, "NWP-F50", 80))
    tell(CARD)
    assert heard(2) == [ListKept(), ListStored()]


def test_an_old_note_tells_its_year() -> None:
    assert note_date(1_000_000_000_000).startswith("2001-09-")
    assert not note_date(round(time.time() * 1000)).startswith("20")


def test_neighbouring_pages_are_drawn_together() -> None:
    assert pages_text((1, 2, 3, 7, 9, 10)) == "1–3, 7, 9–10"
    assert pages_text(()) == ""


def test_the_words_for_notes_name_no_problem_twice() -> None:
    named = {f"PROBLEM_{problem.name}" for problem in StoredProblem}
    assert named == {text.name for text in NoteText if text.name.startswith("PROBLEM_")}
