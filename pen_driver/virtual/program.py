"""The virtual pen's shell: a port, a clock, a report.

One thread. POSIX only, because it needs pseudo-terminals.
"""

from __future__ import annotations

import json
import os
import select
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.faults import Faults
from pen_driver.virtual.ink import Stroke
from pen_driver.virtual.makes import make_device
from pen_driver.virtual.player import Hover, Lift, Move, Player, Touch, store_strokes
from pen_driver.virtual.ports import Port, PtyPort

_ABSENT_POLL_S = 0.02  # a closed pseudo-terminal gives no signal when it is opened again
_IDLE_S = 0.5
_BACKLOG_BYTES = 1 << 20
_POWER_OFF_KEY = 3


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """How the virtual pen behaves.

    Attributes:
        rate_hz: resampled to, None for the file's own points; used by the caller.
        start_delay_s: from the first live request to the first dot.
        wait_for: nothing is written before this file is there.
        cut_after: bytes after which the port is closed once; 0 never.
        cut_s: how long it then stays away.
        writes_offline: go on writing without a host; the pen stores it.
        stored: so many strokes of the ink are in its memory from the beginning.
        silent_after: bytes after which nothing comes any more, though the port stays; 0 never.
    """

    device: DeviceOptions = field(default_factory=DeviceOptions)
    make: str = "neo2"
    faults: Faults = field(default_factory=Faults)
    seed: int = 1
    speed: float = 1.0
    is_looping: bool = True
    start_delay_s: float = 0.0
    wait_for: Path | None = None
    cut_after: int = 0
    cut_s: float = 0.5
    report: Path | None = None
    writes_offline: bool = False
    stored: int = 0
    silent_after: int = 0


@dataclass(slots=True)
class Report:
    """What has been written so far; `finished`: all strokes are out and none will follow.

    Attributes:
        deletes: how often the host had stored ink deleted; `wipes`: by wrong passwords.
    """

    samples_sent: int = 0
    hovers_sent: int = 0
    strokes_sent: int = 0
    strokes_begun: int = 0
    bytes_sent: int = 0
    connections: int = 0
    cuts: int = 0
    stored: int = 0
    deletes: int = 0
    wipes: int = 0
    finished: bool = False

    def write(self, path: Path) -> None:
        """Replace the file at `path` in one step, so that a reader never sees half of it."""
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        new.replace(path)


