"""A Neo N2 plugged in as a USB disk: its stored notes, read only (pen/PROTOCOL 15)."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from pathlib import Path

from pen_driver import commands
from pen_driver.address import NcodeBook
from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DiagnosticKind,
    DisconnectReason,
    FetchOutcome,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    OfflinePagesListed,
    OfflineProgress,
    PasswordOutcome,
    PenCapabilities,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenPasswordResult,
)
from pen_driver.n2_disk import Disk, NoPenDiskError, open_disk, read_disk_file
from pen_driver.neo1.packets import FORCE_STEPS
from pen_driver.neo1.session import PEN_ID
from pen_driver.transports.base import OnEvent
from pen_driver.transports.names import redacted

_LOG = logging.getLogger(__name__)

LOOK_S = 0.5
"""From one look for the disk to the next."""

_JOIN_S = 5.0
_CAN = PenCapabilities(
    FORCE_STEPS,
    has_tilt=False,
    has_hover=False,
    has_offline=True,
    keeps_offline=True,
    has_live=False,
)


class DiskPen:
    """Answers questions for stored notes from the pen's files. Nothing is ever written to it.

    A disk that is away is waited for; one that is pulled out counts as a lost link.
    """

    def __init__(self, name: str, root: Path, on_event: OnEvent) -> None:
        self.name = name
        self.counters = PenCounters()
        self._root = root
        self._on_event = on_event
        self._disk: Disk | None = None
        self._is_absence_told = False
        self._commands: deque[PenCommand] = deque()
        self._stopping = threading.Event()  # the running copy
        self._closing = threading.Event()
        self._wake = threading.Event()
        shown = redacted(name)
        self._thread = threading.Thread(target=self._run, name=f"pen {shown}", daemon=True)
        self._thread.start()

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """See `Pen`. A disk has none."""
        self.request(commands.SubmitPassword(password, confirm))

    def request(self, command: PenCommand) -> None:
        """See `Pen`."""
        if isinstance(command, commands.StopOffline):
            self._stopping.set()
            return
        self._commands.append(command)
        self._wake.set()

    def close(self) -> None:
        """See `Pen`."""
        self._closing.set()
        self._wake.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._look()
            while self._commands and not self._closing.is_set():
                self._carry_out(self._commands.popleft())
            self._wake.wait(LOOK_S)
            self._wake.clear()
        if self._disk is not None:
            self._tell(PenDisconnected(time.monotonic(), DisconnectReason.CLOSED))

    def _tell(self, event: PenEvent) -> None:
        self._on_event(event)

    def _look(self) -> None:
        """See whether the disk has come or gone."""
        if self._disk is not None:
            if not self._disk.is_here():
                self._lose()
            return
        try:
            self._disk = disk = open_disk(self._root)
        except NoPenDiskError as exc:
            if not self._is_absence_told:
                self._is_absence_told = True
                _LOG.info("%s: %s", redacted(self.name), exc)
                self._tell(PenDisconnected(time.monotonic(), DisconnectReason.NO_PORT))
            return
        _LOG.info("%s: connected, %d books", redacted(self.name), len(disk.books))
        now = time.monotonic()
        self.counters.connections += 1
        self._tell(PenConnected(now, PenId(PEN_ID), "N2", "", "disk", _CAN))
        if disk.strangers:
            detail = "files that tell no page"
            self._tell(PenDiagnostic(now, DiagnosticKind.BAD_PAGE, disk.strangers, detail))

    def _lose(self) -> None:
        self._disk = None
        self._is_absence_told = True
        _LOG.info("%s: pulled out", redacted(self.name))
        self._tell(PenDisconnected(time.monotonic(), DisconnectReason.LINK_LOST))

    def _carry_out(self, command: PenCommand) -> None:
        now = time.monotonic()
        disk = self._disk
        if isinstance(command, commands.SubmitPassword):
            self._tell(PenPasswordResult(now, PasswordOutcome.NOT_ASKED))
            return
        if disk is None:
            self._tell(PenCommandFailed(now, command, CommandFailure.NOT_READY))
            return
        match command:
            case commands.ListOffline():
                self._tell(OfflineListed(now, tuple(sorted(disk.books)), is_complete=True))
            case commands.ListOfflinePages():
                pages = disk.pages(command.book)
                self._tell(OfflinePagesListed(now, command.book, pages, is_complete=True))
            case commands.FetchOffline():
                self._stopping.clear()
                self._fetch(disk, command.book)
            case _:
                self._tell(PenCommandFailed(now, command, CommandFailure.UNSUPPORTED))

    def _fetch(self, disk: Disk, book: NcodeBook) -> None:
        strokes = promised = 0
        outcome = FetchOutcome.WHOLE if book in disk.books else FetchOutcome.EMPTY
        for file in disk.books.get(book, ()):
            if self._stopping.is_set() or self._closing.is_set():
                outcome = FetchOutcome.STOPPED
                break
            try:
                read = read_disk_file(file)
            except NoPenDiskError as exc:
                _LOG.info("%s: %s", redacted(self.name), exc)
                outcome = FetchOutcome.DAMAGED
                if not disk.is_here():
                    outcome = FetchOutcome.LINK_LOST
                    break
                continue
            if read.is_damaged:
                outcome = FetchOutcome.DAMAGED
            strokes += len(read.strokes)
            promised += read.promised
            self.counters.offline_strokes += len(read.strokes)
            now = time.monotonic()
            self._tell(OfflineInk(now, book, read.strokes))
            self._tell(OfflineProgress(now, book, strokes, promised))
        self._tell(OfflineFetched(time.monotonic(), book, outcome, strokes, promised))
