"""What the doctor concludes from a pen's bytes and events: pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenLocked,
    PenSample,
)
from pen_driver.neo.framing import Frame, FrameDecoder
from pen_driver.transports.base import Direction


class Step(Enum):
    """In the order in which they can succeed."""

    OPENS = auto()
    ANSWERS = auto()
    UNLOCKED = auto()
    CLOCK = auto()
    STREAMS = auto()
    SAMPLES = auto()
    QUALITY = auto()


class Verdict(Enum):
    """How a step went."""

    OPEN = auto()  # not known yet
    GOOD = auto()
    DOUBTFUL = auto()
    FAILED = auto()


class Advice(Enum):
    """What to do about it; texts in `pen_driver.cli.doctor_texts`."""

    NO_PORT = auto()
    NOT_HEARD = auto()
    NO_LINK = auto()
    SILENT = auto()
    OTHER_LANGUAGE = auto()
    LOCKED = auto()
    CLOCK_REFUSED = auto()
    REFUSED = auto()
    NOTHING_WRITTEN = auto()
    PAPER_UNREADABLE = auto()
    ONLY_HOVER = auto()
    LOSS = auto()
    LINK_BREAKS = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """One step's outcome; `detail` in figures and names, the same in every language."""

    step: Step
    verdict: Verdict
    detail: str = ""
    advice: Advice | None = None


ENOUGH_STROKES = 5
_CLOCK_SET, _NOTES = 0x85, 0x91
_VERSION = 0x81


