"""What can be done in the lesson window, declared once: words, keys, menu, when."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from signaling_server.protocol.commands import Ink
from teacher_client.drawing.tokens import load_tokens
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.key_texts import KeyText
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.settings import Language
from teacher_client.ui.settings_texts import SettingsText
from teacher_client.ui.texts import Text, Words, say, spoken


class ActionId(enum.StrEnum):
    """Names of the actions; also those of the settings that will change their keys."""

    PEN = "pen"
    MARKER = "marker"
    ERASER = "eraser"
    INK_1 = "ink_1"
    INK_2 = "ink_2"
    INK_3 = "ink_3"
    INK_4 = "ink_4"
    INK_5 = "ink_5"
    INK_6 = "ink_6"
    MARKER_YELLOW = "marker_yellow"
    MARKER_AQUA = "marker_aqua"
    ERASE_PARTS = "erase_parts"
    SELECT = "select"
    TEXT = "text"
    FORMULA = "formula"
    INSTRUMENT = "instrument"
    INSTRUMENT_AWAY = "instrument_away"
    PLOT = "plot"
    LASER = "laser"
    HAND = "hand"
    CONSTANT_WIDTH = "constant_width"
    SMOOTHING = "smoothing"
    STRAIGHTEN = "straighten"
    SNAP = "snap"
    COPY = "copy"
    CUT = "cut"
    PASTE = "paste"
    DUPLICATE = "duplicate"
    DELETE = "delete"
    SELECT_ALL = "select_all"
    WIDTH_1 = "width_1"
    WIDTH_2 = "width_2"
    WIDTH_3 = "width_3"
    THINNER = "thinner"
    THICKER = "thicker"
    UNDO = "undo"
    REDO = "redo"
    PAGE_BEFORE = "page_before"
    PAGE_AFTER = "page_after"
    NEW_PAGE = "new_page"
    COPY_PAGE = "copy_page"
    PRIVATE_PAGE = "private_page"
    DELETE_PAGE = "delete_page"
    FOLLOW = "follow"
    FIT = "fit"
    FIT_PAGE = "fit_page"
    LEAD = "lead"
    SECOND_SCREEN = "second_screen"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    FULL_SCREEN = "full_screen"
    MICROPHONE = "microphone"
    IMPORT = "import"
    FROM_PREPARED = "from_prepared"
    EXPORT = "export"
    SAVE_COPY = "save_copy"
    NEXT_HAND = "next_hand"
    GIVE_PEN = "give_pen"
    MUTE_ALL = "mute_all"
    TAKE_ALL = "take_all"
    CHAT = "chat"
    BOARD = "board"
    NEXT_PANEL = "next_panel"
    FOLD_PEOPLE = "fold_people"
    PALETTE = "palette"
    KEYS = "keys"
    HELP = "help"
    SETTINGS = "settings"
    END = "end"
    PLAY_PAUSE = "play_pause"
    STROKE_BEFORE = "stroke_before"
    STROKE_AFTER = "stroke_after"
    BACK_5 = "back_5"
    AHEAD_5 = "ahead_5"
    SLOWER = "slower"
    FASTER = "faster"


class When(enum.Enum):
    """In which kind of window an action lives."""

    ALWAYS = "always"
    LIVE = "live"
    PLAYBACK = "playback"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action with its keys (UX §5).

    Attributes:
        keys: the usual ones.
        left: for the left hand alone, beside the usual ones.
        right: for the right hand alone, in their place.
    """

    id: ActionId
    text: Words
    keys: tuple[str, ...]
    menu: Words
    when: When = When.LIVE
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


A, B, F, K, P, T, W = ActionId, BoardText, FileText, KeyText, PageText, Text, When

