"""One Ogg/Opus file per speaker, on a grid of 20 ms slots: written, read back.

Slot n begins n · 20 ms after the track's start. Every slot holds one packet:
the speaker's, a packet of silence, or a one-byte packet for "lost", which any
decoder conceals. So all tracks of a lesson lie on one clock and a slot is found
by arithmetic.

A decoder gives a sample 6.5 ms after the encoder took it; players cut these
away (pre-skip), `VoiceTrackReader` does not.
"""

from __future__ import annotations

import logging
import os
import random
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from teacher_client.audio.errors import OpusFailed
from teacher_client.audio.frames import FRAME_MS, FRAME_SAMPLES, FRAME_SECONDS, Block, silence
from teacher_client.audio.opus import SILENCE_PACKET, Decoder, packet_samples
from teacher_client.recording.voice_errors import VoiceTrackBroken, VoiceWriteFailed
from teacher_client.recording.voice_ogg import (
    BEGINS,
    ENDS,
    Page,
    encode_page,
    opus_head,
    opus_tags,
    read_tags,
    scan_pages,
)

logger = logging.getLogger(__name__)

PAGE_SLOTS = 10  # 200 ms
REORDER_SLOTS = 5  # a page stays open this long for packets that come out of order
MAX_GAP_SLOTS = 12 * 3600 * 50  # twelve hours: a slot further on is a mistake of the caller
PREROLL_SLOTS = 4  # 80 ms let the decoder settle after a seek (RFC 7845 section 4.6)
START_TAG = "LAMPLIGHT_START_MS"


class SlotClock:
    """Give each packet its slot: sound card samples on the lesson's clock.

    Cards drift (50 parts in a million are 90 ms in half an hour), so the sample
    count is tied to the clock anew whenever it is off by more than 60 ms; the
    slots left out become silence, slots given twice keep their first packet.

    Args:
        start_mono: monotonic seconds of the track's slot 0.
    """

    def __init__(self, start_mono: float) -> None:
        self._start = start_mono
        self._offset: int | None = None

    def slot(self, position: int, t_mono: float) -> int:
        """Return the slot of the packet whose first sample has these; negative before the start."""
        by_samples = position // FRAME_SAMPLES
        by_clock = round((t_mono - self._start) / FRAME_SECONDS)
        if self._offset is None or abs(by_samples + self._offset - by_clock) > 3:
            self._offset = by_clock - by_samples
        return by_samples + self._offset


