"""Opus through the libopus that lies inside the installed `av` wheel.

PyAV's own encoder cannot change its bit rate once open and its decoder cannot
conceal, so the library is called directly (DESIGN section 4). 48 kHz, mono,
20 ms. An object belongs to one thread at a time; calls take well under 1 ms.
Numbers of the controls: `opus_defines.h` of libopus 1.x.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import weakref
from functools import cache
from pathlib import Path

import numpy as np

from teacher_client.audio.errors import OpusFailed, OpusMissing
from teacher_client.audio.frames import FRAME_SAMPLES, RATE_HZ, Block

MAX_PACKET_BYTES = 1275  # one Opus frame, RFC 6716 section 3.4
#: 20 ms of digital silence: full band, mono, one frame.
SILENCE_PACKET = b"\xf8\xff\xfe"

_APPLICATION_VOIP = 2048
_SET_BITRATE = 4002
_SET_FEC = 4012
_SET_EXPECTED_LOSS = 4014
_SET_DTX = 4016
_INVALID_PACKET = -4


def packet_samples(packet: bytes) -> int:
    """Return the length of a packet in samples at 48 kHz; 0 when it is damaged.

    Read from the first byte (RFC 6716 section 3.1); the frames are not looked at.
    """
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    if code == 3:
        return frame * (packet[1] & 0x3F) if len(packet) > 1 else 0
    return frame * (1, 2, 2)[code]


def lost_packet(like: bytes = SILENCE_PACKET) -> bytes:
    """Return the packet that says "20 ms were lost here", after the packet `like`.

    A first byte alone is a frame without data (RFC 6716 section 3.1): every
    decoder conceals it as it would a lost packet.
    """
    return bytes([like[0] & 0xFC]) if packet_samples(like[:1]) == FRAME_SAMPLES else b"\xf8"


def _candidates() -> tuple[str, ...]:
    """Return paths or names to try, the ones inside the `av` wheel first."""
    found: list[str] = []
    spec = importlib.util.find_spec("av")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in (package.parent / "av.libs", package / ".dylibs", package):
            for pattern in ("libopus-*", "libopus.*", "opus*.dll"):
                found += [str(path) for path in sorted(folder.glob(pattern)) if path.is_file()]
    named = ctypes.util.find_library("opus")
    if named is not None:
        found.append(named)
    return tuple(found)


def _declare(lib: ctypes.CDLL) -> None:
    pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_int32
    lib.opus_encoder_create.argtypes = [size, number, number, ctypes.POINTER(number)]
    lib.opus_encoder_create.restype = pointer
    lib.opus_encoder_destroy.argtypes = [pointer]
    lib.opus_encoder_destroy.restype = None
    lib.opus_encode.argtypes = [pointer, pointer, number, pointer, size]
    lib.opus_encode.restype = size
    # Variadic: only the fixed arguments are declared, or Apple's arm64 passes the rest wrongly.
    lib.opus_encoder_ctl.argtypes = [pointer, number]
    lib.opus_encoder_ctl.restype = number
    lib.opus_decoder_create.argtypes = [size, number, ctypes.POINTER(number)]
    lib.opus_decoder_create.restype = pointer
    lib.opus_decoder_destroy.argtypes = [pointer]
    lib.opus_decoder_destroy.restype = None
    lib.opus_decode.argtypes = [pointer, ctypes.c_char_p, size, pointer, number, number]
    lib.opus_decode.restype = number


@cache
def load_opus() -> ctypes.CDLL:
    """Find and load libopus, once per process.

    Raises:
        OpusMissing: none of the places had a library that loads.
    """
    looked_at = _candidates()
    for place in looked_at:
        try:
            lib = ctypes.CDLL(place)
            _declare(lib)
        except (OSError, AttributeError):
            continue
        return lib
    raise OpusMissing(looked_at or ("av wheel", "system library opus"))


def _created(call: str, state: int | None, error: ctypes.c_int) -> ctypes.c_void_p:
    if error.value != 0 or not state:
        raise OpusFailed(call, error.value)
    return ctypes.c_void_p(state)


class Encoder:
    """One voice in, one packet out per block.

    Args:
        bitrate: bits per second, 6 000..128 000.
        fec: put a coarse copy of each frame into the next packet.
        expected_loss: per cent, 0..100; with 0 no copy is made even with `fec`.
        dtx: send next to nothing in silence.

    Raises:
        OpusMissing: no libopus.
    """

    def __init__(
        self,
        bitrate: int = 24_000,
        *,
        fec: bool = True,
        expected_loss: int = 10,
        dtx: bool = False,
    ) -> None:
        self._lib = load_opus()
        error = ctypes.c_int(0)
        state = self._lib.opus_encoder_create(RATE_HZ, 1, _APPLICATION_VOIP, ctypes.byref(error))
        self._state = _created("opus_encoder_create", state, error)
        weakref.finalize(self, self._lib.opus_encoder_destroy, self._state)
        self._out = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        self.set_bitrate(bitrate)
        self._control(_SET_FEC, int(fec))
        self.set_expected_loss(expected_loss)
        self._control(_SET_DTX, int(dtx))

    def encode(self, pcm: Block) -> bytes:
        """Return the packet of one block.

        Raises:
            ValueError: not (960,) int16.
            OpusFailed: libopus refused.
        """
        if pcm.shape != (FRAME_SAMPLES,) or pcm.dtype != np.int16:
            raise ValueError(f"a block is ({FRAME_SAMPLES},) int16, not {pcm.shape} {pcm.dtype}")
        block = np.ascontiguousarray(pcm)
        size = self._lib.opus_encode(
            self._state, block.ctypes.data, FRAME_SAMPLES, self._out, MAX_PACKET_BYTES
        )
        if size < 0:
            raise OpusFailed("opus_encode", size)
        return self._out.raw[:size]

    def set_bitrate(self, bitrate: int) -> None:
        """Change the bit rate (bits per second) from the next block on."""
        if not 6_000 <= bitrate <= 128_000:
            raise ValueError(f"bit rate out of range: {bitrate}")
        self._control(_SET_BITRATE, bitrate)

    def set_expected_loss(self, percent: int) -> None:
        """Say what share of packets (0..100) is lost; shapes the FEC from the next block on."""
        if not 0 <= percent <= 100:
            raise ValueError(f"loss out of range: {percent}")
        self._control(_SET_EXPECTED_LOSS, percent)

    def _control(self, request: int, value: int) -> None:
        code = self._lib.opus_encoder_ctl(self._state, request, ctypes.c_int32(value))
        if code != 0:
            raise OpusFailed(f"opus_encoder_ctl {request}", code)


class Decoder:
    """One voice's packets to blocks; every call moves its stream on by 20 ms.

    Raises:
        OpusMissing: no libopus.
    """

    def __init__(self) -> None:
        self._lib = load_opus()
        error = ctypes.c_int(0)
        state = self._lib.opus_decoder_create(RATE_HZ, 1, ctypes.byref(error))
        self._state = _created("opus_decoder_create", state, error)
        weakref.finalize(self, self._lib.opus_decoder_destroy, self._state)

    def decode(self, packet: bytes) -> Block:
        """Return the block of one packet.

        Raises:
            OpusFailed: the packet is damaged or not 20 ms long; the decoder stays usable.
        """
        if packet_samples(packet) != FRAME_SAMPLES:
            raise OpusFailed("opus_decode", _INVALID_PACKET)
        return self._decode(packet, fec=False)

    def conceal(self) -> Block:
        """Return 20 ms made up from what came before; fades out over repeated calls."""
        return self._decode(None, fec=False)

    def decode_fec(self, packet: bytes) -> Block:
        """Return the block *before* `packet`, from the copy inside it; conceals if none is there.

        Raises:
            OpusFailed: the packet is damaged.
        """
        if packet_samples(packet) != FRAME_SAMPLES:
            raise OpusFailed("opus_decode fec", _INVALID_PACKET)
        return self._decode(packet, fec=True)

    def _decode(self, packet: bytes | None, *, fec: bool) -> Block:
        out = np.empty(FRAME_SAMPLES, dtype=np.int16)
        size = 0 if packet is None else len(packet)
        count = self._lib.opus_decode(
            self._state, packet, size, out.ctypes.data, FRAME_SAMPLES, int(fec)
        )
        if count != FRAME_SAMPLES:
            raise OpusFailed("opus_decode", count if count < 0 else _INVALID_PACKET)
        return out
