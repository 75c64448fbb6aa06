"""Any picture into a clean one (protocol/pictures.py), in two resolutions. Confined child only.

Read: JPEG, PNG, WebP, GIF (first frame), BMP. HEIC and AVIF are named and refused: Pillow has no
HEIC, and both decoders are young. Written: JPEG; PNG where a grey page gets smaller by it, as
print and handwriting do. Whatever was transparent becomes white paper.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import (
    Image,
    ImageChops,
    MpoImagePlugin,  # imported here what Pillow would import later, when no file can be opened
    TiffImagePlugin,
    WebPImagePlugin,
)

from signaling_server.protocol.pictures import (
    FULL_EDGE,
    JPEG,
    MAX_CLEAN_BYTES,
    SMALL_EDGE,
    PictureTrouble,
)

MAX_PIXELS: Final = 32_000_000
"""Decoded and flattened it takes three times 4 bytes a pixel, which stays below 400 MB."""
MAX_JPEG_PIXELS: Final = 125_000_000
"""Cameras of 108 megapixels exist; a JPEG is decoded at a fraction of its size."""
MAX_PROGRESSIVE_PIXELS: Final = 50_000_000
"""Of these the decoder holds all coefficients, up to 6 bytes a pixel, whatever the fraction."""
QUALITIES: Final = (85, 70, 50, 30)  # the next one where a picture does not fit its bytes

PDF: Final = "application/pdf"
FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
}
_IMPORTED: Final = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
_ORIENTATION: Final = 0x0112  # Exif 2.3, table 4
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


Image.preinit()


class TroubleError(Exception):
    """The file is not taken.

    Attributes:
        trouble: why.
    """

    def __init__(self, trouble: PictureTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean picture in both resolutions; width and height of the full one, in pixels."""

    full: bytes
    small: bytes
    width: int
    height: int


def kind_of(data: bytes) -> str:
    """Media type by content.

    Raises:
        TroubleError: it is nothing that can be shown.
    """
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if data[:2] == b"BM":
        return "image/bmp"
    if b"%PDF-" in data[:1024]:  # readers allow that much before it (ISO 32000, annex H)
        return PDF
    is_known = data[4:8] == b"ftyp" or data[:4] in (b"II*\0", b"MM\0*")
    raise TroubleError(PictureTrouble.UNSUPPORTED if is_known else PictureTrouble.NOT_A_PICTURE)


def read_picture(data: bytes, media_type: str, edge: int = FULL_EDGE) -> Image.Image:
    """Decode, shrink to `edge`, turn upright, lay on white: mode L or RGB.

    Raises:
        TroubleError: too large, damaged, or not of this type.
    """
    try:
        image: Image.Image = open_picture(data, media_type)
        image.draft("RGB", (edge, edge))
        image.load()
        turn = _turn_of(image)
        if image.mode in ("P", "PA", "1"):  # palettes cannot be shrunk
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image = _flatten(image)
        return image if turn is None else image.transpose(turn)
    except (TroubleError, MemoryError):
        raise
    except Exception as exc:  # decoders raise a dozen kinds, and all mean the same
        raise TroubleError(PictureTrouble.DAMAGED) from exc


def open_picture(data: bytes, media_type: str) -> Image.Image:
    """Read a picture's head; its pixels are not decoded yet.

    Raises:
        TroubleError: too large, damaged, or not of this type.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limits depend on the kind
    try:
        image = Image.open(io.BytesIO(data), formats=[FORMATS[media_type]])
    except Exception as exc:  # decoders raise a dozen kinds, and all mean the same
        raise TroubleError(PictureTrouble.DAMAGED) from exc
    if image.width * image.height > _most_pixels(image, media_type):
        raise TroubleError(PictureTrouble.TOO_LARGE)
    return image


def _most_pixels(image: Image.Image, media_type: str) -> int:
    if media_type != JPEG:
        return MAX_PIXELS
    return MAX_PROGRESSIVE_PIXELS if "progressive" in image.info else MAX_JPEG_PIXELS


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a damaged note about a picture is not a damaged picture
        return None


def _flatten(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    if image.mode.startswith("I"):  # 16 bit of grey
        image = image.convert("I").point(lambda value: value * (1 / 256))
        return image.convert("L")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def clean(image: Image.Image) -> Cleaned:
    """Both resolutions of a picture in mode L or RGB, at most :data:`FULL_EDGE` long."""
    if image.mode == "RGB" and _is_grey(image):
        image = image.getchannel("G")
    small = image.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE), Image.Resampling.LANCZOS)
    return Cleaned(encode(image), encode(small), image.width, image.height)


def encode(image: Image.Image) -> bytes:
    """The clean bytes of a picture; the same ones each time with the same libraries."""
    image.info = {}  # both writers would take comments and profiles over from there
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
        if out.tell() <= MAX_CLEAN_BYTES:
            break
    if image.mode == "L":
        lossless = io.BytesIO()
        image.save(lossless, "PNG", compress_level=6)
        if lossless.tell() < out.tell():
            return lossless.getvalue()
    return out.getvalue()


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(difference.getbbox() is None for difference in differences)