@dataclass(frozen=True, slots=True)
class _Span:
    """A page of sound: its first slot and its packets."""

    first_slot: int
    packets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a track file holds; `end` is the offset after its last good page."""

    serial: int
    start_ms: int
    last_page: Page
    last_offset: int
    end: int
    spans: tuple[_Span, ...]

    @property
    def slots(self) -> int:
        return self.spans[-1].first_slot + len(self.spans[-1].packets) if self.spans else 0


def _read(path: Path, data: bytes) -> _Contents:
    """Take a file apart, leaving out what is damaged."""
    pages = list(scan_pages(data))
    if len(pages) < 2 or pages[0][2].packets[:1] != (opus_head(),):
        raise VoiceTrackBroken(path, "not a voice track")
    serial = pages[0][2].serial
    tags = dict(read_tags(b"".join(pages[1][2].packets[:1])))
    start = tags.get(START_TAG, "")
    if not start.isascii() or not start.isdigit():
        raise VoiceTrackBroken(path, "no start in the track")
    spans: list[_Span] = []
    for _offset, _end, page in pages[2:]:
        first = page.granule // FRAME_SAMPLES - len(page.packets)
        expected = spans[-1].first_slot + len(spans[-1].packets) if spans else 0
        if page.serial == serial and page.packets and first >= expected:
            spans.append(_Span(first, page.packets))
    last_offset, end, last = pages[-1]
    return _Contents(serial, int(start), last, last_offset, end, tuple(spans))


class VoiceTrackWriter:
    """Write one speaker's track; every page is with the system within 300 ms of its sound.

    A page goes to the file (unbuffered) once a packet 100 ms past its end has
    come, so `kill -9` costs at most 300 ms. A file that is already there is
    continued: what was cut short at its end is cut off, and the time between
    becomes silence with the next packet. One thread; a page takes microseconds.

    Args:
        path: the file; its folder exists.
        start_ms: lesson time of slot 0; ignored when the file is continued.

    Raises:
        VoiceTrackBroken: the file that is there is not a voice track.
        VoiceWriteFailed: the disk refused.
    """

    def __init__(self, path: Path, start_ms: int = 0) -> None:
        if start_ms < 0:
            raise ValueError(f"start before the lesson: {start_ms}")
        self._path = path
        self._start_ms = start_ms
        self._serial = random.getrandbits(32)
        self._sequence = 0
        self._page_slot = 0  # first slot of the open page
        self._open: dict[int, bytes] = {}
        self.late = 0
        self._end = 0
        try:
            has_content = path.exists() and path.stat().st_size > 0
            found = _read(path, path.read_bytes()) if has_content else None
            self._file = path.open("r+b" if path.exists() else "xb", buffering=0)
        except OSError as exc:
            raise VoiceWriteFailed(path, exc.strerror or "cannot be opened") from exc
        try:
            if found is None:
                self._begin()
            else:
                self._continue(found)
        except VoiceWriteFailed:
            self._file.close()
            raise

    @property
    def start_ms(self) -> int:
        """Lesson time of slot 0."""
        return self._start_ms

    @property
    def next_slot(self) -> int:
        """The first slot not yet in the file; earlier ones are decided."""
        return self._page_slot

    def write(self, packet: bytes, slot: int) -> None:
        """Put a packet into its slot; empty slots before it become silence in time.

        A slot already in the file or taken is counted in `late` and left as it is.

        Raises:
            ValueError: not 20 ms of Opus, or a slot twelve hours ahead.
            VoiceWriteFailed: the disk refused; the same page is tried again with the next packet.
        """
        if packet_samples(packet) != FRAME_SAMPLES:
            raise ValueError("a slot takes one packet of 20 ms")
        if slot - self._page_slot > MAX_GAP_SLOTS:
            raise ValueError(f"slot {slot} is too far ahead of {self._page_slot}")
        if slot < self._page_slot or slot in self._open:
            self.late += 1
            return
        self._open[slot] = packet
        self.advance(slot)

    def advance(self, slot: int) -> None:
        """Say that time has come to `slot`: pages whose time is over go to the file.

        Raises:
            VoiceWriteFailed: as `write`.
        """
        while slot - REORDER_SLOTS >= self._page_slot + PAGE_SLOTS - 1:
            self._put(PAGE_SLOTS, 0)

    def close(self) -> None:
        """Write the rest, mark the end, sync to the disk; twice is fine.

        Raises:
            VoiceWriteFailed: the disk refused; the file is closed all the same.
        """
        if self._file.closed:
            return
        try:
            last = max(self._open, default=self._page_slot - 1)
            while last >= self._page_slot + PAGE_SLOTS:
                self._put(PAGE_SLOTS, 0)
            self._put(last + 1 - self._page_slot, ENDS)
            os.fsync(self._file.fileno())
        except OSError as exc:
            raise VoiceWriteFailed(self._path, exc.strerror or "cannot be synced") from exc
        finally:
            self._file.close()

    def _begin(self) -> None:
        tags = opus_tags(((START_TAG, str(self._start_ms)),))
        self._append(
            Page(BEGINS, 0, self._serial, 0, (opus_head(),)), Page(0, 0, self._serial, 1, (tags,))
        )

    def _continue(self, found: _Contents) -> None:
        self._serial, self._start_ms = found.serial, found.start_ms
        self._page_slot = found.slots
        last = found.last_page
        self._sequence, self._end = last.sequence + 1, found.end
        if last.flags & ENDS:
            # The page that closed the track is opened again, which takes its end mark off.
            self._sequence, self._end = last.sequence, found.last_offset
            self._page_slot = last.granule // FRAME_SAMPLES - len(last.packets)
            self._open = {self._page_slot + n: packet for n, packet in enumerate(last.packets)}
        try:
            self._file.truncate(self._end)
        except OSError as exc:
            raise VoiceWriteFailed(self._path, exc.strerror or "cannot be cut") from exc

    def _put(self, slots: int, flags: int) -> None:
        end = self._page_slot + slots
        packets = tuple(
            self._open.get(slot, SILENCE_PACKET) for slot in range(self._page_slot, end)
        )
        self._append(Page(flags, end * FRAME_SAMPLES, self._serial, self._sequence, packets))
        for slot in range(self._page_slot, end):
            self._open.pop(slot, None)
        self._page_slot = end

    def _append(self, *pages: Page) -> None:
        data = b"".join(encode_page(page) for page in pages)
        try:
            # Always at the known end: half a page of a full disk is written over.
            self._file.seek(self._end)
            written = self._file.write(data)
        except OSError as exc:
            raise VoiceWriteFailed(self._path, exc.strerror or "write failed") from exc
        if written != len(data):
            raise VoiceWriteFailed(self._path, "disk full")
        self._end += len(data)
        self._sequence = pages[-1].sequence + 1


class VoiceTrackReader:
    """Decode a track from any moment; whatever is damaged or missing is silence.

    The file is read once, whole (6 kB per second at 48 kbit/s; 5 MB for half an
    hour at 24). One thread.

    Raises:
        VoiceTrackBroken: not a voice track.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._contents = _read(path, path.read_bytes())
        self._firsts = [span.first_slot for span in self._contents.spans]
        self._decoder = Decoder()
        self._slot = 0

    @property
    def start_ms(self) -> int:
        """Lesson time of the track's beginning."""
        return self._contents.start_ms

    @property
    def duration_ms(self) -> int:
        """Length of the track."""
        return self._contents.slots * FRAME_MS

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self._contents.slots

    @property
    def slot(self) -> int:
        """The slot that `read` gives next."""
        return self._slot

    def packet(self, slot: int) -> bytes | None:
        """Return the packet in a slot; None before, behind and in a hole of the file."""
        index = bisect_right(self._firsts, slot) - 1
        if index < 0:
            return None
        span = self._contents.spans[index]
        within = slot - span.first_slot
        return span.packets[within] if within < len(span.packets) else None

    def seek(self, slot: int) -> None:
        """Go to a slot (0 or more; behind the end is silence)."""
        self._decoder = Decoder()
        self._slot = max(0, slot - PREROLL_SLOTS)
        while self._slot < slot:
            self.read()

    def read(self) -> Block:
        """Return the next 20 ms; silence behind the end, for ever."""
        packet = self.packet(self._slot)
        self._slot += 1
        if packet is None:
            return silence()
        try:
            if len(packet) > 1:
                return self._decoder.decode(packet)
            following = self.packet(self._slot)
            if following is not None and len(following) > 1:
                return self._decoder.decode_fec(following)
        except OpusFailed:
            pass
        return self._decoder.conceal()
