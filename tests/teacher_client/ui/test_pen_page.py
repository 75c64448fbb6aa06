"""The pen's page in the whole window program, against a fake engine over the real socket."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pen_driver import PasswordOutcome, SettingName, SettingOutcome
from teacher_client.lesson.link import LinkState, Notice, NoticeId, PenState
from teacher_client.lesson.pen_messages import (
    ChoosePen,
    EnterPenPassword,
    LookForPens,
    PenCandidates,
    PenDetails,
    PenTrial,
    PenTrialInk,
    SetPenSetting,
    SoundPen,
    StopLooking,
    TrialRemedy,
    TrialVerdict,
    TryPen,
)
from teacher_client.ui.app import Application
from teacher_client.ui.badges import PenBadge
from teacher_client.ui.main_window import MainWindow
from teacher_client.ui.notices import line_of
from teacher_client.ui.pen_page import PenPage
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from tests.fakes.fake_engine import FakeEngine
from tests.teacher_client.ui.conftest import clear_away
from tests.teacher_client.ui.pen_samples import CARD, DONGLE, M1, MATHS, NAME, PORT, SETTINGS
from tests.teacher_client.ui.test_accessible import check


@pytest.fixture
def page(qtbot: QtBot, engine: FakeEngine, program: Application) -> PenPage:
    """The page, come to from home."""
    assert program.main is not None
    home = program.main.home
    qtbot.waitUntil(home.isVisible, timeout=10000)
    with qtbot.waitSignal(engine.heard, timeout=10000):
        home.pen_page.click()
    assert engine.messages[-1] == LookForPens()  # coming here looks around by itself
    assert program.main.pen.isVisible()
    return program.main.pen


def asked(qtbot: QtBot, engine: FakeEngine) -> object:
    """The next thing that the engine hears; a round trip makes sure that nothing else came."""
    count = len(engine.messages)
    qtbot.waitUntil(lambda: len(engine.messages) > count, timeout=10000)
    return engine.messages[-1]


def told(qtbot: QtBot, engine: FakeEngine, page: PenPage, card: PenDetails) -> None:
    engine.send(card)
    qtbot.waitUntil(lambda: page._state.pen_card == card, timeout=10000)


def test_the_card_shows_the_pen(qtbot: QtBot, engine: FakeEngine, page: PenPage) -> None:
    assert page.title.text() == "还没有选笔"
    assert "鼠标" in page.rows[PenText.LINK].text()
    assert not page.sound.isVisible()
    assert not page.found.isHidden()  # it says how to find one
    engine.send(PenState(LinkState.GOOD, "NWP-F50", 80))
    told(qtbot, engine, page, CARD)
    shown = {name.name: label.text() for name, label in page.rows.items()}
    assert shown == {
        "MODEL": "NWP-F50 (1.02)",
        "BATTERY": "80%",
        "MEMORY": "已用 12%",
        "LINK": "良好",
        "PAPER": "点阵本 604，第 1 页",
    }
    assert page.found.isHidden()  # a pen in use, and nothing was looked for
    page.sound.click()
    assert asked(qtbot, engine) == SoundPen()
    page.drop.click()
    assert asked(qtbot, engine) == ChoosePen("")


def test_choosing_among_what_was_found(
    qtbot: QtBot, engine: FakeEngine, page: PenPage, program: Application
) -> None:
    engine.send(PenCandidates((MATHS,), True))
    qtbot.waitUntil(lambda: page.look.text() == "正在找…", timeout=10000)
    engine.send(PenCandidates((PORT, MATHS), False))
    qtbot.waitUntil(lambda: page.look.text() == "找笔", timeout=10000)
    assert page.found.hint.text() == "没找到笔：打开笔帽写一下；手机上的应用可能占着它。"
    engine.send(PenCandidates((M1, MATHS, DONGLE), False))
    qtbot.waitUntil(lambda: NAME in page.found.buttons, timeout=10000)
    words = [label.text() for label in page.found.findChildren(QWidget) if hasattr(label, "text")]
    assert any("广播了服务 19F1" in text for text in words)
    assert any("这支笔要用厂家的库，本软件不带。" in text for text in words)
    assert page.found.hint.isHidden()
    told(qtbot, engine, page, PenDetails("virtual:maths?speed=2"))
    qtbot.waitUntil(lambda: list(page.found.buttons) == [NAME], timeout=10000)
    page.found.buttons[NAME].click()
    assert asked(qtbot, engine) == ChoosePen(NAME)
    told(qtbot, engine, page, CARD)
    qtbot.waitUntil(lambda: list(page.found.buttons) == ["virtual:maths"], timeout=10000)
    qtbot.keyClick(page, Qt.Key.Key_F5)
    assert asked(qtbot, engine) == LookForPens()


def test_the_password_is_sent_once_and_the_last_two_need_the_word(
    qtbot: QtBot, engine: FakeEngine, page: PenPage
) -> None:
    told(qtbot, engine, page, PenDetails(NAME, attempts_left=9))
    lock = page.lock
    assert lock.isVisible()
    assert "还可以试 9 次" in lock.left.text()
    assert lock.word.isHidden()
    lock.password.setText("1111")
    lock.button.click()
    assert asked(qtbot, engine) == EnterPenPassword("1111")
    assert lock.password.text() == ""
    wrong = PasswordOutcome.WRONG
    told(qtbot, engine, page, PenDetails(NAME, attempts_left=2, password=wrong))
    assert lock.error.text() == "密码不对。"
    assert lock.word.isVisible()
    lock.password.setText("2222")
    count = len(engine.messages)
    lock.button.click()
    assert lock.error.text() == "请先输入上面的字。"
    lock.word.setText(" 我确定 ")
    qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    assert asked(qtbot, engine) == EnterPenPassword("2222", True)
    assert len(engine.messages) == count + 1
    told(qtbot, engine, page, CARD)
    assert not lock.isVisible()


def test_settings_come_from_what_the_pen_declares(
    qtbot: QtBot, engine: FakeEngine, page: PenPage
) -> None:
    assert not page.settings.isVisible()
    told(qtbot, engine, page, CARD)
    card = page.settings
    seen = [name for name, button in card.switches.items() if button.isVisible()]
    assert seen == [SettingName.BEEP, SettingName.HOVER]
    beep = card.switches[SettingName.BEEP]
    assert (beep.text(), beep.isChecked()) == ("声音：开", True)
    beep.click()
    assert asked(qtbot, engine) == SetPenSetting(SettingName.BEEP, 0)
    assert beep.isChecked()  # until the pen has said so
    card.auto_off.activated.emit(card.auto_off.findData(60))
    assert asked(qtbot, engine) == SetPenSetting(SettingName.AUTO_OFF_MINUTES, 60)
    later = PenDetails(
        NAME, settings=SETTINGS, changed=SettingName.BEEP, outcome=SettingOutcome.NOT_YET
    )
    told(qtbot, engine, page, later)
    assert card.outcome.text() == "笔收下了，关机再开后生效。"
    assert card.auto_off.currentData() == 20


def test_the_test_sheet(
    qtbot: QtBot, engine: FakeEngine, page: PenPage, program: Application
) -> None:
    trial = page.trial
    qtbot.keyClick(page, Qt.Key.Key_T)
    assert asked(qtbot, engine) == TryPen(True)
    assert not trial.is_on
    engine.send(PenTrial(True))
    qtbot.waitUntil(lambda: trial.is_on, timeout=10000)
    blank = trial.sheet.grab().toImage()
    engine.send(PenTrialInk(1, (1000, 3000, 5000), (1000, 2000, 1000), (50, 200, 90)))
    engine.send(PenTrialInk(1, (6000,), (2000,), (90,)))
    engine.send(PenTrialInk(2, (1000,), (4000,), (90,)))
    qtbot.waitUntil(lambda: trial.sheet.strokes == 2, timeout=10000)
    assert trial.sheet.grab().toImage() != blank
    assert trial.sheet.accessibleName() == "试写纸，2 笔"
    engine.send(
        PenTrial(
            True,
            300,
            85,
            3,
            12,
            0.4,
            0.1,
            0.8,
            "ncode:3.27.604.1",
            True,
            TrialVerdict.BAD,
            TrialRemedy.NEARER,
        )
    )
    qtbot.waitUntil(lambda: "还不能上课" in trial.verdict.text(), timeout=10000)
    shown = [label.text() for label in trial.figures.values()]
    assert shown == ["85", "3", "12 毫秒", "10–80%", "点阵本 604，第 1 页"]
    assert "靠近一些" in trial.remedy.text()
    assert trial.button.text() == "停止试笔"
    page.back.click()
    assert asked(qtbot, engine) == TryPen(False)  # nobody looks any more
    assert program.main is not None
    assert program.main.home.isVisible()


def test_leaving_ends_the_search(qtbot: QtBot, engine: FakeEngine, page: PenPage) -> None:
    engine.send(PenCandidates((), True))
    qtbot.waitUntil(lambda: page.look.text() == "正在找…", timeout=10000)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert asked(qtbot, engine) == StopLooking()


def test_without_an_engine_nothing_can_be_pressed(
    qtbot: QtBot, engine: FakeEngine, page: PenPage
) -> None:
    engine.send(PenTrial(True))
    qtbot.waitUntil(lambda: page.trial.is_on, timeout=10000)
    page.show_engine(3)
    assert not page.trial.button.isEnabled()
    assert not page.trial.is_on
    assert "3 秒" in page.notice.text
    page.show_engine(None)
    assert page.trial.button.isEnabled()


@pytest.mark.parametrize("language", list(Language))
def test_everything_on_it_has_a_name(qtbot: QtBot, language: Language) -> None:
    speak(language)
    state = WindowState()
    window = MainWindow(state)
    state.changed.connect(window.show_message)
    window.show_pen(is_shown=True)
    window.show()
    state.take_message(PenState(LinkState.GOOD, "NWP-F50", 4, 3, "ncode:3.27.604.1"))
    state.take_message(CARD)
    state.take_message(PenCandidates((M1, MATHS, DONGLE), False))
    state.take_message(PenTrial(True, verdict=TrialVerdict.BAD, remedy=TrialRemedy.PAPER))
    check(window, language)
    state.take_message(PenDetails(NAME, attempts_left=1, password=PasswordOutcome.WRONG))
    check(window, language)
    clear_away()


def test_a_low_battery_in_words(qtbot: QtBot) -> None:
    low = line_of(Notice(NoticeId.PEN_LOW, seconds=2400, percent=20), "")
    assert (low.text, low.tone) == ("笔电量 20%，够写约 40 分钟。", "warn")
    assert line_of(Notice(NoticeId.PEN_LOW, percent=20), "").text == "笔电量 20%。"
    empty = line_of(Notice(NoticeId.PEN_EMPTY, percent=5), "")
    assert (empty.text, empty.tone) == ("只剩 5%，请插上或换笔。", "bad")
    badge = PenBadge()
    badge.show_pen(PenState(LinkState.CONNECTING, is_locked=True))
    assert badge.accessibleName() == "笔 锁着"
    badge.show_pen(PenState(LinkState.GOOD, "M1", 5, 3, "ncode:3.27.604.2"))
    tip = badge.toolTip()
    assert tip == ("笔：M1 · 5% · 只剩 5%，请插上或换笔。 · 点阵本 604，第 2 页 · 丢了 3 点")
