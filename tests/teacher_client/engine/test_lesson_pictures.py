"""What the log names is brought, fetched and kept: a store on disk, a server that counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import Block, decode_block
from signaling_server.protocol.entries import ChatSaid, EntryKind, PicturePlaced
from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.pictures import picture_hash
from teacher_client.engine.lesson_pictures import LessonPictures
from teacher_client.engine.pictures import PictureListeners, PictureStore
from teacher_client.service.pictures import PictureServer
from teacher_client.tasks import spawn
from tests.fakes.fake_lesson import FakeLesson
from tests.fakes.hostile_files import one_page, photo
from tests.teacher_client.servers import http_server

SESSION = "session-0001"
PREPARED = "p-0123456789abcdef"
PUPIL = Member(2)


class House:
    """Takes every picture."""

    def __init__(self) -> None:
        self.brought: list[str] = []

    def answer(self, head: str, body: bytes) -> tuple[int, bytes]:
        assert head.startswith("POST")
        self.brought.append(picture_hash(body))
        return 201, json.dumps({"sha256": self.brought[-1]}).encode()


class Desk:
    def __init__(self, profile: Path, address: str) -> None:
        self.store = PictureStore(
            profile,
            lambda: PictureServer(address, "token"),
            PictureListeners(lambda _sha: None, lambda _session, _sha, _why: None),
        )
        self.lesson = LessonPictures(self.store)

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not what():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def desk_in(profile: Path, house: House) -> AsyncIterator[Desk]:
    async with http_server(house.answer) as address:
        desk = Desk(profile, address)
        desk.store.start()
        reading = spawn(desk.lesson.run(), name="reading")
        yield desk
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await desk.store.close()


async def made(desk: Desk, *files: bytes) -> list[str]:
    return [one.sha256 for data in files async for one in desk.store.add(data)]


def placed(*hashes: str, author: Member = TEACHER) -> list[Block]:
    lesson = FakeLesson()
    lesson.page(1)
    for sha256 in hashes:
        lesson.add(EntryKind.PICTURE_PLACED, PicturePlaced(sha256, 0, 0, 9, 9), 1, author)
    return [decode_block(data) for data in lesson.blocks()]


async def test_a_picture_is_brought_once_and_in_order_also_over_a_restart(tmp_path: Path) -> None:
    house = House()
    async with desk_in(tmp_path, house) as desk:
        first, second = await made(desk, photo(300, 200), photo(200, 300))
        for block in placed(first, second, first):
            desk.lesson.logged(SESSION, block)
        await desk.until(lambda: desk.store.files.has_brought(SESSION, second))
        assert house.brought == [first, second]
    async with desk_in(tmp_path, house) as desk:
        [third] = await made(desk, photo(100, 100))
        for block in placed(first, second, first, third):
            desk.lesson.logged(SESSION, block)
        await desk.until(lambda: desk.store.files.has_brought(SESSION, third))
        assert house.brought == [first, second, third]
        for block in placed(first):
            desk.lesson.logged("session-0002", block)  # each lesson has its own
        await desk.until(lambda: len(house.brought) == 4)


async def test_what_pupils_show_and_what_is_played_is_not_brought(tmp_path: Path) -> None:
    house = House()
    async with desk_in(tmp_path, house) as desk:
        theirs, played, mine = await made(desk, photo(30, 20), photo(40, 20), photo(50, 20))
        lesson = FakeLesson()
        lesson.add(EntryKind.CHAT_SAID, ChatSaid("", theirs), author=PUPIL)
        lesson.add(EntryKind.CHAT_SAID, ChatSaid("", mine), author=TEACHER)
        for block in placed(played):
            desk.lesson.played(SESSION, block)
        for data in lesson.blocks():
            desk.lesson.logged(SESSION, decode_block(data))
        await desk.until(lambda: desk.store.files.has_brought(SESSION, mine))
        assert house.brought == [mine]


async def test_a_prepared_lesson_keeps_its_pictures_and_their_pdf(tmp_path: Path) -> None:
    house = House()
    async with desk_in(tmp_path, house) as desk:
        page, other = await made(desk, one_page(b"1 1 9 9 re f"), photo(30, 20))
        for block in placed(page):
            desk.lesson.prepared(PREPARED, block)
        files = desk.store.files
        pins = tmp_path / "pictures" / "pinned" / PREPARED
        await desk.until(lambda: pins.is_dir() and len(list(pins.iterdir())) == 2)
        files.prune(0)
        assert files.has(page)
        assert not files.has(other)
        origin = files.origin(page)
        assert origin is not None
        assert files.document(origin.document) is not None
        files.unpin(PREPARED)
        files.prune(0)
        assert not files.has(page)
        assert house.brought == []


@pytest.mark.parametrize("name", ["", "../x", "a/b"])
def test_a_pin_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    files = PictureStore(
        tmp_path,
        lambda: None,
        PictureListeners(lambda _sha: None, lambda _session, _sha, _why: None),
    ).files
    with pytest.raises(ValueError, match="name"):
        files.pin(name, "0" * 64)
    with pytest.raises(ValueError, match="name"):
        files.unpin(name)
