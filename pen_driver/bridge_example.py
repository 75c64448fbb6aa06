"""A bridge in about a hundred lines: what to write around a maker's closed library.

It "drives" a pen that writes an ink file, in the file's own time::

    python -m pen_driver monitor "bridge:python -m pen_driver.bridge_example maths"

The line protocol is in docs/bridge.md. A real bridge has the maker's library in the place of
`Library`, and does in its callbacks what `play` does here. It needs nothing of this package, and
may be written in any language that can read and write lines.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from pen_driver.virtual.ink import Stroke, fit_to_page, load_ink

_BATCH_S = 0.02  # as often as a pen's radio delivers


class Library:
    """Stands for the maker's library: gives strokes when they are due."""

    def __init__(self, ink: str) -> None:
        self.strokes = fit_to_page(load_ink(ink), 176.0, 250.0)


class Bridge:
    """Turns the library's ink into lines, and lines into the library's commands."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._is_started = threading.Event()
        self._is_over = threading.Event()

    def say(self, event: str, **fields: object) -> None:
        """Write one line at once: a line that waits in a buffer is late ink."""
        line = json.dumps({"event": event, **fields})
        with self._lock:  # a library may call back from threads of its own
            try:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            except OSError:
                self._is_over.set()  # nobody reads any more

    def listen(self) -> None:
        """Take commands until our input ends: that is the sign to end."""
        for line in sys.stdin:
            command = json.loads(line)
            if command["command"] == "start":
                self._is_started.set()
            elif command["command"] == "password":
                self.say("battery", percent=80, charging=False)  # a real one unlocks its pen
        self._is_over.set()
        self._is_started.set()

    def play(self) -> None:
        """Tell of the pen, then of all its strokes."""
        self._is_started.wait()
        self.say("device", pen_id="EXAMPLE-1", model="Ink file", firmware="1", force_steps=1023)
        self.say("battery", percent=80, charging=False)
        self.say("page", page="ncode:3.27.604.1")
        start_ms = time.time() * 1000
        start = time.monotonic()
        for stroke in self._library.strokes:
            self._play_stroke(stroke, start, start_ms)
        self._is_over.wait()

    def _play_stroke(self, stroke: Stroke, start: float, start_ms: float) -> None:
        if self._is_over.wait(max(start + stroke[0].t - time.monotonic(), 0)):
            return
        self.say("down", t_pen_ms=round(start_ms + stroke[0].t * 1000))
        points = list(stroke)
        while points and not self._is_over.wait(_BATCH_S):
            due = [point for point in points if point.t <= time.monotonic() - start]
            del points[: len(due)]
            if due:
                self.say(
                    "samples",
                    t_pen_ms=[round(start_ms + point.t * 1000) for point in due],
                    x_mm=[round(point.x_mm, 3) for point in due],
                    y_mm=[round(point.y_mm, 3) for point in due],
                    force=[0.5 if point.force is None else point.force for point in due],
                )
        self.say("up", t_pen_ms=round(start_ms + stroke[-1].t * 1000))


def main() -> int:
    """Run until the input ends."""
    bridge = Bridge(Library(sys.argv[1] if len(sys.argv) > 1 else "maths"))
    threading.Thread(target=bridge.listen, daemon=True).start()
    bridge.play()
    return 0


if __name__ == "__main__":
    sys.exit(main())