ACTIONS: Final = (
    ActionSpec(A.PEN, T.PEN, ("P",), T.MENU_TOOL, left=("A",), right=(";",)),
    ActionSpec(A.MARKER, T.TOOL_MARKER, ("H",), T.MENU_TOOL, left=("S",), right=("L",)),
    ActionSpec(A.ERASER, T.TOOL_ERASER, ("E",), T.MENU_TOOL, right=("I",)),
    ActionSpec(A.ERASE_PARTS, B.ERASE_PARTS, ("Shift+E",), T.MENU_TOOL, right=("Shift+I",)),
    ActionSpec(A.SELECT, B.SELECT, ("V",), T.MENU_TOOL, right=("M",)),
    ActionSpec(A.TEXT, B.TEXT, ("T",), T.MENU_TOOL, right=("Y",)),
    ActionSpec(A.FORMULA, B.FORMULA, ("Ctrl+M",), T.MENU_TOOL),
    ActionSpec(A.INSTRUMENT, B.INSTRUMENT, ("R",), T.MENU_TOOL, right=("U",)),
    ActionSpec(A.INSTRUMENT_AWAY, B.INSTRUMENT_AWAY, ("Shift+R",), T.MENU_TOOL, right=("Shift+U",)),
    ActionSpec(A.PLOT, B.PLOT, ("Ctrl+G",), T.MENU_TOOL),
    ActionSpec(A.LASER, B.LASER, ("L",), T.MENU_TOOL, left=("D",), right=("K",)),
    ActionSpec(A.HAND, B.HAND, ("Shift+H",), T.MENU_TOOL),
    ActionSpec(A.INK_1, T.INK, ("1",), T.MENU_TOOL, right=("Num+1",)),
    ActionSpec(A.INK_2, T.INK, ("2",), T.MENU_TOOL, right=("Num+2",)),
    ActionSpec(A.INK_3, T.INK, ("3",), T.MENU_TOOL, right=("Num+3",)),
    ActionSpec(A.INK_4, T.INK, ("4",), T.MENU_TOOL, right=("Num+4",)),
    ActionSpec(A.INK_5, T.INK, ("5",), T.MENU_TOOL, right=("Num+5",)),
    ActionSpec(A.INK_6, T.INK, ("6",), T.MENU_TOOL, right=("Num+6",)),
    ActionSpec(A.MARKER_YELLOW, T.INK, ("7",), T.MENU_TOOL, right=("Num+7",)),
    ActionSpec(A.MARKER_AQUA, T.INK, ("8",), T.MENU_TOOL, right=("Num+8",)),
    ActionSpec(A.CONSTANT_WIDTH, B.CONSTANT_WIDTH, ("Shift+P",), B.MENU_WRITING),
    ActionSpec(A.SMOOTHING, B.SMOOTHING, (), B.MENU_WRITING),
    ActionSpec(A.STRAIGHTEN, B.STRAIGHTEN, (), B.MENU_WRITING),
    ActionSpec(A.SNAP, B.SNAP, (), B.MENU_WRITING),
    ActionSpec(A.WIDTH_1, K.WIDTH_1, (), T.MENU_TOOL, left=("Shift+1",)),
    ActionSpec(A.WIDTH_2, K.WIDTH_2, (), T.MENU_TOOL, left=("Shift+2",)),
    ActionSpec(A.WIDTH_3, K.WIDTH_3, (), T.MENU_TOOL, left=("Shift+3",)),
    ActionSpec(A.THINNER, T.THINNER, ("[",), T.MENU_TOOL, right=("Num+-",)),
    ActionSpec(A.THICKER, T.THICKER, ("]",), T.MENU_TOOL, right=("Num++",)),
    ActionSpec(A.UNDO, T.UNDO, ("Ctrl+Z",), B.MENU_EDIT, left=("Z",), right=("/", "Ctrl+Z")),
    ActionSpec(
        A.REDO, T.REDO, ("Ctrl+Y",), B.MENU_EDIT, left=("Shift+Z",), right=("Shift+/", "Ctrl+Y")
    ),
    ActionSpec(A.CUT, B.CUT, ("Ctrl+X",), B.MENU_EDIT),
    ActionSpec(A.COPY, B.COPY, ("Ctrl+C",), B.MENU_EDIT),
    ActionSpec(A.PASTE, B.PASTE, ("Ctrl+V",), B.MENU_EDIT),
    ActionSpec(A.DUPLICATE, B.DUPLICATE, ("Ctrl+D",), B.MENU_EDIT),
    ActionSpec(A.DELETE, B.DELETE, ("Delete", "Backspace"), B.MENU_EDIT),
    ActionSpec(A.SELECT_ALL, B.SELECT_ALL, ("Ctrl+A",), B.MENU_EDIT),
    ActionSpec(A.PAGE_BEFORE, T.PAGE_BEFORE, ("PgUp",), T.PAGES, W.ALWAYS),
    ActionSpec(A.PAGE_AFTER, T.PAGE_AFTER, ("PgDown",), T.PAGES, W.ALWAYS),
    ActionSpec(A.NEW_PAGE, T.NEW_PAGE, ("N",), T.PAGES),
    ActionSpec(A.COPY_PAGE, P.COPY_PAGE, ("Ctrl+Shift+D",), T.PAGES),
    ActionSpec(A.PRIVATE_PAGE, P.PRIVATE_PAGE, ("Ctrl+Shift+H",), T.PAGES),
    ActionSpec(A.DELETE_PAGE, P.DELETE_PAGE, ("Ctrl+Delete",), T.PAGES),
    ActionSpec(A.IMPORT, F.IMPORT, ("Ctrl+I",), F.MENU_FILES),
    ActionSpec(A.FROM_PREPARED, F.FROM_PREPARED, ("Ctrl+Shift+I",), F.MENU_FILES),
    ActionSpec(A.EXPORT, F.EXPORT, ("Ctrl+E",), F.MENU_FILES, W.ALWAYS),
    ActionSpec(A.SAVE_COPY, F.SAVE_COPY, ("Ctrl+S",), F.MENU_FILES, W.ALWAYS),
    ActionSpec(A.FOLLOW, T.FOLLOW, ("F",), T.MENU_VIEW, W.ALWAYS, right=("J",)),
    ActionSpec(A.FIT, T.FIT, ("Ctrl+0",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.FIT_PAGE, B.FIT_PAGE, ("Ctrl+9",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.ZOOM_IN, T.ZOOM_IN, ("Ctrl++", "Ctrl+="), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.ZOOM_OUT, T.ZOOM_OUT, ("Ctrl+-",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.FULL_SCREEN, T.FULL_SCREEN, ("F11",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.LEAD, B.LEAD, ("Shift+F",), T.MENU_VIEW),
    ActionSpec(A.SECOND_SCREEN, B.SECOND_SCREEN, ("Shift+F11",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.FOLD_PEOPLE, T.PEOPLE_FOLD, ("F9",), T.MENU_VIEW),
    ActionSpec(A.NEXT_PANEL, T.NEXT_PANEL, ("F6",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.BOARD, T.BACK_TO_BOARD, ("Esc",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.PALETTE, K.PALETTE, ("Ctrl+/",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.KEYS, T.KEYS_TITLE, ("Ctrl+Alt+/",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.SETTINGS, SettingsText.SETTINGS, ("Ctrl+,",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.HELP, K.HELP, ("F1",), T.MENU_VIEW, W.ALWAYS),
    ActionSpec(A.NEXT_HAND, T.CALL_NEXT, ("Q",), T.PEOPLE, right=("P",)),
    ActionSpec(A.GIVE_PEN, T.GIVE_SPEAKER_PEN, ("W",), T.PEOPLE, right=("O",)),
    ActionSpec(
        A.MUTE_ALL, T.MUTE_ALL, ("Shift+M",), T.PEOPLE, left=("Shift+`",), right=("Shift+=",)
    ),
    ActionSpec(A.TAKE_ALL, T.TAKE_ALL, ("X",), T.PEOPLE, right=(".",)),
    ActionSpec(A.CHAT, T.FOCUS_CHAT, ("C",), T.PEOPLE, right=(",",)),
    ActionSpec(A.MICROPHONE, T.MICROPHONE, ("M",), T.MENU_LESSON, left=("`",), right=("=",)),
    ActionSpec(A.END, T.END, ("Ctrl+Shift+E",), T.MENU_LESSON),
    ActionSpec(A.PLAY_PAUSE, T.PLAY_PAUSE, ("Space",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.STROKE_BEFORE, T.STROKE_BEFORE, ("Left",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.STROKE_AFTER, T.STROKE_AFTER, ("Right",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.BACK_5, T.BACK_5, ("Shift+Left",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.AHEAD_5, T.AHEAD_5, ("Shift+Right",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.SLOWER, T.SLOWER, ("[",), T.MENU_PLAYER, W.PLAYBACK),
    ActionSpec(A.FASTER, T.FASTER, ("]",), T.MENU_PLAYER, W.PLAYBACK),
)

INK_ACTIONS: Final = {
    A.INK_1: Ink.INK,
    A.INK_2: Ink.BLUE,
    A.INK_3: Ink.RED,
    A.INK_4: Ink.GREEN,
    A.INK_5: Ink.OCHRE,
    A.INK_6: Ink.PURPLE,
    A.MARKER_YELLOW: Ink.MARKER_YELLOW,
    A.MARKER_AQUA: Ink.MARKER_AQUA,
}

BOARD_ACTIONS: Final = (
    A.ERASE_PARTS,
    A.SELECT,
    A.TEXT,
    A.FORMULA,
    A.INSTRUMENT,
    A.INSTRUMENT_AWAY,
    A.PLOT,
    A.LASER,
    A.HAND,
    A.CONSTANT_WIDTH,
    A.SMOOTHING,
    A.STRAIGHTEN,
    A.SNAP,
    A.COPY,
    A.CUT,
    A.PASTE,
    A.DUPLICATE,
    A.DELETE,
    A.SELECT_ALL,
    A.FIT_PAGE,
    A.LEAD,
    A.SECOND_SCREEN,
)
"""What the board does by itself, see ``ui/board``."""


def title(spec: ActionSpec) -> str:
    """An action's words without the key that a tip may carry."""
    ink = INK_ACTIONS.get(spec.id)
    if ink is not None:
        return ink_name(ink)
    return say(spec.text).partition(" (")[0]


def titles(spec: ActionSpec) -> list[str]:
    """An action's words and its menu's in every language, for searching."""
    found = [words.partition(" (")[0] for text in (spec.text, spec.menu) for words in text.value]
    ink = INK_ACTIONS.get(spec.id)
    if ink is None:
        return found
    colors = load_tokens().inks[ink]
    names = (colors.zh, colors.en)
    return [words.format(name=name) for words, name in zip(found, names * 2, strict=True)]


def ink_name(ink: Ink) -> str:
    """An ink's words in the language in use."""
    colors = load_tokens().inks[ink]
    return say(Text.INK, name=colors.zh if spoken() is Language.ZH else colors.en)


def build_actions(
    window: QWidget, *, is_playback: bool, handlers: Mapping[ActionId, Callable[[], None]]
) -> dict[ActionId, QAction]:
    """Make the window's actions, without keys yet; every one needs a handler."""
    actions: dict[ActionId, QAction] = {}
    for spec in specs_for(is_playback=is_playback):
        action = QAction(title(spec), window)
        action.setAutoRepeat(spec.id in (A.UNDO, A.REDO, A.ZOOM_IN, A.ZOOM_OUT))
        action.triggered.connect(lambda _checked=False, run=handlers[spec.id]: run())
        window.addAction(action)
        actions[spec.id] = action
    return actions


def specs_for(*, is_playback: bool) -> list[ActionSpec]:
    """The actions of a lesson's or a playback's window, in menu order."""
    fitting = (When.ALWAYS, When.PLAYBACK if is_playback else When.LIVE)
    return [spec for spec in ACTIONS if spec.when in fitting]


def build_menu(
    actions: Mapping[ActionId, QAction], parent: QWidget, more: Mapping[Words, QMenu] | None = None
) -> QMenu:
    """One menu with a part for each group; `more` goes at the end of these parts."""
    menu = QMenu(parent)
    menu.setAccessibleName(say(Text.MENU))
    parts: dict[Words, QMenu] = {}
    for spec in ACTIONS:
        if spec.id not in actions:
            continue
        if spec.menu not in parts:
            parts[spec.menu] = part = menu.addMenu(say(spec.menu))
            part.setAccessibleName(say(spec.menu))
        parts[spec.menu].addAction(actions[spec.id])
    for words, inner in (more or {}).items():
        if words in parts:
            parts[words].addMenu(inner)
    for part in parts.values():
        part.setToolTipsVisible(True)
    return menu