class VirtualPen:
    """Runs one pen until `stop` is set or its parent is gone.

    Args:
        strokes: in mm on the page, resampled and cut to number as wanted.
        port: where a host finds it; None: a pseudo-terminal without a link.
        watch_fd: end when this file descriptor reports end of file; None: nobody to watch.
    """

    def __init__(
        self,
        strokes: tuple[Stroke, ...],
        options: ProgramOptions,
        port: Port | None = None,
        watch_fd: int | None = None,
    ) -> None:
        self._options = options
        device = options.device
        if device.clock_ms is not None:  # the device counts from its own zero
            device = replace(device, clock_ms=device.clock_ms - _ms(time.monotonic()))
        self._device = make_device(options.make, device)
        self._player = Player(strokes, options.speed, options.is_looping)
        self._random = Random(options.seed)
        self._port = PtyPort(None) if port is None else port
        self._watch_fd = watch_fd
        self._backlog = bytearray()
        self._is_host_there = False
        self._was_streaming = False
        self._is_waiting = False
        self._is_down = False
        self._cut_until: float | None = None
        self.report = Report()
        self.is_stopping = False
        store_strokes(self._device, strokes[: options.stored], _ms(time.monotonic()))

    def open(self) -> str:
        """Open the port and return the name to connect to."""
        self._port.open()
        return self._port.name

    def run(self) -> None:
        """Serve until stopped."""
        try:
            while not self.is_stopping:
                self._step()
        finally:
            self._say_goodbye()
            self._port.close()
            self._write_report()

    def _step(self) -> None:
        now = time.monotonic()
        if self._options.writes_offline and self._player.next_at() is None:
            self._player.resume(now + self._options.start_delay_s)
        if self._cut_until is not None:
            self._write(now)
            self._stay_away(self._cut_until, now)
            return
        self._listen(now)
        if self._device.is_off:
            self._flush()
            self._cut()
            return
        self._write(now)
        self._flush()
        if not self._is_host_there:
            self._wait(_ABSENT_POLL_S, [])
            return
        # One that is not streaming may have something to say by itself.
        due = self._player.next_at() if self._device.is_streaming else now + _ABSENT_POLL_S
        timeout = _IDLE_S if due is None else min(max(due - time.monotonic(), 0.0), _IDLE_S)
        self._wait(timeout, [self._port.fd])

    def _stay_away(self, until: float, now: float) -> None:
        if now < until:
            pause = _ABSENT_POLL_S if self._options.writes_offline else _IDLE_S
            self._wait(min(until - now, pause), [])
        else:
            self._cut_until = None
            self._device.power_on()
            self._port.open()

    def _wait(self, timeout: float, readers: list[int]) -> None:
        watched = [] if self._watch_fd is None else [self._watch_fd]
        writers = readers if self._backlog else []
        ready, _, _ = select.select(readers + watched, writers, [], timeout)
        if self._watch_fd in ready and not os.read(self._watch_fd or 0, 4096):
            self.is_stopping = True

    def _listen(self, now: float) -> None:
        data = self._port.read()
        if data is None:
            if self._is_host_there:
                self._device.host_gone()
                self._backlog.clear()
                self._is_down = False
                self._write_report()
            self._is_host_there = self._was_streaming = self._is_waiting = False
            return
        self._is_host_there = True
        if data:
            self._send(self._device.receive(data, _ms(now)))
        self._send(self._device.tick(_ms(now)))
        if self._device.is_streaming and not self._was_streaming:
            self.report.connections += 1
            self._is_waiting = not self._options.writes_offline
        self._was_streaming = self._device.is_streaming
        awaited = self._options.wait_for
        if self._is_waiting and (awaited is None or awaited.exists()):
            self._is_waiting = self._is_down = False
            self._player.resume(now + self._options.start_delay_s)

    def _write(self, now: float) -> None:
        is_live = self._device.is_streaming
        if not (is_live or self._options.writes_offline):
            return
        has_lifted = False
        for action in self._player.take(now):
            match action:
                case Touch():
                    self._device.page = self._options.device.page + action.round_no
                    self.report.strokes_begun += 1
                    self._is_down = True
                    self._send(self._device.pen_down(_ms(action.at)))
                case Move():
                    self._send(
                        self._device.dot(_ms(action.at), action.x_mm, action.y_mm, action.force)
                    )
                    self.report.samples_sent += is_live
                case Hover():
                    over = self._device.hover(_ms(action.at), action.x_mm, action.y_mm)
                    self.report.hovers_sent += bool(over)
                    self._send(over)
                case Lift():
                    self._is_down = False
                    self._send(self._device.pen_up(_ms(action.at)))
                    self.report.strokes_sent += is_live
                    self._flush()
                    has_lifted = True
        if has_lifted:
            self._write_report()  # not before: the player has handed all of this out

    def _send(self, frames: bytes) -> None:
        silent_after = self._options.silent_after
        if silent_after and self.report.bytes_sent >= silent_after:
            return
        if frames and len(self._backlog) < _BACKLOG_BYTES:
            self._backlog += self._options.faults.apply(frames, self._random)

    def _flush(self) -> None:
        if self._port.fd < 0:
            return
        cut_after = self._options.cut_after
        left = len(self._backlog)
        if cut_after and not self.report.cuts:
            left = min(left, cut_after - self.report.bytes_sent)
        try:
            sent = os.write(self._port.fd, self._backlog[:left]) if left > 0 else 0
        except OSError:
            sent = 0  # full, or nobody there: the next read tells which
        del self._backlog[:sent]
        self.report.bytes_sent += sent
        if cut_after and not self.report.cuts and self.report.bytes_sent >= cut_after:
            self._cut()

    def _cut(self) -> None:
        self.report.cuts += 1
        self._port.close()
        self._device.host_gone()
        self._backlog.clear()
        self._is_host_there = self._was_streaming = self._is_down = False
        self._cut_until = time.monotonic() + self._options.cut_s

    def _say_goodbye(self) -> None:
        if self._port.fd < 0 or not self._device.is_streaming:
            return
        if self._is_down:
            self._send(self._device.pen_up(_ms(time.monotonic())))
        self._send(self._device.power_off(_POWER_OFF_KEY))
        self._flush()

    def _write_report(self) -> None:
        self.report.finished = self._player.is_finished
        self.report.stored = self._device.memory.strokes
        self.report.deletes = self._device.memory.deletes
        self.report.wipes = self._device.wipes
        if self._options.report is not None:
            self.report.write(self._options.report)


def make_link() -> Path:
    """Return a name for the port in a fresh private folder; the caller removes the folder."""
    return Path(tempfile.mkdtemp(prefix="lamplight-pen-")) / "pen"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
