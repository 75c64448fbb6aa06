"""Pen names: ``kind:place?option=value&flag``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pen_driver.errors import UnknownPenNameError

# Systems write an address with colons, dashes (Windows) or underscores (BlueZ), or all in one.
_ADDRESS = re.compile(
    r"(?<![0-9A-F])((?:[0-9A-F]{2}([:_-]?))(?:[0-9A-F]{2}\2){2})[0-9A-F]{2}"
    r"((?:\2[0-9A-F]{2}){2})(?![0-9A-F])",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """Return `text` for logs: hardware addresses lose their fourth byte, as in captures."""
    return _ADDRESS.sub(r"\1xx\3", text)


@dataclass(frozen=True, slots=True)
class PenName:
    """A pen's name, taken apart.

    Attributes:
        options: in order; the value of a flag is None.
    """

    kind: str
    place: str
    options: tuple[tuple[str, str | None], ...] = ()

    def option(self, wanted: str) -> str | None:
        """Return the value of an option, "" for a flag, None where it is absent."""
        for key, value in self.options:
            if key == wanted:
                return value or ""
        return None


def parse_pen_name(name: str) -> PenName:
    """Take a pen's name apart.

    Raises:
        UnknownPenNameError: it has no kind or no place.
    """
    kind, colon, rest = name.partition(":")
    place, _, query = rest.partition("?")
    if not (colon and kind and place):
        raise UnknownPenNameError(name)
    options = []
    for part in filter(None, query.split("&")):
        key, equals, value = part.partition("=")
        options.append((key, value if equals else None))
    return PenName(kind, place, tuple(options))
