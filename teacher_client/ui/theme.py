"""Tokens to Qt: palette, style sheet, fonts. Fusion style on every system (UX §2)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from teacher_client.drawing.tokens import Tokens, assets_dir, load_tokens

_NAME = re.compile(r"@([a-z0-9.]+[a-z0-9])")


class Theme:
    """Colours and sizes in force, for what is painted by hand."""

    def __init__(self, *, is_dark: bool) -> None:
        self.is_dark = is_dark
        self._tokens = load_tokens()
        self._colors = self._tokens.colors(is_dark)

    def color(self, name: str) -> QColor:
        """A colour by its token's name."""
        return to_color(self._colors[name])

    def size(self, name: str) -> int:
        """A length in logical pixels by its token's name."""
        return self._tokens.sizes[name]

    def palette(self) -> QPalette:
        """The palette from the token file's Qt roles."""
        palette = QPalette()
        for role, name in self._tokens.palette.items():
            group, _, last = role.rpartition(".")
            color_role = QPalette.ColorRole[last]
            if group:
                palette.setColor(QPalette.ColorGroup[group], color_role, self.color(name))
            else:
                palette.setColor(color_role, self.color(name))
        return palette

    def style_sheet(self) -> str:
        """The one template with token names replaced by values."""
        template = (Path(__file__).parent / "window.qss").read_text(encoding="utf-8")
        return _NAME.sub(lambda match: self._value(match[1]), template)

    def _value(self, name: str) -> str:
        if name in self._colors:
            return self.color(name).name()
        if name in self._tokens.sizes:
            return f"{self._tokens.sizes[name]}px"
        raise KeyError(f"window.qss names @{name}, which is no token")


class _Chosen:
    theme: Theme | None = None


def theme() -> Theme:
    """The theme in force; light before any was applied."""
    if _Chosen.theme is None:
        _Chosen.theme = Theme(is_dark=False)
    return _Chosen.theme


def apply_theme(application: QApplication, *, is_dark: bool) -> None:
    """Dress the application; widgets that paint themselves are to be built after."""
    _Chosen.theme = chosen = Theme(is_dark=is_dark)
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setFont(ui_font())
    application.setPalette(chosen.palette())
    application.setStyleSheet(chosen.style_sheet())


def ui_font(size: str = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A font of the desktop's type scale."""
    tokens = load_tokens()
    font = QFont()
    font.setFamilies(_families(tokens))
    font.setPixelSize(tokens.sizes[f"type.{size}"])
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)  # clocks do not shiver
    return font


def to_color(css: str) -> QColor:
    """``#RRGGBB`` or ``#RRGGBBAA`` (CSS order) to a colour."""
    if len(css) == 9:
        return QColor(f"#{css[7:]}{css[1:7]}")
    return QColor(css)


@cache
def _shipped_fonts() -> tuple[str, ...]:
    """Load the program's own fonts once; without them the system's are used."""
    families: list[str] = []
    for path in sorted((assets_dir() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


def _families(tokens: Tokens) -> list[str]:
    shipped = _shipped_fonts()
    return [*[name for name in tokens.fonts if name in shipped], *tokens.fonts]
