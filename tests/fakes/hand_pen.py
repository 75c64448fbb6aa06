"""A pen in a test's hand: the virtual pen's device behind a socket, moved by calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.makes import make_device

DOT_MS = 10


class HandPen:
    """Speaks the real protocol; what is written while it is unplugged it stores.

    Lengths in mm from the corner of the sheet as the driver assumes it.
    """

    def __init__(self, options: DeviceOptions, make: str) -> None:
        self.device = make_device(make, options)
        self.make = make
        self.port = 0
        self._server: asyncio.Server | None = None
        self._line: asyncio.StreamWriter | None = None

    @property
    def name(self) -> str:
        """As `open_pen` takes it."""
        return f"socket:127.0.0.1:{self.port}?protocol={self.make}"

    async def plug(self) -> None:
        """Be there, on the same port as ever."""
        self.device.power_on()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def unplug(self) -> None:
        """Be gone at once."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._line is not None:
            self._line.transport.abort()
            self._line = None
        self.device.host_gone()

    async def until_streaming(self) -> None:
        """Wait until a host takes live ink."""
        async with asyncio.timeout(15):
            while not self.device.is_streaming:
                await asyncio.sleep(0.01)

    async def write(self, *points: tuple[float, float]) -> None:
        """One stroke, in its own time."""
        self._send(self.device.pen_down(_now()))
        for x_mm, y_mm in points:
            await asyncio.sleep(DOT_MS / 1000)
            self._send(self.device.dot(_now(), x_mm, y_mm, 0.5))
        await asyncio.sleep(DOT_MS / 1000)
        self._send(self.device.pen_up(_now()))
        await asyncio.sleep(DOT_MS / 1000)

    async def hover(self, *points: tuple[float, float]) -> None:
        """Move over the paper; said only where the host wants it."""
        for x_mm, y_mm in points:
            self._send(self.device.hover(_now(), x_mm, y_mm))
            await asyncio.sleep(DOT_MS / 1000)

    async def tap(self, x_mm: float, y_mm: float) -> None:
        """Touch and lift."""
        await self.write((x_mm, y_mm), (x_mm + 0.1, y_mm))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._line = writer
        while (data := await _read(reader)) is not None:
            self._send(self.device.tick(_now()))  # some makes speak by themselves
            self._send(self.device.receive(data, _now()))
            if self.device.is_off:
                await writer.drain()
                self.unplug()
                return
        writer.close()
        if self._line is writer:
            self._line = None
            self.device.host_gone()

    def _send(self, frames: bytes) -> None:
        if frames and self._line is not None:
            self._line.write(frames)


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    """What came within a moment; None at the end."""
    try:
        async with asyncio.timeout(0.05):
            return await reader.read(4096) or None
    except TimeoutError:
        return b""
    except ConnectionError:
        return None


def _now() -> int:
    return round(time.monotonic() * 1000)


@asynccontextmanager
async def hand_pen(
    options: DeviceOptions | None = None, make: str = "neo2"
) -> AsyncIterator[HandPen]:
    """A pen that is there."""
    pen = HandPen(options or DeviceOptions(), make)
    await pen.plug()
    try:
        yield pen
    finally:
        pen.unplug()
