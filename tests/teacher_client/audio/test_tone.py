"""The ear of the tests."""

from __future__ import annotations

import numpy as np

from teacher_client.audio.tone import make_tone, tone_level


def test_pure_tone_is_one_and_others_none() -> None:
    tone = make_tone(440, 48_000)
    assert tone_level(tone, 440) > 0.999
    assert tone_level(tone, 880) < 0.001


def test_half_and_half() -> None:
    both = make_tone(440, 48_000, amplitude=0.3) + make_tone(1_000, 48_000, amplitude=0.3)
    assert 0.48 < tone_level(both, 440) < 0.52


def test_silence_and_nothing_are_zero() -> None:
    assert tone_level(np.zeros(4_800, dtype=np.int16), 440) == 0.0
    assert tone_level(np.zeros(0, dtype=np.int16), 440) == 0.0


def test_noise_is_little() -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 48_000).astype(np.int16)
    assert tone_level(noise, 440) < 0.02


def test_phase_jumps_between_windows_do_not_hide_it() -> None:
    parts = [make_tone(440, 4_800, start=start) for start in (0, 77, 1_234)]
    assert tone_level(np.concatenate(parts), 440) > 0.99


def test_a_tone_goes_on_over_blocks() -> None:
    whole = make_tone(523.25, 1_920)
    pieces = [make_tone(523.25, 960), make_tone(523.25, 960, start=960)]
    assert np.array_equal(whole, np.concatenate(pieces))
