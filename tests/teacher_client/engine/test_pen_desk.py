"""The pen's desk with real virtual pens, each a process of its own behind a pty."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pen_driver import (
    CandidateKind,
    DisconnectReason,
    PasswordOutcome,
    PenDisconnected,
    PenEvent,
    PenSample,
    Search,
    SettingName,
    SettingOutcome,
    discover,
    open_pen,
)
from pen_driver.discovery.search import OnFound
from teacher_client.engine import pen_desk as pen_desk_module
from teacher_client.engine.pen_desk import FromPenPage, PenDesk
from teacher_client.engine.pen_lesson import PenLesson
from teacher_client.lesson.link import FromEngine, LinkState, PenState, pack_message
from teacher_client.lesson.pen_messages import (
    ChoosePen,
    EnterPenPassword,
    LookForPens,
    PenCandidates,
    PenDetails,
    PenTrial,
    PenTrialInk,
    SaveTrialLog,
    SetPenSetting,
    StopLooking,
    TrialLogProblem,
    TrialLogSaved,
    TrialRemedy,
    TrialVerdict,
    TryPen,
)
from teacher_client.profile import load_state
from tests.teacher_client.engine.test_engine import heard, teaching

QUICK = "virtual:maths?speed=4"
WAITING = "virtual:maths?start-delay=60"


class NoLesson(PenLesson):
    """Keeps the pen's events; there is never a lesson."""

    def __init__(self) -> None:
        self.events: list[PenEvent] = []

    @property
    def name(self) -> str:
        return ""

    def take(self, event: PenEvent) -> None:
        self.events.append(event)


class Room:
    """A desk and all that it said."""

    def __init__(self, name: str, folder: Path) -> None:
        self.said: list[FromEngine] = []
        self.lesson = NoLesson()
        self.chosen: list[str] = []
        self._news = asyncio.Event()
        self.desk = PenDesk(name, folder, self.chosen.append, self.lesson, self._hear)

    def ask(self, *messages: FromPenPage) -> None:
        for message in messages:
            self.desk.carry_out(message)

    async def until(self, is_it: Callable[[FromEngine], bool]) -> FromEngine:
        """The first message that is the one, said already or within 15 s."""
        async with asyncio.timeout(15):
            while True:
                for message in self.said:
                    if is_it(message):
                        return message
                self._news.clear()
                await self._news.wait()

    async def card(self, is_it: Callable[[PenDetails], bool]) -> PenDetails:
        found = await self.until(lambda one: isinstance(one, PenDetails) and is_it(one))
        assert isinstance(found, PenDetails)
        return found

    def _hear(self, message: FromEngine) -> None:
        self.said.append(message)
        self._news.set()


@asynccontextmanager
async def at_the_desk(name: str, folder: Path) -> AsyncIterator[Room]:
    room = Room(name, folder)
    room.desk.start()
    try:
        yield room
    finally:
        await room.desk.close()


def is_good(message: FromEngine) -> bool:
    return isinstance(message, PenState) and message.link is LinkState.GOOD


async def test_choosing_a_pen_opens_it_and_closes_the_one_before(tmp_path: Path) -> None:
    async with at_the_desk(WAITING, tmp_path) as room:
        await room.until(is_good)
        first = await room.card(lambda card: bool(card.settings))
        assert first.name == WAITING
        assert first.model
        assert first.battery_percent is not None
        assert first.memory_percent is not None
        assert first.can_sound
        room.said.clear()
        room.ask(ChoosePen(QUICK))
        card = await room.card(lambda card: card.name == QUICK and bool(card.paper))
        assert card.is_paper_known
        assert room.chosen == [QUICK]
        ends = [e.reason for e in room.lesson.events if isinstance(e, PenDisconnected)]
        assert ends == [DisconnectReason.CLOSED]
        room.said.clear()
        room.ask(ChoosePen(""))
        await room.until(lambda one: isinstance(one, PenState) and one.link is LinkState.OFF)
        assert room.chosen[-1] == ""
        assert list(room.desk.states())[:2] == [PenState(LinkState.OFF), PenDetails()]


async def test_the_last_of_several_quick_choices_counts(tmp_path: Path) -> None:
    async with at_the_desk("", tmp_path) as room:
        room.ask(ChoosePen("feather:1"), ChoosePen("virtual:no-such-ink"), ChoosePen(WAITING))
        await room.until(is_good)
        names = {one.name for one in room.said if isinstance(one, PenDetails)}
        assert names == {WAITING}


async def test_a_pen_that_cannot_be_opened_shows_as_lost(tmp_path: Path) -> None:
    async with at_the_desk("", tmp_path) as room:
        room.ask(ChoosePen("virtual:no-such-ink"))
        await room.until(lambda one: isinstance(one, PenState) and one.link is LinkState.LOST)


async def test_a_setting_is_changed_and_read_back(tmp_path: Path) -> None:
    async with at_the_desk(WAITING, tmp_path) as room:
        await room.card(lambda card: bool(card.settings))
        room.ask(SetPenSetting(SettingName.BEEP, 0))
        card = await room.card(lambda card: card.changed is SettingName.BEEP)
        assert card.outcome is SettingOutcome.APPLIED
        assert {one.name: one.value for one in card.settings}[SettingName.BEEP] == 0


