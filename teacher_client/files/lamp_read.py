"""Read a lesson file strictly: what does not fit is refused with its reason. No Qt."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block, split_blocks
from signaling_server.protocol.pictures import PictureSize, clean_shape
from signaling_server.protocol.schema import InvalidError, decode, loads
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import FileError, FileTrouble, trouble_of
from teacher_client.files.lamp import (
    DOCUMENT,
    LOG_PART,
    MANIFEST_PART,
    MAX_BYTES,
    MAX_DOCUMENT,
    MAX_LOG,
    MAX_MANIFEST,
    MAX_PARTS,
    MAX_RATIO,
    MIMETYPE,
    MIMETYPE_PART,
    PICTURE,
    SAFE,
    VERSION,
    VOICE,
    Manifest,
    PartNamed,
)
from teacher_client.picture_files import Origin, PictureFiles
from teacher_client.recording.journal import JOURNAL_NAME

_PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson file whose every named part was found whole.

    Attributes:
        path: where it lies; pictures and voices are read from there when they are wanted.
        manifest: what it says of itself.
        blocks: the log, raw, in order, chained.
        has_sealed: private pages were sealed when it was written: readers get blanks there.
    """

    path: Path
    manifest: Manifest
    blocks: tuple[bytes, ...]
    has_sealed: bool

    def unpack(self, folder: Path, pictures: PictureFiles | None) -> None:
        """Lay the lesson out: the journal and voices in `folder`, pictures in the profile.

        Raises:
            FileError: the disk is full or refused, or the file changed since it was read.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise FileError(trouble_of(exc), str(exc.strerror)) from exc
        with atomic(folder / JOURNAL_NAME) as file:
            for block in self.blocks:
                file.write(block)
        with _opened(self.path) as archive:
            for part in self.manifest.parts:
                if voice := VOICE.fullmatch(part.name):
                    with atomic(folder / voice.group(1)) as file:
                        for piece in _checked(archive, part.name, part.sha256):
                            file.write(piece)
                elif pictures is not None:
                    self._unpack_picture(archive, part, pictures)
        if pictures is not None:
            for one in self.manifest.origins:
                origin = Origin(one.document, one.page, one.width_mm, one.height_mm)
                pictures.put_origin(one.picture, origin)

    def _unpack_picture(
        self, archive: zipfile.ZipFile, part: PartNamed, pictures: PictureFiles
    ) -> None:
        found = PICTURE.fullmatch(part.name)
        if found is None and DOCUMENT.fullmatch(part.name) is None:
            return
        data = b"".join(_checked(archive, part.name, part.sha256))
        try:
            if found is not None:
                pictures.put(found.group(1), PictureSize.FULL, data)
            else:
                pictures.keep_document(data)
        except OSError as exc:
            raise FileError(trouble_of(exc), str(exc.strerror)) from exc


def read_lesson_file(path: Path) -> LessonFile:
    """Read and check a whole lesson file; blocking, needs no more memory than its log.

    Raises:
        FileError: not a lesson file, newer than this program, damaged, or hostile.
    """
    with _opened(path) as archive:
        infos = _checked_names(archive, path.stat().st_size)
        manifest = _manifest(archive, infos)
        named = [part.name for part in manifest.parts]
        if len(set(named)) != len(named) or not {LOG_PART, *named} <= set(infos):
            raise FileError(FileTrouble.DAMAGED, "parts are missing")
        log = b""
        for part in manifest.parts:
            data = _checked_part(archive, part, infos[part.name].file_size)
            log = data if part.name == LOG_PART else log
    blocks = _chained(log)
    has_sealed = any(s.data is None for _raw, block in blocks for s in block.sections)
    return LessonFile(path, manifest, tuple(raw for raw, _block in blocks), has_sealed)


def _checked_part(archive: zipfile.ZipFile, part: PartNamed, size: int) -> bytes:
    """Read a part to its end; the bytes of the log, else nothing."""
    picture, document = PICTURE.fullmatch(part.name), DOCUMENT.fullmatch(part.name)
    named = picture or document
    if size > (MAX_LOG if part.name == LOG_PART else MAX_DOCUMENT if named else MAX_BYTES):
        raise FileError(FileTrouble.TOO_LARGE, part.name)
    if named and part.sha256 != named.group(1):
        raise FileError(FileTrouble.WRONG_HASH, part.name)
    pieces = _checked(archive, part.name, part.sha256)
    if part.name == LOG_PART:
        return b"".join(pieces)
    if picture and clean_shape(b"".join(pieces)) is None:
        raise FileError(FileTrouble.DAMAGED, part.name)
    for _piece in pieces:
        pass
    return b""


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as exc:
        raise FileError(FileTrouble.NOT_THIS_KIND) from exc
    except OSError as exc:
        raise FileError(trouble_of(exc), str(exc.strerror)) from exc


def _checked_names(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if not infos or infos[0].filename != MIMETYPE_PART or infos[0].header_offset != 0:
        raise FileError(FileTrouble.NOT_THIS_KIND)
    if infos[0].file_size != len(MIMETYPE) or infos[0].compress_type != zipfile.ZIP_STORED:
        raise FileError(FileTrouble.NOT_THIS_KIND)
    if b"".join(_read(archive, MIMETYPE_PART)) != MIMETYPE.encode():
        raise FileError(FileTrouble.NOT_THIS_KIND)
    if len(infos) > MAX_PARTS:
        raise FileError(FileTrouble.TOO_MANY)
    names = [info.filename for info in infos]
    if len({name.casefold() for name in names}) != len(names):
        raise FileError(FileTrouble.BAD_NAMES, "a part is there twice")
    for name in names:
        if not SAFE.fullmatch(name) or ".." in name:
            raise FileError(FileTrouble.BAD_NAMES, "a name that leads elsewhere")
    packed, unpacked = (sum(row) for row in zip(*map(_sizes, infos), strict=True))
    if packed > size:  # parts that lie on one another: a bomb
        raise FileError(FileTrouble.DAMAGED)
    if unpacked > MAX_BYTES or unpacked > (size + 1_000_000) * MAX_RATIO:
        raise FileError(FileTrouble.TOO_LARGE)
    return {info.filename: info for info in infos}


def _sizes(info: zipfile.ZipInfo) -> tuple[int, int]:
    return info.compress_size, info.file_size


def _manifest(archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> Manifest:
    if MANIFEST_PART not in infos:
        raise FileError(FileTrouble.DAMAGED, "no manifest")
    if infos[MANIFEST_PART].file_size > MAX_MANIFEST:
        raise FileError(FileTrouble.TOO_LARGE)
    try:
        said = loads(b"".join(_read(archive, MANIFEST_PART)), MAX_MANIFEST)
        version = said.get("version")
        if isinstance(version, int) and version > VERSION:
            raise FileError(FileTrouble.TOO_NEW)
        return decode(Manifest, said)
    except InvalidError as exc:
        raise FileError(FileTrouble.DAMAGED, "the manifest") from exc


def _checked(archive: zipfile.ZipFile, name: str, sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in _read(archive, name):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise FileError(FileTrouble.WRONG_HASH, name)


def _read(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces; never more than the archive says that it holds."""
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as exc:
        raise FileError(FileTrouble.DAMAGED, name) from exc
    except (OSError, KeyError, NotImplementedError) as exc:
        raise FileError(FileTrouble.DAMAGED, name) from exc


def _chained(log: bytes) -> list[tuple[bytes, Block]]:
    raw, length = split_blocks(log)
    if length != len(log) or not raw:
        raise FileError(FileTrouble.DAMAGED, "the log")
    blocks: list[tuple[bytes, Block]] = []
    previous, first = NO_HASH, 1
    try:
        for piece in raw:
            block = decode_block(piece)
            if block.previous != previous or block.first != first:
                raise FileError(FileTrouble.DAMAGED, "the log's chain")
            blocks.append((piece, block))
            previous, first = block.hash, block.last + 1
    except InvalidError as exc:
        raise FileError(FileTrouble.DAMAGED, "the log") from exc
    return blocks
