"""Typed text, formulas and graphs, and their change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.schema import decode, encode
from teacher_client.drawing.texts import formula_path, measure_text
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.link import ChooseTool
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.desk import Mode
from teacher_client.ui.board.formula_sheet import PARTS, ROOM, FormulaSheet
from teacher_client.ui.board.plot_sheet import PlotSheet
from teacher_client.ui.board.text_editor import TextEditor
from tests.teacher_client.ui.board.conftest import PAGE, Hand

LONG = "直角三角形两条直角边的平方和等于斜边的平方。这一行要自动换行，两端换行的位置应当一样。"


def editor(hand: Hand) -> TextEditor:
    found = hand.board.board_actions._editor
    assert found is not None
    return found


def put(hand: Hand) -> PutItems:
    (command,) = hand.commands(PutItems)
    assert isinstance(command, PutItems)
    raw = {name: value for name, value in encode(command).items() if name != "t"}
    assert decode(PutItems, raw) == command
    return command


def test_words_are_broken_where_every_reader_breaks_them(qtbot: QtBot, hand: Hand) -> None:
    hand.board.choose_mode(Mode.TEXT)
    hand.way([(3000, 4000)])
    assert editor(hand).field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    assert not hand.board.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    editor(hand).field.insertPlainText(LONG)
    hand.way([(3000, 20_000)])  # anywhere else
    (text,) = put(hand).texts
    assert (text.text, text.x, text.y, text.ink) == (LONG, 3000, 4000, Ink.BLUE)
    assert text.breaks == measure_text(LONG, text.size, 17_600 - 3000 - 500)[0]
    assert text.breaks
    assert not editor(hand).isVisible()


def test_a_text_is_changed_in_place(qtbot: QtBot, hand: Hand) -> None:
    name = hand.text("顶点", 3000, 4000)
    hand.board.choose_mode(Mode.SELECT)
    hand.board.press(hand.board_pointer(3500, 4300), is_double=True)
    assert editor(hand).field.toPlainText() == "顶点"
    editor(hand).field.insertPlainText("坐标")
    editor(hand).larger.click()
    hand.window.tools.inks[2].click()
    qtbot.keyClick(editor(hand).field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    command = put(hand)
    assert command.erases == (name,)
    (text,) = command.texts
    assert (text.text, text.ink, text.size) == ("顶点坐标", Ink.RED, 650)


def test_nothing_changed_asks_for_nothing_and_empty_takes_away(hand: Hand) -> None:
    name = hand.text("顶点", 3000, 4000)
    hand.board.choose_mode(Mode.TEXT)
    hand.way([(3500, 4300)])
    hand.board.escape()
    assert hand.commands() == []
    hand.way([(3500, 4300)])
    editor(hand).field.clear()
    hand.board.escape()
    assert hand.commands() == [PutItems(PAGE, erases=(name,))]


def test_too_long_a_text_says_so_and_loses_nothing(hand: Hand) -> None:
    hand.board.choose_mode(Mode.TEXT)
    hand.way([(3000, 4000)])
    editor(hand).field.insertPlainText("字" * 2001)
    editor(hand).finish()
    assert "2000" in hand.window.notice.text
    assert editor(hand).is_open
    editor(hand).drop.click()
    assert hand.commands() == []


def test_an_ink_chosen_while_typing_keeps_the_text_tool(hand: Hand) -> None:
    hand.board.choose_mode(Mode.TEXT)
    hand.window.tools.inks[2].click()
    assert hand.asked == [ChooseTool(Tool.PEN, Ink.RED, 70)]
    assert hand.board.tools.mode is Mode.TEXT


# formulas


def sheet(hand: Hand) -> FormulaSheet:
    found = hand.board.board_actions._formula
    assert found is not None
    return found


def test_a_formula_is_placed_with_its_outline(hand: Hand) -> None:
    hand.window.action(ActionId.FORMULA).trigger()
    assert hand.window.tools.formula.isChecked()
    assert not sheet(hand).put.isEnabled()
    sheet(hand).field.setPlainText(r"\frac{-b}{2a}")
    sheet(hand).look()
    sheet(hand).put.click()
    (text,) = put(hand).texts
    assert (text.kind, text.text) == (TextKind.FORMULA, r"\frac{-b}{2a}")
    assert formula_path(text.outline) is not None
    assert not sheet(hand).isVisible()


def test_a_formula_is_changed_by_its_source(hand: Hand) -> None:
    name = hand.text("", 3000, 4000, source="x^2")
    hand.board.choose_mode(Mode.SELECT)
    hand.board.press(hand.board_pointer(3500, 4200), is_double=True)
    assert sheet(hand).field.toPlainText() == "x^2"
    sheet(hand).field.setPlainText("x^3")
    sheet(hand).place_formula()
    command = put(hand)
    assert command.erases == (name,)
    assert (command.texts[0].x, command.texts[0].y) == (3000, 4000)


def test_what_is_wrong_is_said_and_not_placed(hand: Hand) -> None:
    hand.window.action(ActionId.FORMULA).trigger()
    sheet(hand).field.setPlainText(r"\frac{a}{")
    sheet(hand).look()
    assert "花括号" in sheet(hand).problem.text()
    sheet(hand).place_formula()
    assert hand.commands() == []


@pytest.mark.parametrize("part", [part for _, part in PARTS])
def test_each_part_of_the_palette_can_be_set(hand: Hand, part: str) -> None:
    from teacher_client.formulas import outline

    filled = part.replace(ROOM, "x").replace("{}", "{y}")
    assert outline(filled, 500).path


def test_a_part_takes_what_is_marked(hand: Hand) -> None:
    hand.window.action(ActionId.FORMULA).trigger()
    sheet(hand).field.setPlainText("a+b")
    sheet(hand).field.selectAll()
    sheet(hand).insert(r"\sqrt{□}")
    assert sheet(hand).field.toPlainText() == r"\sqrt{a+b}"
    sheet(hand).field.insertPlainText("+c")
    assert sheet(hand).field.toPlainText() == r"\sqrt{a+b+c}"


# graphs


def plot(hand: Hand) -> PlotSheet:
    hand.window.action(ActionId.PLOT).trigger()
    found = hand.board.board_actions._plot
    assert found is not None
    return found


def test_axes_curve_and_name_are_one_step(hand: Hand) -> None:
    made = plot(hand)
    made.field.setText("y = x² - 2x - 3")
    made.look()
    made.put.click()
    command = put(hand)
    curves = [one for one in command.strokes if one.ink is Ink.BLUE]
    assert len(curves) == 1
    assert all(one.tool is Tool.FINELINER for one in command.strokes)
    words = [text.text for text in command.texts]
    assert {"x", "y", "0", "y = x² \u2212 2x \u2212 3"} <= set(words)
    lowest = max(curves[0].y)
    at = curves[0].x[curves[0].y.index(lowest)]
    left, right = min(command.strokes[0].x), max(command.strokes[0].x)
    assert left < at < right


def test_a_graph_goes_below_what_is_written(hand: Hand) -> None:
    hand.text("y = x²", 3000, 9000)
    made = plot(hand)
    made.wide.setValue(5)
    made.field.setText("y = x^2 + x^10")
    made.place_graph()
    command = put(hand)
    assert 9000 < min(min(one.y) for one in command.strokes) < 12_000
    assert "y = x² + x^10" in {text.text for text in command.texts}
    assert hand.board.tools.mode is Mode.DRAW


def test_a_graph_without_room_is_chosen(hand: Hand) -> None:
    hand.text("y = x²", 3000, 9000)
    made = plot(hand)
    made.wide.setValue(30)
    made.field.setText("y = x")
    made.place_graph()
    assert put(hand)
    assert hand.board.tools.mode is Mode.SELECT


def test_a_pole_cuts_the_curve(hand: Hand) -> None:
    made = plot(hand)
    made.field.setText("1/x")
    made.place_graph()
    assert len([one for one in put(hand).strokes if one.ink is Ink.BLUE]) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [("y = 2x +", "缺"), ("y = @", "第 5 个字"), ("", "写出函数式"), ("y = x + 99", "换一个范围")],
)
def test_what_cannot_be_plotted_is_said(hand: Hand, typed: str, said: str) -> None:
    made = plot(hand)
    made.field.setText(typed)
    made.look()
    assert said in made.problem.text()
    assert not made.put.isEnabled()
    made.place_graph()
    assert hand.commands() == []


def test_an_empty_range_is_said(hand: Hand) -> None:
    made = plot(hand)
    made.field.setText("x")
    made.x_to.setValue(-5)
    made.look()
    assert "范围" in made.problem.text()
