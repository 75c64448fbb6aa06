"""Files that were made to hurt whoever opens them (THREATS A27); each a few kB or little more."""

from __future__ import annotations

import functools
import hashlib
import io
import struct
import zlib
from collections.abc import Iterable

from PIL import Image


def png(width: int, height: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A grey PNG of these packed rows, with further chunks behind the head."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def zeros(count: int) -> bytes:
    """Deflated zeros, made without holding them."""
    deflate = zlib.compressobj(9)
    block = bytes(1 << 20)
    out = [deflate.compress(block) for _ in range(count >> 20)]
    return b"".join([*out, deflate.compress(bytes(count & 0xFFFFF)), deflate.flush()])


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    """What Pillow writes."""
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def photo(width: int = 800, height: int = 600, **options: object) -> bytes:
    """A JPEG with something on it."""
    image = Image.radial_gradient("L").resize((width, height))
    return saved(
        Image.merge("RGB", [image, image, Image.new("L", image.size, 90)]), "JPEG", **options
    )


def many_scans() -> bytes:
    """A progressive JPEG of 48 megapixels whose last scan comes ten thousand times."""
    plain = saved(Image.new("L", (6900, 6900), 128), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * 10_000 + plain[-2:]


@functools.cache
def hostile_pictures() -> dict[str, tuple[str, bytes]]:
    """Name → media type and bytes of pictures that nobody should decode."""
    jpeg = photo()
    at = jpeg.index(b"\xff\xc0") + 5
    giant = jpeg[:at] + struct.pack(">HH", 65_500, 65_500) + jpeg[at + 4 :]
    whole = png(100, 100, zlib.compress(bytes(101 * 100)))
    text = b"Comment\0\0" + zeros(100 << 20)
    profile = b"icc\0\0" + zeros(100 << 20)
    gif = saved(Image.new("P", (8, 8)), "GIF")
    bmp = saved(Image.new("RGB", (8, 8)), "BMP")
    return {
        "png of 900 megapixels": ("image/png", png(30_000, 30_000, zeros(1 << 20))),
        "png of 4 thousand million pixels a side": (
            "image/png",
            png(2**31 - 1, 2**31 - 1, zlib.compress(b"")),
        ),
        "png cut off": ("image/png", whole[:-30]),
        "png with a damaged row": ("image/png", png(100, 100, b"nonsense")),
        "png without rows": ("image/png", png(100, 100, zlib.compress(b""))),
        "png text of 100 MB": ("image/png", png(9, 9, zlib.compress(b""), (b"zTXt", text))),
        "png profile of 100 MB": ("image/png", png(9, 9, zlib.compress(b""), (b"iCCP", profile))),
        "jpeg of 4 gigapixels": ("image/jpeg", giant),
        "jpeg cut off": ("image/jpeg", jpeg[: len(jpeg) // 2]),
        "jpeg head only": ("image/jpeg", jpeg[:20]),
        "jpeg of ten thousand scans": ("image/jpeg", many_scans()),
        "gif of 4 gigapixels": ("image/gif", gif[:6] + b"\xff\xff\xff\xff" + gif[10:]),
        "bmp of 2 thousand million": (
            "image/bmp",
            bmp[:18] + struct.pack("<ii", 2**31 - 1, 2**31 - 1) + bmp[26:],
        ),
        "webp of 268 megapixels": (
            "image/webp",
            b"RIFF\x2a\0\0\0WEBPVP8L\x1e\0\0\0\x2f\xff\xff\xff\x0f" + bytes(25),
        ),
        "a word": ("image/png", b"not a picture at all"),
        "svg": ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "nothing": ("image/jpeg", b""),
        "zip": ("image/jpeg", b"PK\x03\x04" + bytes(100)),
    }


# PDF


def pdf(objects: Iterable[bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(places) + 1, root, trailer)
    return bytes(out + size + b"startxref\n%d\n%%%%EOF\n" % begin)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(
    content: bytes, resources: bytes = b"", *others: bytes, box: str = "0 0 595 842"
) -> bytes:
    """A PDF of one page; `others` are objects from 5."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>"
            % (box.encode(), resources),
            stream(content),
            *others,
        ]
    )


def long_pdf(pages: int) -> bytes:
    """A PDF of so many different pages, with print and curves on each."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(pages):
        lines = b"".join(
            b"BT /F 11 Tf 60 %d Td (%d. Solve y = %dx^2 - %dx + 1 and draw it) Tj ET "
            % (780 - 18 * row, row + 1, number + 1, row)
            for row in range(40)
        )
        curve = b"1 w 60 60 m 200 %d 300 20 500 60 c S" % (number % 200)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % (5 + 2 * number),
            stream(lines + curve),
        ]
    return pdf(objects)


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password (RC4, 40 bit: ISO 32000-1, 7.6.3)."""
    owner, permissions, name = b"\x11" * 32, -4, b"0123456789abcdef"
    padded = b"secret" + bytes.fromhex(
        "28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A"
    )
    key = hashlib.md5(padded[:32] + owner + struct.pack("<i", permissions) + name).digest()[:5]
    filler = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    user = _rc4(key, filler)
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    identity = b"/Encrypt 3 0 R /ID [<%s> <%s>]" % (name.hex().encode(), name.hex().encode())
    tree = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", lock]
    return pdf(tree, trailer=identity)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _image(width: int, height: int, data: bytes, entries: bytes = b"") -> bytes:
    return stream(
        data,
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8"
        b" /ColorSpace /DeviceRGB %s" % (width, height, entries),
    )


_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
_DRAW = b"595 0 0 842 0 0 cm /X Do"


@functools.cache
def hostile_pdfs() -> dict[str, bytes]:
    """Name → PDF. Some can be shown, as an empty page; none may cost more than the limits."""
    laughs = [
        stream(b"/X Do " * 10, _FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % (6 + level))
        for level in range(12)
    ]
    tiling = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9]"
        b" /XStep 0.0001 /YStep 0.0001 /Resources << >>"
    )
    function = (
        b"/FunctionType 0 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] /Size [32767 32767]"
        b" /BitsPerSample 32"
    )
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Function 6 0 R /Domain [0 1 0 1] >>"
    x = b"/XObject << /X 5 0 R >>"
    whole = one_page(b"0 0 m 100 100 l S")
    return {
        "image of 3.7 GB": one_page(
            _DRAW, x, _image(35_000, 35_000, b"x", b"/Filter /FlateDecode")
        ),
        "inflated image of 430 MB": one_page(
            _DRAW, x, _image(12_000, 12_000, zeros(12_000 * 12_000 * 3), b"/Filter /FlateDecode")
        ),
        "image of 3.7 GB by run lengths": one_page(
            _DRAW, x, _image(35_000, 35_000, b"\x81\x00" * 99, b"/Filter /RunLengthDecode")
        ),
        "mask of 10 gigapixels": one_page(
            _DRAW,
            x,
            _image(2, 2, bytes(12), b"/SMask 6 0 R"),
            _image(100_000, 100_000, b"x").replace(b"DeviceRGB", b"DeviceGray"),
        ),
        "ten to the twelve forms": one_page(b"/X Do", x, *laughs, stream(b"0 0 9 9 re f", _FORM)),
        "form in itself": one_page(
            b"/X Do", x, stream(b"/X Do /X Do", _FORM + b"/Resources << /XObject << /X 5 0 R >> >>")
        ),
        "tiles without end": one_page(
            b"/Pattern cs /P scn 0 0 595 842 re f",
            b"/Pattern << /P 5 0 R >>",
            stream(b"0 0 9 9 re f", tiling),
        ),
        "function of 12 GB": one_page(
            b"/S sh", b"/Shading << /S 5 0 R >>", shading, stream(b"x", function)
        ),
        "page tree in itself": pdf(
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"]
        ),
        "page tree of pages that are not there": pdf(
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 400 >>"]
        ),
        "page of a thousand million points": one_page(b"0 0 9 9 re f", box="0 0 1e9 1e9"),
        "page without area": one_page(b"0 0 9 9 re f", box="0 0 0 0"),
        "page of nan": one_page(b"0 0 9 9 re f", box="0 0 nan 1e99"),
        "half a million opened states": one_page(b"q " * 500_000 + b"0 0 9 9 re f"),
        "brackets half a million deep": one_page(b"[" * 500_000),
        "dictionaries deep in the catalogue": pdf(
            [b"<< /Type /Catalog /Pages 2 0 R /X " + b"<< /X " * 100_000 + b">> " * 100_001]
        ),
        "cut off": whole[: len(whole) // 2],
        "no end": whole.replace(b"%%EOF", b"").replace(b"xref", b"xxxx"),
        "head only": b"%PDF-1.7\n",
        "too many pages": pdf(
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 100000000 >>"]
        ),
        "asks for a password": encrypted_pdf(),
    }
