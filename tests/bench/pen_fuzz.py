"""Random and mutated frames into the protocol engines: no exception, no growth, whole strokes.

    python -m tests.bench.pen_fuzz neo2 [--minutes 10] [--frames 2000000] [--seed 1]

Half of the frames are random bytes in a frame's clothes, half are good frames with a few bytes
flipped, left out, doubled or taken from another frame. On the way passwords, settings, copies and
a deletion are asked for, so that answers meet requests that are under way. A failure prints its
seed and the number of the frame; the same two arguments bring it back.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from pen_driver import commands
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    NcodeBook,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
)
from pen_driver.neo.session import NeoSession
from pen_driver.protocol import PenProtocol
from pen_driver.transports.sessions import PROTOCOLS, recorded_session
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from tests.pen_driver.neo import examples as ex

BOOK = NcodeBook(3, 27, 603)
ASKED: tuple[commands.PenCommand, ...] = (
    commands.ReadSettings(),
    commands.ChangeSetting(commands.SettingName.BEEP, 0),
    commands.SubmitPassword("4711", is_confirmed=True),
    commands.ChangePassword("4711", "4712", is_confirmed=True),
    commands.FindPen(),
    commands.UseNotes((BOOK,)),
    commands.ListOffline(),
    commands.ListOfflinePages(BOOK),
    commands.FetchOffline(BOOK),
    commands.StopOffline(),
    commands.DeleteOffline(commands.seal_copy("NEO-BBCC", BOOK, 1, "")),
)


def neo2_seeds() -> list[bytes]:
    """Every frame of the worked examples, and what the virtual pen says to all requests."""
    wires = [value for value in vars(ex).values() if isinstance(value, bytes)]
    device = NeoDevice(DeviceOptions(book=603))
    device.pen_down(0)
    device.dot(9, 20, 20, 0.5)
    device.pen_up(20)
    wires.append(device.receive(b"".join(wires), 0))
    return sorted({b"\xc0" + part for wire in wires for part in wire.split(b"\xc0")[1:]})


def plain_seeds() -> list[bytes]:
    """Beginnings of frames of the other protocols (pen/PROTOCOL 19, pen/OTHER_PENS 2 and 3)."""
    texts = (
        "C0 01 0F 00 00 A8 DA 76 9B 01 00 00 01 FF 31 2E 33 38 00 C1",
        "C0 16 0D 00 00 A8 DA 76 9B 01 00 00 00 10 20 30 01 C1",
        "C0 15 0C 00 1B 00 00 03 5B 02 00 00 05 00 00 00 C1",
        "C0 11 08 00 0C C0 00 29 00 19 07 80 C1",
        "C0 16 0D 00 22 A8 DA 76 9B 01 00 00 01 10 20 30 01 C1",
        "00 00 0B 00 00 10 00 00 00 20 00 00 00 40",
        "01 00 10 00 20 11",
    )
    return [ex.frames(text) for text in texts]


def new_neo2(counters: PenCounters, first_stroke: int, is_live: bool) -> PenProtocol:
    return NeoSession(lambda: ex.TIME_MS, counters, first_stroke, handshake=is_live)


def mutated(seed: bytes, other: bytes, random: Random) -> bytes:
    data = bytearray(seed)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(data))
        match random.randrange(5):
            case 0:
                data[at] ^= 1 << random.randrange(8)
            case 1:
                data[at] = random.randrange(256)
            case 2 if len(data) > 2:
                del data[at]
            case 3:
                data.insert(at, data[at])
            case _:
                data[at : at + 4] = other[at : at + 4]
        if not data:
            return seed
    return bytes(data)


GOOD = (ex.HANDSHAKE, ex.VERSION, ex.SETTINGS, ex.CLOCK_SET, ex.NOTES_ACCEPTED, ex.STROKE)
"""Fed unharmed now and then, so that sessions get far enough for damage to matter."""


class Watch:
    """Checks that strokes are whole."""

    def __init__(self) -> None:
        self.current: int | None = None
        self.kinds: Counter[str] = Counter()

    def take(self, events: list[PenEvent]) -> None:
        for event in events:
            self.kinds[type(event).__name__] += 1
            match event:
                case PenDown():
                    assert self.current is None, "a stroke inside a stroke"
                    self.current = event.stroke
                case PenSample() | PenLifted():
                    assert self.current == event.stroke, "outside a stroke"
                    if isinstance(event, PenLifted):
                        self.current = None


def run(protocol: str, seconds: float, frames: int, seed: int) -> None:
    random, watch, counters = Random(seed), Watch(), PenCounters()
    is_neo2 = protocol == "neo2"
    seeds = neo2_seeds() if is_neo2 else plain_seeds()
    new: Callable[[int], PenProtocol]
    if is_neo2:
        new = lambda first: new_neo2(counters, first, random.random() < 0.5)  # noqa: E731
    else:
        new = lambda first: recorded_session(protocol, counters, first)  # noqa: E731
    session, now, count = new(1), 0.0, 0
    begin = time.monotonic()
    early_kb = 0
    while count < frames and time.monotonic() - begin < seconds:
        if count == min(frames // 5, 200_000):
            early_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count += 1
        now += random.random() / 20
        if is_neo2 and random.random() < 0.02:
            data = random.choice(GOOD)
        elif random.random() < 0.5:
            data = b"\xc0" + random.randbytes(random.randint(0, 40)) + b"\xc1"
        else:
            data = mutated(random.choice(seeds), random.choice(seeds), random)
        try:
            if random.random() < 0.01:
                session.request(random.choice(ASKED))
            watch.take(session.receive_data(data, now))
            watch.take(session.tick(now))
            session.data_to_send()
            if session.is_over or random.random() < 0.0005:
                watch.take(session.link_lost(now, DisconnectReason.LINK_LOST))
                assert watch.current is None, "a stroke outlived its link"
                session = new(session.next_stroke)
                watch.take(session.tick(now) + session.tick(now + 0.5))
        except Exception:
            print(f"failed: {protocol} --seed {seed}, frame {count}: {data.hex(' ')}")
            raise
    late_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = time.monotonic() - begin
    print(f"{protocol}: {count} frames in {took:.0f} s, {count / took:.0f} a second, seed {seed}")
    print(
        f"  peak memory {early_kb / 1024:.1f} MB after a fifth, {late_kb / 1024:.1f} MB at the end"
    )
    print("  events " + ", ".join(f"{name} {n}" for name, n in watch.kinds.most_common()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("protocol", choices=PROTOCOLS)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--frames", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    run(args.protocol, args.minutes * 60, args.frames, args.seed)


if __name__ == "__main__":
    main()
