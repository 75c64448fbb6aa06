"""Errors of this package::

    PenError
    ├── UnknownPenNameError   the name has no known form
    ├── UnknownProtocolError  no pen speaks what was named
    ├── PenUnavailableError   the pen's helper program did not start
    ├── PenSilentError        the pen is not there, or gives no answer
    ├── PenLockedError        the pen wants its password, and nobody types it
    ├── BadCaptureError       a capture file cannot be read
    ├── BadInkError           an ink file cannot be read
    └── BadPaperError         a page definition cannot be read

What a pen sends never raises; it becomes events and counts.
"""

from __future__ import annotations


class PenError(Exception):
    """Base of all errors of this package."""


class UnknownPenNameError(PenError):
    """`name` is none of the forms that `open_pen` knows."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        forms = (
            "serial:PORT, ble:MAC, socket:HOST:PORT, disk:PATH, bridge:COMMAND, virtual:INK, "
            "replay:FILE"
        )
        return f"no pen is named {self.name!r} ({forms})"


class UnknownProtocolError(PenError):
    """`protocol` is none of those that this package speaks."""

    def __init__(self, protocol: str) -> None:
        super().__init__(protocol)
        self.protocol = protocol

    def __str__(self) -> str:
        return f"no pen speaks {self.protocol!r}"


class PenUnavailableError(PenError):
    """The program behind pen `name` did not start."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(name, detail)
        self.name = name
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.name} did not start: {self.detail}"


class PenSilentError(PenError):
    """A question to a pen came to nothing; `detail` says which."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"the pen gives no answer: {self.detail}"


class PenLockedError(PenError):
    """A pen with `attempts_left` wants its password."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(attempts_left)
        self.attempts_left = attempts_left

    def __str__(self) -> str:
        return (
            f"the pen is locked, {self.attempts_left} attempts left; "
            "run this at a terminal to type its password"
        )


class BadCaptureError(PenError):
    """Line `line` (from 1) of a capture cannot be read."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(line, detail)
        self.line = line
        self.detail = detail

    def __str__(self) -> str:
        return f"capture line {self.line}: {self.detail}"


class BadInkError(PenError):
    """An ink file holds no ink that we can read."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"ink file: {self.detail}"


class BadPaperError(PenError):
    """A page definition is none that we can read."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"page definition: {self.detail}"
