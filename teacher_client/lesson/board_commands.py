"""What only the teacher asks of the board, over the window's local socket.

Pupils' commands, which pass the server, stand in :mod:`signaling_server.protocol.commands`;
these never leave the teacher's computer. Lengths in 1/100 mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.commands import Coordinate, Force, Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    InstrumentSet,
    PageLength,
    PicturePlaced,
    TextPlaced,
    ViewShown,
)
from signaling_server.protocol.ids import ItemField, PageField
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.schema import Items, Range

MAX_SELECTED: Final = 60_000
MAX_PUT: Final = 512
MAX_PUT_SAMPLES: Final = 20_000

Selected = Annotated[tuple[ItemField, ...], Items(MAX_SELECTED, 1)]


@dataclass(frozen=True, slots=True)
class AddPage:
    """Add a page and show it. `after` None: behind the last one; `is_private`: pupils do not
    receive it."""

    TAG: ClassVar[str] = "add_page"

    width: PageLength = 17_600
    height: PageLength = 25_000
    kind: PageKind = PageKind.DOTS
    after: PageField | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Turn everybody's board to a page; a private one is turned to on the teacher's alone."""

    TAG: ClassVar[str] = "show_page"

    page: PageField


@dataclass(frozen=True, slots=True)
class MovePage:
    """Put a page behind another; 0: first."""

    TAG: ClassVar[str] = "move_page"

    page: PageField
    after: PageField


@dataclass(frozen=True, slots=True)
class DeletePage:
    """Take a page out of the row; one undo brings it back."""

    TAG: ClassVar[str] = "delete_page"

    page: PageField


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Another size or ground."""

    TAG: ClassVar[str] = "change_page"

    page: PageField
    width: PageLength
    height: PageLength
    kind: PageKind


@dataclass(frozen=True, slots=True)
class GrowPage:
    """Make a page higher, to write on below its end; not a step of undo."""

    TAG: ClassVar[str] = "grow_page"

    page: PageField
    height: PageLength


@dataclass(frozen=True, slots=True)
class CopyPage:
    """A copy of a page behind it, shown."""

    TAG: ClassVar[str] = "copy_page"

    page: PageField


@dataclass(frozen=True, slots=True)
class ChangeAudience:
    """Make a page private, or reveal it: its content is written again for the new readers."""

    TAG: ClassVar[str] = "change_audience"

    page: PageField
    is_private: bool


@dataclass(frozen=True, slots=True)
class ClearPage:
    """Hide all on a page but its ground; one step of undo."""

    TAG: ClassVar[str] = "clear_page"

    page: PageField


@dataclass(frozen=True, slots=True)
class PutStroke:
    """A finished stroke; `force` is empty where there is none."""

    tool: Tool
    ink: Ink
    width: Annotated[int, Range(5, 2000)]
    x: Annotated[tuple[Coordinate, ...], Items(MAX_PUT_SAMPLES, 1)]
    y: Annotated[tuple[Coordinate, ...], Items(MAX_PUT_SAMPLES, 1)]
    force: Annotated[tuple[Force, ...], Items(MAX_PUT_SAMPLES)] = ()


@dataclass(frozen=True, slots=True)
class PutItems:
    """Hide some items and place others, as one step of undo.

    Straightened ink, an edited text, a plotted curve, a paste, and "delete the selection".
    """

    TAG: ClassVar[str] = "put_items"

    page: PageField
    erases: Annotated[tuple[ItemField, ...], Items(MAX_SELECTED)] = ()
    strokes: Annotated[tuple[PutStroke, ...], Items(MAX_PUT)] = ()
    texts: Annotated[tuple[TextPlaced, ...], Items(MAX_PUT)] = ()
    pictures: Annotated[tuple[PicturePlaced, ...], Items(MAX_PUT)] = ()


@dataclass(frozen=True, slots=True)
class ChangeItems:
    """Move, turn, scale or recolour items; see :class:`entries.ItemsChanged`."""

    TAG: ClassVar[str] = "change_items"

    page: PageField
    items: Selected
    matrix: Matrix | None = None
    scale: Annotated[int, Range(1, 1_000_000)] = 1000
    ink: Ink | None = None
    width: Annotated[int, Range(5, 2000)] | None = None


@dataclass(frozen=True, slots=True)
class CopyItems:
    """Write items again, on the same page or another, moved by `matrix`."""

    TAG: ClassVar[str] = "copy_items"

    page: PageField
    items: Selected
    to_page: PageField
    matrix: Matrix = Matrix()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class ShowView:
    """What the teacher looks at, for pupils who follow; at most some times a second."""

    TAG: ClassVar[str] = "show_view"

    page: PageField
    view: ViewShown


@dataclass(frozen=True, slots=True)
class SetInstrument:
    """Lay an instrument on a page, move it, or take it away."""

    TAG: ClassVar[str] = "set_instrument"

    page: PageField
    instrument: InstrumentSet


BoardCommand: TypeAlias = (
    AddPage
    | ShowPage
    | MovePage
    | DeletePage
    | ChangePage
    | GrowPage
    | CopyPage
    | ChangeAudience
    | ClearPage
    | PutItems
    | ChangeItems
    | CopyItems
    | ShowView
    | SetInstrument
)
