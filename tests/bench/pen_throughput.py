"""One hour of writing, 90 samples a second, through the protocol engine at full speed.

    python -m tests.bench.pen_throughput [--minutes 60]

Prints seconds of CPU, the memory at its peak, and how long a byte took to become its event. The
bytes come from the virtual pen, in chunks of one dot each as a radio delivers them, and are made
beforehand minute by minute, outside of what is measured.
"""

from __future__ import annotations

import argparse
import resource
import time
import tracemalloc
from random import Random

from pen_driver.counters import PenCounters
from pen_driver.events import PenSample
from pen_driver.neo.session import NeoSession
from pen_driver.virtual.device import DeviceOptions, NeoDevice

RATE_HZ = 90
DOTS_PER_STROKE = 45
UNIX_MS = 1_767_225_600_000


def connected() -> tuple[NeoDevice, NeoSession, PenCounters]:
    device, counters = NeoDevice(DeviceOptions()), PenCounters()
    session = NeoSession(lambda: UNIX_MS, counters)
    session.tick(0.0)
    session.tick(1.0)
    while request := session.data_to_send():
        session.receive_data(device.receive(request, 1000), 1.0)
        session.tick(1.0)
    return device, session, counters


def minute(device: NeoDevice, start_ms: int, random: Random) -> list[bytes]:
    """Frames of a minute, one chunk per dot."""
    chunks: list[bytes] = []
    for n in range(60 * RATE_HZ):
        now = start_ms + n * 1000 // RATE_HZ
        chunk = b""
        if n % DOTS_PER_STROKE == 0:
            chunk += device.pen_down(now)
            x, y = random.uniform(20, 150), random.uniform(20, 230)
        x, y = x + random.uniform(-0.4, 0.5), y + random.uniform(-0.5, 0.5)
        chunk += device.dot(now, x, y, random.random())
        if n % DOTS_PER_STROKE == DOTS_PER_STROKE - 1:
            chunk += device.pen_up(now + 5)
        chunks.append(chunk)
    return chunks


def measure(minutes: int) -> None:
    device, session, counters = connected()
    random = Random(3)
    took: list[int] = []
    cpu = 0.0
    samples = 0
    for number in range(minutes):
        chunks = minute(device, 2000 + number * 60_000, random)
        begin = time.process_time()
        for at, chunk in enumerate(chunks):
            now = number * 60 + at / RATE_HZ
            before = time.perf_counter_ns()
            events = session.receive_data(chunk, now)
            took.append(time.perf_counter_ns() - before)
            session.tick(now)
            samples += sum(isinstance(event, PenSample) for event in events)
        cpu += time.process_time() - begin
    took.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wanted = minutes * 60 * RATE_HZ
    print(f"samples          {samples} of {wanted}, repaired {counters.repairs}")
    print(f"CPU              {cpu:.2f} s for {minutes} min ({cpu / minutes / 60:.3%} of one core)")
    print(f"peak memory      {peak:.1f} MB of the whole process, the timings' list included")
    for share in (0.5, 0.99, 0.999):
        print(f"byte to event    p{share * 100:g} {took[int(len(took) * share)] / 1000:.1f} us")
    print(f"byte to event    worst {took[-1] / 1000:.1f} us")


def measure_growth() -> None:
    """Memory that the engine itself holds after one and after ten minutes."""
    device, session, _ = connected()
    random = Random(3)
    tracemalloc.start()
    held = []
    for number in range(10):
        for at, chunk in enumerate(minute(device, 2000 + number * 60_000, random)):
            session.receive_data(chunk, number * 60 + at / RATE_HZ)
        held.append(tracemalloc.get_traced_memory()[0] / 1024)
    tracemalloc.stop()
    print(f"held by engine   {held[0]:.0f} kB after 1 min, {held[-1]:.0f} kB after 10 min")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    measure(parser.parse_args().minutes)
    measure_growth()


if __name__ == "__main__":
    main()
