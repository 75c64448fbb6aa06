"""Voices recorded by a thread: a track each, on the lesson's clock, gone on with, refused."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS
from teacher_client.audio.opus import Encoder
from teacher_client.recording.voice_recorder import VoiceRecorder, track_path, track_paths
from teacher_client.recording.voices import VoiceTrackReader
from tests.teacher_client.recording.test_journal import full_disk

START = 1000.0


def packet() -> bytes:
    return Encoder().encode(np.zeros(FRAME_SAMPLES, dtype=np.int16))


class Recorder:
    """A recorder, and the slots put into it by their number."""

    def __init__(self, folder: Path) -> None:
        self.failures: list[str] = []
        self.recorder = VoiceRecorder(
            folder, START, lambda: self.failures.append(threading.current_thread().name)
        )
        self._packet = packet()

    def speak(self, member: int, slots: range, *, origin: int = 0) -> None:
        """`origin`: slot at which the device's own count was zero."""
        for slot in slots:
            t_mono = START + slot * FRAME_SECONDS
            position = (slot - origin) * FRAME_SAMPLES
            self.recorder.write(member, self._packet, position, t_mono)


def heard(path: Path) -> set[int]:
    reader = VoiceTrackReader(path)
    return {slot for slot in range(reader.slots) if reader.packet(slot) == packet()}


def test_each_speaker_has_a_track_on_the_lessons_clock(tmp_path: Path) -> None:
    record = Recorder(tmp_path)
    record.speak(1, range(100))
    record.speak(2, range(40, 60), origin=40)
    assert record.recorder.samples() == {1: 99 * FRAME_SAMPLES, 2: 59 * FRAME_SAMPLES}
    record.recorder.close()
    assert track_paths(tmp_path) == [track_path(tmp_path, 1), track_path(tmp_path, 2)]
    assert heard(track_path(tmp_path, 1)) == set(range(100))
    assert heard(track_path(tmp_path, 2)) == set(range(40, 60))
    assert record.failures == []


def test_what_was_before_the_lesson_is_left_out(tmp_path: Path) -> None:
    record = Recorder(tmp_path)
    record.speak(1, range(-5, 0))
    record.recorder.close()
    assert record.recorder.samples() == {}
    assert track_paths(tmp_path) == []


def test_a_second_engine_goes_on_with_the_tracks(tmp_path: Path) -> None:
    for slots in (range(50), range(80, 120)):
        record = Recorder(tmp_path)
        record.speak(1, slots, origin=slots.start)
        record.recorder.close()
    assert heard(track_path(tmp_path, 1)) == {*range(50), *range(80, 120)}


def test_a_disk_that_refuses_is_said_once_and_the_others_go_on(tmp_path: Path) -> None:
    track_path(tmp_path, 2).write_bytes(b"this is no voice track")
    record = Recorder(tmp_path)
    record.speak(2, range(10))
    record.speak(1, range(50))
    record.recorder.close()
    assert record.failures == ["voice-recorder"]
    assert heard(track_path(tmp_path, 1)) == set(range(50))
    assert track_path(tmp_path, 2).read_bytes() == b"this is no voice track"


def test_a_full_disk_is_said_and_closing_does_not_hang(tmp_path: Path) -> None:
    with full_disk(100):
        record = Recorder(tmp_path)
        record.speak(1, range(100))
        record.recorder.close()
    assert record.failures == ["voice-recorder"]


@pytest.mark.parametrize("count", [0, 3])
def test_closing_leaves_no_thread(tmp_path: Path, count: int) -> None:
    record = Recorder(tmp_path)
    record.speak(1, range(count))
    record.recorder.close()
    assert "voice-recorder" not in [thread.name for thread in threading.enumerate()]
