"""From a file to a picture: what the cage costs beside the same work without a cage.

    python -m tests.bench.cage_first_page

Prints seconds for the first page of a PDF of 300 pages with a warm and with a cold cage, and the
ratio of the warm one to PDFium and Pillow in this very process; the same for photos.
"""

from __future__ import annotations

import asyncio
import time

from PIL import Image

from signaling_server.media.cleaning import clean, kind_of, read_picture
from teacher_client.cage.documents import Document
from teacher_client.cage.parent import Cage
from tests.fakes.hostile_files import long_pdf, photo, saved

ROUNDS = 5


def bare_page(data: bytes) -> float:
    """Without a cage."""
    begun = time.perf_counter()
    clean(Document(data).render(0, 2560))
    return time.perf_counter() - begun


def bare_photo(data: bytes) -> float:
    """Without a cage."""
    begun = time.perf_counter()
    clean(read_picture(data, kind_of(data)))
    return time.perf_counter() - begun


async def caged_page(cage: Cage, data: bytes) -> float:
    """The file is new to the cage each time."""
    begun = time.perf_counter()
    await cage.render(bytes(bytearray(data)), 0)
    return time.perf_counter() - begun


async def caged_photo(cage: Cage, data: bytes) -> float:
    """A photo."""
    begun = time.perf_counter()
    await cage.reencode(data)
    return time.perf_counter() - begun


async def main() -> None:
    data = long_pdf(300)
    cold_cage = Cage()
    cold = await caged_page(cold_cage, data)
    warm = min([await caged_page(cold_cage, data) for _ in range(ROUNDS)])
    bare = min(bare_page(data) for _ in range(ROUNDS))
    print(f"first of 300 pages: cold {cold:.2f} s, warm {warm:.2f} s, {warm / bare:.2f} x bare")
    photos = {
        "12 megapixels": photo(4000, 3000),
        "108 megapixels": photo(12000, 9000),
        "12 megapixels of noise": saved(
            Image.effect_noise((4000, 3000), 60).convert("RGB"), "JPEG", quality=90
        ),
    }
    for name, picture in photos.items():
        warm = min([await caged_photo(cold_cage, picture) for _ in range(ROUNDS)])
        bare = min(bare_photo(picture) for _ in range(ROUNDS))
        print(f"photo of {name}: {warm:.2f} s, {warm / bare:.2f} x bare")
    await cold_cage.close()


if __name__ == "__main__":
    asyncio.run(main())
