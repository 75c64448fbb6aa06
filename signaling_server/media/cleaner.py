"""The server's side of the confined child: an uploaded file in, a clean picture out."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from signaling_server.media.limits import (
    JOB_SECONDS,
    cause_of_death,
    child_environment,
    make_folder,
)
from signaling_server.protocol.pictures import (
    FULL_EDGE,
    MAX_CLEAN_BYTES,
    SMALL_EDGE,
    PictureTrouble,
    Shape,
    clean_shape,
)
from signaling_server.protocol.schema import InvalidError, Range, decode, loads

CHILDREN: Final = 2  # a picture takes a core for up to a second; lessons need the others


class NotCleanedError(Exception):
    """The upload is not taken.

    Attributes:
        trouble: why.
    """

    def __init__(self, trouble: PictureTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """Both resolutions, checked."""

    full: bytes
    small: bytes
    shape: Shape


@dataclass(frozen=True, slots=True)
class _Answer:
    width: Annotated[int, Range(0, FULL_EDGE)] = 0
    height: Annotated[int, Range(0, FULL_EDGE)] = 0
    full: Annotated[int, Range(0, MAX_CLEAN_BYTES)] = 0
    small: Annotated[int, Range(0, MAX_CLEAN_BYTES)] = 0
    trouble: PictureTrouble | None = None


class Cleaner:
    """Cleans pictures, one fresh child for each, at most :data:`CHILDREN` at once."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(CHILDREN)

    async def clean(self, upload: Path, media_type: str) -> CleanPicture:
        """Re-encode an upload, or keep its bytes where they are clean already.

        Raises:
            NotCleanedError: with the reason.
        """
        async with self._places:
            folder = await asyncio.to_thread(make_folder)
            try:
                with upload.open("rb") as file:
                    child = await asyncio.create_subprocess_exec(
                        sys.executable,
                        "-m",
                        "signaling_server.media",
                        media_type,
                        stdin=file,
                        stdout=asyncio.subprocess.PIPE,
                        stderr=asyncio.subprocess.DEVNULL,
                        env=child_environment(),
                        cwd=folder,
                    )
                return await _heed(child)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _heed(child: asyncio.subprocess.Process) -> CleanPicture:
    assert child.stdout is not None
    try:
        async with asyncio.timeout(JOB_SECONDS):
            return await _read(child.stdout)
    except TimeoutError as exc:
        raise NotCleanedError(PictureTrouble.TOOK_TOO_LONG) from exc
    except (InvalidError, ValueError, asyncio.IncompleteReadError) as exc:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), 1)
        raise NotCleanedError(cause_of_death(child.returncode)) from exc
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.communicate()  # what it still had to say would hold its end up


async def _read(answers: asyncio.StreamReader) -> CleanPicture:
    """The child read a stranger's file: its answer is trusted no more than that."""
    answer = decode(_Answer, loads(await answers.readline(), 1024))
    if answer.trouble is not None:
        raise NotCleanedError(answer.trouble)
    full = await answers.readexactly(answer.full)
    small = await answers.readexactly(answer.small)
    shape = await asyncio.to_thread(clean_shape, full)
    if shape is None or clean_shape(small, SMALL_EDGE) is None:
        raise NotCleanedError(PictureTrouble.DAMAGED)
    return CleanPicture(full, small, shape)
