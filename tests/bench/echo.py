"""Echo of a pupil's voice in the teacher's microphone: how much goes, what the teacher keeps.

Run: ``python -m tests.bench.echo [SECONDS]``; prints a line per library that is installed.

The pupil's voice is played in a made-up room (60 ms until it is heard, reverberation of 0.3 s, a
loudspeaker that bends loud sounds, some noise) into the microphone, where the teacher speaks too.
The voices are made as well: pulses or noise through three moving resonances, in syllables with
pauses, two speakers an octave apart. Real voices are kinder to the level, harder to the ear: the
figures compare libraries and releases, and are no promise about a room.
"""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teacher_client.audio.cancellers import NAMES
from teacher_client.audio.clean_voice import CleanVoice
from teacher_client.audio.far_end import FarEnd
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, RATE_HZ
from teacher_client.audio.processing import ProcessingSettings

Wave = NDArray[np.float64]

DELAY_S = 0.060
SETTLING_S = 2.0
ECHO_ONLY = ProcessingSettings(noise=False, gain=False)


def voice(seconds: float, pitch_hz: float, seed: int, level_dbfs: float = -26.0) -> Wave:
    """Something like speech at 48 kHz, full scale 1: syllables in phrases of 1..3 s, pauses."""
    random = np.random.default_rng(seed)
    out = np.zeros(int((seconds + 10) * RATE_HZ))  # room for the last phrase, cut off below
    count, at = int(seconds * RATE_HZ), 0
    while at < count:
        for _ in range(random.integers(5, 14)):
            syllable = _syllable(random, pitch_hz)
            out[at : at + syllable.size] += syllable
            at += int(syllable.size * random.uniform(0.8, 1.1))
        at += int(random.uniform(0.3, 0.9) * RATE_HZ)
    out = out[:count]
    loud = out[np.abs(out) > 1e-4 * np.abs(out).max()]
    return np.asarray(out * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(loud**2)))


def _syllable(random: np.random.Generator, pitch_hz: float) -> Wave:
    count = int(random.uniform(0.12, 0.28) * RATE_HZ)
    bend = pitch_hz * random.uniform(0.85, 1.25) * np.linspace(1, random.uniform(0.8, 1.2), count)
    phase = np.cumsum(bend / RATE_HZ)
    pulses = np.diff(np.floor(phase), prepend=0.0) + 0.02 * random.standard_normal(count)
    hiss = random.standard_normal(count) * 0.15 * np.exp(-np.arange(count) / (0.03 * RATE_HZ))
    spectrum = np.fft.rfft(pulses)
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    vowel = sum(
        strength / (1 + ((hz - centre) / width) ** 2)
        for centre, width, strength in (
            (random.uniform(280, 850), 70, 1.0),
            (random.uniform(900, 2300), 110, 0.5),
            (random.uniform(2400, 3300), 170, 0.2),
        )
    )
    voiced = np.fft.irfft(spectrum * vowel, count)
    edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.02 * RATE_HZ))
    sound: Wave = (voiced / np.abs(voiced).max() + np.diff(hiss, prepend=0.0)) * edge
    return sound * random.uniform(0.5, 1.0)


def echo_of(far: Wave, seed: int = 9, loss_db: float = 6.0) -> Wave:
    """What the microphone hears of `far`: 60 ms late, with a room's reverberation."""
    random = np.random.default_rng(seed)
    time_s = np.arange(int(0.3 * RATE_HZ)) / RATE_HZ
    room = random.standard_normal(time_s.size) * np.exp(-time_s * 6.9 / 0.3) * 0.03
    room[0] = 1.0
    for delay_ms, strength in ((1.7, 0.5), (4.1, -0.35), (7.3, 0.3), (12.9, -0.2)):
        room[int(delay_ms * RATE_HZ / 1000)] += strength
    bent = np.tanh(far * 1.5) / 1.5
    size = far.size + room.size
    heard = np.fft.irfft(np.fft.rfft(bent, size) * np.fft.rfft(room, size), size)[: far.size]
    heard *= 10 ** (-loss_db / 20) * np.sqrt(np.mean(far**2) / np.mean(heard**2))
    late = int(DELAY_S * RATE_HZ)
    return np.concatenate([np.zeros(late), heard[:-late]])


