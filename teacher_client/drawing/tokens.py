"""The design tokens: the only place colours, sizes and inks come from (``assets/tokens.json``)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from signaling_server.protocol.commands import Ink

Color: TypeAlias = str
"""``#RRGGBB``, or ``#RRGGBBAA`` as CSS writes it."""

ASSETS_VARIABLE: Final = "LAMPLIGHT_ASSETS"
MARKERS: Final = (Ink.MARKER_YELLOW, Ink.MARKER_AQUA)


@dataclass(frozen=True, slots=True)
class InkColors:
    """One ink: its colour on light papers and on the blackboard, its names and its key."""

    ink: Ink
    key: str
    zh: str
    en: str
    paper: Color
    blackboard: Color
    opacity: float


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper's ground and dots; `is_dark` papers take the blackboard's inks."""

    id: str
    ground: Color
    dots: Color
    is_dark: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that this program uses, read once."""

    light: dict[str, Color]
    dark: dict[str, Color]
    inks: dict[Ink, InkColors]
    papers: dict[str, Paper]
    palette: dict[str, str]
    fonts: tuple[str, ...]
    sizes: dict[str, int]
    widths: tuple[int, ...]
    marker_width: int

    def colors(self, is_dark: bool) -> dict[str, Color]:
        """The colours of one theme, by token name."""
        return self.dark if is_dark else self.light


def assets_dir() -> Path:
    """Folder of icons, fonts and tokens: $LAMPLIGHT_ASSETS, else beside or inside the package."""
    chosen = os.environ.get(ASSETS_VARIABLE)
    if chosen:
        return Path(chosen)
    package = Path(__file__).resolve().parents[1]
    inside = package / "assets"
    return inside if inside.is_dir() else package.parent / "assets"


@cache
def load_tokens() -> Tokens:
    """Read the token file.

    Raises:
        OSError: the file is missing; the program is not whole.
        KeyError, ValueError: the file is not the one this program was written for.
    """
    raw: dict[str, Any] = json.loads((assets_dir() / "tokens.json").read_text(encoding="utf-8"))
    colors = {name: pair for name, pair in raw["color"].items() if isinstance(pair, dict)}
    sizes: dict[str, int] = {}
    for name, value in raw["size"].items():
        if isinstance(value, int):
            sizes[name] = value
    for name, (size, line) in raw["type"]["desktop"].items():
        sizes[f"type.{name}"], sizes[f"line.{name}"] = size, line
    for name, value in raw["radius"].items():
        sizes[f"radius.{name}"] = value
    for name, value in raw["space"].items():
        sizes[f"space.{name}"] = value
    return Tokens(
        light={name: str(pair["light"]) for name, pair in colors.items()},
        dark={name: str(pair["dark"]) for name, pair in colors.items()},
        inks=_inks(raw["ink"]),
        papers={row["id"]: _paper(row) for row in raw["paper"]},
        palette=dict(raw["qt"]["palette"]),
        fonts=tuple(raw["font"]["ui"]),
        sizes=sizes,
        widths=tuple(round(100 * mm) for mm in raw["ink"]["width_mm"]),
        marker_width=round(100 * raw["ink"]["marker_mm"]),
    )


def _inks(raw: dict[str, Any]) -> dict[Ink, InkColors]:
    """Inks by id; the order of the file is the order of the ids in the contract."""
    rows = [*raw["colors"], *raw["highlighters"]]
    return {
        ink: InkColors(
            ink=ink,
            key=row["key"],
            zh=row["zh"],
            en=row["en"],
            paper=row["paper"],
            blackboard=row["blackboard"],
            opacity=row.get("opacity", 1.0),
        )
        for ink, row in zip(Ink, rows, strict=True)
    }


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(row["id"], row["ground"], row["dots"], row["inks"] == "blackboard")
