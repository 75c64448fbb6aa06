"""What the program asks of a pen of any make, and what the simple makes answer alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from pen_driver.virtual.memory import Memory

_NO_CHUNKS = 1


class Device(Protocol):
    """The pen's side of one protocol. Pure; `now_ms` is the pen's own running clock."""

    page: int
    is_streaming: bool
    is_off: bool
    wipes: int
    memory: Memory

    def tick(self, now_ms: int) -> bytes:
        """Return what it says by itself; asked often while a host is there."""

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the answers to what the host sent."""

    def host_gone(self) -> None:
        """The link is down."""

    def power_on(self) -> None:
        """The battery is back."""

    def pen_down(self, now_ms: int) -> bytes:
        """Touch the paper."""

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """Be at a position, on paper; `force` 0..1."""

    def pen_up(self, now_ms: int) -> bytes:
        """Leave the paper."""

    def hover(self, now_ms: int, x_mm: float, y_mm: float) -> bytes:
        """Be over the paper."""

    def power_off(self, reason: int) -> bytes:
        """Say good-bye."""


class PlainDevice(ABC):
    """A pen that streams to whoever is there and has neither memory nor password."""

    def __init__(self, page: int = 1) -> None:
        self.page = page
        self.is_streaming = False
        self.is_off = False
        self.wipes = 0
        self.memory = Memory(_NO_CHUNKS)

    def tick(self, now_ms: int) -> bytes:
        """See `Device`."""
        del now_ms
        self.is_streaming = True
        return b""

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """See `Device`. It does not listen."""
        del data, now_ms
        return b""

    def host_gone(self) -> None:
        """See `Device`."""
        self.is_streaming = False

    def power_on(self) -> None:
        """See `Device`."""
        self.is_off = False

    def hover(self, now_ms: int, x_mm: float, y_mm: float) -> bytes:
        """See `Device`. It sees paper only where it touches it."""
        del now_ms, x_mm, y_mm
        return b""

    def power_off(self, reason: int) -> bytes:
        """See `Device`. It has no word for it."""
        del reason
        return b""

    @abstractmethod
    def pen_down(self, now_ms: int) -> bytes:
        """See `Device`."""

    @abstractmethod
    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """See `Device`."""

    @abstractmethod
    def pen_up(self, now_ms: int) -> bytes:
        """See `Device`."""
