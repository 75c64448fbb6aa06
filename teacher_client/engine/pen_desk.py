"""The engine's desk for the paper pen: which one is used, which are here, its test."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from pen_driver import (
    Candidate,
    CandidateKind,
    ChangeSetting,
    Explanation,
    FindPen,
    PageAddress,
    PenConnected,
    PenDisconnected,
    PenEvent,
    ReadSettings,
    Search,
    SettingName,
    Sheet,
    SubmitPassword,
    discover,
)
from pen_driver.offline import StoredStroke
from teacher_client.engine.pen_badge import PenBadge
from teacher_client.engine.pen_catch_up import CatchUp, CatchUpNeeds
from teacher_client.engine.pen_lesson import PenLesson
from teacher_client.engine.pen_notes import NotesDesk, NotesNeeds
from teacher_client.engine.pen_paper import PaperDesk, PaperNeeds
from teacher_client.engine.pen_trial import PenFacts, Trial
from teacher_client.lesson.link import FromEngine, LinkState, PenState
from teacher_client.lesson.pen_messages import (
    LONGEST_NAME,
    MAX_CANDIDATES,
    ChoosePen,
    EnterPenPassword,
    FoundPen,
    LookForPens,
    PenCandidates,
    PenReason,
    SaveTrialLog,
    SetPenSetting,
    SoundPen,
    StopLooking,
    TrialLogProblem,
    TrialLogSaved,
    TryPen,
)
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

FromPenPage: TypeAlias = (
    LookForPens
    | StopLooking
    | ChoosePen
    | SetPenSetting
    | EnterPenPassword
    | SoundPen
    | TryPen
    | SaveTrialLog
)
FROM_PEN_PAGE: Final = (
    LookForPens,
    StopLooking,
    ChoosePen,
    SetPenSetting,
    EnterPenPassword,
    SoundPen,
    TryPen,
    SaveTrialLog,
)
NOTES_NAME = "notes"
TESTS_NAME = "tests"
LOOK_SECONDS = 8.0
INK_SECONDS = 0.05
INK_BEATS_A_REPORT = 10
MOST_TRIAL_SECONDS = 300.0
ASK_SECONDS = 120.0
"""A pen tells its battery only when asked."""


class PenDesk:
    """At most one pen. Lives in the engine's loop.

    Args:
        name: the pen to begin with, '' for none.
        folder: where a person's paper, copied notes and tests are kept.
        remember: keeps the name of a pen that was chosen.
        lesson: gets the pen's events, with their places on calibrated sheets.
        say: what the window is to hear.

    Attributes:
        paper: books, calibration, buttons.
        notes: the pen's memory, and copies of it.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        remember: Callable[[str], None],
        lesson: PenLesson,
        say: Callable[[FromEngine], None],
    ) -> None:
        self._folder = folder
        self._remember = remember
        self._lesson = lesson
        self._say = say
        self._badge = PenBadge(name, self._event, say, self._pen_back)
        self.paper = PaperDesk(
            folder, PaperNeeds(lambda: self._badge.is_here, lesson.now, lesson.press, say)
        )
        self.notes = NotesDesk(
            folder / NOTES_NAME,
            NotesNeeds(
                lambda: self._badge,
                self.paper.title_of,
                lambda: bool(lesson.name),
                lesson.place,
                say,
            ),
        )
        self._catch_up = CatchUp(
            self.notes,
            CatchUpNeeds(self._keeps_notes, lambda: lesson.name, self._write_late, say),
        )
        self._wanted = name
        self._is_hovering = False
        self._changing = asyncio.Lock()
        self._search: Search | None = None
        self._found: dict[tuple[CandidateKind, str], Candidate] = {}
        self._trial: Trial | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def state(self) -> PenState:
        """The badge."""
        return self._badge.state

    def states(self) -> Iterator[FromEngine]:
        """What a new window has to know."""
        yield self._badge.state
        yield self._badge.card
        yield from self.paper.states()
        yield from self.notes.states()
        if self._search is not None or self._found:
            yield self._candidates()

    def sheet_of(self, page: PageAddress) -> Sheet:
        """The sheet to show for a page: calibrated, known, or grown with its ink."""
        return self.paper.store.shown(page)

    def lesson_opened(self, since: float | None) -> None:
        """A lesson is on; it went on before `since` (seconds since 1970), None: it is new."""
        self._catch_up.lesson_opened(since, is_here=self._badge.is_here)

    def let_hover(self, wants: bool) -> None:
        """Have the pen say where it hovers, or end it if this began it; may be said often.

        Hovering costs the pen's battery, so it is on for the laser only.
        """
        can = self._badge.capabilities
        if not self._badge.is_here or can is None or SettingName.HOVER not in can.settings:
            self._is_hovering = False  # a pen that comes is asked anew
        elif wants != self._is_hovering and not (wants and can.has_hover):
            self._is_hovering = wants
            self._badge.request(ChangeSetting(SettingName.HOVER, int(wants)))

    def start(self) -> None:
        """Open the pen to begin with."""
        spawn(self._open_first(), name="pen-open")
        self._tasks.append(spawn(self._ask_on(), name="pen-battery"))

    async def close(self) -> None:
        """Let everything go."""
        self.window_gone()
        for task in self._tasks:
            task.cancel()
        await self._stop_search()
        await self.notes.close()
        async with self._changing:
            await self._badge.close()
        self.paper.close()

    def window_gone(self) -> None:
        """Nobody looks at the test any more."""
        self._trial = None
        self._badge.tape.end()
        self.paper.window_gone()

    def carry_out(self, message: FromPenPage) -> None:
        """Do what the pen page asks."""
        match message:
            case LookForPens():
                spawn(self._look(), name="pen-search")
            case StopLooking():
                spawn(self._stop_looking(), name="pen-search-stop")
            case ChoosePen():
                self._wanted = message.name
                self._remember(message.name)
                spawn(self._choose(message.name), name="pen-choose")
            case TryPen():
                self._try(is_on=message.is_on)
            case SetPenSetting():
                self._badge.request(ChangeSetting(message.name, message.value))
            case EnterPenPassword():
                self._badge.request(SubmitPassword(message.password, message.is_confirmed))
            case SoundPen():
                self._badge.request(FindPen())
            case SaveTrialLog():
                spawn(self._save_trial(), name="pen-trial-log")

    # the pen in use

    async def _open_first(self) -> None:
        async with self._changing:
            await self._badge.open()

    async def _choose(self, name: str) -> None:
        async with self._changing:
            if self._wanted != name:
                return  # another was chosen while this one waited
            await self._badge.close()  # the port may be the same one
            self._badge = badge = PenBadge(name, self._event, self._say, self._pen_back)
            self.notes.pen_changed("")
            self._say(badge.state)
            self._say(badge.card)
            await badge.open()

    async def _ask_on(self) -> None:
        while True:
            await asyncio.sleep(ASK_SECONDS)
            can = self._badge.capabilities
            if self.state.link is LinkState.GOOD and can is not None and can.settings:
                self._badge.request(ReadSettings())

    def _event(self, event: PenEvent) -> None:
        self._catch_up.take(event)
        for one in self.paper.take(event):
            self._lesson.take(one)
            if self._trial is not None:
                self._trial.take(one, time.monotonic())
        if isinstance(event, PenConnected | PenDisconnected):
            # the badge changes after this event was dealt with
            asyncio.get_running_loop().call_soon(self._link_changed, event)

    def _link_changed(self, event: PenConnected | PenDisconnected) -> None:
        if isinstance(event, PenConnected):
            self.notes.pen_changed(event.pen_id)
            self._catch_up.pen_here()
        else:
            self.notes.tell()

    def _pen_back(self) -> None:
        self._catch_up.pen_back()

    def _keeps_notes(self) -> bool:
        can = self._badge.capabilities
        return self._badge.is_here and can is not None and can.keeps_offline and can.has_live

    def _write_late(self, strokes: list[StoredStroke]) -> int:
        """Into the lesson, but for what lies on a button: its moment is over."""
        return self._lesson.write_late([one for one in strokes if not self._is_press(one)])

    def _is_press(self, stored: StoredStroke) -> bool:
        stroke = stored.stroke
        first = stroke.dots[0] if stroke.dots else None
        page = stroke.page
        return first is not None and self.paper.is_button(page, first.x, first.y)

    # looking for pens

    async def _look(self) -> None:
        await self._stop_search()
        loop = asyncio.get_running_loop()
        self._found.clear()

        def found(candidate: Candidate) -> None:
            with contextlib.suppress(RuntimeError):  # the engine ended meanwhile
                loop.call_soon_threadsafe(self._take_candidate, candidate)

        def done() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._search_ended, search)

        self._search = search = discover(LOOK_SECONDS, found, done)
        self._say(self._candidates())

    async def _stop_looking(self) -> None:
        await self._stop_search()
        self._say(self._candidates())

    async def _stop_search(self) -> None:
        search, self._search = self._search, None
        if search is not None:
            # waits for its thread
            await asyncio.get_running_loop().run_in_executor(None, search.stop)

    def _take_candidate(self, candidate: Candidate) -> None:
        if self._search is not None:
            self._found[candidate.key] = candidate
            self._say(self._candidates())

    def _search_ended(self, search: Search) -> None:
        if self._search is search:
            self._search = None
            self._say(self._candidates())

    def _candidates(self) -> PenCandidates:
        likeliest = sorted(self._found.values(), key=_place)
        items = tuple(found_pen(one) for one in likeliest[:MAX_CANDIDATES])
        return PenCandidates(items, self._search is not None)

    # the test

    def _try(self, *, is_on: bool) -> None:
        before, self._trial = self._trial, None
        if not is_on:
            self._badge.tape.end()
            ended = before or Trial()
            self._say(ended.report(self._facts(), is_on=False))
            return
        self._trial = trial = Trial()
        self._badge.tape.begin()
        can = self._badge.capabilities
        trial.know_force_steps(0 if can is None else can.force_steps)
        self._say(trial.report(self._facts(), is_on=True))
        spawn(self._watch_trial(trial), name="pen-trial")

    async def _watch_trial(self, trial: Trial) -> None:
        until = time.monotonic() + MOST_TRIAL_SECONDS
        beats = 0
        while self._trial is trial:
            await asyncio.sleep(INK_SECONDS)
            if self._trial is not trial:
                return
            for ink in trial.ink():
                self._say(ink)
            beats += 1
            if beats % INK_BEATS_A_REPORT == 0:
                self._say(trial.report(self._facts(), is_on=True))
            if time.monotonic() > until:
                self._try(is_on=False)

    async def _save_trial(self) -> None:
        tape, folder = self._badge.tape, self._folder / TESTS_NAME
        try:
            path = await asyncio.get_running_loop().run_in_executor(None, tape.save, folder)
        except OSError as exc:
            log.warning("the test's log cannot be kept: %s", exc.strerror)
            self._say(TrialLogSaved(problem=TrialLogProblem.DISK))
            return
        if path is None:
            self._say(TrialLogSaved(problem=TrialLogProblem.NOTHING))
        else:
            self._say(TrialLogSaved(str(path)[:1000], None, tape.is_cut))

    def _facts(self) -> PenFacts:
        badge = self._badge
        is_here = badge.state.link is LinkState.GOOD
        return PenFacts(bool(badge.name), is_here, badge.card.attempts_left is not None)


def found_pen(candidate: Candidate) -> FoundPen:
    """A candidate as the window is told of it."""
    name = candidate.name if len(candidate.name) <= LONGEST_NAME else ""
    return FoundPen(
        name,
        candidate.title[:100],
        tuple(PenReason(reason.kind, reason.value[:200]) for reason in candidate.reasons[:16]),
        candidate.is_supported and bool(name),
        candidate.kind is CandidateKind.VIRTUAL,
        candidate.explanation,
    )


def _place(candidate: Candidate) -> tuple[int, int, str]:
    """Recognised pens first, the nearest on top; then what may be one, software, and the rest."""
    if not candidate.is_supported:
        group = 3
    elif candidate.kind is CandidateKind.VIRTUAL:
        group = 2
    else:
        group = 1 if candidate.explanation is Explanation.NO_SIGN else 0
    return group, -(candidate.rssi or -127), candidate.title
