"""Voice tracks: real files, real libopus, real kills."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.audio.frames import FRAME_MS, FRAME_SAMPLES, FRAME_SECONDS
from teacher_client.audio.opus import SILENCE_PACKET, Encoder, lost_packet
from teacher_client.audio.tone import make_tone, tone_level
from teacher_client.recording.voice_errors import VoiceTrackBroken, VoiceWriteFailed
from teacher_client.recording.voice_ogg import (
    Page,
    decode_page,
    encode_page,
    opus_tags,
    read_tags,
    scan_pages,
)
from teacher_client.recording.voice_player import PlayerTrack, VoicePlayer, open_tracks
from teacher_client.recording.voices import SlotClock, VoiceTrackReader, VoiceTrackWriter


def tone_packets(hz: float, count: int, amplitude: float = 0.5) -> list[bytes]:
    encoder = Encoder()
    return [
        encoder.encode(make_tone(hz, FRAME_SAMPLES, start=n * FRAME_SAMPLES, amplitude=amplitude))
        for n in range(count)
    ]


def write_track(path: Path, packets: dict[int, bytes], start_ms: int = 0) -> Path:
    writer = VoiceTrackWriter(path, start_ms)
    for slot, packet in packets.items():
        writer.write(packet, slot)
    writer.close()
    return path


def tone_track(path: Path, hz: float, slots: int, first: int = 0) -> Path:
    return write_track(path, {first + n: p for n, p in enumerate(tone_packets(hz, slots))})


def read_all(reader: VoiceTrackReader) -> np.ndarray:
    reader.seek(0)
    return np.concatenate([reader.read() for _ in range(reader.slots)])


# Pages

packets_of_a_page = st.lists(st.binary(max_size=1_275), max_size=20).map(tuple)


@given(
    packets_of_a_page, st.integers(0, 2**62), st.integers(0, 2**32 - 1), st.sampled_from([0, 2, 4])
)
def test_pages_round_trip(
    packets: tuple[bytes, ...], granule: int, number: int, flags: int
) -> None:
    page = Page(flags, granule, number, number ^ 1, packets)
    data = encode_page(page)
    assert decode_page(b"xx" + data, 2) == (page, 2 + len(data))


@given(packets_of_a_page, st.data())
def test_a_damaged_page_is_no_page(packets: tuple[bytes, ...], data: st.DataObject) -> None:
    raw = bytearray(encode_page(Page(0, 960, 1, 1, packets)))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    assert decode_page(bytes(raw), 0) is None
    whole = encode_page(Page(0, 960, 1, 1, packets))
    assert decode_page(whole[: data.draw(st.integers(0, len(whole) - 1))], 0) is None


@given(st.binary(max_size=300))
def test_any_bytes_scan(data: bytes) -> None:
    assert list(scan_pages(b"OggS" + data)) == []
    assert isinstance(read_tags(b"OpusTags" + data), tuple)


def test_tags_round_trip() -> None:
    pairs = (("LAMPLIGHT_START_MS", "5"), ("TITLE", "灯下=课"))
    assert read_tags(opus_tags(pairs)) == pairs


def test_too_much_for_a_page() -> None:
    with pytest.raises(ValueError):
        encode_page(Page(0, 0, 0, 0, (bytes(70_000),)))


# Writing and reading


def test_tone_goes_through_the_file(tmp_path: Path) -> None:
    path = tone_track(tmp_path / "1.opus", 440, 100)
    reader = VoiceTrackReader(path)
    assert (reader.slots, reader.duration_ms, reader.start_ms) == (100, 2_000, 0)
    assert tone_level(read_all(reader)[4_800:], 440) > 0.95
    assert not reader.read().any()


def test_other_programs_read_it(tmp_path: Path) -> None:
    path = tone_track(tmp_path / "1.opus", 440, 95)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "opus"
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(stream)]
    pcm = np.concatenate(frames)
    assert abs(pcm.size - (95 * FRAME_SAMPLES - 312)) <= FRAME_SAMPLES
    assert tone_level((pcm[4_800:] * 30_000).astype(np.int16), 440) > 0.95


def test_empty_slots_are_silence_and_time_stays(tmp_path: Path) -> None:
    packets = tone_packets(440, 40)
    slots = {20 + n: p for n, p in enumerate(packets[:20])}
    slots |= {90 + n: p for n, p in enumerate(packets[20:])}
    reader = VoiceTrackReader(write_track(tmp_path / "1.opus", slots, start_ms=1_234))
    assert (reader.slots, reader.start_ms) == (110, 1_234)
    assert reader.packet(0) == reader.packet(60) == SILENCE_PACKET
    assert reader.packet(25) == packets[5]
    assert reader.packet(110) is None
    pcm = read_all(reader).reshape(110, FRAME_SAMPLES)
    assert np.abs(pcm[:20]).max() < 10
    assert np.abs(pcm[45:90]).max() < 10
    assert tone_level(pcm[25:40].reshape(-1), 440) > 0.9


def test_order_within_a_page_and_a_bit_beyond_does_not_matter(tmp_path: Path) -> None:
    packets = dict(enumerate(tone_packets(440, 60)))
    order = sorted(packets, key=lambda n: n + random.Random(n).uniform(0, 4.5))
    assert order != sorted(packets)
    mixed = write_track(tmp_path / "a.opus", {n: packets[n] for n in order})
    reader = VoiceTrackReader(mixed)
    assert [reader.packet(n) for n in range(60)] == [packets[n] for n in range(60)]


def test_late_and_double_packets_are_counted_and_change_nothing(tmp_path: Path) -> None:
    packets = tone_packets(440, 60)
    writer = VoiceTrackWriter(tmp_path / "1.opus")
    for n, packet in enumerate(packets):
        writer.write(packet, n)
    writer.write(SILENCE_PACKET, 3)
    writer.write(SILENCE_PACKET, 59)
    writer.write(SILENCE_PACKET, -1)
    writer.close()
    writer.close()
    assert writer.late == 3
    reader = VoiceTrackReader(tmp_path / "1.opus")
    assert (reader.packet(3), reader.packet(59)) == (packets[3], packets[59])


def test_wrong_packets_and_slots_are_bugs(tmp_path: Path) -> None:
    writer = VoiceTrackWriter(tmp_path / "1.opus")
    for packet in (b"", b"\x00\x00", b"\xf9\x00"):
        with pytest.raises(ValueError):
            writer.write(packet, 0)
    with pytest.raises(ValueError):
        writer.write(SILENCE_PACKET, 10_000_000)
    with pytest.raises(ValueError):
        VoiceTrackWriter(tmp_path / "2.opus", -1)
    writer.close()


def test_lost_slots_are_concealed(tmp_path: Path) -> None:
    packets = tone_packets(440, 60)
    packets[30] = lost_packet(packets[29])
    pcm = read_all(VoiceTrackReader(write_track(tmp_path / "1.opus", dict(enumerate(packets)))))
    assert np.abs(pcm.reshape(60, -1)[30]).max() > 5_000


def test_seek_gives_what_reading_through_gives(tmp_path: Path) -> None:
    reader = VoiceTrackReader(tone_track(tmp_path / "1.opus", 440, 100))
    through = read_all(reader).reshape(100, FRAME_SAMPLES).astype(float)
    for slot in (0, 3, 57, 99):
        reader.seek(slot)
        assert reader.slot == slot
        block = reader.read().astype(float)
        assert np.mean((block - through[slot]) ** 2) < 0.05 * np.mean(through[slot] ** 2) + 1
    reader.seek(500)
    assert not reader.read().any()


def test_a_cut_file_is_read_up_to_the_cut(tmp_path: Path) -> None:
    whole = tone_track(tmp_path / "1.opus", 440, 100).read_bytes()
    pages = [(offset, end) for offset, end, _page in scan_pages(whole)]
    cut = tmp_path / "cut.opus"
    last = pages[-1][0]
    for size in (last + 1, last + 30, pages[-1][1] - 1):
        cut.write_bytes(whole[:size])
        assert VoiceTrackReader(cut).slots == len(pages[2:-1]) * 10


def test_a_damaged_page_is_a_hole_not_a_shift(tmp_path: Path) -> None:
    path = tone_track(tmp_path / "1.opus", 440, 100)
    data = bytearray(path.read_bytes())
    pages = [offset for offset, _end, _page in scan_pages(bytes(data))]
    wanted = VoiceTrackReader(path).packet(75)
    data[pages[6] + 60] ^= 0xFF
    path.write_bytes(data)
    reader = VoiceTrackReader(path)
    assert reader.packet(45) is None
    assert reader.packet(75) == wanted
    assert reader.slots == 100
    assert read_all(reader).size == 100 * FRAME_SAMPLES


@pytest.mark.parametrize("data", [b"", b"nothing of ours" * 10, b"OggS" * 50])
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.opus"
    path.write_bytes(data)
    with pytest.raises(VoiceTrackBroken):
        VoiceTrackReader(path)
    if data:
        with pytest.raises(VoiceTrackBroken):
            VoiceTrackWriter(path)
        assert path.read_bytes() == data


@pytest.mark.parametrize("count", [0, 7, 10, 40, 47])
@pytest.mark.parametrize("cut", [0, 5])
def test_a_track_goes_on_where_it_ended(tmp_path: Path, count: int, cut: int) -> None:
    path = tmp_path / "1.opus"
    packets = tone_packets(440, 100)
    write_track(path, dict(enumerate(packets[:count])), start_ms=77)
    if cut:
        path.write_bytes(path.read_bytes() + b"OggS\0half a page"[:cut])
    writer = VoiceTrackWriter(path, start_ms=5)
    assert writer.start_ms == 77
    assert writer.next_slot <= count
    for slot in range(80, 100):
        writer.write(packets[slot], slot)
    writer.close()
    reader = VoiceTrackReader(path)
    got = [reader.packet(slot) for slot in range(reader.slots)]
    assert got == packets[:count] + [SILENCE_PACKET] * (80 - count) + packets[80:]
    pages = [page for _offset, _end, page in scan_pages(path.read_bytes())]
    assert [page.sequence for page in pages] == list(range(len(pages)))
    assert [page.flags for page in pages] == [2] + [0] * (len(pages) - 2) + [4]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "full.opus"
    path.symlink_to("/dev/full")
    with pytest.raises(VoiceWriteFailed):
        VoiceTrackWriter(path)


KILLED = """
import sys, time
from pathlib import Path
from teacher_client.audio.opus import Encoder
from teacher_client.audio.tone import make_tone
from teacher_client.recording.voices import VoiceTrackWriter
writer, encoder = VoiceTrackWriter(Path(sys.argv[1])), Encoder()
for n in range(int(sys.argv[2])):
    writer.write(encoder.encode(make_tone(440, 960, start=n * 960)), n)
