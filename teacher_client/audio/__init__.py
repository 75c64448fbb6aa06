"""Sound of the teacher's engine: devices, processing, Opus, jitter buffer, mix.

No Qt and no aiortc here: `live/` carries the packets, this package makes and
plays them. Everything is 48 kHz, mono, int16, in blocks of 20 ms.
"""
