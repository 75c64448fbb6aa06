"""The test on the sheet: figures, verdict, one remedy."""

from __future__ import annotations

import pytest

from pen_driver import (
    DiagnosticKind,
    NcodePage,
    PageAddress,
    PenDiagnostic,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenSample,
    StrokeNo,
)
from teacher_client.engine.pen_trial import PenFacts, Trial
from teacher_client.lesson.pen_messages import PenTrial, PenTrialInk, TrialRemedy, TrialVerdict

READY = PenFacts(is_chosen=True, is_here=True, is_locked=False)
PAGE = NcodePage(3, 27, 604, 1)


def stroke(
    number: int, at: float, late: float = 0.0, force: float = 0.5, page: PageAddress = PAGE
) -> list[PenEvent]:
    """One second of 100 dots a second, the latter half of them late."""
    name = StrokeNo(number)
    events: list[PenEvent] = [PenDown(at, 1000 + at, name, page)]
    for step in range(101):
        t = at + step / 100
        way = 0.010 + (late if step > 50 else 0.0)
        f = min(force + step / 1000, 1.0) if force < 1 else force
        events.append(PenSample(t + way, 1000 + t, name, 10 + step / 10, 20.0, f))
    events.append(PenLifted(at + 1.01, None, name, 101))
    return events


def tried(*events: PenEvent, steps: int = 1023) -> PenTrial:
    trial = Trial()
    trial.know_force_steps(steps)
    for event in events:
        trial.take(event, event.t_host)
    return trial.report(READY, is_on=True)


def writing(late: float = 0.0, force: float = 0.5) -> list[PenEvent]:
    return [event for n in range(3) for event in stroke(n, n * 2.0, late, force)]


def test_good_ink_is_called_good() -> None:
    report = tried(*writing())
    assert (report.verdict, report.remedy) == (TrialVerdict.GOOD, TrialRemedy.NONE)
    assert (report.samples, report.samples_per_s, report.lost) == (303, 100, 0)
    assert report.delay_ms == 0  # all equally quick, whatever the pen's clock says
    assert report.force_low == 0.5
    assert report.force_high == pytest.approx(0.6)
    assert (report.paper, report.is_page_known) == (str(PAGE), True)


@pytest.mark.parametrize(
    ("facts", "remedy"),
    [
        (PenFacts(False, False, False), TrialRemedy.CHOOSE),
        (PenFacts(True, False, True), TrialRemedy.UNLOCK),
        (PenFacts(True, False, False), TrialRemedy.CONNECT),
    ],
)
def test_without_a_pen_it_says_what_is_missing(facts: PenFacts, remedy: TrialRemedy) -> None:
    report = Trial().report(facts, is_on=True)
    assert (report.verdict, report.remedy) == (TrialVerdict.BAD, remedy)


@pytest.mark.parametrize(
    ("events", "verdict", "remedy"),
    [
        ([], TrialVerdict.WAITING, TrialRemedy.WRITE),
        (stroke(1, 0.0), TrialVerdict.WAITING, TrialRemedy.WRITE),
        ([PenHover(0.0, PAGE, 1.0, 1.0)], TrialVerdict.DOUBTFUL, TrialRemedy.PRESS),
        (
            [PenDiagnostic(0.0, DiagnosticKind.IMAGE_ERROR)],
            TrialVerdict.BAD,
            TrialRemedy.PAPER,
        ),
        (
            [*writing(), PenDiagnostic(9.0, DiagnosticKind.LOST_DOTS, 2)],
            TrialVerdict.DOUBTFUL,
            TrialRemedy.NEARER,
        ),
        (
            [*writing(), PenDiagnostic(9.0, DiagnosticKind.LOST_DOTS, 30)],
            TrialVerdict.BAD,
            TrialRemedy.NEARER,
        ),
        (writing(late=0.3), TrialVerdict.DOUBTFUL, TrialRemedy.RADIO),
        (writing(force=1.0), TrialVerdict.DOUBTFUL, TrialRemedy.FORCE),
    ],
)
def test_each_trouble_has_one_remedy(
    events: list[PenEvent], verdict: TrialVerdict, remedy: TrialRemedy
) -> None:
    report = tried(*events)
    assert (report.verdict, report.remedy) == (verdict, remedy)


def test_a_pen_without_force_is_not_blamed_for_it() -> None:
    assert tried(*writing(force=1.0), steps=0).verdict is TrialVerdict.GOOD


def test_ink_is_handed_out_once() -> None:
    trial = Trial()
    for event in [*stroke(7, 0.0)[:3], *stroke(8, 2.0)[:2]]:
        trial.take(event, event.t_host)
    assert trial.ink() == [
        PenTrialInk(7, (1000, 1010), (2000, 2000), (128, 128)),
        PenTrialInk(8, (1000,), (2000,), (128,)),
    ]
    assert trial.ink() == []