print("written", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("count", [50, 64, 65, 118])
async def test_kill_costs_at_most_300_ms(tmp_path: Path, count: int) -> None:
    path = tmp_path / "killed.opus"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(path), str(count), stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"written\n"
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    reader = VoiceTrackReader(path)
    assert count - 15 <= reader.slots <= count
    assert tone_level(read_all(reader)[4_800:], 440) > 0.95
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) > 0
    writer = VoiceTrackWriter(path)
    writer.write(SILENCE_PACKET, count + 50)
    writer.close()
    assert VoiceTrackReader(path).slots == count + 51


# Slots on the clock


def test_slot_clock_follows_a_drifting_card() -> None:
    clock = SlotClock(100.0)
    slots = [clock.slot(n * 960, 101.0 + n * FRAME_SECONDS * 1.001) for n in range(5_000)]
    assert slots[0] == 50
    assert all(b >= a for a, b in itertools.pairwise(slots))
    for n in (0, 2_500, 4_999):
        assert abs(slots[n] * FRAME_SECONDS - (1.0 + n * FRAME_SECONDS * 1.001)) <= 0.071


def test_slot_clock_is_deaf_to_jitter() -> None:
    clock = SlotClock(0.0)
    rng = random.Random(1)
    slots = [clock.slot(n * 960, n * FRAME_SECONDS + rng.uniform(0, 0.04)) for n in range(1_000)]
    assert np.array_equal(np.diff(slots), np.ones(999))


