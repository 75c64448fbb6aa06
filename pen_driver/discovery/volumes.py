"""Disks that are plugged in, as each system tells them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_MAC_VOLUMES = Path("/Volumes")
# A pen's disk is formatted as every system can read it.
_FORMATS = frozenset(("vfat", "exfat", "msdos"))
_SYSTEM = ("/boot", "/efi")
_OCTAL = re.compile(r"\\([0-7]{3})")
_REMOVABLE = 2  # of Windows' GetDriveType


@dataclass(frozen=True, slots=True)
class Volume:
    """Where a disk is mounted; `label`: its name, "" where unknown."""

    root: Path
    label: str = ""


def mounted() -> list[Volume]:
    """Return the disks that a pen's may be among; empty where the system does not tell."""
    try:
        if sys.platform == "win32":
            return _from_drives()
        if sys.platform == "darwin":
            return list(from_folder(_MAC_VOLUMES))
        return list(from_mounts(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")))
    except OSError:
        return []


def from_mounts(text: str) -> Iterator[Volume]:
    """Yield the volumes in Linux's table of mounts, where blanks are written in octal."""
    for line in text.splitlines():
        match line.split():
            case [_, place, kind, *_] if kind in _FORMATS and not place.startswith(_SYSTEM):
                root = Path(_OCTAL.sub(lambda code: chr(int(code.group(1), 8)), place))
                yield Volume(root, root.name)


def from_folder(volumes: Path) -> Iterator[Volume]:
    """Yield the volumes in macOS's folder of them; the system's own is there as a link."""
    for root in sorted(volumes.iterdir()):
        if not root.is_symlink():
            yield Volume(root, root.name)


def _from_drives() -> list[Volume]:
    found: list[Volume] = []
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        drives = kernel.GetLogicalDrives()
        for at in range(26):
            root = f"{chr(ord('A') + at)}:\\"
            if drives >> at & 1 and kernel.GetDriveTypeW(root) == _REMOVABLE:
                label = ctypes.create_unicode_buffer(261)
                kernel.GetVolumeInformationW(root, label, len(label), None, None, None, None, 0)
                found.append(Volume(Path(root), label.value))
    return found
