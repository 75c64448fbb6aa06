"""What was played, found again by its time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.audio.far_end import RING_SAMPLES, FarEnd, Place
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, RATE_HZ, Block


def numbered(n: int) -> Block:
    """Block `n` of a signal in which every sample says where it is."""
    at = np.arange(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES)
    return (at % 30_000 + 1).astype(np.int16)


def test_what_sounded_at_a_time_is_found_across_blocks() -> None:
    far = FarEnd()
    for n in range(10):
        far.add(numbered(n), 100 + n * FRAME_SECONDS)
    found = far.take(FRAME_SAMPLES, 100 + 4.25 * FRAME_SECONDS)
    expected = np.concatenate([numbered(4), numbered(5)])[FRAME_SAMPLES // 4 :][:FRAME_SAMPLES]
    assert np.array_equal(found, expected)


def test_nothing_is_heard_before_between_and_after() -> None:
    far = FarEnd()
    assert not far.take(FRAME_SAMPLES, 5.0).any()
    far.add(numbered(0), 10.0)
    far.add(numbered(1), 10.5)  # the speaker stood still meanwhile
    assert not far.take(FRAME_SAMPLES, 9.9).any()
    assert far.take(FRAME_SAMPLES, 10.0).all()
    assert not far.take(FRAME_SAMPLES, 10.2).any()
    assert far.take(FRAME_SAMPLES, 10.5).all()
    assert not far.take(FRAME_SAMPLES, 10.6).any()
    assert not far.take(FRAME_SAMPLES, 900.0).any()


def test_what_is_two_seconds_old_is_forgotten() -> None:
    far = FarEnd()
    blocks = RING_SAMPLES // FRAME_SAMPLES + 5
    for n in range(blocks):
        far.add(numbered(n), n * FRAME_SECONDS)
    assert not far.take(FRAME_SAMPLES, 0.0).any()
    assert far.take(FRAME_SAMPLES, 10 * FRAME_SECONDS).all()


def test_another_speaker_with_an_earlier_clock_takes_over() -> None:
    far = FarEnd()
    far.add(numbered(0), 50.0)
    far.add(numbered(3), 20.0)
    assert np.array_equal(far.take(FRAME_SAMPLES, 20.0), numbered(3))
    assert not far.take(FRAME_SAMPLES, 50.0).any()


@given(
    st.lists(st.floats(-0.008, 0.008), min_size=20, max_size=60), st.floats(0, 1e5), st.integers()
)
def test_times_that_wander_leave_no_seam(wander: list[float], start: float, seed: int) -> None:
    """Read a little late, with other wander, as the microphone does."""
    far = FarEnd()
    heard = []
    late = np.random.default_rng(seed % 2**32).uniform(-0.008, 0.008, len(wander))
    for n, away in enumerate(wander):
        far.add(numbered(n), start + n * FRAME_SECONDS + away)
        if n >= 3:  # from the second block on: nothing is known before the first
            heard.append(far.take(FRAME_SAMPLES, start + (n - 2) * FRAME_SECONDS + late[n]))
    steps = np.diff(np.concatenate(heard).astype(np.int64))
    # One by one; a slip of a sample now and then, the count's turn at 30 000.
    assert np.mean((steps == 1) | (steps == -29_999)) > 0.997
    assert set(steps) <= {0, 1, 2, -29_998, -29_999, -30_000}


@pytest.mark.parametrize("drift", [-200e-6, 200e-6])
def test_a_drifting_clock_is_followed_without_a_jump(drift: float) -> None:
    place = Place()
    blocks = 15_000  # five minutes
    began = [place.of(n * FRAME_SECONDS * (1 + drift), FRAME_SAMPLES) for n in range(blocks)]
    away = began[-1] - (blocks - 1) * FRAME_SECONDS * (1 + drift) * RATE_HZ
    assert abs(away) < RATE_HZ * 0.004
    assert set(np.diff(began)) <= {FRAME_SAMPLES - 1, FRAME_SAMPLES, FRAME_SAMPLES + 1}
