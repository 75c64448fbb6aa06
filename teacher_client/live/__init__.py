"""The live path of the teacher's engine: ink hints and voice, straight to each pupil.

It may be absent (blocked UDP, a dead relay): the log path through the server carries the lesson
then. No Qt. `hint_spread` and `liveness` are pure; `peer` and `peers` are asyncio, one loop;
`aiortc_parts` is the only module that touches private parts of aiortc and aioice.
"""