def cleaned(
    processing: CleanVoice, near: Wave, far: Wave, *, fast: float = 0.0, is_told: bool = True
) -> Wave:
    """Both signals through `processing` in blocks of 20 ms, as the devices give them.

    Args:
        processing: as set up.
        near: what the microphone gave, whose clock runs too fast by `fast`.
        far: what was played.
        fast: a share, such as 100e-6.
        is_told: the blocks come with their true times; else with their number alone.
    """
    out = []
    played = 0
    for at in range(0, near.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        now = at / RATE_HZ / (1 + fast)
        while played / RATE_HZ <= now + FRAME_SECONDS:  # a card takes its block before it sounds
            processing.far_end(_block(far, played), played / RATE_HZ)
            played += FRAME_SAMPLES
        out.append(processing.near_end(_block(near, at), now if is_told else at / RATE_HZ))
    return np.concatenate(out) / 32768.0


def _block(wave: Wave, at: int) -> NDArray[np.int16]:
    part = wave[at : at + FRAME_SAMPLES]
    part = np.pad(part, (0, FRAME_SAMPLES - part.size))
    return np.asarray(np.clip(np.rint(part * 32768), -32768, 32767), dtype=np.int16)


def db(wave: Wave) -> float:
    """Mean power of `wave`, dB."""
    return float(10 * np.log10(np.mean(wave**2) + 1e-12))


def settled(wave: Wave, from_s: float = SETTLING_S) -> Wave:
    """`wave` without its beginning."""
    return wave[int(from_s * RATE_HZ) :]


def kept(wave: Wave, alone: Wave) -> tuple[float, float]:
    """How much of `alone` is in `wave`: its level's change and the rest below it, both in dB."""
    share = float(np.dot(wave, alone) / np.dot(alone, alone))
    rest = wave - share * alone
    return 20 * float(np.log10(max(share, 1e-6))), db(share * alone) - db(rest)


@dataclass(frozen=True)
class Figures:
    """One library's; dB, and microseconds of CPU for 10 ms."""

    first: float
    reduction: float
    near_level: float
    near_over_rest: float
    near_over_echo: float
    cpu_us: float


def measure(name: str, seconds: float, wanted: ProcessingSettings = ECHO_ONLY) -> Figures:
    """Run all scenes with the library `name`, which must be installed."""
    noise = np.random.default_rng(5).standard_normal(int(seconds * RATE_HZ)) * 10 ** (-72 / 20)
    far, near = voice(seconds, 190, 1), voice(seconds, 105, 2)
    echo = echo_of(far)
    begun = time.process_time()
    after = cleaned(CleanVoice(name, wanted), echo + noise, far)
    cpu_us = (time.process_time() - begun) / seconds / 100 * 1e6
    before = (echo + noise)[: after.size]
    first = int(SETTLING_S * RATE_HZ)
    # The voice as the same chain gives it with nothing playing: its filters delay and colour it.
    alone = cleaned(CleanVoice(name, wanted), near + noise, np.zeros_like(far))
    both = cleaned(CleanVoice(name, wanted), near + echo + noise, far)
    level, over_rest = kept(settled(both), settled(alone))
    return Figures(
        db(before[:first]) - db(after[:first]),
        db(settled(before)) - db(settled(after)),
        level,
        over_rest,
        db(settled(near)) - db(settled(echo)),
        cpu_us,
    )


def with_drift(name: str, fast: float = 100e-6, seconds: float = 60.0) -> tuple[float, float]:
    """Reduction in the last third in dB, the microphone's clock too fast: times told, and not."""
    far = voice(seconds, 190, 1)
    echo = echo_of(far)
    count = np.arange(echo.size)
    heard = np.interp(count / (1 + fast), count, echo)
    got = []
    for is_told in (True, False):
        after = cleaned(CleanVoice(name, ECHO_ONLY), heard, far, fast=fast, is_told=is_told)
        got.append(db(settled(heard, seconds * 2 / 3)) - db(settled(after, seconds * 2 / 3)))
    return got[0], got[1]


def on_the_loop_us(name: str, blocks: int = 500) -> tuple[float, float]:
    """CPU of the calling thread for 10 ms: cleaned in it, and in a thread of its own."""
    processing = CleanVoice(name)
    block = _block(voice(1.0, 105, 2), 20_000)
    begun = time.thread_time()
    for number in range(blocks):
        processing.near_end(block, number * FRAME_SECONDS)
    here = time.thread_time() - begun

    async def elsewhere() -> float:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as worker:
            begun = time.thread_time()
            for number in range(blocks):
                now = (blocks + number) * FRAME_SECONDS
                await loop.run_in_executor(worker, processing.near_end, block, now)
            return time.thread_time() - begun

    return here / blocks / 2 * 1e6, asyncio.run(elsewhere()) / blocks / 2 * 1e6


def own_cost_us(seconds: float = 5.0) -> float:
    """CPU for 10 ms of finding the far end again, in microseconds."""
    far = FarEnd()
    block = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    count = int(seconds / FRAME_SECONDS)
    begun = time.process_time()
    for number in range(count):
        far.add(block, number * FRAME_SECONDS)
        far.take(FRAME_SAMPLES, number * FRAME_SECONDS)
    return (time.process_time() - begun) / count / 2 * 1e6


def main(seconds: float) -> None:
    """Measure and print."""
    for name in NAMES[:-1]:  # the last is to do nothing
        if CleanVoice(name).using != name:
            print(f"{name}: not installed")
            continue
        for words, wanted in (("echo only", ECHO_ONLY), ("all", ProcessingSettings())):
            got = measure(name, seconds, wanted)
            print(
                f"{name}, {words}: echo {got.reduction:.1f} dB less (first 2 s {got.first:.1f});"
                f" both speak, voice {got.near_over_echo:.1f} dB over echo:"
                f" voice changed by {got.near_level:+.1f} dB, {got.near_over_rest:.1f} dB over"
                f" the rest; {got.cpu_us:.0f} us CPU for 10 ms"
            )
        told, untold = with_drift(name)
        here, elsewhere = on_the_loop_us(name)
        print(
            f"{name}, clocks 100 ppm apart: {told:.1f} dB less after 40 s, {untold:.1f} with the"
            f" blocks only counted; of the loop's CPU for 10 ms: {elsewhere:.0f} us,"
            f" without a thread {here:.0f}"
        )
    print(f"of which finding the far end again: {own_cost_us():.0f} us")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
