"""Opus through libopus itself."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.audio import opus
from teacher_client.audio.errors import OpusFailed, OpusMissing
from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.audio.opus import (
    SILENCE_PACKET,
    Decoder,
    Encoder,
    load_opus,
    lost_packet,
    packet_samples,
)
from teacher_client.audio.tone import make_tone, tone_level

NOISE = np.random.default_rng(1).normal(0, 100, FRAME_SAMPLES)


def voiced(index: int, hz: float = 150.0) -> np.ndarray:
    """A breathy buzz, which the encoder takes for speech; FEC exists for speech only."""
    at = np.arange(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES) / 48_000
    wave = sum(np.sin(2 * np.pi * hz * n * at) / n for n in range(1, 12))
    return np.asarray(wave * 6_000 + NOISE, dtype=np.int16)


def test_tone_survives() -> None:
    encoder, decoder = Encoder(), Decoder()
    packets = [encoder.encode(make_tone(440, 960, start=n * 960)) for n in range(50)]
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    assert tone_level(heard[4800:], 440) > 0.95
    assert tone_level(heard[4800:], 1000) < 0.01
    assert all(packet_samples(packet) == FRAME_SAMPLES for packet in packets)
    assert sum(map(len, packets)) * 8 < 40_000  # one second at 24 kbit/s, with room


def test_bitrate_changes_in_mid_stream() -> None:
    encoder = Encoder(bitrate=32_000)
    high = sum(len(encoder.encode(voiced(n))) for n in range(50))
    encoder.set_bitrate(10_000)
    low = sum(len(encoder.encode(voiced(n))) for n in range(50, 100))
    assert low < high / 2


def test_fec_recovers_what_concealment_cannot() -> None:
    encoder = Encoder(24_000, fec=True, expected_loss=10)
    packets = [encoder.encode(voiced(n, 150 if n < 30 else 260)) for n in range(60)]
    lost = range(30, 50, 2)
    whole, with_fec, without = Decoder(), Decoder(), Decoder()
    error_fec = error_plain = 0.0
    for n, packet in enumerate(packets):
        wanted = whole.decode(packet).astype(float)
        fec = with_fec.decode_fec(packets[n + 1]) if n in lost else with_fec.decode(packet)
        plain = without.conceal() if n in lost else without.decode(packet)
        if n in lost:
            error_fec += float(np.mean((fec - wanted) ** 2) / np.mean(wanted**2))
            error_plain += float(np.mean((plain - wanted) ** 2) / np.mean(wanted**2))
    assert error_fec / len(lost) < 0.2
    assert error_plain > 2 * error_fec


def test_concealment_fades_out() -> None:
    encoder, decoder = Encoder(), Decoder()
    for n in range(20):
        decoder.decode(encoder.encode(voiced(n)))
    loud = [float(np.abs(decoder.conceal().astype(float)).max()) for _ in range(50)]
    assert loud[0] > 1_000
    assert loud[-1] < loud[0] / 10


def test_dtx_saves_in_silence() -> None:
    quiet = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    encoder = Encoder(dtx=True)
    sizes = [len(encoder.encode(quiet)) for _ in range(100)]
    assert sum(size <= 2 for size in sizes[50:]) > 40


def test_constant_packets_decode() -> None:
    decoder = Decoder()
    assert not decoder.decode(SILENCE_PACKET).any()
    for like in (SILENCE_PACKET, b"\x0b\x01", b"", Encoder().encode(voiced(0))):
        packet = lost_packet(like)
        assert len(packet) == 1
        assert packet_samples(packet) == FRAME_SAMPLES
        assert decoder.decode(packet).shape == (FRAME_SAMPLES,)


@pytest.mark.parametrize("bad", [b"", b"\xfb", b"\x00\x01", b"\xf9\xff", b"\x03\x00"])
def test_bad_packets_are_refused_and_the_decoder_lives(bad: bytes) -> None:
    decoder = Decoder()
    with pytest.raises(OpusFailed):
        decoder.decode(bad)
    with pytest.raises(OpusFailed):
        decoder.decode_fec(bad)
    assert decoder.decode(SILENCE_PACKET).shape == (FRAME_SAMPLES,)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    decoder = Decoder()
    with suppress(OpusFailed):
        assert decoder.decode(data).shape == (FRAME_SAMPLES,)


@given(st.binary(min_size=1, max_size=60))
def test_length_agrees_with_libopus(data: bytes) -> None:
    lib = load_opus()
    count = lib.opus_packet_get_nb_samples(data, len(data), ctypes.c_int32(48_000))
    ours = packet_samples(data)
    assert ours == max(0, count) or count < 0  # libopus also looks at the frames


def test_wrong_blocks_and_values_are_bugs() -> None:
    encoder = Encoder()
    with pytest.raises(ValueError):
        encoder.encode(np.zeros(100, dtype=np.int16))
    with pytest.raises(ValueError):
        encoder.encode(np.zeros(960, dtype=np.float32))  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        encoder.set_bitrate(1)
    with pytest.raises(ValueError):
        encoder.set_expected_loss(101)


@pytest.fixture
def forgotten_library() -> Iterator[None]:
    load_opus.cache_clear()
    yield
    load_opus.cache_clear()


@pytest.mark.usefixtures("forgotten_library")
def test_missing_library_names_the_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(opus, "_candidates", lambda: (f"{tmp_path}/libopus.so",))
    with pytest.raises(OpusMissing, match=r"libopus\.so"):
        Encoder()


def test_the_library_of_the_wheel_comes_first() -> None:
    assert "av" in opus._candidates()[0]
