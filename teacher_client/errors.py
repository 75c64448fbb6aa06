"""What may go wrong in the teacher's client.

ClientError
├── JournalError      the disk refused, or a lesson's journal cannot be read
├── SignInError       the server refused name and password, or cannot be reached
├── LineLostError     the connection to the server is gone
└── PictureError      a file was not taken as a picture
"""

from __future__ import annotations

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.pictures import PictureTrouble


class ClientError(Exception):
    """Base of this tree."""


class JournalError(ClientError):
    """A journal could not be read or written."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class SignInError(ClientError):
    """Nobody is signed in.

    Attributes:
        refusal: why.
        retry_in_ms: how long to wait before the next try.
    """

    def __init__(self, refusal: Refusal, retry_in_ms: int = 0) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.retry_in_ms = retry_in_ms


class LineLostError(ClientError):
    """The line to the server is gone; it will be tried again."""


class PictureError(ClientError):
    """A file was not taken as a picture.

    Attributes:
        trouble: why; the face has words for it.
    """

    def __init__(self, trouble: PictureTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
