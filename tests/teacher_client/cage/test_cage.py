"""The real cage: what it makes of files, and what strangers' files cannot do to it (A27)."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.protocol.pictures import (
    FULL_EDGE,
    SMALL_EDGE,
    PictureTrouble,
    clean_shape,
    picture_hash,
)
from teacher_client.cage.jobs import MAX_FILE_BYTES, MAX_PAGES, Area
from teacher_client.cage.parent import Cage
from teacher_client.errors import PictureError
from teacher_client.starter import is_alive
from tests.fakes.hostile_files import (
    encrypted_pdf,
    hostile_pdfs,
    hostile_pictures,
    long_pdf,
    one_page,
    photo,
    saved,
)

WHOLE_BYTES = 400 * 1024 * 1024
A4 = (595, 842)
POINT = 25.4 / 72


def worksheets() -> Path:
    beside = Path(__file__).parents[4] / "shared" / "data"
    return Path(os.environ.get("INK_DIR", beside / "ink")).parent / "worksheets"


@pytest.fixture
async def cage() -> AsyncIterator[Cage]:
    cage = Cage()
    cage.start()
    yield cage
    await cage.close()


async def refused(cage: Cage, data: bytes) -> PictureTrouble:
    with pytest.raises(PictureError) as caught:
        await cage.render(data, 0)
    return caught.value.trouble


async def test_a_file_is_known_by_its_content(cage: Cage) -> None:
    probed = await cage.probe(photo(80, 60))
    assert (probed.media_type, probed.width_px, probed.height_px) == ("image/jpeg", 80, 60)
    probed = await cage.probe(one_page(b""))
    assert probed.media_type == "application/pdf"
    assert (probed.widths_mm[0], probed.heights_mm[0]) == pytest.approx(
        (A4[0] * POINT, A4[1] * POINT)
    )
    for data, trouble in (
        (b"", PictureTrouble.NOT_A_PICTURE),
        (b"MZ" + bytes(99), PictureTrouble.NOT_A_PICTURE),
        (b"\0\0\0\x18ftypheic" + bytes(99), PictureTrouble.UNSUPPORTED),
        (bytes(MAX_FILE_BYTES + 1), PictureTrouble.TOO_LARGE),
    ):
        with pytest.raises(PictureError) as caught:
            await cage.probe(data)
        assert caught.value.trouble is trouble


async def test_a_page_is_drawn_at_its_width_with_its_hash(cage: Cage) -> None:
    made = await cage.render(one_page(b"1 0 0 rg 0 0 297.5 842 re f"), 0, 600)
    assert (made.width_px, made.height_px) == (600, 849)
    assert made.sha256 == picture_hash(made.full)
    assert clean_shape(made.small, SMALL_EDGE) is not None
    with Image.open(io.BytesIO(made.full)) as page:
        left, right = (page.getpixel((x, 400)) for x in (150, 450))
    assert isinstance(left, tuple)
    assert left[0] > 200 > 60 > left[1]
    assert right == (255, 255, 255)


async def test_no_edge_is_longer_than_a_stored_picture_s(cage: Cage) -> None:
    made = await cage.render(one_page(b"", box="0 0 100 5000"), 0, FULL_EDGE)
    assert (made.width_px, made.height_px) == (51, FULL_EDGE)


async def test_an_area_is_drawn_sharply(cage: Cage) -> None:
    # a black square of 10 points; its upper left corner 100 points from the page's
    data = one_page(b"100 732 10 10 re f")
    area = Area(95 * POINT, 95 * POINT, 20 * POINT, 20 * POINT)
    made = await cage.render(data, 0, 800, area)
    with Image.open(io.BytesIO(made.full)) as part:
        grey = part.convert("L")
        assert part.size == (800, 800)
        assert [grey.getpixel((x, x)) for x in (190, 210, 590, 610)] == [255, 0, 0, 255]


async def test_pages_turned_by_the_file_stand_upright(cage: Cage) -> None:
    turned = one_page(b"").replace(b"/Type /Page ", b"/Type /Page /Rotate 90 ")
    made = await cage.render(turned, 0, 800)
    assert made.width_px > made.height_px


async def test_a_photo_becomes_clean_and_upright(cage: Cage) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET"
    made = await cage.reencode(photo(3000, 1500, exif=exif))
    assert (made.width_px, made.height_px) == (FULL_EDGE // 2, FULL_EDGE)
    assert b"SECRET" not in made.full + made.small
    again = await cage.reencode(photo(3000, 1500, exif=exif))
    assert again.sha256 == made.sha256


async def test_thumbnails_of_everything(cage: Cage) -> None:
    for data in (photo(), saved(Image.new("LA", (90, 300)), "PNG"), one_page(b"0 0 9 9 re f")):
        made = await cage.thumbnail(data, 120)
        assert max(made.width_px, made.height_px) <= 120


async def test_the_first_page_of_three_hundred_comes_alone(cage: Cage) -> None:
    data = long_pdf(300)
    assert len((await cage.probe(data)).widths_mm) == 300
    first = await cage.render(data, 0)
    last = await cage.render(data, 299)
    assert first.sha256 != last.sha256
    other = one_page(b"0 0 m 9 9 l S")
    await cage.render(other, 0)  # one PDF is open at a time; the parent brings it again
    assert (await cage.render(data, 0)).sha256 == first.sha256


async def test_refusals_have_their_reason(cage: Cage) -> None:
    assert await refused(cage, encrypted_pdf()) is PictureTrouble.ENCRYPTED
    assert await refused(cage, long_pdf(MAX_PAGES + 1)) is PictureTrouble.TOO_MANY_PAGES
    assert await refused(cage, b"%PDF-1.4 and no more") is PictureTrouble.DAMAGED
    assert await refused(cage, photo()) is PictureTrouble.DAMAGED  # no PDF
    with pytest.raises(PictureError):
        await cage.render(one_page(b""), 1)  # a page it has not


@contextlib.contextmanager
def peak_of(cage: Cage) -> Iterator[list[int]]:
    """Collects what memory (bytes) the cage's processes ever took while this is open."""
    seen = [0]

    async def look() -> None:
        while True:
            with contextlib.suppress(OSError, IndexError):  # just ended
                status = Path(f"/proc/{cage.pid}/status").read_text()
                seen[0] = max(seen[0], int(status.split("VmHWM:")[1].split()[0]) * 1024)
            await asyncio.sleep(0.002)

    looking = asyncio.get_running_loop().create_task(look())
    yield seen
    looking.cancel()


