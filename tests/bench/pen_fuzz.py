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
from dataclasses import dataclass
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
from pen_driver.neo1 import packets as neo1
from pen_driver.neo1.ble import NOTIFIES
from pen_driver.neo1.framing import FrameDecoder as Neo1Frames
from pen_driver.neo1.framing import encode_frame as encode_neo1
from pen_driver.protocol import PenProtocol
from pen_driver.transports.ble_records import encode_record
from pen_driver.transports.sessions import PROTOCOLS, recorded_session
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from pen_driver.virtual.neo1 import Neo1Device
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.neo1 import examples as ex1
from tests.pen_driver.neo1.sliced import SlicedFile

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
    commands.TakeOffline(BOOK, is_confirmed=True),
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


def neo1_seeds() -> list[bytes]:
    """Every frame of the worked examples, and what the virtual N2 says to all requests."""
    wires = [value for value in vars(ex1).values() if isinstance(value, bytes)]
    device = Neo1Device(DeviceOptions(book=603))
    device.pen_down(0)
    device.dot(9, 20, 20, 0.5)
    device.pen_up(20)
    asked = (ex1.ON_ANSWER, ex1.CLOCK, ex1.ZEROS, ex1.ALL_NOTES, neo1.list_request())
    taken = (neo1.take_request(BOOK), encode_neo1(0x42, b"\1\0"), encode_neo1(0x44, b"\0\0"))
    wires += [device.receive(wire, 0) for wire in (*asked, *taken)]
    frames = Neo1Frames().receive_data(b"".join(wires))
    return sorted({encode_neo1(frame.command, frame.data) for frame in frames})


def plain_seeds() -> list[bytes]:
    """Anoto's and RobotPen's (pen/OTHER_PENS 2 and 3)."""
    texts = (
        "00 00 0B 00 00 10 00 00 00 20 00 00 00 40",
        "01 00 00",
        "80 81 00 10 00 20",
        "80 88 00 10 00 20",
    )
    return [ex.frames(text) for text in texts]


def ble_said() -> list[tuple[int, bytes]]:
    """What an N2 notifies over BLE, a stored file included (pen/PROTOCOL 14)."""
    file = SlicedFile(bytes(range(256)) * 2)
    ink = [(0x2AA2, ex1.DOWN[4:17]), (0x2AA1, ex1.PAGE[4:-1]), (0x2AA0, b"\1" + ex1.NEAR_DOT[4:-1])]
    return [
        (0x2AB5, b"\1"),
        (0x2AB7, b"\x00\x0a"),
        (0x2AB0, ex1.STATE[4:-1]),
        *ink,
        (0x2AA2, ex1.UP[4:17]),
        (0x2AC2, b"\1" + ex1.PAGE[4:8] + b"\1" + ex1.PAGE[8:12]),
        *file.start(),
        *file.slices(),
        (0x2ACC, b"\1"),
        (0x2ABA, b"\0"),
    ]


@dataclass(frozen=True)
class Tongue:
    """How one protocol is fuzzed.

    Attributes:
        seeds: good frames, to be damaged.
        good: fed unharmed now and then, so that sessions get far enough for damage to matter.
        new: a session, for its first stroke; live ones and recordings in turn.
        dress: random bytes in a frame's clothes.
    """

    seeds: list[bytes]
    good: tuple[bytes, ...]
    new: Callable[[PenCounters, int, bool], PenProtocol]
    dress: Callable[[bytes, Random], bytes] = lambda noise, _: b"\xc0" + noise + b"\xc1"


def tongue_of(protocol: str) -> Tongue:
    def recorded(counters: PenCounters, first_stroke: int, is_live: bool) -> PenProtocol:
        return recorded_session(protocol, counters, first_stroke, handshake=is_live)

    match protocol:
        case "neo2" | "neo2-unfiltered":

            def neo2(counters: PenCounters, first_stroke: int, is_live: bool) -> PenProtocol:
                if is_live:
                    return NeoSession(lambda: ex.TIME_MS, counters, first_stroke)
                return recorded(counters, first_stroke, False)

            good = (ex.HANDSHAKE, ex.VERSION, ex.SETTINGS, ex.CLOCK_SET, ex.NOTES_ACCEPTED)
            return Tongue(neo2_seeds(), (*good, ex.STROKE), neo2)
        case "neo1":
            hello = (ex1.PEN_ON + ex1.WANTED + ex1.STATE + ex1.NOTES_ACCEPTED, ex1.STATE)
            return Tongue(neo1_seeds(), (*hello, ex1.STROKE), recorded)
        case "neo1-ble":
            said = ble_said()
            seeds = [encode_record(*one) for one in said]

            def dress(noise: bytes, random: Random) -> bytes:
                return encode_record(random.choice(NOTIFIES), noise)

            return Tongue(seeds, (*seeds[:3], b"".join(seeds[3:7])), recorded, dress)
        case _:
            return Tongue(plain_seeds(), (), recorded, lambda noise, _: noise)


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


def some_bytes(tongue: Tongue, random: Random) -> bytes:
    if tongue.good and random.random() < 0.02:
        return random.choice(tongue.good)
    if random.random() < 0.5:
        return tongue.dress(random.randbytes(random.randint(0, 40)), random)
    seed, other = random.choice(tongue.seeds), random.choice(tongue.seeds)
    if tongue.seeds[0][:2] != b"\xb5\x2a":
        return mutated(seed, other, random)
    # BLE keeps its borders: what is damaged is the value.
    return encode_record(int.from_bytes(seed[:2], "little"), mutated(seed[4:], other[4:], random))


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
    tongue = tongue_of(protocol)
    session, now, count = tongue.new(counters, 1, True), 0.0, 0
    begin = time.monotonic()
    early_kb = 0
    while count < frames and time.monotonic() - begin < seconds:
        if count == min(frames // 5, 200_000):
            early_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count += 1
        now += random.random() / 20
        data = some_bytes(tongue, random)
        try:
            if random.random() < 0.01:
                session.request(random.choice(ASKED))
            watch.take(session.receive_data(data, now))
            watch.take(session.tick(now))
            session.data_to_send()
            if session.is_over or random.random() < 0.0005:
                watch.take(session.link_lost(now, DisconnectReason.LINK_LOST))
                assert watch.current is None, "a stroke outlived its link"
                session = tongue.new(counters, session.next_stroke, random.random() < 0.5)
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
    parser.add_argument("protocol", choices=(*PROTOCOLS, "neo1-ble"))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--frames", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    run(args.protocol, args.minutes * 60, args.frames, args.seed)


if __name__ == "__main__":
    main()