# Playing


def pull(player: VoicePlayer, ms: float) -> np.ndarray:
    return np.concatenate([player.next_block() for _ in range(int(ms / FRAME_MS))])


def test_player_mixes_tracks_at_their_offsets(tmp_path: Path) -> None:
    one = VoiceTrackReader(tone_track(tmp_path / "1.opus", 440, 100))
    two = VoiceTrackReader(tone_track(tmp_path / "2.opus", 1_000, 50))
    player = VoicePlayer([PlayerTrack(one, 0), PlayerTrack(two, 1_010)])
    assert player.duration_ms == 2_010
    first, second = pull(player, 1_000), pull(player, 1_000)
    assert tone_level(first[4_800:], 440) > 0.95
    assert tone_level(second[9_600:], 440) > 0.4
    assert tone_level(second[9_600:], 1_000) > 0.4
    assert player.position_ms == 2_000
    pull(player, 100)
    assert player.is_at_end
    assert not player.next_block().any()


def test_tracks_carry_their_own_start(tmp_path: Path) -> None:
    packets = dict(enumerate(tone_packets(440, 50)))
    paths = [write_track(tmp_path / f"{ms}.opus", packets, ms) for ms in (0, 1_500)]
    player = VoicePlayer(open_tracks(paths))
    assert player.duration_ms == 2_500
    player.seek(1_000)
    assert np.abs(pull(player, 480)).max() < 10
    assert tone_level(pull(player, 900), 440) > 0.9