HOSTILE = {name: data for name, (_kind, data) in hostile_pictures().items()} | hostile_pdfs()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", HOSTILE)
async def test_A27_hostile_files_cost_no_more_than_the_limits(
    cage: Cage, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teacher_client.cage.parent.JOB_SECONDS", 3)
    data = HOSTILE[name]
    with peak_of(cage) as peak:
        try:
            made = await (cage.render(data, 0) if name in hostile_pdfs() else cage.reencode(data))
            assert name in hostile_pdfs()  # some are shown as an empty page
            assert clean_shape(made.full) is not None
        except PictureError:
            pass  # most are refused
    assert 0 < peak[0] < WHOLE_BYTES
    assert (await cage.reencode(photo(20, 20))).width_px == 20  # the next file finds it well


async def test_a_cage_killed_at_work_is_replaced(cage: Cage) -> None:
    await cage.reencode(photo(20, 20))
    pid = cage.pid
    assert pid is not None
    working = asyncio.get_running_loop().create_task(
        cage.render(hostile_pdfs()["tiles without end"], 0)
    )
    await asyncio.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(PictureError) as caught:
        await working
    assert caught.value.trouble is PictureTrouble.TOO_MUCH_MEMORY  # the system ends such ones so
    assert (await cage.reencode(photo(20, 20))).width_px == 20
    assert cage.pid != pid


async def test_a_cage_killed_idle_costs_no_file(cage: Cage) -> None:
    data = one_page(b"0 0 9 9 re f")
    made = await cage.render(data, 0)
    pid = cage.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while is_alive(pid):
            await asyncio.sleep(0.01)
    assert (await cage.render(data, 0)).sha256 == made.sha256


async def test_a_closed_cage_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cage = Cage()
    await cage.reencode(photo(20, 20))
    assert len(list(tmp_path.iterdir())) == 1
    pid = cage.pid
    assert pid is not None
    await cage.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(not worksheets().is_dir(), reason="the real worksheets are not here")
async def test_real_worksheets_are_shown(cage: Cage) -> None:
    for path in worksheets().glob("*.pdf"):
        data = path.read_bytes()
        for page in range(min(3, len((await cage.probe(data)).widths_mm))):
            made = await cage.render(data, page)
            assert max(made.width_px, made.height_px) == FULL_EDGE
            with Image.open(io.BytesIO(made.full)) as shown:
                grey = shown.convert("L").histogram()
            assert sum(grey[:100]) > 500  # there is ink
            assert grey[255] > sum(grey) // 2  # on white
