"""How the teacher writes: smoothing, straightening, drawing along instruments; kept by Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QSettings

from teacher_client.geometry.smoothing import Strength
from teacher_client.lesson.link import SetWriting, Smoothing
from teacher_client.ui.board_texts import BoardText

STRENGTHS: Final = {
    Smoothing.OFF: Strength.OFF,
    Smoothing.LIGHT: Strength.LIGHT,
    Smoothing.STRONG: Strength.STRONG,
}
SAID: Final = {
    Smoothing.OFF: BoardText.SMOOTHING_OFF,
    Smoothing.LIGHT: BoardText.SMOOTHING_LIGHT,
    Smoothing.STRONG: BoardText.SMOOTHING_STRONG,
}


@dataclass(frozen=True, slots=True)
class Writing:
    """The habits in force; the same for mouse, tablet and paper pen."""

    smoothing: Smoothing = Smoothing.LIGHT
    straightens: bool = True
    snaps: bool = True

    @property
    def message(self) -> SetWriting:
        """What the engine is told."""
        return SetWriting(self.smoothing, self.straightens, self.snaps)

    def smoother(self) -> Writing:
        """Off, light, strong, and off again."""
        order = list(Smoothing)
        after = order[(order.index(self.smoothing) + 1) % len(order)]
        return replace(self, smoothing=after)


def load_writing() -> Writing:
    """What was kept; nonsense is the default."""
    kept = _kept()
    default = Writing()
    named = str(kept.value("smoothing"))
    return Writing(
        Smoothing(named) if named in set(Smoothing) else default.smoothing,
        _is_on(kept.value("straightens"), default.straightens),
        _is_on(kept.value("snaps"), default.snaps),
    )


def save_writing(writing: Writing) -> None:
    """Keep it for the next lesson."""
    kept = _kept()
    kept.setValue("smoothing", writing.smoothing.value)
    kept.setValue("straightens", writing.straightens)
    kept.setValue("snaps", writing.snaps)


def _kept() -> QSettings:
    kept = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lamplight", "window")
    kept.beginGroup("writing")
    return kept


def _is_on(value: object, default: bool) -> bool:
    return default if value is None else str(value).lower() == "true"
