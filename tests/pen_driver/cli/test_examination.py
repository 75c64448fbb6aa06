from __future__ import annotations

import pytest

from pen_driver.cli.doctor_texts import ADVICE, STEPS, finding_text
from pen_driver.cli.examination import Advice, Examination, Finding, Step, Verdict
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    PenCapabilities,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenId,
    PenLifted,
    PenLocked,
    PenSample,
    SheetPage,
    StrokeNo,
)
from pen_driver.transports.base import Direction
from tests.pen_driver.neo import examples as ex

CONNECTED = PenConnected(
    0.0, PenId("NEO-A17E"), "NWP-F51", "1.04", "2.18", PenCapabilities(852, True, False)
)
PAGE = SheetPage("x")


class Case:
    """An examination with its counters."""

    def __init__(self, kind: str = "serial", protocol: str = "neo2") -> None:
        self.counters = PenCounters()
        self.examination = Examination(kind, self.counters)
        if protocol:
            self.examination.take_bytes(0.0, Direction.NOTE, b"opened " + protocol.encode())

    def wire(self, data: bytes) -> None:
        self.counters.bytes_in += len(data)
        self.examination.take_bytes(0.0, Direction.FROM_PEN, data)

    def events(self, *events: PenEvent) -> None:
        for event in events:
            self.examination.take_event(event)

    def write(self, strokes: int) -> None:
        for number in range(1, strokes + 1):
            stroke = StrokeNo(number)
            self.events(PenDown(number, None, stroke, PAGE))
            for dot in range(101):
                self.events(PenSample(number + dot * 0.01, None, stroke, 1.0, 2.0, 0.5))
            self.events(PenLifted(number + 1.1, None, stroke, 101))
        self.counters.samples += strokes * 101

    def last(self) -> Finding:
        return self.examination.final_findings()[-1]


def test_a_healthy_pen() -> None:
    case = Case()
    case.wire(ex.VERSION + ex.CLOCK_SET)
    case.events(CONNECTED)
    case.write(5)
    assert [finding.verdict for finding in case.examination.findings()] == [Verdict.GOOD] * 7
    assert case.last().detail == "100 samples/s, loss 0.00 %, damage 0"
    assert case.examination.is_enough
    assert not case.examination.is_hopeless


@pytest.mark.parametrize(
    ("kind", "advice"),
    [("serial", Advice.NO_PORT), ("ble", Advice.NOT_HEARD), ("socket", Advice.NO_LINK)],
)
def test_a_link_that_does_not_open(kind: str, advice: Advice) -> None:
    case = Case(kind, protocol="")
    assert case.examination.findings() == [Finding(Step.OPENS, Verdict.OPEN, "", advice)]
    assert case.last() == Finding(Step.OPENS, Verdict.FAILED, "", advice)
    assert not case.examination.is_hopeless
    case.events(PenDisconnected(1.0, DisconnectReason.NO_PORT))
    assert case.examination.is_hopeless


def test_silence_and_another_language() -> None:
    case = Case()
    assert (case.last().step, case.last().advice) == (Step.ANSWERS, Advice.SILENT)
    case.wire(b"\x00\x00\x0b" * 5)
    assert (case.last().detail, case.last().advice) == ("15 bytes", Advice.OTHER_LANGUAGE)
    case.events(PenDisconnected(9.0, DisconnectReason.NO_ANSWER))
    assert case.examination.is_hopeless


def test_a_locked_pen() -> None:
    case = Case()
    case.wire(ex.VERSION)
    case.events(PenLocked(0.0, PenId("NEO-A17E"), 7))
    locked = Finding(Step.UNLOCKED, Verdict.FAILED, "7 attempts left", Advice.LOCKED)
    assert case.last() == locked
    assert case.examination.is_hopeless


def test_a_refused_clock_is_no_end() -> None:
    case = Case()
    case.wire(ex.VERSION + ex.frames("C0 85 05 C1"))
    case.events(CONNECTED)
    found = {finding.step: finding for finding in case.examination.findings()}
    assert found[Step.CLOCK].verdict is Verdict.DOUBTFUL
    assert found[Step.CLOCK].advice is Advice.CLOCK_REFUSED
    assert found[Step.STREAMS].verdict is Verdict.GOOD


def test_a_pen_that_does_not_stream() -> None:
    case = Case()
    case.wire(ex.VERSION + ex.CLOCK_SET)
    case.events(PenDisconnected(9.0, DisconnectReason.REFUSED))
    assert (case.last().step, case.last().advice) == (Step.STREAMS, Advice.REFUSED)
    assert case.examination.is_hopeless


@pytest.mark.parametrize(
    ("event", "advice"),
    [
        (PenDiagnostic(0.0, DiagnosticKind.IMAGE_ERROR, 40), Advice.PAPER_UNREADABLE),
        (PenHover(0.0, PAGE, 1.0, 1.0), Advice.ONLY_HOVER),
        (PenDiagnostic(0.0, DiagnosticKind.TAP), Advice.NOTHING_WRITTEN),
    ],
)
def test_no_samples(event: PenEvent, advice: Advice) -> None:
    case = Case()
    case.events(CONNECTED, event)
    assert (case.last().step, case.last().advice) == (Step.SAMPLES, advice)


def test_loss_and_breaks() -> None:
    case = Case()
    case.events(CONNECTED)
    case.write(5)
    case.counters.lost_dots = 5
    assert case.last().advice is Advice.LOSS
    assert "loss 0.98 %" in case.last().detail
    case.counters.cut_short = 1
    assert (case.last().verdict, case.last().advice) == (Verdict.DOUBTFUL, Advice.LINK_BREAKS)


def test_everything_has_words_in_both_languages() -> None:
    for is_chinese in (True, False):
        for step in Step:
            for advice in Advice:
                text = finding_text(Finding(step, Verdict.FAILED, "7", advice), is_chinese)
                assert text.count("\n") == 1
    assert set(STEPS) == set(Step)
    assert set(ADVICE) == set(Advice)
