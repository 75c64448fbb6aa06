"""Read a stranger's pages in a child of its own, which can do nothing else. No Qt.

Blocking: the engine calls it from a thread.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from signaling_server.media.limits import JOB_SECONDS, child_environment, make_folder
from signaling_server.protocol.entries import PicturePlaced
from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.imported import ImportedPage, ImportedPages
from teacher_client.files.packed import MAX_PACKED, unpack
from teacher_client.files.strict_xml import MAX_FILE
from teacher_client.lesson.drafts import NewPage
from teacher_client.processes import role_command

START_SECONDS: Final = 10
"""On top of the job's: a cold start on a slow disk."""


def read_confined(data: bytes) -> ImportedPages:
    """The pages of a Xournal++ or InkML file.

    Raises:
        FileError: with the reason; also where the child ended or took too long.
    """
    if len(data) > MAX_FILE:
        raise FileError(FileTrouble.TOO_LARGE)
    folder = make_folder()
    try:
        child = subprocess.Popen(
            role_command("cage", ("--pages",)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            cwd=folder,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        with child:
            try:
                answer, _errors = child.communicate(data, JOB_SECONDS + START_SECONDS)
            except subprocess.TimeoutExpired as exc:
                child.kill()
                raise FileError(FileTrouble.TOOK_TOO_LONG) from exc
        if child.returncode:  # no memory or no more processor time
            raise FileError(FileTrouble.TOOK_TOO_LONG)
        if len(answer) > MAX_PACKED:
            raise FileError(FileTrouble.TOO_LARGE)
        return unpack(answer)
    except OSError as exc:
        raise FileError(FileTrouble.DISK_REFUSED, str(exc.strerror)) from exc
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_page(page: ImportedPage, hashes: Sequence[str]) -> NewPage:
    """A page that the author can bring.

    Args:
        hashes: the SHA-256 of each of the page's picture slots once it is clean and kept, ''
            where it could not be made.
    """
    pictures = tuple(
        PicturePlaced(sha256, slot.x, slot.y, slot.width, slot.height, slot.is_ground)
        for slot, sha256 in zip(page.pictures, hashes, strict=True)
        if sha256
    )
    return NewPage(
        page.width, page.height, page.kind, pictures, tuple(page.strokes), tuple(page.texts)
    )
