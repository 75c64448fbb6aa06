"""Ways to a pen: one factory, each way imported only when it is asked for."""

from pen_driver.transports.base import Direction, OnEvent, Pen, Tap
from pen_driver.transports.factory import open_pen

__all__ = ["Direction", "OnEvent", "Pen", "Tap", "open_pen"]
