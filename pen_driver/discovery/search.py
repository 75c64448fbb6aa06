"""Look for pens on all ways at once, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from pen_driver.discovery.candidates import (
    Candidate,
    CandidateKind,
    PortFacts,
    from_advert,
    from_disk,
    from_ink,
    from_port,
    from_usb,
    no_bluetooth,
)
from pen_driver.discovery.usb import plugged_in
from pen_driver.discovery.volumes import mounted
from pen_driver.n2_disk import find_stroke_file
from pen_driver.transports.names import redacted

_LOG = logging.getLogger(__name__)

OnFound: TypeAlias = Callable[[Candidate], None]
"""Called on the search's thread: for each pen once, and again when more became known of it. An
asyncio program passes ``lambda found: loop.call_soon_threadsafe(take, found)``."""

_LOOK_S = 1.0
"""From one look at the ports to the next: a pen that is plugged in appears by itself."""

_POLL_S = 0.05
_JOIN_S = 5.0
_TTY_CLASS = Path("/sys/class/tty")
ALL_KINDS = frozenset(CandidateKind)


class Search:
    """A running search; it ends by itself after its time."""

    def __init__(
        self,
        seconds: float,
        on_found: OnFound,
        on_done: Callable[[], None] | None,
        kinds: frozenset[CandidateKind],
    ) -> None:
        self._seconds = seconds
        self._on_found = on_found
        self._on_done = on_done
        self._kinds = kinds
        self._told: dict[tuple[CandidateKind, str], Candidate] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pen search", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it now; from any thread, more than once. Nothing is called after it returns."""
        self._stopping.set()
        self.wait(_JOIN_S)

    def wait(self, seconds: float | None = None) -> None:
        """Wait for its end; at once when called from its own thread."""
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            asyncio.run(self._look_around(time.monotonic() + self._seconds))
        finally:
            if self._on_done is not None and not self._stopping.is_set():
                self._on_done()

    async def _look_around(self, until: float) -> None:
        if CandidateKind.VIRTUAL in self._kinds:
            self._tell(_virtual())
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            if CandidateKind.BLE in self._kinds:
                group.create_task(self._scan(over))
            try:
                await self._watch_ports(until)
            finally:
                over.set()

    def _is_over(self, until: float) -> bool:
        return self._stopping.is_set() or time.monotonic() >= until

    async def _watch_ports(self, until: float) -> None:
        is_first = True
        next_look = time.monotonic()
        while is_first or not self._is_over(until):
            is_first = False
            if time.monotonic() >= next_look:
                next_look += _LOOK_S
                if CandidateKind.SERIAL in self._kinds:
                    # Some drivers answer slowly; the radio must not wait for them.
                    self._tell(await asyncio.to_thread(_serial))
                if CandidateKind.USB in self._kinds:
                    self._tell(await asyncio.to_thread(_usb))
                if CandidateKind.DISK in self._kinds:
                    self._tell(await asyncio.to_thread(_disks))
            await asyncio.sleep(_POLL_S)

    async def _scan(self, over: asyncio.Event) -> None:
        try:
            from bleak import BleakScanner
            from bleak.backends.device import BLEDevice
            from bleak.backends.scanner import AdvertisementData

            from pen_driver.transports.ble import RADIO_ERRORS, to_advert
        except ImportError as exc:
            self._tell([no_bluetooth(str(exc))])
            return

        def seen(device: BLEDevice, data: AdvertisementData) -> None:
            found = from_advert(to_advert(device, data))
            if found is not None:
                self._tell([found])

        try:
            async with BleakScanner(seen, scanning_mode="active"):
                await over.wait()
        except RADIO_ERRORS as exc:
            _LOG.info("no scan: %s", redacted(str(exc)))
            self._tell([no_bluetooth(str(exc) or type(exc).__name__)])

    def _tell(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            before = self._told.get(candidate.key)
            is_news = before is None or (before.title, before.reasons) != (
                candidate.title,
                candidate.reasons,
            )
            if is_news and not self._stopping.is_set():
                self._told[candidate.key] = candidate
                self._on_found(candidate)


def discover(
    seconds: float,
    on_found: OnFound,
    on_done: Callable[[], None] | None = None,
    kinds: frozenset[CandidateKind] = ALL_KINDS,
) -> Search:
    """Look for pens for some seconds, on a thread of its own.

    Args:
        on_done: called last, on the same thread, unless the search was stopped.
    """
    return Search(seconds, on_found, on_done, kinds)


def _virtual() -> list[Candidate]:
    from pen_driver.virtual.ink import sample_names

    return [from_ink(name) for name in sample_names()]


def _serial() -> list[Candidate]:
    from serial.tools import list_ports

    found = []
    for port in list_ports.comports():
        usb_id = "" if port.vid is None else f"{port.vid:04X}:{port.pid:04X}"
        facts = PortFacts(
            port.device, port.description or "", port.hwid or "", usb_id, _remote(port.device)
        )
        found.append(from_port(facts))
    return found


def _remote(device: str) -> str:
    """Linux tells the other end of a Bluetooth port; elsewhere it is in the port's description."""
    return _read(_TTY_CLASS / Path(device).name / "address") if "rfcomm" in device else ""


def _usb() -> list[Candidate]:
    return [found for usb_id in plugged_in() if (found := from_usb(usb_id)) is not None]


def _disks() -> list[Candidate]:
    found = []
    for volume in mounted():
        file = find_stroke_file(volume.root)
        sign = None if file is None else file.as_posix()
        candidate = from_disk(str(volume.root), volume.label, sign)
        if candidate is not None:
            found.append(candidate)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