class Examination:
    """Collects what a pen does; `findings` may be asked at any time.

    Args:
        kind: of the pen's name ("serial", "ble", …): advice differs.
        counters: of the opened pen.
    """

    def __init__(self, kind: str, counters: PenCounters) -> None:
        self._kind = kind
        self._counters = counters
        self._decoder = FrameDecoder()
        self._protocol = ""
        self._has_answered = False
        self._clock_result: int | None = None
        self._connected: PenConnected | None = None
        self._locked: PenLocked | None = None
        self._ends: list[DisconnectReason] = []
        self._stroke_start: float | None = None
        self._writing_s = 0.0
        self._last_sample: float | None = None
        self._strokes = 0
        self._hovers = 0
        self._image_errors = 0

    def take_bytes(self, t: float, direction: Direction, data: bytes) -> None:
        """See raw bytes; `Tap`."""
        del t
        if direction is Direction.NOTE:
            words = data.decode("ascii", "replace").split()
            if words[:1] == ["opened"]:
                self._protocol = words[1] if len(words) > 1 else "neo2"
                self._decoder = FrameDecoder()
        elif direction is Direction.FROM_PEN and self._protocol in ("neo2", "auto"):
            for item in self._decoder.receive_data(data):
                if isinstance(item, Frame):
                    self._take_frame(item)

    def _take_frame(self, frame: Frame) -> None:
        if frame.command == _VERSION and frame.result == 0:
            self._has_answered = True
        elif frame.command == _CLOCK_SET and self._clock_result != 0:
            self._clock_result = frame.result

    def take_event(self, event: PenEvent) -> None:
        """See an event."""
        match event:
            case PenConnected():
                self._connected, self._locked = event, None
            case PenLocked():
                self._locked = event
            case PenDisconnected():
                self._ends.append(event.reason)
            case PenHover():
                self._hovers += 1
            case PenDiagnostic() if event.kind is DiagnosticKind.IMAGE_ERROR:
                self._image_errors += event.count
            case PenDown() | PenSample() | PenLifted():
                self._take_ink(event)

    def _take_ink(self, event: PenDown | PenSample | PenLifted) -> None:
        # The pen's own times are the better measure of its rate; the host's will do.
        at = event.t_host if event.t_pen is None else event.t_pen
        match event:
            case PenDown():
                self._stroke_start = self._last_sample = None
            case PenSample():
                if self._stroke_start is None:
                    self._stroke_start = at
                self._last_sample = at
            case PenLifted():
                self._strokes += 1
                if self._stroke_start is not None and self._last_sample is not None:
                    self._writing_s += max(self._last_sample - self._stroke_start, 0.0)

    @property
    def is_hopeless(self) -> bool:
        """Waiting longer cannot help: it is away, locked, refuses, or is no pen."""
        if self._locked is not None:
            return True
        if not self._protocol and DisconnectReason.NO_PORT in self._ends:
            return True
        final = (DisconnectReason.REFUSED, DisconnectReason.NO_ANSWER, DisconnectReason.ENDED)
        return any(reason in final for reason in self._ends)

    @property
    def is_enough(self) -> bool:
        """Enough has been written to judge the link."""
        return self._strokes >= ENOUGH_STROKES

    def findings(self) -> list[Finding]:
        """Return the steps up to the first that has not succeeded."""
        found = []
        for step in (
            self._opens, self._answers, self._unlocked, self._clock, self._streams,
            self._samples, self._quality,
        ):  # fmt: skip
            finding = step()
            found.append(finding)
            if finding.verdict in (Verdict.OPEN, Verdict.FAILED):
                break
        return found

    def final_findings(self) -> list[Finding]:
        """Return the same when nothing more will come: what is open has failed."""
        found = self.findings()
        last = found[-1]
        if last.verdict is Verdict.OPEN:
            found[-1] = Finding(last.step, Verdict.FAILED, last.detail, last.advice)
        return found

    def _opens(self) -> Finding:
        if self._protocol:
            return Finding(Step.OPENS, Verdict.GOOD, self._protocol)
        advice = {"serial": Advice.NO_PORT, "ble": Advice.NOT_HEARD}
        return Finding(Step.OPENS, Verdict.OPEN, advice=advice.get(self._kind, Advice.NO_LINK))

    def _answers(self) -> Finding:
        connected = self._connected
        if connected is not None:
            detail = f"{connected.model} {connected.firmware} ({connected.protocol})"
            return Finding(Step.ANSWERS, Verdict.GOOD, f"{connected.pen_id} {detail}")
        if self._has_answered or self._locked is not None:
            return Finding(Step.ANSWERS, Verdict.GOOD)
        received = self._counters.bytes_in
        advice = Advice.OTHER_LANGUAGE if received else Advice.SILENT
        return Finding(Step.ANSWERS, Verdict.OPEN, f"{received} bytes", advice)

    def _unlocked(self) -> Finding:
        if self._locked is not None:
            left = f"{self._locked.attempts_left} attempts left"
            return Finding(Step.UNLOCKED, Verdict.FAILED, left, Advice.LOCKED)
        return Finding(Step.UNLOCKED, Verdict.GOOD)

    def _clock(self) -> Finding:
        if self._clock_result == 0 or (self._connected and self._protocol != "neo2"):
            return Finding(Step.CLOCK, Verdict.GOOD)
        if self._connected or self._clock_result is not None:
            detail = "" if self._clock_result is None else f"result {self._clock_result}"
            return Finding(Step.CLOCK, Verdict.DOUBTFUL, detail, Advice.CLOCK_REFUSED)
        return Finding(Step.CLOCK, Verdict.OPEN, advice=Advice.REFUSED)

    def _streams(self) -> Finding:
        if self._connected is not None:
            return Finding(Step.STREAMS, Verdict.GOOD)
        return Finding(Step.STREAMS, Verdict.OPEN, advice=Advice.REFUSED)

    def _samples(self) -> Finding:
        if self._counters.samples:
            return Finding(Step.SAMPLES, Verdict.GOOD, f"{self._counters.samples} samples")
        if self._image_errors:
            detail = f"{self._image_errors} image errors"
            return Finding(Step.SAMPLES, Verdict.OPEN, detail, Advice.PAPER_UNREADABLE)
        advice = Advice.ONLY_HOVER if self._hovers else Advice.NOTHING_WRITTEN
        return Finding(Step.SAMPLES, Verdict.OPEN, advice=advice)

    def _quality(self) -> Finding:
        counters = self._counters
        lost = counters.lost_dots + counters.lost_events
        share = 100 * lost / (counters.samples + lost) if counters.samples else 0.0
        intervals = counters.samples - self._strokes
        rate = intervals / self._writing_s if self._writing_s > 0 else 0.0
        damage = counters.junk_bytes + counters.truncated + counters.short + counters.bad_packets
        detail = f"{rate:.0f} samples/s, loss {share:.2f} %, damage {damage}"
        if counters.cut_short:
            return Finding(Step.QUALITY, Verdict.DOUBTFUL, detail, Advice.LINK_BREAKS)
        if lost or damage:
            return Finding(Step.QUALITY, Verdict.DOUBTFUL, detail, Advice.LOSS)
        verdict = Verdict.GOOD if self.is_enough else Verdict.DOUBTFUL
        advice = None if self.is_enough else Advice.NOTHING_WRITTEN
        return Finding(Step.QUALITY, verdict, detail, advice)