def test_offset_is_true_to_the_sample(tmp_path: Path) -> None:
    reader = VoiceTrackReader(tone_track(tmp_path / "1.opus", 440, 50))
    reader.seek(0)
    alone = np.concatenate([reader.read() for _ in range(50)])
    player = VoicePlayer([PlayerTrack(reader, 33)])
    assert np.array_equal(pull(player, 1_020)[33 * 48 : 900 * 48], alone[: 867 * 48])
    player.seek(533)
    assert tone_level(pull(player, 300), 440) > 0.95


def test_pause_holds_and_seek_moves(tmp_path: Path) -> None:
    track = {50 + n: p for n, p in enumerate(tone_packets(440, 50))}
    reader = VoiceTrackReader(write_track(tmp_path / "1.opus", track))
    player = VoicePlayer([PlayerTrack(reader, 0)])
    assert not pull(player, 900).any()
    player.is_paused = True
    assert not pull(player, 500).any()
    assert player.position_ms == 900
    player.is_paused = False
    player.seek(1_200)
    assert tone_level(pull(player, 500), 440) > 0.95
    assert player.position_ms == 1_700
    player.seek(100_000)
    assert player.is_at_end
    player.seek(-5)
    assert player.position_ms == 0


@pytest.mark.parametrize("speed", [0.75, 1.25, 2.0])
def test_speed_keeps_the_pitch_and_the_place(tmp_path: Path, speed: float) -> None:
    packets = tone_packets(440, 150) + tone_packets(1_000, 150)
    reader = VoiceTrackReader(write_track(tmp_path / "1.opus", dict(enumerate(packets))))
    player = VoicePlayer([PlayerTrack(reader, 0)])
    player.set_speed(speed)
    pcm = pull(player, 2_900 / speed)
    assert tone_level(pcm[9_600:], 440) > 0.9
    assert player.position_ms == pytest.approx(2_900, abs=FRAME_MS * speed)
    after = pull(player, 1_000 / speed)
    assert tone_level(after[round(14_400 / speed) :], 1_000) > 0.9
    player.set_speed(1.0)
    assert player.position_ms == pytest.approx(3_900, abs=2 * FRAME_MS * speed)
    assert tone_level(pull(player, 500), 1_000) > 0.9


def test_speed_out_of_range_and_no_tracks(tmp_path: Path) -> None:
    player = VoicePlayer([])
    assert player.is_at_end
    assert player.duration_ms == 0
    assert not player.next_block().any()
    for speed in (0.7, 2.1, float("nan")):
        with pytest.raises(ValueError):
            player.set_speed(speed)
