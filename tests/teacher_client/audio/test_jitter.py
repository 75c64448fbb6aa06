"""The playout buffer: pure, so every case is plain calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from teacher_client.audio.jitter import (
    MAX_PACKETS,
    Answer,
    Conceal,
    Fec,
    JitterBuffer,
    Play,
    Silence,
)

TICK = 0.02


@dataclass
class Line:
    """A sender, a network and a player on one clock."""

    buffer: JitterBuffer = field(default_factory=JitterBuffer)
    seq0: int = 0
    ts0: int = 0
    ssrc: int = 1

    def push(self, n: int, now: float, *, seq: int | None = None) -> None:
        number = n if seq is None else seq
        self.buffer.push(
            (self.seq0 + number) % 2**16,
            (self.ts0 + n * 960) % 2**32,
            n.to_bytes(4, "big"),
            now,
            self.ssrc,
        )

    def run(self, arrivals: dict[int, list[float]], ticks: int, start: int = 0) -> list[Answer]:
        """Deliver packet n at its times and pull every 20 ms; return the answers."""
        events = sorted((at, n) for n, times in arrivals.items() for at in times)
        answers: list[Answer] = []
        for tick in range(start, start + ticks):
            now = tick * TICK
            while events and events[0][0] <= now:
                at, n = events.pop(0)
                self.push(n, at)
            answers.append(self.buffer.pull(now))
        return answers


def played(answers: list[Answer]) -> list[int]:
    return [int.from_bytes(a.payload, "big") for a in answers if isinstance(a, Play)]


def steady(count: int, *, lost: tuple[int, ...] = ()) -> dict[int, list[float]]:
    return {n: [n * TICK + 0.001] for n in range(count) if n not in lost}


def test_a_clean_line_plays_everything_after_the_target_delay() -> None:
    line = Line()
    answers = line.run(steady(100), 104)
    assert played(answers) == list(range(100))
    first = next(i for i, a in enumerate(answers) if isinstance(a, Play))
    assert first in (3, 4)
    assert all(isinstance(a, Play) for a in answers[first : first + 100])


def test_one_loss_is_restored_from_the_next_packet() -> None:
    line = Line()
    answers = line.run(steady(50, lost=(20,)), 50)
    assert Fec((21).to_bytes(4, "big")) in answers
    assert played(answers) == [n for n in range(len(answers) - 3) if n != 20]
    assert (line.buffer.counters.fec, line.buffer.counters.concealed) == (1, 0)


def test_a_burst_of_loss_is_concealed_but_for_its_last() -> None:
    line = Line()
    answers = line.run(steady(50, lost=(20, 21)), 54)
    kinds = [type(a) for a in answers]
    at = kinds.index(Conceal)
    assert kinds[at : at + 3] == [Conceal, Fec, Play]
    assert played(answers) == [n for n in range(50) if n not in (20, 21)]


def test_a_long_loss_keeps_its_length() -> None:
    line = Line()
    lost = tuple(range(20, 28))
    answers = line.run(steady(80, lost=lost), 90)
    before = answers.index(Play((19).to_bytes(4, "big")))
    after = answers.index(Play((28).to_bytes(4, "big")))
    assert after - before == 9
    assert played(answers) == [n for n in range(80) if n not in lost]


def test_reordered_and_doubled_packets_play_once_in_order() -> None:
    line = Line()
    arrivals = steady(60)
    arrivals[10] = [12 * TICK + 0.002]
    arrivals[30] = [30 * TICK + 0.001, 30 * TICK + 0.003, 40 * TICK]
    assert played(line.run(arrivals, 64)) == list(range(60))
    assert line.buffer.counters.duplicates == 2


def test_numbers_wrap_around() -> None:
    line = Line(seq0=2**16 - 10, ts0=2**32 - 10 * 960)
    assert played(line.run(steady(60), 64)) == list(range(60))
    assert line.buffer.counters.restarts == 0


def test_silence_left_out_by_the_sender_keeps_its_length() -> None:
    line = Line()
    answers: list[Answer] = []
    for tick in range(80):
        if not 20 <= tick < 23:
            line.push(tick, tick * TICK, seq=tick if tick < 20 else tick - 3)
        answers.append(line.buffer.pull(tick * TICK))
    at = answers.index(Play((19).to_bytes(4, "big")))
    assert answers[at + 1 : at + 4] == [Silence()] * 3
    assert answers[at + 4] == Play((23).to_bytes(4, "big"))
    assert line.buffer.counters.concealed == 0


def test_an_ended_voice_is_concealed_shortly_and_then_silent() -> None:
    line = Line()
    answers = line.run(steady(20), 60)
    assert [type(a) for a in answers[-30:]] == [Silence] * 30
    assert line.buffer.counters.concealed == 5


def test_a_stall_of_the_network_makes_nothing_late_and_the_delay_comes_down_again() -> None:
    line = Line()
    arrivals = steady(700)
    for n in range(100, 108):
        arrivals[n] = [108 * TICK]
    answers = line.run(arrivals, 705)
    heard = played(answers)
    assert heard[:101] == list(range(101))
    assert len(heard) >= 685
    assert line.buffer.counters.late == 0
    # The newest packet that plays now is no further behind than the highest target and a bit.
    assert 705 - heard[-1] <= 14
    assert line.buffer.target_ms < 200


def test_jitter_raises_the_target_and_calm_lowers_it() -> None:
    line = Line()
    shaky = {n: [n * TICK + (0.12 if n % 7 == 0 else 0.0)] for n in range(300)}
    calm = {n: [n * TICK] for n in range(300, 1_200)}
    line.run(shaky, 300)
    raised = line.buffer.target_ms
    assert 130 <= raised <= 200
    line.run(calm, 900, start=300)
    assert line.buffer.target_ms == 60
    assert line.buffer.counters.late < 20


def test_a_drifting_sender_is_followed_both_ways() -> None:
    for drift in (0.998, 1.002):  # forty times worse than real cards
        line = Line()
        arrivals = {n: [n * TICK * drift] for n in range(3_000)}
        answers = line.run(arrivals, int(3_000 * drift))
        counters = line.buffer.counters
        assert counters.concealed <= 5
        assert counters.late == 0
        assert len(answers) * TICK - played(answers)[-1] * TICK * drift < 0.2
        assert (counters.skipped if drift < 1 else counters.stretched) >= 3


def test_a_new_stream_starts_over() -> None:
    line = Line()
    line.run(steady(50), 50)
    line.ssrc, line.seq0, line.ts0 = 2, 777, 123_456_789
    answers = line.run({n: [(50 + n) * TICK] for n in range(50)}, 55, start=50)
    assert played(answers) == list(range(50))
    assert line.buffer.counters.restarts == 1


def test_a_jump_of_the_timestamps_starts_over_too() -> None:
    line = Line()
    line.run(steady(50), 50)
    line.ts0 = 2**31 - 5
    answers = line.run({n: [n * TICK] for n in range(50, 100)}, 55, start=50)
    assert played(answers)[-50:] == list(range(50, 100))
    assert line.buffer.counters.restarts == 1


def test_a_long_mute_of_the_sender_is_not_a_new_stream() -> None:
    line = Line()
    line.run(steady(50), 60)
    later = {n: [n * TICK] for n in range(1_050, 1_100)}
    assert played(line.run(later, 60, start=1_050)) == list(range(1_050, 1_100))
    assert line.buffer.counters.restarts == 0


def test_our_own_stall_jumps_back_to_the_target() -> None:
    line = Line()
    line.run(steady(50), 50)
    answers: list[Answer] = []
    for n in range(50, 95):  # nobody pulls for 900 ms
        line.push(n, n * TICK)
    for n in range(95, 150):
        line.push(n, n * TICK)
        answers.append(line.buffer.pull(n * TICK))
    assert played(answers)[0] >= 89
    assert line.buffer.counters.concealed == 0


def test_a_flood_is_bounded() -> None:
    line = Line()
    for n in range(1_000):
        line.push(n, n * TICK)
    assert line.buffer.buffered <= MAX_PACKETS
    assert line.buffer.counters.overflowed == 900


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.floats(0.0, 0.4), st.integers(0, 2)),
        max_size=120,
    ),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**32 - 1),
)
def test_any_network_plays_each_packet_once_in_order(
    deliveries: list[tuple[int, float, int]], seq0: int, ts0: int
) -> None:
    line = Line(seq0=seq0, ts0=ts0)
    arrivals: dict[int, list[float]] = {}
    for n, delay, doubles in deliveries:
        arrivals.setdefault(n, []).extend([n * TICK + delay] * (1 + doubles))
    answers = line.run(arrivals, 120)
    heard = played(answers)
    assert heard == sorted(set(heard))
    counters = line.buffer.counters
    assert counters.received == sum(map(len, arrivals.values()))
    assert counters.played == len(heard)
    assert counters.received == (
        counters.played
        + counters.late
        + counters.duplicates
        + counters.skipped
        + counters.overflowed
        + counters.flushed
        + line.buffer.buffered
    )
    assert line.buffer.buffered == 0
    assert 60 <= line.buffer.target_ms <= 200


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**16 - 1),
            st.integers(0, 2**32 - 1),
            st.floats(0, 0.5),
            st.integers(0, 2),
        ),
        max_size=100,
    )
)
def test_nonsense_never_raises(packets: list[tuple[int, int, float, int]]) -> None:
    buffer, now = JitterBuffer(), 0.0
    for seq, timestamp, step, ssrc in packets:
        now += step
        buffer.push(seq, timestamp, b"x", now, ssrc)
        buffer.pull(now)
    assert buffer.buffered <= MAX_PACKETS
