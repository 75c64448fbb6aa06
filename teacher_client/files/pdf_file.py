"""The frame of a PDF: numbered objects, deflated streams, a table of offsets (ISO 32000-1, 7.5)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import BinaryIO, Final

FLATE_LEVEL: Final = 3
"""Level 6 takes three times as long for a twelfth less."""
_FIRST_LINE: Final = b"%PDF-1.7\n%\xe7\x81\xaf\xe4\xb8\x8b\n"  # bytes above 127: not a text file


class PdfFile:
    """Writes objects as they come; nothing is kept but their offsets.

    Args:
        file: to write to, at its beginning.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets: list[int | None] = []
        self._at = 0
        self._write(_FIRST_LINE)

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._offsets.append(None)
        return len(self._offsets)

    def put(self, body: str, number: int | None = None) -> int:
        """Write an object; its number."""
        number = self.reserve() if number is None else number
        self._offsets[number - 1] = self._at
        self._write(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))
        return number

    def put_stream(self, entries: str, data: bytes, number: int | None = None) -> int:
        """Write a stream with data as they are; `entries` of its dictionary name the filter."""
        number = self.reserve() if number is None else number
        self._offsets[number - 1] = self._at
        self._write(f"{number} 0 obj\n<<{entries}/Length {len(data)}>>\nstream\n".encode("ascii"))
        self._write(data)
        self._write(b"\nendstream\nendobj\n")
        return number

    def close(self, root: int, info: int) -> None:
        """Write the table of offsets and the trailer.

        Raises:
            ValueError: an object was reserved and not written; a bug in the caller.
        """
        begun = self._at
        size = len(self._offsets) + 1
        lines = [f"xref\n0 {size}\n0000000000 65535 f \n"]
        for offset in self._offsets:
            if offset is None:
                raise ValueError("an object was promised and not written")
            lines.append(f"{offset:010d} 00000 n \n")
        lines.append(f"trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R>>\n")
        lines.append(f"startxref\n{begun}\n%%EOF\n")
        self._write("".join(lines).encode("ascii"))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)


class Content:
    """A content stream that is deflated as it grows."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(FLATE_LEVEL)
        self._parts: list[bytes] = []

    def write(self, operators: bytes | str) -> None:
        """Add operators; each ends with a blank or line end."""
        data = operators.encode("ascii") if isinstance(operators, str) else operators
        self._parts.append(self._deflate.compress(data))

    def data(self) -> bytes:
        """All of it, deflated; nothing can be added any more."""
        self._parts.append(self._deflate.flush())
        return b"".join(self._parts)


FLATE: Final = "/Filter/FlateDecode"


def deflated(data: bytes) -> bytes:
    """Data for a stream with the filter FLATE."""
    return zlib.compress(data, FLATE_LEVEL)


def text_string(text: str) -> str:
    """A text in a dictionary, as UTF-16 in hex digits (7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex()}>"


def numbers(values: Sequence[float]) -> str:
    """Numbers with a blank behind each; never in powers of ten, which PDF does not know."""
    return "".join(f"{_number(value)} " for value in values)


def _number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
