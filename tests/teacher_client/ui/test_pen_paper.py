"""Calibration, books and buttons on paper, on the pen's page against a fake engine."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    ButtonShape,
    CalibratePaper,
    Corner,
    ForgetBook,
    NameBook,
    PaperAction,
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
from teacher_client.ui.app import Application
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.pen_texts import PenText
from tests.teacher_client.ui.pen_samples import BOOK, BUTTONS, OTHER, UNDO, Heard, Tell


def test_two_taps_are_guided(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    face = faces.calibration
    faces.choose(PenText.FACE_CALIBRATION)
    blank = face.picture.grab().toImage()
    face.begin.click()
    assert heard(1) == [CalibratePaper(True)]
    assert face.begin.text() == "开始校准"  # until the engine has said so
    tell(PaperCalibration(Corner.TOP_LEFT))
    assert face.begin.text() == "不校准了"
    assert face.step.text() == "第 1 步：笔尖点一下左上角。"
    assert face.picture.accessibleName() == "纸的图，要点的角：左上角"
    first = face.picture.grab().toImage()
    assert first != blank
    tell(PaperCalibration(Corner.BOTTOM_RIGHT, TapProblem.WRITING))
    assert "右下角" in face.step.text()
    assert "碰一下就抬起" in face.problem.text()
    assert face.picture.grab().toImage() != first
    tell(PaperCalibration(book=OTHER, width_mm=148.2, height_mm=209.6))
    assert face.step.text() == "校准好了：点阵本 88，148 × 210 毫米。从下一笔起算。"
    assert not face.problem.isVisible()
    assert face.begin.text() == "重新校准"


def test_leaving_gives_the_taps_up(
    faces: PenFaces, tell: Tell, heard: Heard, program: Application
) -> None:
    faces.choose(PenText.FACE_CALIBRATION)
    tell(PaperCalibration(Corner.TOP_LEFT))
    faces.choose(PenText.FACE_BOOKS)
    assert heard(1) == [CalibratePaper(False)]
    tell(PaperCalibration())
    tell(ButtonBinding(PaperAction.UNDO, awaited=Corner.TOP_LEFT))
    assert program.main is not None
    program.main.pen.back.click()
    assert heard(1) == [StopBinding()]


def test_books_are_renamed_and_forgotten(
    qtbot: QtBot, faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_BOOKS)
    named, unnamed = faces.books.rows.widgets.values()
    assert named.facts.text() == "点阵本 604 · 176 × 250 毫米 · 大小已知"
    assert unnamed.facts.text() == "125 × 188 毫米 · 大小不明，边写边长"
    shown = [label.text().rpartition(" · ")[0] for label in named.pages.rows.widgets.values()]
    assert shown[:2] == ["第 9 页 · 不知道是谁的", "第 8 页 · 甲同学"]
    assert len(shown) == 4
    assert named.pages.more.text() == "还有 2 页"
    named.pages.more.click()
    assert len(named.pages.rows.widgets) == 6
    unnamed.rename.click()
    assert unnamed.field.isVisible()
    qtbot.keyClick(unnamed.field, Qt.Key.Key_Escape)  # its own: the page stays
    assert not unnamed.field.isVisible()
    assert faces.books.isVisible()
    unnamed.rename.click()
    unnamed.field.setText("  几何本 ")
    qtbot.keyClick(unnamed.field, Qt.Key.Key_Return)
    assert heard(1) == [NameBook(OTHER, "几何本")]
    named.forget.click()
    assert named.forget.text() == "再按一次，忘掉"
    named.forget.click()
    assert heard(1) == [ForgetBook(BOOK)]
    tell(PaperBooks(has_failed=True))
    assert not faces.books.rows.widgets
    assert "没有存下" in faces.books.said.text()
    tell(PaperBooks())
    assert faces.books.said.text().startswith("还没有：")


def test_buttons_are_bound_shown_and_taken_off(
    qtbot: QtBot, faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    assert face.none.isVisible()
    face.action.setCurrentIndex(face.action.findData(PaperAction.UNDO))
    face.shape.setCurrentIndex(face.shape.findData(ButtonShape.AREA))
    face.scope.setCurrentIndex(face.scope.findData(False))
    face.bind.click()
    assert heard(1) == [BindButton(PaperAction.UNDO, ButtonShape.AREA, on_every_page=False)]
    tell(ButtonBinding(PaperAction.UNDO, ButtonShape.AREA, Corner.TOP_LEFT))
    assert face.step.text() == "“撤销”：用笔点它的左上角。"
    assert not face.action.isEnabled()
    assert not face.none.isVisible()
    assert face.bind.text() == "不放了"
    face.bind.click()
    assert heard(1) == [StopBinding()]
    tell(ButtonBinding(PaperAction.UNDO, ButtonShape.AREA, button=7))
    assert face.step.text() == "“撤销”放好了。"
    tell(BUTTONS)
    undo, red = face.rows.widgets.values()
    assert (undo.what.text(), undo.where.text()) == (
        "1  撤销",
        "每一页，离左 4、离上 20 毫米",
    )
    assert (red.what.text(), red.where.text()) == (
        "2  红色墨水",
        "第 3 页，离左 4、离上 60 毫米",
    )
    second = face.picture.cells[1]
    place = face.picture.cell_box(second).center()
    qtbot.mouseClick(face.picture, Qt.MouseButton.LeftButton, pos=QPointF(place).toPoint())
    assert red.property("isChosen")
    assert not undo.property("isChosen")
    assert [cell.is_chosen for cell in face.picture.cells] == [False, True]
    red.unbind.click()
    assert heard(1) == [UnbindButton(8)]
    tell(PaperPressed(PaperAction.UNDO, PressOutcome.NO_LESSON))
    assert "辅导时才起作用" in face.said.text()


def test_the_picture_is_of_the_chosen_book(faces: PenFaces, tell: Tell) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    tell(BUTTONS)
    assert face.book.currentData() == BOOK  # the pen writes in it
    assert [cell.number for cell in face.picture.cells] == [1, 2]
    face.book.setCurrentIndex(face.book.findData(OTHER))
    face.book.activated.emit(face.book.currentIndex())
    assert [cell.number for cell in face.picture.cells] == []
    assert face.picture.accessibleName() == "点阵本 88 的图，0 个按钮"
    tell(PaperButtons((UNDO,)))
    assert face.book.currentData() == OTHER


def test_a_new_button_is_shown_in_its_book(faces: PenFaces, tell: Tell) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    made = PaperButton(9, OTHER, None, 10, 10, 15, 15, PaperAction.LASER)
    tell(PaperButtons((UNDO, made)))
    assert face.book.currentData() == BOOK
    tell(ButtonBinding(PaperAction.LASER, button=9))
    assert face.book.currentData() == OTHER
    assert [cell.is_chosen for cell in face.picture.cells] == [True]
