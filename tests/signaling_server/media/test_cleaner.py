"""Uploads in, clean pictures out, through the real confined child."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.media.cleaner import NotCleanedError
from signaling_server.media.files import PictureFiles
from signaling_server.media.shelf import KeptPicture, PictureShelf
from signaling_server.protocol.pictures import (
    FULL_EDGE,
    JPEG,
    MAX_UPLOAD_BYTES,
    PNG,
    SMALL_EDGE,
    PictureSize,
    PictureTrouble,
    clean_shape,
    picture_hash,
)
from tests.fakes.hostile_files import hostile_pictures, photo, saved


@pytest.fixture
def shelf(tmp_path: Path) -> PictureShelf:
    return PictureShelf(tmp_path / "pictures")


async def bring(shelf: PictureShelf, data: bytes, media_type: str = JPEG) -> KeptPicture:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(data), 65_536):
            yield data[at : at + 65_536]

    return await shelf.receive(chunks(), media_type)


def stored(shelf: PictureShelf, kept: KeptPicture, size: PictureSize) -> bytes:
    return shelf.files.path(kept.sha256, size).read_bytes()


async def test_a_photo_loses_its_secrets_and_stands_upright(shelf: PictureShelf) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET CAMERA"  # to be turned; the maker
    sent = photo(3200, 1600, exif=exif, comment="SECRET PLACE")
    kept = await bring(shelf, sent)
    full, small = stored(shelf, kept, PictureSize.FULL), stored(shelf, kept, PictureSize.SMALL)
    assert b"SECRET" not in full + small
    assert (kept.shape.width, kept.shape.height) == (FULL_EDGE // 2, FULL_EDGE)
    assert picture_hash(full) == kept.sha256
    assert clean_shape(full) == kept.shape
    assert clean_shape(small, SMALL_EDGE) is not None
    with Image.open(io.BytesIO(full)) as shown:
        left, right = (shown.convert("RGB").getpixel((x, 1280)) for x in (10, 640))
        assert left != right


async def test_clean_bytes_keep_their_hash_and_are_kept_once(shelf: PictureShelf) -> None:
    first = await bring(shelf, photo(exif=Image.Exif().tobytes() + bytes(4)))
    clean = stored(shelf, first, PictureSize.FULL)
    shelf.files.path(first.sha256, PictureSize.FULL).unlink()  # it comes to a fresh server
    again = await bring(shelf, clean)
    assert again.sha256 == first.sha256 == picture_hash(clean)
    place = shelf.files.path(again.sha256, PictureSize.FULL)
    written = place.stat().st_ino
    assert await bring(shelf, clean) == again
    assert place.stat().st_ino == written


async def test_all_kinds_come_in_and_only_jpeg_and_png_lie_there(shelf: PictureShelf) -> None:
    page = Image.new("L", (300, 200), "white")
    page.paste(0, (20, 20, 90, 30))
    for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        kept = await bring(shelf, saved(page, name), f"image/{name.lower()}")
        assert kept.shape.media_type in (JPEG, PNG)
        assert (kept.shape.width, kept.shape.height) == (300, 200)


async def test_what_was_transparent_is_white(shelf: PictureShelf) -> None:
    kept = await bring(shelf, saved(Image.new("RGBA", (40, 40), (9, 9, 9, 0)), "PNG"), PNG)
    with Image.open(shelf.files.path(kept.sha256, PictureSize.FULL)) as shown:
        assert shown.convert("L").getextrema() == (255, 255)


async def test_noise_fits_its_bytes(shelf: PictureShelf) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((2560, 2560), 200) for _ in range(3)])
    kept = await bring(shelf, saved(noise, "JPEG", quality=90))
    assert clean_shape(stored(shelf, kept, PictureSize.FULL)) == kept.shape


@pytest.mark.parametrize("name", hostile_pictures())
async def test_A27_hostile_pictures_are_refused(
    shelf: PictureShelf, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling_server.media.cleaner.JOB_SECONDS", 3)
    media_type, data = hostile_pictures()[name]
    with pytest.raises(NotCleanedError) as refused:
        await bring(shelf, data, media_type)
    assert refused.value.trouble in (
        PictureTrouble.DAMAGED,
        PictureTrouble.TOO_LARGE,
        PictureTrouble.TOOK_TOO_LONG,
        PictureTrouble.TOO_MUCH_MEMORY,
    )
    assert (await bring(shelf, photo(20, 20))).shape.width == 20  # nobody else suffers


async def test_a_picture_under_a_wrong_name_is_refused(shelf: PictureShelf) -> None:
    with pytest.raises(NotCleanedError):
        await bring(shelf, photo(), PNG)


async def test_what_is_too_long_is_cut_and_leaves_nothing(
    shelf: PictureShelf, tmp_path: Path
) -> None:
    with pytest.raises(NotCleanedError) as refused:
        await bring(shelf, photo() + bytes(MAX_UPLOAD_BYTES))
    assert refused.value.trouble is PictureTrouble.TOO_LARGE
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


async def test_a_file_damaged_on_disk_is_made_whole_by_the_next_upload(
    shelf: PictureShelf,
) -> None:
    kept = await bring(shelf, photo())
    clean = stored(shelf, kept, PictureSize.FULL)
    shelf.files.path(kept.sha256, PictureSize.FULL).write_bytes(clean[:-9])
    assert await bring(shelf, clean) == kept
    assert stored(shelf, kept, PictureSize.FULL) == clean


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "a" * 63, "/" * 64])
def test_A18_only_hashes_make_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        PictureFiles(tmp_path / "pictures").path(name, PictureSize.FULL)