async def test_a_locked_pen_tells_the_attempts_and_opens(tmp_path: Path) -> None:
    async with at_the_desk(f"{WAITING}&locked", tmp_path) as room:
        before = (await room.card(lambda card: card.attempts_left is not None)).attempts_left
        assert before is not None
        room.ask(EnterPenPassword("1111"))
        wrong = await room.card(lambda card: card.password is PasswordOutcome.WRONG)
        assert wrong.attempts_left == before - 1
        room.ask(EnterPenPassword("4711"))
        await room.until(is_good)
        assert room.desk.state.link is LinkState.GOOD
        open_card = await room.card(lambda card: card.password is PasswordOutcome.ACCEPTED)
        assert open_card.attempts_left is None


async def test_the_test_shows_ink_and_comes_to_a_verdict(tmp_path: Path) -> None:
    async with at_the_desk(QUICK, tmp_path) as room:
        await room.until(is_good)
        room.ask(TryPen(True))
        ink = await room.until(lambda one: isinstance(one, PenTrialInk))
        assert isinstance(ink, PenTrialInk)
        assert len(ink.x) == len(ink.y) == len(ink.force) > 0
        report = await room.until(
            lambda one: isinstance(one, PenTrial) and one.verdict is not TrialVerdict.WAITING
        )
        assert isinstance(report, PenTrial)
        assert report.verdict is TrialVerdict.GOOD, report
        assert report.is_on
        assert report.samples_per_s > 50
        assert report.lost == 0
        assert report.force_high is not None
        assert report.is_page_known
        room.ask(TryPen(False))
        last = room.said[-1]
        assert isinstance(last, PenTrial)
        assert not last.is_on
        assert last.samples >= report.samples
        room.ask(SaveTrialLog())
        saved = await room.until(lambda one: isinstance(one, TrialLogSaved))
        assert isinstance(saved, TrialLogSaved)
        assert replayed_samples(Path(saved.path)) >= last.samples
        assert b"00 A1 7E" in Path(saved.path).read_bytes()  # of its address only the end is left
        said = len(room.said)
        await asyncio.sleep(3 * pen_desk_module.INK_SECONDS)
        assert not any(isinstance(one, PenTrialInk) for one in room.said[said:])


def replayed_samples(path: Path) -> int:
    events: list[PenEvent] = []
    pen = open_pen(f"replay:{path}?fast", events.append)
    while not any(isinstance(event, PenDisconnected) for event in events):
        time.sleep(0.01)
    pen.close()
    return sum(isinstance(event, PenSample) for event in events)


async def test_no_test_no_log(tmp_path: Path) -> None:
    async with at_the_desk("", tmp_path) as room:
        room.ask(SaveTrialLog())
        saved = await room.until(lambda one: isinstance(one, TrialLogSaved))
        assert saved == TrialLogSaved("", TrialLogProblem.NOTHING)


async def test_trying_without_a_pen_says_so(tmp_path: Path) -> None:
    async with at_the_desk("", tmp_path) as room:
        room.ask(TryPen(True))
        report = room.said[-1]
        assert isinstance(report, PenTrial)
        assert report.remedy is TrialRemedy.CHOOSE
        room.desk.window_gone()


async def test_looking_finds_the_virtual_pen_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearby(seconds: float, found: OnFound, done: Callable[[], None]) -> Search:
        kinds = frozenset({CandidateKind.VIRTUAL})  # no radio and no port of this machine
        return discover(seconds, found, done, kinds)

    monkeypatch.setattr(pen_desk_module, "discover", nearby)
    monkeypatch.setattr(pen_desk_module, "LOOK_SECONDS", 0.2)
    async with at_the_desk("", tmp_path) as room:
        room.ask(LookForPens())
        done = await room.until(
            lambda one: isinstance(one, PenCandidates) and bool(one.items) and not one.is_looking
        )
        assert isinstance(done, PenCandidates)
        maths = next(one for one in done.items if one.name == "virtual:maths")
        assert (maths.name, maths.is_supported, maths.is_in_software) == (
            "virtual:maths",
            True,
            True,
        )
        assert done in list(room.desk.states())
        monkeypatch.setattr(pen_desk_module, "LOOK_SECONDS", 60)
        room.said.clear()
        room.ask(LookForPens())
        await room.until(lambda one: isinstance(one, PenCandidates) and one.is_looking)
        room.ask(StopLooking())
        await room.until(lambda one: isinstance(one, PenCandidates) and not one.is_looking)


async def test_the_window_chooses_and_the_engine_keeps_it(tmp_path: Path) -> None:
    async with teaching(tmp_path, "http://127.0.0.1:1") as teacher:
        window = await teacher.window()
        window.send(pack_message(ChoosePen(WAITING)))
        await heard(window, lambda one: isinstance(one, PenState) and is_good(one))
        window.send(pack_message(TryPen(True)))
        await heard(window, lambda one: isinstance(one, PenTrial) and one.is_on)
    assert load_state(tmp_path).pen == WAITING
