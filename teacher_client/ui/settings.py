"""What the teacher chose for the window: language, theme, paper. Kept by Qt, or overridden."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from typing import Final, TypeVar

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

from signaling_server.protocol.commands import PageKind
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


class PageSize(enum.StrEnum):
    """Papers by name; their edges stand in ``ui/pages/paper.py``."""

    NOTEBOOK = "notebook"
    A4_PORTRAIT = "a4_portrait"
    A4_LANDSCAPE = "a4_landscape"
    WIDE = "wide"


LANGUAGE_VARIABLE: Final = "LAMPLIGHT_LANG"
THEME_VARIABLE: Final = "LAMPLIGHT_THEME"
PAPER_VARIABLE: Final = "LAMPLIGHT_PAPER"


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices in force.

    Attributes:
        paper: the board's, in the light interface.
        dark_paper: the board's in the dark interface; '' as in the light one.
        page_kind, page_size: what a new page is like.
        has_constant_width: lessons begin with a pen that always writes equally thick.
    """

    language: Language = Language.ZH
    theme: Theme = Theme.SYSTEM
    paper: str = DEFAULT_PAPER
    dark_paper: str = ""
    page_kind: PageKind = PageKind.DOTS
    page_size: PageSize = PageSize.NOTEBOOK
    has_constant_width: bool = False

    @property
    def board_paper(self) -> str:
        """The board's paper now."""
        return (self.is_dark and self.dark_paper) or self.paper

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
        dark_paper=str(kept.value("dark_paper") or ""),
        page_kind=_choice(PageKind, "", kept.value("page_kind"), PageKind.DOTS),
        page_size=_choice(PageSize, "", kept.value("page_size"), PageSize.NOTEBOOK),
        has_constant_width=str(kept.value("has_constant_width")).lower() == "true",
    )


def save_settings(settings: Settings) -> None:
    """Keep the choices for the next start."""
    kept = _kept()
    kept.setValue("language", settings.language.value)
    kept.setValue("theme", settings.theme.value)
    kept.setValue("paper", settings.paper)
    kept.setValue("dark_paper", settings.dark_paper)
    kept.setValue("page_kind", settings.page_kind.value)
    kept.setValue("page_size", settings.page_size.value)
    kept.setValue("has_constant_width", settings.has_constant_width)


def _kept() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lamplight", "window")


E = TypeVar("E", bound=enum.StrEnum)


def _choice(kind: type[E], variable: str, kept: object, default: E) -> E:
    for value in (os.environ.get(variable) if variable else None, kept):
        if isinstance(value, str) and value in set(kind):
            return kind(value)
    return default
