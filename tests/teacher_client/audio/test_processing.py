"""Pass-through and level meter."""

from __future__ import annotations

import numpy as np
import pytest

from teacher_client.audio.frames import mix, silence
from teacher_client.audio.processing import (
    FLOOR_DBFS,
    NOTHING,
    QUIET,
    LevelMeter,
    PassThrough,
    ProcessingSettings,
    measure,
)
from teacher_client.audio.tone import make_tone


def test_pass_through_changes_nothing_and_admits_it() -> None:
    processing = PassThrough()
    block = make_tone(440, 960)
    processing.far_end(make_tone(1_000, 960), 0.0)
    assert processing.near_end(block, 0.0) is block
    assert processing.configure(ProcessingSettings()) == NOTHING
    assert processing.level() == measure(block)


def test_level_of_a_half_scale_tone() -> None:
    level = measure(make_tone(400, 960, amplitude=0.5))
    assert level.rms == pytest.approx(0.3535, abs=0.001)
    assert level.peak == pytest.approx(0.5, abs=0.001)
    assert level.dbfs == pytest.approx(-9.03, abs=0.05)
    assert measure(silence()) == QUIET
    assert measure(np.zeros(0, dtype=np.int16)) == QUIET


def test_meter_jumps_up_and_falls_slowly() -> None:
    meter = LevelMeter()
    top = meter.add(measure(make_tone(400, 960)))
    after = [meter.add(QUIET) for _ in range(200)]
    assert after[0] == pytest.approx(top - 0.8)
    assert after[-1] == FLOOR_DBFS == meter.dbfs


def test_mix_sums_and_clips() -> None:
    one = make_tone(400, 960, amplitude=0.9)
    assert np.array_equal(mix([]), silence())
    assert mix([one]) is one
    loud = mix([one, one, one])
    assert loud.max() == 32767
    assert loud.min() == -32768
    assert np.array_equal(mix([one // 4, one // 4]), (one // 4) * 2)
