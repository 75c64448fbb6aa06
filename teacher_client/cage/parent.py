"""The engine's side of the cage: one warm child, given one file after the other.

A thread of its own speaks with the child: the engine's loop has no subprocesses on Windows, and
a pipe that waits must not hold a voice up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from signaling_server.media.limits import (
    JOB_SECONDS,
    cause_of_death,
    child_environment,
    make_folder,
)
from signaling_server.protocol.pictures import (
    FULL_EDGE,
    SMALL_EDGE,
    PictureTrouble,
    clean_shape,
    picture_hash,
)
from signaling_server.protocol.schema import InvalidError
from teacher_client.cage.jobs import (
    MAX_FILE_BYTES,
    Answer,
    Area,
    Pictured,
    Probe,
    Probed,
    Question,
    Reencode,
    Refused,
    Render,
    Thumbnail,
    pack_head,
    read_answer,
)
from teacher_client.errors import PictureError
from teacher_client.processes import role_command

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CagedPicture:
    """A clean picture; `small` is empty where it was not asked for."""

    sha256: str
    full: bytes
    small: bytes
    width_px: int
    height_px: int


class Cage:
    """Opens strangers' files in a confined child. Event loop only; waits for its turn.

    Every method raises :class:`PictureError` with the reason where nothing can be made of a
    file; the child is then replaced, and the next file finds a fresh one.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "cage")
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._held: bytes | None = None  # the PDF that the child has open
        self._is_closed = False

    def start(self) -> None:
        """Start the child now, so that the first file finds it warm."""
        self._thread.submit(self._spawn)

    async def close(self) -> None:
        """End the child."""
        self._is_closed = True
        if self._child is not None:
            self._child.kill()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._bury)
        self._thread.shutdown(wait=False)

    @property
    def pid(self) -> int | None:
        """The child's process, if there is one."""
        return None if self._child is None else self._child.pid

    async def probe(self, data: bytes) -> Probed:
        """What a file is, by its content."""
        answer, _payload = await self._ask(Probe(), data)
        assert isinstance(answer, Probed)
        return answer

    async def reencode(self, data: bytes) -> CagedPicture:
        """A picture file as a clean picture."""
        return await self._picture(Reencode(), data)

    async def thumbnail(self, data: bytes, edge: int = SMALL_EDGE) -> CagedPicture:
        """A small picture of a file; of a PDF its first page."""
        return await self._picture(Thumbnail(edge), data)

    async def render(
        self, pdf: bytes, page: int, width_px: int = FULL_EDGE, area: Area | None = None
    ) -> CagedPicture:
        """A page (from 0) of a PDF, or an area of it `width_px` wide; no edge above FULL_EDGE.

        The child keeps the file open as long as `pdf` is the same object.
        """
        return await self._picture(Render(page, width_px, area), b"", pdf)

    async def _picture(
        self, question: Question, data: bytes, pdf: bytes | None = None
    ) -> CagedPicture:
        answer, payload = await self._ask(question, data, pdf)
        assert isinstance(answer, Pictured)
        full, small = payload[: answer.full], payload[answer.full :]
        sha256 = await asyncio.to_thread(picture_hash, full)
        return CagedPicture(sha256, full, small, answer.width_px, answer.height_px)

    async def _ask(
        self, question: Question, data: bytes, pdf: bytes | None = None
    ) -> tuple[Answer, bytes]:
        if len(data) > MAX_FILE_BYTES or len(pdf or b"") > MAX_FILE_BYTES:
            raise PictureError(PictureTrouble.TOO_LARGE)
        loop = asyncio.get_running_loop()
        answer, payload = await loop.run_in_executor(self._thread, self._do, question, data, pdf)
        if isinstance(answer, Refused):
            raise PictureError(answer.trouble)
        return answer, payload

    # on the cage's own thread

    def _do(self, question: Question, data: bytes, pdf: bytes | None) -> tuple[Answer, bytes]:
        try:
            return self._answer(question, data, pdf)
        except OSError as exc:
            log.warning("the cage does not start: %s", exc)
            return Refused(PictureTrouble.TOO_MUCH_MEMORY), b""

    def _answer(self, question: Question, data: bytes, pdf: bytes | None) -> tuple[Answer, bytes]:
        self._spawn()  # a fresh child holds nothing
        if pdf is not None and self._held is not pdf:
            answer, _payload = self._exchange(Probe(), pdf)
            if isinstance(answer, Refused):
                return answer, b""
        return self._exchange(question, data)

    def _exchange(self, question: Question, data: bytes) -> tuple[Answer, bytes]:
        child, was_late = self._spawn(), threading.Event()

        def stop() -> None:
            was_late.set()
            child.kill()

        overtime = threading.Timer(JOB_SECONDS, stop)
        overtime.start()
        try:
            answered = _converse(child, question, data)
        except (OSError, InvalidError, ValueError) as exc:
            log.warning("the cage broke at %s: %s", question.TAG, exc)
            answered = None
        finally:
            overtime.cancel()
        if answered is None:
            trouble = PictureTrouble.TOOK_TOO_LONG if was_late.is_set() else self._cause()
            self._bury()
            if not self._is_closed:
                self.start()
            return Refused(trouble), b""
        if isinstance(question, Probe):
            self._held = data if isinstance(answered[0], Probed) else None
        return answered

    def _cause(self) -> PictureTrouble:
        assert self._child is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(1)
        return cause_of_death(self._child.poll())

    def _spawn(self) -> subprocess.Popen[bytes]:
        """The child; a new one where there is none, or it died unasked."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._bury()
        self._folder = make_folder()
        self._child = subprocess.Popen(
            role_command("cage"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            cwd=self._folder,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return self._child

    def _bury(self) -> None:
        child, self._child, self._held = self._child, None, None
        if child is not None:
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                assert stream is not None
                with contextlib.suppress(OSError):  # what could not be sent any more
                    stream.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _converse(
    child: subprocess.Popen[bytes], question: Question, data: bytes
) -> tuple[Answer, bytes] | None:
    """One question and its answer; None when the child is gone.

    Raises:
        OSError: the pipe broke.
        InvalidError: the child said something else.
    """
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pack_head(question, data))
    child.stdin.write(data)
    child.stdin.flush()
    answered = read_answer(child.stdout)
    if answered is not None and not _fits(question, *answered):
        raise InvalidError("", "another answer than was asked for")
    return answered


def _fits(question: Question, answer: Answer, payload: bytes) -> bool:
    """The child read a stranger's file: what it says is looked at before it is used."""
    match answer:
        case Refused():
            return True
        case Probed():
            return isinstance(question, Probe)
        case Pictured():
            shape = clean_shape(payload[: answer.full])
            is_small = answer.small == 0 or clean_shape(payload[answer.full :], SMALL_EDGE)
            return (
                not isinstance(question, Probe)
                and len(payload) == answer.full + answer.small
                and shape is not None
                and (shape.width, shape.height) == (answer.width_px, answer.height_px)
                and bool(is_small)
            )
