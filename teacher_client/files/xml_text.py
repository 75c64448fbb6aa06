"""Texts for XML."""

from __future__ import annotations

import re
from typing import Final

_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Without what XML cannot hold (XML 1.0, 2.2)."""
    return _NOT_XML.sub("", text)
