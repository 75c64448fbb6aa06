"""Play a kept lesson: the window gets the log again in its own time, the speaker the voices.

The window needs nothing new for this: it is a reader, and playback is a writer that repeats.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.board import Board, TooNewError
from signaling_server.protocol.entries import Blank, EntryKind
from signaling_server.protocol.ink import InkBody
from teacher_client.audio.devices import open_speaker
from teacher_client.audio.errors import AudioError
from teacher_client.audio.frames import FRAME_SECONDS
from teacher_client.audio.pacing import ticks
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import JournalError
from teacher_client.lesson.link import (
    KeptLesson,
    LessonClosed,
    LessonOpened,
    Notice,
    NoticeId,
    PlayState,
    Restarted,
)
from teacher_client.recording.journal import JOURNAL_NAME, ReadJournal, read_journal
from teacher_client.recording.voice_errors import VoiceTrackError
from teacher_client.recording.voice_player import PlayerTrack, VoicePlayer, open_tracks
from teacher_client.recording.voice_recorder import track_paths
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

BARS = 240
STATE_SECONDS = 0.1
ABOUT_NAME = "about.json"


@dataclass(frozen=True, slots=True)
class About:
    """What a lesson's folder says of itself, beside the log (which holds no names).

    `duration_ms` is 0 until the lesson was left in order; then the log need not be read to list it.
    `effective_min` is the server's word at the end, None where it did not come.
    """

    subject: str = ""
    pupils: str = ""
    started_ms: int = 0
    duration_ms: int = 0
    effective_min: int | None = None


def save_about(folder: Path, about: About) -> None:
    """Write beside the log what the library shows."""
    (folder / ABOUT_NAME).write_text(
        json.dumps(asdict(about), ensure_ascii=False), encoding="utf-8"
    )


def load_about(folder: Path) -> About:
    """Read it; empty where it is missing or damaged."""
    try:
        value = json.loads((folder / ABOUT_NAME).read_text(encoding="utf-8"))
        return About(
            str(value.get("subject", ""))[:32],
            str(value.get("pupils", ""))[:200],
            int(value.get("started_ms", 0)),
            min(max(0, int(value.get("duration_ms", 0))), 86_400_000),
            None if (minutes := value.get("effective_min")) is None else max(0, int(minutes)),
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return About()


def list_lessons(lessons: Path) -> tuple[KeptLesson, ...]:
    """The kept lessons, newest first; blocking. A damaged one is listed and says so."""
    found = []
    for folder in lessons.iterdir():
        if (folder / JOURNAL_NAME).exists() and 8 <= len(folder.name) <= 32:
            found.append(_kept(folder))
    return tuple(sorted(found, key=lambda item: -item.started_ms))[:500]


def _kept(folder: Path) -> KeptLesson:
    about = load_about(folder)
    if about.duration_ms:
        return KeptLesson(
            folder.name,
            about.subject,
            about.started_ms,
            about.duration_ms,
            about.pupils,
            effective_min=about.effective_min,
        )
    try:
        journal = read_journal(folder / JOURNAL_NAME)
        board = fold(journal)
    except (JournalError, TooNewError) as exc:
        reason = str(exc.args[0])[:200]
        return KeptLesson(folder.name, about.subject, 0, 0, about.pupils, reason)
    started = board.lesson.started_ms if board.lesson else 0
    damage = f"{journal.lost_bytes} B" if journal.lost_bytes else ""
    return KeptLesson(folder.name, about.subject, started, board.time_ms, about.pupils, damage)


def fold(journal: ReadJournal) -> Board:
    """The board that a journal adds up to."""
    board = Board()
    for _data, block in journal.blocks:
        for entry in block.entries:
            board.apply(entry)
    return board


class Playback:
    """One opened lesson. Lives in the engine's loop.

    Args:
        folder: the lesson's.
        journal: read from it.
        speaker: device name.
    """

    def __init__(
        self, folder: Path, journal: ReadJournal, speaker: str, window: WindowServer
    ) -> None:
        self.session = folder.name
        self._window = window
        self._speaker = speaker
        self._blocks = [(data, _time_of(block)) for data, block in journal.blocks]
        self._damaged = journal.lost_bytes > 0
        self._about = load_about(folder)
        self._voices = VoicePlayer(self._open_tracks(folder))
        ink_ms = self._blocks[-1][1] if self._blocks else 0
        self._duration = max(self._voices.duration_ms, ink_ms)
        self._bars = _bars(journal, self._duration)
        self._first_page_ms = _first_page(journal)
        self._position = 0.0
        self._sent = 0
        self._is_playing = False
        self._speed = 1.0
        self._task = spawn(self._run(), name="playback")

    def _open_tracks(self, folder: Path) -> list[PlayerTrack]:
        try:
            return open_tracks(track_paths(folder))
        except (VoiceTrackError, OSError) as exc:
            log.warning("a voice cannot be played: %s", exc)
            self._damaged = True
            return []

    def frames(self) -> None:
        """Show a window everything up to the position."""
        self._window.send(LessonOpened(self.session, self._about.subject, is_playback=True))
        self._sent = 0
        self._send_due()
        self._send_state(with_bars=True)
        if self._damaged:
            self._window.send(Notice(NoticeId.LESSON_DAMAGED))

    def play(self) -> None:
        """Go on; at the end, from the beginning."""
        if self._position >= self._duration:
            self.seek(0)
        self._is_playing = True
        self._send_state()

    def pause(self) -> None:
        """Stand still."""
        self._is_playing = False
        self._send_state()

    def seek(self, position_ms: int) -> None:
        """Go to a moment; the window's board is filled anew."""
        self._position = float(min(position_ms, self._duration))
        self._voices.seek(self._position)
        self._sent = 0
        self._window.send(Restarted())
        self._send_due()
        self._send_state()

    def set_speed(self, speed: float) -> None:
        """0.75 to 2; the voices keep their pitch."""
        self._speed = speed
        self._voices.set_speed(speed)
        self._send_state()

    async def close(self) -> None:
        """End playback."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._window.send(LessonClosed(self.session))

    async def _run(self) -> None:
        """Pull sound every 20 ms; it is the clock, and the ink follows."""
        try:
            speaker = open_speaker(self._speaker)
        except AudioError:
            self._window.send(Notice(NoticeId.SPEAKER_GONE))
            speaker = open_speaker("null:")
        since_state = 0.0
        try:
            async for _tick in ticks():
                if not self._is_playing:
                    continue
                speaker.write(self._voices.next_block())
                self._position += FRAME_SECONDS * 1000 * self._speed
                if not self._voices.is_at_end:
                    self._position = self._voices.position_ms
                self._send_due()
                since_state += FRAME_SECONDS
                if self._position >= self._duration:
                    self._position, self._is_playing = float(self._duration), False
                    since_state = STATE_SECONDS
                if since_state >= STATE_SECONDS:
                    since_state = 0.0
                    self._send_state()
        finally:
            speaker.close()

    def _send_due(self) -> None:
        due = max(self._position, self._first_page_ms)  # there is never nothing to look at
        while self._sent < len(self._blocks) and self._blocks[self._sent][1] <= due:
            self._window.send_block(self._blocks[self._sent][0])
            self._sent += 1

    def _send_state(self, *, with_bars: bool = False) -> None:
        bars = self._bars if with_bars else ()
        position = min(round(self._position), self._duration)
        self._window.send(PlayState(position, self._duration, self._is_playing, self._speed, bars))


def _time_of(block: Block) -> int:
    """When a block's first entry was."""
    first = block.entries[0]
    return 0 if isinstance(first, Blank) else first.time_ms


def _first_page(journal: ReadJournal) -> int:
    """When the block begins in which a page is shown first; 0 where none is."""
    for _data, block in journal.blocks:
        entries = [one for one in block.entries if not isinstance(one, Blank)]
        if any(one.kind == EntryKind.PAGE_SHOWN for one in entries):
            return _time_of(block)
    return 0


def _bars(journal: ReadJournal, duration: int) -> tuple[float, ...]:
    """Ink per slot of the whole lesson, the most as 1."""
    counts = [0] * BARS
    for _data, block in journal.blocks:
        for entry in block.entries:
            if not isinstance(entry, Blank) and isinstance(entry.body, InkBody):
                slot = min(BARS - 1, entry.time_ms * BARS // max(1, duration))
                counts[slot] += len(entry.body.samples)
    most = max(counts) or 1
    return tuple(round(count / most, 3) for count in counts)
