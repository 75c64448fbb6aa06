"""The libraries on made-up voices in a made-up room, and whether echo is noticed."""

from __future__ import annotations

import importlib.util
import logging
import sys

import numpy as np
import pytest

from teacher_client.audio import cancellers
from teacher_client.audio.cancellers import NAMES, OFF, open_canceller
from teacher_client.audio.clean_voice import CleanVoice, EchoWatch
from teacher_client.audio.frames import RATE_HZ, Block, silence
from teacher_client.audio.processing import NOTHING, QUIET, ProcessingSettings, measure
from teacher_client.audio.tone import make_tone
from tests.bench.echo import ECHO_ONLY, cleaned, db, echo_of, kept, settled, voice

MODULES = {"webrtc": "pywebrtc_audio", "livekit": "livekit"}
LIBRARIES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(module) is None, reason=f"needs {module}"
        ),
    )
    for name, module in MODULES.items()
]
SECONDS = 8.0
LOUD, SOFT = measure(make_tone(400, 960)), QUIET


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_pupils_voice_is_taken_out_of_the_microphone(name: str) -> None:
    far = voice(SECONDS, 190, 1)
    echo = echo_of(far)
    processing = CleanVoice(name, ECHO_ONLY)
    assert processing.using == name
    after = cleaned(processing, echo, far)
    assert db(settled(echo)) - db(settled(after)) > 25


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_teachers_voice_stays_when_both_speak(name: str) -> None:
    far, near = voice(SECONDS, 190, 1), voice(SECONDS, 105, 2)
    echo = echo_of(far)
    alone = cleaned(CleanVoice(name, ECHO_ONLY), near, np.zeros_like(far))
    both = cleaned(CleanVoice(name, ECHO_ONLY), near + echo, far)
    level, over_rest = kept(settled(both), settled(alone))
    assert -6 < level < 1
    assert over_rest > 1
    assert abs(db(settled(alone)) - db(settled(near))) < 2  # nothing playing: hardly touched


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_steady_noise_is_made_less_and_a_soft_voice_louder(name: str) -> None:
    random = np.random.default_rng(3)
    noise = random.standard_normal(int(SECONDS * RATE_HZ)) * 0.01
    nothing = np.zeros_like(noise)
    quieter = cleaned(CleanVoice(name, ProcessingSettings(gain=False)), noise, nothing)
    assert db(settled(noise)) - db(settled(quieter)) > 6
    soft = voice(SECONDS, 105, 2, level_dbfs=-45)
    louder = cleaned(CleanVoice(name, ProcessingSettings(noise=False)), soft, nothing)
    assert db(settled(louder)) - db(settled(soft)) > 3


def test_off_changes_nothing_and_says_so() -> None:
    processing = CleanVoice(OFF)
    block = make_tone(440, 960)
    assert processing.near_end(block, 1.0) is block
    assert processing.level() == measure(block)
    assert processing.configure(ProcessingSettings()) == NOTHING
    assert processing.using == OFF


def test_nothing_wanted_needs_no_library() -> None:
    assert CleanVoice("webrtc", NOTHING).using == OFF
    assert open_canceller("webrtc", NOTHING) == (OFF, None)


def test_a_missing_library_is_followed_by_none_with_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in MODULES.values():
        monkeypatch.setitem(sys.modules, module, None)  # as Python does for what cannot be imported
    for name in NAMES:
        assert CleanVoice(name).using == OFF
    with caplog.at_level(logging.WARNING):
        assert CleanVoice("livekit").configure(ProcessingSettings()) == NOTHING
    assert "livekit is missing" in caplog.text
    assert "no voice processing" in caplog.text


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_other_library_follows_a_missing_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other,) = MODULES.keys() - {name}
    monkeypatch.setitem(sys.modules, MODULES[other], None)
    assert CleanVoice(other).using == name


def test_a_library_that_fails_costs_the_cleaning_and_not_the_voice(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def __init__(self, _wanted: ProcessingSettings) -> None: ...

        def clean(self, near: Block, far: Block) -> Block:
            raise RuntimeError("no such frame")

    monkeypatch.setitem(cancellers._MAKERS, "webrtc", Broken)
    processing = CleanVoice("webrtc")
    block = make_tone(440, 960)
    assert [processing.near_end(block, n / 50) is block for n in range(3)] == [True] * 3
    assert processing.using == OFF
    assert caplog.text.count("failed and is off") == 1


def watched(blocks: list[tuple[bool, bool]]) -> EchoWatch:
    """Feed (is the microphone loud, is the speaker loud) of each 20 ms."""
    watch = EchoWatch()
    for near, far in blocks:
        watch.add(LOUD if near else SOFT, LOUD if far else SOFT)
    return watch


def test_people_who_take_turns_make_no_echo() -> None:
    turns = [(False, True)] * 200 + [(True, False)] * 200
    together = [(True, True)] * 100
    assert not watched((turns + together) * 10).remains


def test_an_echo_is_noticed_and_its_end_too() -> None:
    echo = ([(True, True)] * 100 + [(False, False)] * 50) * 4
    watch = watched(echo)
    assert watch.remains
    for _ in range(400):
        watch.add(SOFT, LOUD)
    assert not watch.remains


def test_a_room_that_is_always_loud_is_no_echo() -> None:
    assert not watched(([(True, True)] * 100 + [(True, False)] * 100) * 20).remains


@pytest.mark.parametrize(("name", "remains"), [("webrtc", False), (OFF, True)])
def test_echo_is_noticed_in_a_room_only_where_nobody_takes_it_out(name: str, remains: bool) -> None:
    far = voice(15.0, 190, 1)
    processing = CleanVoice(name)
    cleaned(processing, echo_of(far), far)
    assert processing.echo_remains is remains


def test_what_was_played_unheard_is_bounded() -> None:
    processing = CleanVoice("webrtc")
    for n in range(10_000):
        processing.far_end(silence(), n / 50)
    assert len(processing._played) == 50
