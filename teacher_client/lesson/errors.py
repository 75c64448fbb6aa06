"""What the lesson refuses."""

from __future__ import annotations

from signaling_server.protocol.commands import Refusal


class RefusedError(Exception):
    """A command that is not carried out; `reason` goes back to its sender."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason
