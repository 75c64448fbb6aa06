"""Another program's file as pages, whichever kind it is. For the confined child. No Qt."""

from __future__ import annotations

import re
from typing import Final

from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.imported import ImportedPages
from teacher_client.files.inkml_read import read_inkml
from teacher_client.files.strict_xml import unpacked
from teacher_client.files.xopp_read import read_xopp

ENDINGS: Final = (".xopp", ".xoj", ".inkml")
"""Names of files that are read here; pictures and PDFs are the cage's."""
_ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_LOOKED_AT: Final = 8192


def read_pages(data: bytes) -> ImportedPages:
    """Read a Xournal++ or InkML file, known by its content.

    Raises:
        FileError: neither of them, damaged, too large or hostile.
    """
    first = b""
    for piece in unpacked(data):
        first += piece
        if len(first) >= _LOOKED_AT:
            break
    root = _ROOT.search(first[:_LOOKED_AT].replace(b"\0", b""))
    match root.group(1) if root else b"":
        case b"ink":
            return read_inkml(data)
        case b"xournal" | b"":
            return read_xopp(data)
        case _:
            raise FileError(FileTrouble.NOT_THIS_KIND)
