"""The files that came in last; kept by Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

MOST: Final = 8


def recent_files() -> list[str]:
    """Newest first; those that are gone are left out."""
    kept = _kept().value("recent")
    paths = [kept] if isinstance(kept, str) else list(kept or [])  # Qt unpacks a list of one
    return [path for path in paths if isinstance(path, str) and path and Path(path).exists()]


def remember(*paths: str) -> None:
    """Put these in front."""
    newest = list(dict.fromkeys([*paths, *recent_files()]))
    _kept().setValue("recent", newest[:MOST])


def _kept() -> QSettings:
    kept = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lamplight", "window")
    kept.beginGroup("files")
    return kept
