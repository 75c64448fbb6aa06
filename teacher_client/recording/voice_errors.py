"""What can go wrong with voice tracks.

VoiceTrackError
├── VoiceTrackBroken   the file is not one of ours, or nothing in it can be used
└── VoiceWriteFailed   the disk refused; the track stays valid up to the page before
"""

from __future__ import annotations

from pathlib import Path


class VoiceTrackError(Exception):
    """Any failure of a voice track; `path` is the file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path.name}: {self.reason}"


class VoiceTrackBroken(VoiceTrackError):  # noqa: N818
    """Not a voice track that can be read."""


class VoiceWriteFailed(VoiceTrackError):  # noqa: N818
    """The disk refused a page."""
