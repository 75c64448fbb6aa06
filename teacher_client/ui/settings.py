"""What the teacher chose for the window: language, theme, paper. Kept by Qt, or overridden."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from typing import Final, TypeVar

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

from teacher_client.drawing.colors import DEFAULT_PAPER


class Language(enum.StrEnum):
    """The languages whose texts are complete."""

    ZH = "zh"
    EN = "en"


class Theme(enum.StrEnum):
    """Light, dark, or what the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


LANGUAGE_VARIABLE: Final = "LAMPLIGHT_LANG"
THEME_VARIABLE: Final = "LAMPLIGHT_THEME"
PAPER_VARIABLE: Final = "LAMPLIGHT_PAPER"


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices in force."""

    language: Language = Language.ZH
    theme: Theme = Theme.SYSTEM
    paper: str = DEFAULT_PAPER

    @property
    def is_dark(self) -> bool:
        """Whether the dark theme is to be shown now."""
        if self.theme is Theme.SYSTEM:
            return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self.theme is Theme.DARK


def load_settings() -> Settings:
    """Read the choices; the environment goes before what was kept, nonsense is the default."""
    kept = _kept()
    return Settings(
        language=_choice(Language, LANGUAGE_VARIABLE, kept.value("language"), Language.ZH),
        theme=_choice(Theme, THEME_VARIABLE, kept.value("theme"), Theme.SYSTEM),
        paper=os.environ.get(PAPER_VARIABLE) or str(kept.value("paper") or DEFAULT_PAPER),
    )


def save_settings(settings: Settings) -> None:
    """Keep the choices for the next start."""
    kept = _kept()
    kept.setValue("language", settings.language.value)
    kept.setValue("theme", settings.theme.value)
    kept.setValue("paper", settings.paper)


def _kept() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lamplight", "window")


E = TypeVar("E", bound=enum.StrEnum)


def _choice(kind: type[E], variable: str, kept: object, default: E) -> E:
    for value in (os.environ.get(variable), kept):
        if isinstance(value, str) and value in set(kind):
            return kind(value)
    return default
