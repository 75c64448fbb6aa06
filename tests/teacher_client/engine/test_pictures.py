"""The engine's pictures: placed at once, sent later, fetched, drawn sharper."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.protocol.pictures import PictureSize, PictureTrouble, clean_shape
from teacher_client.engine.pictures import PictureListeners, PictureStore
from teacher_client.errors import PictureError
from teacher_client.service.pictures import PictureServer
from tests.fakes.hostile_files import long_pdf, one_page, photo
from tests.signaling_server.kit import begin, serving

FULL, SMALL = PictureSize.FULL, PictureSize.SMALL


class Desk:
    """A store with whoever listens to it."""

    def __init__(self, profile: Path) -> None:
        self.server: PictureServer | None = None
        self.came: asyncio.Queue[str] = asyncio.Queue()
        self.refused: list[str] = []
        self.store = PictureStore(
            profile,
            lambda: self.server,
            PictureListeners(self.came.put_nowait, lambda _s, _h, why: self.refused.append(why)),
        )


@contextlib.asynccontextmanager
async def desk_in(profile: Path) -> AsyncIterator[Desk]:
    desk = Desk(profile)
    desk.store.start()
    yield desk
    await desk.store.close()


async def test_a_picture_is_here_at_once_and_at_the_server_later(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    async with desk_in(profile) as desk:  # nobody is signed in
        [made] = [picture async for picture in desk.store.add(photo(900, 600))]
        assert (made.width_px, made.height_px, made.pages) == (900, 600, 1)
        assert made.width_mm == pytest.approx(152.4)
        assert clean_shape(await desk.store.get(made.sha256, FULL) or b"") is not None
        assert clean_shape(await desk.store.get(made.sha256, SMALL) or b"", 640) is not None
    async with (
        serving(tmp_path / "server") as (house, _services),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
        desk_in(profile) as desk,  # started anew
        desk_in(tmp_path / "another computer") as other,
    ):
        session = await begin(teacher, pupil)
        desk.store.send(session, made.sha256)
        token = await house.sign_in("teacher")
        desk.server = other.server = PictureServer(house.url, token)
        desk.store.line_is_back()
        other.store.fetch(session, made.sha256, FULL)
        other.store.fetch(session, made.sha256, FULL)  # asked twice, fetched once
        assert await asyncio.wait_for(other.came.get(), 30) == made.sha256
        mine = await desk.store.get(made.sha256, FULL)
        assert await other.store.get(made.sha256, FULL) == mine
        assert other.came.empty()
        async with asyncio.timeout(20):
            while desk.store.files.waiting():
                await asyncio.sleep(0.01)
        assert desk.refused == []


async def test_pages_come_one_by_one_from_the_first(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(long_pdf(20))
    async with desk_in(tmp_path / "profile") as desk:
        pages = desk.store.add(path)
        first = await anext(pages)
        assert (first.page, first.pages) == (0, 20)
        assert first.width_mm == pytest.approx(595 * 25.4 / 72)
        assert len(list((tmp_path / "profile").rglob("*.full"))) == 1  # the others are not drawn
        second = await anext(pages)
        assert second.sha256 != first.sha256
        await pages.aclose()  # type: ignore[attr-defined]


async def test_a_page_is_drawn_sharper_from_its_file(tmp_path: Path) -> None:
    data = one_page(b"100 732 10 10 re f")  # its corner is 100 points from the upper left
    async with desk_in(tmp_path) as desk:
        [page] = [picture async for picture in desk.store.add(data)]
        [flat] = [picture async for picture in desk.store.add(photo())]
    async with desk_in(tmp_path) as desk:
        area = (95 / 595, 95 / 842, 20 / 595, 20 / 842)
        part = await desk.store.sharper(page.sha256, 16_384, area)
        assert part is not None
        with Image.open(io.BytesIO(part)) as shown:
            wide = shown.width
            grey = shown.convert("L")
            assert wide == pytest.approx(16_384 * 20 / 595, abs=1)
            at = [round(wide * f) for f in (0.23, 0.27, 0.73, 0.77)]
            assert [grey.getpixel((x, x)) for x in at] == [255, 0, 0, 255]
        assert await desk.store.sharper(flat.sha256, 16_384, area) is None


async def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"MZ" + bytes(100))
    async with desk_in(tmp_path / "profile") as desk:
        with pytest.raises(PictureError) as caught:
            await anext(desk.store.add(path))
        assert caught.value.trouble is PictureTrouble.NOT_A_PICTURE
        with pytest.raises(OSError, match="nowhere"):
            await anext(desk.store.add(tmp_path / "nowhere"))
