"""Pictures to the real server and back, and through outages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.protocol.pictures import PictureSize, clean_shape, picture_hash
from teacher_client.errors import LineLostError
from teacher_client.picture_files import PictureFiles
from teacher_client.service.pictures import (
    PictureLine,
    PictureServer,
    PictureUploader,
    UploadRefusedError,
    fetch_patiently,
)
from teacher_client.tasks import spawn
from tests.fakes.hostile_files import photo, saved
from tests.signaling_server.kit import begin, serving
from tests.teacher_client.servers import as_json, http_server

FULL, SMALL = PictureSize.FULL, PictureSize.SMALL


def clean(level: int) -> tuple[str, bytes]:
    """A small clean picture and its hash."""
    data = saved(Image.new("L", (40, 30), level), "PNG")
    assert clean_shape(data) is not None
    return picture_hash(data), data


class Place:
    """Where the server is now; None: nowhere."""

    def __init__(self, server: PictureServer | None = None) -> None:
        self.server = server

    def __call__(self) -> PictureServer | None:
        return self.server


@contextlib.asynccontextmanager
async def lesson(folder: Path) -> AsyncIterator[tuple[Place, str]]:
    """A running lesson on a real server, and the teacher's way to it."""
    async with (
        serving(folder) as (house, _services),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        session = await begin(teacher, pupil)
        yield Place(PictureServer(house.url, await house.sign_in("teacher"))), session


@contextlib.asynccontextmanager
async def line_to(place: Place) -> AsyncIterator[PictureLine]:
    line = PictureLine(place)
    yield line
    await line.close()


async def test_up_and_down(tmp_path: Path) -> None:
    sha256, data = clean(7)
    async with lesson(tmp_path) as (place, session), line_to(place) as line:
        assert await line.download(session, sha256, FULL) is None
        await line.upload(session, sha256, data)
        assert await line.download(session, sha256, FULL) == data
        assert clean_shape(await line.download(session, sha256, SMALL) or b"") is not None


async def test_what_is_not_clean_is_not_even_sent(tmp_path: Path) -> None:
    async with lesson(tmp_path) as (place, session), line_to(place) as line:
        with pytest.raises(UploadRefusedError):
            await line.upload(session, "0" * 64, photo(comment="secret"))


async def test_a_foreign_lesson_is_a_refusal_and_no_sign_in_an_outage(tmp_path: Path) -> None:
    sha256, data = clean(7)
    async with lesson(tmp_path) as (place, session), line_to(place) as line:
        with pytest.raises(UploadRefusedError) as refused:
            await line.upload("another", sha256, data)
        assert refused.value.reason == "not_in_session"
        assert place.server is not None
        place.server = PictureServer(place.server.address, "dead token")
        with pytest.raises(LineLostError):
            await line.upload(session, sha256, data)
        place.server = None
        with pytest.raises(LineLostError):
            await line.download(session, sha256, FULL)


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
async def test_these_answers_mean_later(status: int) -> None:
    async with (
        http_server(lambda _head, _body: (status, b"{}")) as address,
        line_to(Place(PictureServer(address, "t"))) as line,
    ):
        with pytest.raises(LineLostError):
            await line.upload("lesson", *clean(1))


async def test_a_server_that_changed_the_picture_is_a_refusal() -> None:
    async with (
        http_server(lambda _head, _body: (201, as_json({"sha256": "0" * 64}))) as address,
        line_to(Place(PictureServer(address, "t"))) as line,
    ):
        with pytest.raises(UploadRefusedError) as refused:
            await line.upload("lesson", *clean(1))
    assert refused.value.reason == "not_clean"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teacher_client.service.pictures.FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("teacher_client.service.pictures.LONGEST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("teacher_client.service.pictures.MISSING_TRIES", 1_000)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def uploading(
    files: PictureFiles, line: PictureLine, refused: list[str]
) -> AsyncIterator[PictureUploader]:
    uploader = PictureUploader(files, line, lambda _s, _h, reason: refused.append(reason))
    task = spawn(uploader.run(), name="uploads")
    yield uploader
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.usefixtures("soon")
async def test_what_was_placed_offline_arrives_later_and_in_order(tmp_path: Path) -> None:
    files, pictures = PictureFiles(tmp_path), [clean(n) for n in range(5)]
    for sha256, data in pictures:
        files.put(sha256, FULL, data)
        files.enqueue("lesson", sha256)
    came: list[str] = []
    answers = iter([503, 201, 201, 429, 201, 201, 201])

    def answer(_head: str, body: bytes) -> tuple[int, bytes]:
        status = next(answers)
        if status == 201:
            came.append(picture_hash(body))
        return status, as_json({"sha256": picture_hash(body)})

    place, refused = Place(), list[str]()
    async with line_to(place) as line, uploading(files, line, refused) as uploader:
        await asyncio.sleep(0.1)
        assert (came, len(files.waiting())) == ([], 5)
        async with http_server(answer) as address:
            place.server = PictureServer(address, "t")
            uploader.wake()
            await until(lambda: not files.waiting())
    assert came == [sha256 for sha256, _data in pictures]
    assert refused == []


@pytest.mark.usefixtures("soon")
async def test_one_that_is_refused_does_not_hold_up_the_next(tmp_path: Path) -> None:
    files, refused = PictureFiles(tmp_path / "profile"), list[str]()
    async with (
        lesson(tmp_path / "server") as (place, session),
        line_to(place) as line,
        uploading(files, line, refused) as uploader,
    ):
        for sha256, data, where in (
            (*clean(1), "another"),
            ("0" * 64, b"", session),  # never put: its file was lost
            (*clean(2), session),
        ):
            if data:
                files.put(sha256, FULL, data)
            uploader.enqueue(where, sha256)
        await until(lambda: not files.waiting())
        assert refused == ["not_in_session", "damaged"]
        assert await line.download(session, clean(2)[0], FULL) == clean(2)[1]


@pytest.mark.usefixtures("soon")
async def test_a_picture_named_before_it_is_there_comes_when_it_is(tmp_path: Path) -> None:
    sha256, data = clean(9)
    async with lesson(tmp_path) as (place, session), line_to(place) as line:
        there, place.server = place.server, None
        came: list[bytes | None] = []

        async def fetch() -> None:
            came.append(await fetch_patiently(line, session, sha256, FULL))

        fetching = spawn(fetch(), name="fetch")
        await asyncio.sleep(0.05)
        place.server = there
        await asyncio.sleep(0.05)
        assert came == []
        await line.upload(session, sha256, data)
        await asyncio.wait_for(fetching, 20)
        assert came == [data]
